"""What time does to announcements: they begin, end, and name those who get mail, each once."""

from functions.announcements import service
from functions.announcements.models import Announcement
from kernel import audit
from tests.integration.announcements.conftest import a_tenant, told

WINDOW = {"starts_at": "2026-02-01T09:00:00Z", "ends_at": "2026-02-02T09:00:00Z"}


def status(id):
    return Announcement.fetch(id).status


def mailed(id):
    return [tenant for each in told(id, "announcements.mailed") for tenant in each["tenant_ids"]]


def test_it_begins_and_ends_when_it_is_due_and_once(desk):
    id = desk.made(**WINDOW)
    assert (desk.run("2026-02-01T08:59:59Z"), status(id)) == (0, "scheduled")
    assert (desk.run("2026-02-01T09:00:00Z"), status(id)) == (1, "live")
    assert (desk.run("2026-02-02T09:00:00Z"), status(id)) == (1, "ended")
    assert desk.run("2026-02-03T09:00:00Z") == 0
    assert (len(told(id, "announcements.started")), len(told(id, "announcements.ended"))) == (1, 1)


def test_a_window_that_was_missed_as_a_whole_is_gone_through_in_one_go(desk):
    id = desk.made(**WINDOW)
    desk.run("2026-02-09T00:00:00Z")
    assert (status(id), len(audit.timeline(id))) == ("ended", 4)


def test_everybody_who_is_there_is_named_once_a_few_at_a_time(desk, monkeypatch):
    monkeypatch.setattr(service, "MAILS", 2)
    more = [a_tenant(f"c{n}") for n in range(3)]
    a_tenant("gone", status="deleted")
    id = desk.made(channels=["console", "email"], **WINDOW)
    desk.run("2026-02-01T09:00:00Z")
    desk.run("2026-02-01T09:00:00Z")
    assert len(mailed(id)) == 2  # the next ones only after a pause
    desk.run("2026-02-01T09:05:00Z")
    assert sorted(mailed(id)) == sorted([desk.a, desk.b, *more])
    assert max(len(each["tenant_ids"]) for each in told(id, "announcements.mailed")) == 2
    found = Announcement.fetch(id)
    assert (found.mailed, found.mail_at, found.next_action_at) == (5, None, found.ends_at)


def test_mail_goes_to_a_plans_tenants_or_to_those_that_are_named(desk):
    a_tenant("left", status="deleted")
    to_plan = desk.made(channels=["email"], audience="plans", audience_ids=[desk.plan])
    to_some = desk.made(channels=["email"], audience="tenants", audience_ids=[desk.b, "ten_01KGA00000000000000000LEFT"])
    to_none = desk.made(channels=["console"])
    desk.run("2026-01-31T12:05:00Z")
    assert (mailed(to_plan), mailed(to_some), mailed(to_none)) == ([desk.a], [desk.b], [])


def test_mail_goes_to_the_tenants_with_a_tag_however_few_they_are(desk, monkeypatch):
    monkeypatch.setattr(service, "MAILS", 1)
    some = [a_tenant(f"t{n}", tags=["eu"] if n == 3 else ["us"]) for n in range(4)]
    id = desk.made(channels=["email"], audience="tags", audience_ids=["eu"])
    for minute in range(1, 4):
        desk.run(f"2026-01-31T12:0{minute}:00Z")
    assert mailed(id) == [desk.b, some[3]]
    assert Announcement.fetch(id).mail_at is None


def test_when_it_is_canceled_no_more_are_named(desk, monkeypatch):
    monkeypatch.setattr(service, "MAILS", 1)
    id = desk.made(channels=["email"])
    desk.run("2026-01-31T12:00:00Z")
    desk.ask("POST", f"/v1/announcements/{id}/withdraw")
    assert (desk.run("2026-01-31T13:00:00Z"), len(mailed(id))) == (0, 1)
