"""Reminders of next steps: when they are due, once."""

import json

import pytest

from kernel import audit
from kernel.config import setting
from tests.cloud import received
from tests.integration.leads.conftest import ADA, OWNER

STEP = {"next_step": "Call", "next_step_at": "2026-02-02T09:00:00Z", "owner_id": OWNER}


def told(id):
    return [(header["type"], entry["data"]["S"]) for entry in audit.timeline(id) if (header := json.loads(entry["header"]["S"]))]


def run(shop, time):
    """The schedule at that time, with each of its messages three times."""
    assert shop.worker({"time": time, "slot": "due"}) == {}
    messages = received(setting("QUEUE_URL"))
    for n in range(3):
        records = [{"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for body in messages]
        assert shop.worker({"Records": records}) == {"batchItemFailures": []}
    return len(messages)


@pytest.fixture
def waiting(shop):
    return shop.made("/v1/leads", ADA | STEP)


def reminders(id):
    return [json.loads(data) for kind, data in told(id) if kind == "leads.reminded"]


def test_a_reminder_comes_when_it_is_due_and_once(shop, waiting):
    assert run(shop, "2026-02-02T08:59:59Z") == 0
    assert run(shop, "2026-02-02T09:00:00Z") == 1
    assert run(shop, "2026-02-02T09:05:00Z") == 0
    [found] = reminders(waiting)
    assert (found["owner_id"], found["next_step"], found["name"]) == (OWNER, "Call", "Acme GmbH")


def test_ten_schedules_at_once_remind_once(shop, waiting):
    for _ in range(10):
        assert shop.worker({"time": "2026-02-02T09:00:00Z", "slot": "due"}) == {}
    for body in received(setting("QUEUE_URL")):
        shop.worker({"Records": [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]})
    assert len(reminders(waiting)) == 1


def test_another_moment_is_another_reminder_and_the_same_is_none(shop, waiting):
    run(shop, "2026-02-02T09:00:00Z")
    shop.ask("PATCH", f"/v1/leads/{waiting}", {"next_step": "Write"})
    assert run(shop, "2026-02-03T09:00:00Z") == 0
    shop.ask("PATCH", f"/v1/leads/{waiting}", {"next_step_at": "2026-02-04T09:00:00Z"})
    assert run(shop, "2026-02-04T09:00:00Z") == 1
    assert [each["next_step"] for each in reminders(waiting)] == ["Call", "Write"]


def test_who_reopens_a_lead_is_reminded_of_what_was_still_to_come_and_of_nothing_past(shop, waiting):
    for command, body in (("lose", {"reason": "no"}), ("reopen", None)):
        shop.ask("POST", f"/v1/leads/{waiting}/{command}", body)
    assert run(shop, "2026-02-02T09:00:00Z") == 1
    for command, body in (("lose", {"reason": "no"}), ("reopen", None)):
        shop.ask("POST", f"/v1/leads/{waiting}/{command}", body, at="2026-02-03T00:00:00+00:00")
    assert run(shop, "2026-02-04T09:00:00Z") == 0


def test_nobody_is_reminded_of_a_lead_that_is_lost_or_deleted(shop, waiting):
    shop.ask("POST", f"/v1/leads/{waiting}/lose", {"reason": "no"})
    assert run(shop, "2026-02-02T09:00:00Z") == 0
    other = shop.made("/v1/leads", ADA | STEP | {"email": "bob@acme.test"})
    shop.ask("DELETE", f"/v1/leads/{other}")
    assert run(shop, "2026-02-02T09:00:00Z") == 0
