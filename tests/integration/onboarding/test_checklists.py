"""A tenant's checklist: made once, ticked by what happens in any order, moved by staff, ended with the tenant."""

import json
from datetime import timedelta
from itertools import permutations

import pytest

from functions.onboarding import worker
from functions.onboarding.models import DoneBy
from kernel import audit
from tests.conftest import AT
from tests.integration.onboarding.conftest import ACTIVATED, ITEMS, PATH, TEMPLATE, TENANT, message

HOUR = timedelta(hours=1)
PAID = {"tenant_id": TENANT, "subscription_id": None, "number": "1", "currency": "EUR", "total": 100, "amount_due": 0, "paid_at": "2026-01-31T14:00:00Z"}
OFF = message("tenants.offboarding_started", TENANT, {"name": "A", "email": "a@a.test", "language": "en", "reason": "r"})


def contact(at=AT):
    return message("tenants.contact_created", "con_1", {"tenant_id": TENANT}, at)


def paid(at=AT, **more):
    return message("invoices.paid", "inv_1", PAID | more, at)


def item(firm, key):
    return next(each for each in firm.now()["items"] if each["key"] == key)


def states(firm):
    return {each["key"]: each["status"] for each in firm.now()["items"]}


def told(id):
    return [json.loads(entry["header"]["S"])["type"] for entry in audit.timeline(id)]


def test_an_activated_tenant_gets_one_checklist_however_often_it_is_told(firm, template):
    firm.tell(ACTIVATED, ACTIVATED, ACTIVATED)
    [found] = firm.ask("GET", "/v1/onboarding", tenant_id=TENANT).body["data"]
    assert (found["version"], found["template_id"], found["status"], found["percent"], found["total"]) == (1, template, "open", 0, 4)
    assert [each["due_at"] for each in found["items"]] == [
        "2026-02-01T12:00:00.000000Z", "2026-02-03T12:00:00.000000Z", None, "2026-02-03T12:00:00.000000Z"]


def test_a_change_of_the_template_leaves_running_checklists_alone(firm, template, checklist):
    firm.ask("PATCH", f"{PATH}/{template}", {"items": ITEMS[:1]}, headers={"if-match": '"1"'})
    assert len(firm.now()["items"]) == 4


def test_what_happens_ends_the_same_in_any_order_and_any_number_of_times(firm, template):
    """Also what came before the checklist; three of each."""
    results = []
    for n, order in enumerate(permutations((ACTIVATED, paid(AT + 2 * HOUR), paid(AT + 3 * HOUR)))):
        firm.activate(id := f"ten_01KGA0000000000000000{n:05d}")
        firm.tell(*(body.replace(TENANT, id) for body in order for _ in range(3)))
        found = firm.now(id)
        results.append({name: found[name] for name in ("status", "items", "percent", "time_to_value", "next_action_at")})
    first = results[0]
    assert (first["percent"], first["time_to_value"], first["items"][3]["by"]) == (25, 7200, "invoices.paid"), "the first payment counts"
    assert [each for each in results if each != first] == []


def test_the_events_that_may_be_named_are_those_that_are_heard():
    heard = set(worker.handler.subscriptions) - {"tenants.activated", "tenants.deleted", "tenants.offboarding_started"}
    assert heard == set(DoneBy)


def test_what_costs_nothing_is_no_payment_and_a_key_of_nobody_no_tenants(firm, checklist):
    firm.tell(paid(total=0), message("api_keys.created", "key_1", {"tenant_id": None}))
    assert firm.now()["done"] == 0


def test_a_subscription_without_a_trial_is_active_at_once(firm):
    firm.made(PATH, {"name": "T", "items": [{"key": "go", "title": "Go", "done_by": "subscriptions.activated"}]})
    firm.tell(message("subscriptions.created", "sub_1", {"tenant_id": TENANT, "plan_id": "pln_1", "status": "active"}), ACTIVATED)
    assert (firm.now()["status"], firm.now()["time_to_value"]) == ("completed", 0)


def test_an_item_waits_for_others_by_hand_and_not_when_it_happens(firm, checklist):
    path = f"/v1/onboarding/{checklist}"
    answer = firm.ask("POST", f"{path}/tick", {"item": "paid"})
    assert (answer.status, answer.body["code"], answer.body["waits_for"]) == (409, "item_blocked", ["card"])
    firm.tell(paid())
    assert item(firm, "paid")["status"] == "done"
    assert firm.ask("POST", f"{path}/tick", {"item": "contact"}).body["percent"] == 50
    assert (item(firm, "contact")["by"], item(firm, "contact")["at"]) == ("stf_owner", "2026-01-31T12:00:00.000000Z")
    answer = firm.ask("POST", f"{path}/tick", {"item": "contact"})
    assert (answer.status, answer.body["status_now"]) == (409, "done")


def test_what_is_skipped_has_a_reason_and_does_not_count(firm, checklist):
    path = f"/v1/onboarding/{checklist}"
    assert firm.ask("POST", f"{path}/skip", {"item": "contact"}).status == 422
    answer = firm.ask("POST", f"{path}/skip", {"item": "contact", "reason": "known already"})
    assert (answer.body["total"], answer.body["skipped"], answer.body["percent"], answer.body["items"][0]["reason"]) == (3, 1, 0, "known already")
    assert firm.ask("POST", f"{path}/tick", {"item": "card"}).status == 200, "what was skipped keeps nobody waiting"
    answer = firm.ask("POST", f"{path}/tick", {"item": "nothing"})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "item")


def test_it_is_completed_when_nothing_is_open_and_open_again_when_an_item_is(firm, checklist):
    path = f"/v1/onboarding/{checklist}"
    firm.tell(contact(AT + HOUR), message("payments.method_added", "pmt_1", {"tenant_id": TENANT}, AT + HOUR), paid(AT + 2 * HOUR))
    answer = firm.ask("POST", f"{path}/tick", {"item": "call"}, at="2026-02-01T12:00:00+00:00")
    assert (answer.body["status"], answer.body["percent"], answer.body["completed_at"], answer.body["time_to_value"]) == (
        "completed", 100, "2026-02-01T12:00:00.000000Z", 7200)
    assert told(checklist)[-1] == "onboarding.completed" and firm.now()["next_action_at"] is None
    answer = firm.ask("POST", f"{path}/reopen", {"item": "paid"}, at="2026-02-02T12:00:00+00:00")
    assert (answer.body["status"], answer.body["completed_at"], answer.body["time_to_value"]) == ("open", None, None)
    firm.tell(paid(AT + 2 * HOUR))
    assert item(firm, "paid")["status"] == "open", "that was before it was reopened"
    firm.tell(paid(AT + timedelta(days=3)))
    assert (firm.now()["status"], firm.now()["time_to_value"]) == ("completed", 3 * 86400)


@pytest.mark.parametrize("order", [(OFF, ACTIVATED), (ACTIVATED, OFF)])
def test_the_checklist_ends_with_its_tenant_in_either_order(firm, template, order):
    for body in order:
        if body == OFF:
            firm.leave()
        firm.tell(body, body)
    found = firm.now()
    assert (found and found["status"]) == (None if order[0] == OFF else "canceled")
    if found:
        answer = firm.ask("POST", f"/v1/onboarding/{found['id']}/tick", {"item": "contact"})
        assert (answer.status, answer.body["code"], found["next_action_at"]) == (409, "tenant_left", None)
        firm.tell(contact())
        assert firm.now() == found


def test_staff_begin_one_for_a_tenant_that_has_none(firm):
    assert firm.ask("POST", "/v1/onboarding", {"tenant_id": TENANT}).body["errors"][0]["field"] == "template_id"
    firm.made(PATH, TEMPLATE)
    firm.tell(contact(AT - HOUR))
    assert firm.ask("POST", "/v1/onboarding", {"tenant_id": "ten_none"}).body["errors"][0]["field"] == "tenant_id"
    answer = firm.ask("POST", "/v1/onboarding", {"tenant_id": TENANT}, headers={"idempotency-key": "k"})
    assert (answer.status, answer.body["percent"]) == (201, 25), "what happened before counts"
    assert firm.ask("POST", "/v1/onboarding", {"tenant_id": TENANT}).body["code"] == "has_checklist"
