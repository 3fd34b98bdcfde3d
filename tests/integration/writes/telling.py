"""What can be asked about announcements."""

from typing import Any

from functions.announcements.models import Announcement
from tests.integration.writes.asking import Write, after, bulk, delete, gone, message, patch, post, stuck, two
from tests.integration.writes.company import Company, due

NEWS = {"title": "We move", "body": "On **Sunday**."}
LATER = {"starts_at": "2026-02-10T09:00:00Z"}
PUBLISH = ("/v1/announcements/{}/publish", None)


def draft(company: Company, **more: Any) -> str:
    return company.made("/v1/announcements", NEWS | more)


def scheduled(company: Company) -> str:
    return after(lambda company: draft(company, **LATER), PUBLISH)(company)


def ending(company: Company) -> str:
    """One that is live until February."""
    return after(lambda company: draft(company, ends_at="2026-02-20T09:00:00Z"), PUBLISH)(company)


def by_mail(company: Company) -> str:
    """One that is live, of which one tenant is to get a mail."""
    more = {"channels": ["email"], "audience": "tenants", "audience_ids": [company.tenant()]}
    return after(lambda company: draft(company, **more), PUBLISH)(company)


def telling() -> dict[str, Write]:
    path = "/v1/announcements/{}"
    withdrawn = {"announcements.canceled": 1}
    return {
        "write an announcement": Write(lambda company, _: ("POST", "/v1/announcements", NEWS), {"announcements.created": 1}),
        "change an announcement": patch(path, {"title": "New"}, {"announcements.updated": 1}, draft),
        "delete an announcement": delete(path, {"announcements.deleted": 1}, draft),
        "restore an announcement": post(path + "/restore", None, {"announcements.restored": 1}, gone("/v1/announcements", draft)),
        "publish an announcement": post(PUBLISH[0], None, {"announcements.started": 1}, draft),
        "schedule an announcement": post(PUBLISH[0], None, {"announcements.scheduled": 1}, lambda company: draft(company, **LATER)),
        "withdraw an announcement": post(path + "/withdraw", None, withdrawn, ending),
        "begin an announcement": message("announcements", due, {"announcements.started": 1}, scheduled),
        "end an announcement": message("announcements", due, {"announcements.ended": 1}, ending),
        "name who gets an announcement": message("announcements", due, {"announcements.mailed": 1}, by_mail),
        "retry an announcement": post(path + "/retry", None, {"announcements.retried": 1}, stuck(Announcement, "announcements", ending)),
        "withdraw two announcements": bulk("/v1/announcements", "withdraw", {"announcements.canceled": 2}, two(draft)),
    }
