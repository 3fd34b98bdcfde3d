"""Begins and ends announcements, and has those mailed who are to get one by mail."""

from datetime import datetime

from functions.announcements import service
from functions.announcements.models import Announcement
from kernel.audit import Actor
from kernel.worker import Worker

handler = Worker("announcements")


@handler.due(Announcement)
def window(found: Announcement, at: datetime, actor: Actor) -> None:
    service.step(found, at=at, actor=actor)
