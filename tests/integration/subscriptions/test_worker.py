"""What the worker makes of events and schedules: any order, any number of times."""

import json
from itertools import permutations

import pytest

from functions.subscriptions.models import Subscription
from functions.subscriptions.worker import handler
from tests.callers import ask
from tests.cloud import received
from tests.integration.subscriptions.lives import BY, JAN31, instant, invoices, settle, subscribe


def tell(type, subject, version, data, at="2024-02-02T00:00:00.000000Z"):
    detail = {"subject": subject, "version": version, "effective_at": at, "recorded_at": at, "actor": "system:invoices", "request_id": None,
              "cause": None, "depth": 1, "tenant_id": data.get("tenant_id"), "clock_id": None, "data": {"schema": 1, **data}}
    body = json.dumps({"version": "0", "id": "1", "detail-type": type, "source": "platform-owner", "detail": detail})
    record = {"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    assert handler({"Records": [record]}, None) == {"batchItemFailures": []}


def about(subscription, **more):
    return {"tenant_id": "ten_1", "subscription_id": subscription, "number": "INV-1", "currency": "EUR", "total": 1, "amount_due": 1, **more}


def failed(subscription, version, invoice="inv_1"):
    more = {"attempt": 1, "code": "card_declined", "next_attempt_at": None}
    tell("invoices.payment_failed", invoice, version, about(subscription, **more))


def paid(subscription, version, invoice="inv_1"):
    tell("invoices.paid", invoice, version, about(subscription, paid_at="2024-02-02T00:00:00Z"))


def uncollectible(subscription, version, invoice="inv_1"):
    tell("invoices.uncollectible", invoice, version, about(subscription))


def test_it_is_past_due_until_the_last_invoice_in_dunning_is_paid(shop):
    id = subscribe(shop, trial_days=0)["id"]
    failed(id, 3)
    failed(id, 2, "inv_2")
    assert Subscription.fetch(id).status == "past_due"
    paid(id, 4)
    assert (Subscription.fetch(id).status, Subscription.fetch(id).overdue) == ("past_due", ["inv_2"])
    paid(id, 5, "inv_2")
    assert (Subscription.fetch(id).status, Subscription.fetch(id).overdue) == ("active", [])


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_events_in_any_order_and_thrice_end_in_the_same_state(shop, order):
    id = subscribe(shop, trial_days=0)["id"]
    events = [lambda: failed(id, 3), lambda: failed(id, 4), lambda: paid(id, 5)]
    for n in [*order, *order, *order]:
        events[n]()
    assert (Subscription.fetch(id).status, Subscription.fetch(id).overdue) == ("active", [])


@pytest.mark.parametrize("status", ["paid", "void"])
def test_a_failure_that_is_heard_after_what_settled_it_changes_nothing(shop, status):
    made = subscribe(shop, trial_days=0)
    settle(made["id"], status)
    paid(made["id"], 5, made["latest_invoice_id"])
    failed(made["id"], 3, made["latest_invoice_id"])
    uncollectible(made["id"], 4, made["latest_invoice_id"])
    assert (Subscription.fetch(made["id"]).status, Subscription.fetch(made["id"]).overdue) == ("active", [])


def test_an_invoice_that_was_voided_is_no_longer_overdue(shop):
    id = subscribe(shop, trial_days=0)["id"]
    failed(id, 3)
    tell("invoices.voided", "inv_1", 4, about(id))
    assert (Subscription.fetch(id).status, Subscription.fetch(id).overdue) == ("active", [])


def test_it_ends_when_dunning_gives_up_and_nothing_wakes_it(shop):
    id = subscribe(shop, trial_days=0)["id"]
    failed(id, 3)
    uncollectible(id, 4)
    uncollectible(id, 4)
    paid(id, 5)
    found = Subscription.fetch(id)
    assert (found.status, found.next_action_at, found.ended_at) == ("ended", None, instant("2024-02-02T00:00:00Z"))


def test_a_tenant_that_leaves_takes_its_subscriptions_along(shop):
    ids = [subscribe(shop, trial_days=days)["id"] for days in (0, 14)]
    for _ in range(2):
        tell("tenants.offboarding_started", shop.tenant, 4, {"name": "A", "email": "a@b.test", "language": "de", "reason": "bye"})
    assert [Subscription.fetch(id).status for id in ids] == ["ended", "ended"]


def test_the_schedule_plans_what_is_due_and_its_messages_bill_it_once(shop, sample, monkeypatch):
    import os

    monkeypatch.setenv("QUEUE_URL", os.environ["SUBSCRIPTIONS_QUEUE"])
    received(os.environ["SUBSCRIPTIONS_QUEUE"])
    id = subscribe(shop, trial_days=0)["id"]
    handler(sample("subscriptions/worker-due"), None)
    messages = received(os.environ["SUBSCRIPTIONS_QUEUE"])
    assert [json.loads(message)["detail"]["id"] for message in messages] == [id]
    for body in messages * 3:
        handler({"Records": [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}, None)
    assert [start for *_, start, _ in invoices(id)] == ["2024-01-31", "2024-02-29"]


def test_the_sample_of_a_new_subscription_is_taken(shop, sample, owner):
    event = sample("subscriptions/api-create", body={"tenant_id": shop.tenant, "price_id": shop.pro}, headers=owner)
    from functions.subscriptions.api import handler as api

    answer = api(event, None)
    assert answer["statusCode"] == 201, answer["body"]
    assert json.loads(answer["body"])["status"] == "trialing"


def test_the_sample_of_a_failed_payment_is_taken(shop, sample):
    id = subscribe(shop, trial_days=0)["id"]
    event = sample("subscriptions/worker-payment-failed")
    message = json.loads(event["Records"][0]["body"])
    message["detail"]["data"]["subscription_id"] = id
    event["Records"][0]["body"] = json.dumps(message)
    assert handler(event, None) == {"batchItemFailures": []}
    assert Subscription.fetch(id).status == "past_due"


def test_a_viewer_may_preview_and_not_change(shop):
    from functions.subscriptions.api import handler as api
    from tests.callers import signed_in

    id, viewer = subscribe(shop, trial_days=0)["id"], signed_in("viewer")
    settle(id)
    at = "2024-02-02T00:00:00+00:00"
    assert ask(api, "POST", f"/v1/subscriptions/{id}/preview-change", {"price_id": shop.max}, headers=viewer, at=at).status == 200
    assert ask(api, "POST", f"/v1/subscriptions/{id}/change", {"price_id": shop.max}, headers=viewer, at=JAN31).status == 403


def test_who_was_slower_reads_again_at_once_instead_of_waiting_for_the_queue(shop):
    """Someone else changes the subscription between the worker's read and its commit: the message succeeds all the same."""
    from kernel import dynamodb
    from kernel.audit import Actor, Payload
    from kernel.commit import commit

    class Touched(Payload, event="subscriptions.touched"):
        pass

    id = subscribe(shop, trial_days=0)["id"]
    rivals = iter([None])

    def be_quicker(**_):
        for _ in rivals:
            commit((Subscription.fetch(id), Touched()), actor=Actor(id="rival"), at=instant(JAN31))

    events = dynamodb.client().meta.events
    events.register("before-call.dynamodb.TransactWriteItems", be_quicker)
    try:
        failed(id, 3)
    finally:
        events.unregister("before-call.dynamodb.TransactWriteItems", be_quicker)
    assert (Subscription.fetch(id).status, Subscription.fetch(id).version) == ("past_due", 3)


def test_what_is_stuck_is_due_again_when_someone_has_mended_its_cause(shop, monkeypatch):
    import os

    monkeypatch.setenv("QUEUE_URL", os.environ["SUBSCRIPTIONS_QUEUE"])
    made = subscribe(shop, trial_days=0)
    path = f"/v1/subscriptions/{made['id']}/retry"
    assert (shop.ask("POST", path).status, shop.ask("POST", path).body["code"]) == (409, "not_stuck")
    handler.give_up(Subscription, made["id"], "no issuer", BY)
    received(os.environ["SUBSCRIPTIONS_QUEUE"])
    handler({"time": "2024-03-01T00:00:00Z", "slot": "due"}, None)
    assert received(os.environ["SUBSCRIPTIONS_QUEUE"]) == []
    assert shop.ask("POST", path).body["stuck"] is None
    handler({"time": "2024-03-01T00:00:00Z", "slot": "due"}, None)
    assert len(received(os.environ["SUBSCRIPTIONS_QUEUE"])) == 1
