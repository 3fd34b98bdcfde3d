"""What can be asked about announcements and articles."""

from typing import Any
from uuid import uuid4

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


def announcements() -> dict[str, Write]:
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


def address(_: Company) -> str:
    """One that no other article has."""
    return f"how-to-{uuid4().hex}"


def article(company: Company) -> str:
    return company.made("/v1/articles", {"title": "How to pay", "body": "By card.", "slug": address(company)})


def articles() -> dict[str, Write]:
    path = "/v1/articles/{}"
    publish, archive = (path + "/publish", None), (path + "/archive", None)
    return {
        "write an article": Write(lambda company, it: ("POST", "/v1/articles", {"title": "How", "body": "So.", "slug": it}),
                                  {"articles.created": 1}, address),
        "change an article": patch(path, {"title": "New"}, {"articles.updated": 1}, article),
        "delete an article": delete(path, {"articles.deleted": 1}, article),
        "restore an article": post(path + "/restore", None, {"articles.restored": 1}, gone("/v1/articles", article)),
        "submit an article": post(path + "/submit", None, {"articles.submitted": 1}, article),
        "return an article": post(path + "/return", None, {"articles.returned": 1}, after(article, (path + "/submit", None))),
        "publish an article": post(*publish, {"articles.published": 1}, article),
        "archive an article": post(*archive, {"articles.archived": 1}, after(article, publish)),
        "reopen an article": post(path + "/reopen", None, {"articles.reopened": 1}, after(article, publish, archive)),
        "take an old version": post(path + "/restore-version", {"edition": 1}, {"articles.version_restored": 1}, after(article, publish)),
        "publish two articles": bulk("/v1/articles", "publish", {"articles.published": 2}, two(article)),
    }
