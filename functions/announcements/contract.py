"""What other features may use of announcements: what a mail about one says."""

from dataclasses import dataclass

from functions.announcements.markdown import html
from functions.announcements.models import Announcement, AnnouncementStatus

__all__ = ["Letter", "html", "letter"]


@dataclass(frozen=True)
class Letter:
    """`live`: whether somebody who follows it up still finds it. `html` is safe as it is, `text` has the marks that it was written with."""

    title: str
    html: str
    text: str
    severity: str
    live: bool


def letter(id: str) -> Letter:
    """As it is now. `NotFound` for one that was deleted."""
    found = Announcement.fetch(id)
    text = "\n".join(found.body.splitlines())
    return Letter(found.title, html(found.body), text, found.severity, found.status == AnnouncementStatus.LIVE)
