"""What events tell of a subscription is what it is after the change, and what comes of them in figures is what it brings."""

import json

import pytest

from functions.insights.worker import handler as insights
from functions.relay.worker import envelope
from functions.subscriptions import service
from functions.subscriptions.models import Subscription
from kernel import audit
from kernel.audit import Entry
from tests.integration.insights.hearing import hear, sums
from tests.integration.subscriptions.lives import BY, instant, run, subscribe

MICRO = 10**6


def told(id):
    """What the newest event says, once the insights have heard it."""
    sent = envelope(Entry.load(audit.timeline(id)[-1]))
    detail = json.loads(sent["Detail"])
    if sent["DetailType"] in insights.subscriptions:
        hear((sent["DetailType"], id, detail["version"], detail["effective_at"], detail["data"], None))
    return detail["data"]


def asked(verb, body=None, at="2024-02-20T12:00:00+00:00"):
    def do(shop, id):
        answer = shop.ask("POST", f"/v1/subscriptions/{id}/{verb}", body, at=at)
        assert answer.status == 200, answer.body

    return do


def until(at):
    return lambda _, subscription: run(subscription, at)


def unpaid(shop, id):
    service.payment_failed(id, "inv_1", 1, actor=BY, at=instant("2024-02-21T12:00:00Z"))


def paid(shop, id):
    service.payment_recovered(id, "inv_1", 2, actor=BY, at=instant("2024-02-22T12:00:00Z"))


def given_up(shop, id):
    service.uncollectible(id, "inv_1", 3, actor=BY, at=instant("2024-02-23T12:00:00Z"))


LIFE = [  # what happens, and what it brings from then on
    ("subscribed", lambda *_: None, 0), ("reminded", until("2024-02-12T00:00:00Z"), 0), ("activated", until("2024-02-15T00:00:00Z"), 3000),
    ("unpaid", unpaid, 3000), ("paid", paid, 3000), ("canceled", asked("cancel", {}), 3000), ("not canceled", asked("uncancel"), 3000),
    ("renewed", until("2024-03-15T00:00:00Z"), 3000), ("paused", asked("pause", {}, "2024-03-20T12:00:00+00:00"), 0),
    ("resumed", asked("resume", None, "2024-03-21T12:00:00+00:00"), 3000), ("given up", given_up, 0)]


def test_each_event_of_a_life_tells_what_it_is_from_then_on(shop):
    id = subscribe(shop)["id"]
    for name, do, brings in LIFE:
        do(shop, id)
        found, event = Subscription.fetch(id), told(id)
        assert (event["status"], event["trial"], event["monthly"]) == (found.status, found.anchor is None, 3000 * MICRO), name
        assert sums().get(("totals", "EUR"), {}).get("mrr", 0) == brings * MICRO, name
        assert sums()["totals", "EUR"][found.status] == 1, name


@pytest.mark.parametrize(("price", "quantity", "monthly"), [("pro", 2, 6000), ("yearly", 1, 7500), ("yearly", 3, 22500)])
def test_a_change_tells_the_price_that_was_agreed_on(shop, price, quantity, monthly):
    id = subscribe(shop)["id"]
    asked("change", {"price_id": getattr(shop, price), "quantity": quantity}, "2024-02-01T12:00:00+00:00")(shop, id)
    assert (told(id)["monthly"], told(id)["trial"]) == (monthly * MICRO, True)
    run(id, "2024-02-15T00:00:00Z")
    told(id)
    assert sums()["totals", "EUR"]["mrr"] == monthly * MICRO
