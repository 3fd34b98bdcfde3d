"""What is overdue is told once for each item, while there is somebody to do it."""

import json
from datetime import timedelta

import pytest

from functions.clocks import lookout
from functions.clocks.events import Created
from functions.clocks.models import Clock
from functions.tenants.models import Tenant
from kernel import audit
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT
from tests.integration.onboarding.conftest import ACTIVATED, ITEMS, PATH, TENANT, message

DUE = "2026-02-03T12:00:00Z"


def run(firm, time, times=1):
    """The schedule at that time, with each of its messages three times."""
    for _ in range(times):
        assert firm.worker({"time": time, "slot": "due"}) == {}
    messages = received(setting("QUEUE_URL"))
    for _ in range(3):
        firm.tell(*messages)
    return len(messages)


def overdue(id):
    entries = audit.timeline(id)
    return [(told["item"], told["waits_for"]) for entry in entries if json.loads(entry["header"]["S"])["type"] == "onboarding.overdue"
            and (told := json.loads(entry["data"]["S"]))]


def test_each_item_is_overdue_once_and_says_what_it_waits_for(firm, checklist):
    assert run(firm, "2026-02-01T11:59:59Z") == 0
    assert run(firm, "2026-02-01T12:00:00Z", times=10) == 10
    assert overdue(checklist) == [("contact", [])]
    run(firm, DUE)
    assert overdue(checklist) == [("contact", []), ("card", ["Tell us who you are"]), ("paid", ["Add a card"])]
    assert run(firm, "2026-03-01T00:00:00Z") == 0
    assert (firm.now()["overdue"], firm.now()["next_action_at"]) == (3, None)
    [found] = firm.ask("GET", "/v1/onboarding", status="open", overdue__gte="1", sort="-overdue").body["data"]
    assert found["id"] == checklist


def test_what_was_done_in_time_or_is_reopened_after_it_was_overdue_nudges_nobody_again(firm, checklist):
    path = f"/v1/onboarding/{checklist}"
    firm.ask("POST", f"{path}/tick", {"item": "contact"})
    assert run(firm, "2026-02-02T00:00:00Z") == 0
    run(firm, DUE)
    firm.ask("POST", f"{path}/tick", {"item": "card"}, at="2026-02-04T12:00:00+00:00")
    assert firm.now()["overdue"] == 1
    firm.ask("POST", f"{path}/reopen", {"item": "card"}, at="2026-02-05T12:00:00+00:00")
    assert (firm.now()["overdue"], run(firm, "2026-03-01T00:00:00Z")) == (2, 0)
    assert [key for key, _ in overdue(checklist)] == ["card", "paid"]


def test_nothing_is_overdue_of_a_tenant_that_left_though_nobody_has_told_so(firm, checklist):
    firm.leave()
    run(firm, DUE)
    assert (firm.now()["status"], overdue(checklist)) == ("canceled", [])


@pytest.mark.parametrize("days", [0, 730])
def test_days_count_in_the_tenants_own_zone(firm, days):
    firm.made(PATH, {"name": "T", "items": [ITEMS[0] | {"due_days": days}]})
    firm.tell(ACTIVATED.replace("2026-01-31T12", "2026-03-28T12"))
    due = firm.now()["items"][0]["due_at"]
    assert due == ("2026-03-28T12:00:00.000000Z" if days == 0 else "2028-03-27T11:00:00.000000Z"), "summer time began in between"


def test_a_tenants_test_clock_holds_its_checklist(firm, template):
    clock = Clock("clk_01KGA0000000000000000000K0", name="C", now=AT)
    commit((clock, Created()), actor=Actor(id="stf_1"), at=AT)
    firm.tell(ACTIVATED.replace('"clock_id": null', f'"clock_id": "{clock.id}"'))
    assert run(firm, DUE) == 0
    assert [each.id for each in lookout.due(clock.id, AT + timedelta(days=1))] == [firm.now()["id"]]
    bound = Tenant.fetch(TENANT)
    bound.clock_id = clock.id
    bound.save()
    firm.tell(message("tenants.contact_created", "con_1", {"tenant_id": TENANT}, AT + timedelta(days=300)))
    assert firm.now()["items"][0]["at"] == "2026-01-31T12:00:00.000000Z", "a contact is on no clock; its tenant is"
