"""What events tell of a subscription is what it is after the change, and what comes of them in figures is what it brings."""

import json

import pytest

from functions.insights.worker import handler as insights
from functions.plans import contract as plans
from functions.relay.worker import envelope
from functions.subscriptions import service
from functions.subscriptions.contract import new_trial
from functions.subscriptions.models import Subscription
from functions.subscriptions.service import terms
from functions.tenants.contract import new_tenant, profile_of
from functions.tenants.models import Tenant
from kernel import audit
from kernel.audit import Entry
from tests.integration.insights.hearing import hear, sums
from tests.integration.subscriptions.lives import BY, JAN31, instant, run, subscribe

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


def taxed(shop, **customer):
    """From here on prices include tax, and the tenant is this."""
    [seller] = shop.ask("GET", "/v1/settings/issuers").body["data"]
    assert shop.ask("PATCH", f"/v1/settings/issuers/{seller['id']}", {"prices_include_tax": True}).status == 200
    if customer:
        tenant = Tenant.fetch(shop.tenant)
        for name, value in customer.items():
            setattr(tenant, name, value)
        tenant.save()


@pytest.mark.parametrize(("customer", "unit_amount", "interval", "monthly"), [
    ({}, "11900", "month", 10000 * MICRO), ({}, "11900", "year", 833_333333), ({}, "100", "month", 84_033613),
    ({"address": {"country": "AT"}}, "12000", "month", 10000 * MICRO),
    ({"address": {"country": "AT"}, "vat_id_valid": True}, "11900", "month", 11900 * MICRO),
    ({"address": {"country": "US"}}, "11900", "month", 11900 * MICRO)],
    ids=["119.00 with 19 %", "a year", "no cent is rounded away", "the customer's own rate", "reverse charge", "outside the scope"])
def test_tax_in_a_price_is_no_revenue(shop, customer, unit_amount, interval, monthly):
    shop.made("/v1/settings/tax-rates", {"country": "AT", "percent": "20"})
    plan = shop.made("/v1/plans", {"name": "Gross"})
    price = shop.made(f"/v1/plans/{plan}/prices", {"currency": "EUR", "interval": interval, "unit_amount": unit_amount})
    taxed(shop, **customer)
    id = subscribe(shop, price_id=price, trial_days=0)["id"]
    assert told(id)["monthly"] == sums()["totals", "EUR"]["mrr"] == monthly
    asked("cancel", {})(shop, id)
    assert told(id)["monthly"] == monthly, "whichever event tells it"


def test_where_no_tax_can_be_decided_none_is_taken_out(shop):
    [rate] = shop.ask("GET", "/v1/settings/tax-rates").body["data"]
    assert shop.ask("DELETE", f"/v1/settings/tax-rates/{rate['id']}").status == 204
    taxed(shop)
    assert told(subscribe(shop)["id"])["monthly"] == 3000 * MICRO


def test_a_tenant_that_is_not_saved_yet_is_taxed_by_what_is_at_hand_and_one_that_is_gone_not_at_all(shop):
    taxed(shop)
    tenant, _ = new_tenant(name="New", email="n@new.test", phone=None, zone="UTC", currency="EUR", language="en", owner_id=None)
    trial, created = new_trial(profile=profile_of(tenant), agreed=plans.price(shop.pro), days=14, at=instant(JAN31))
    assert (created.monthly, terms.monthly(trial)) == (2521_008403, 3000 * MICRO)


def test_before_there_is_an_issuer_no_tax_is_taken_out(aws):
    agreed = {"id": "pri_1", "unit_amount": "11900", "currency": "EUR", "interval": "month", "interval_count": 1}
    assert terms.monthly(Subscription(tenant_id="ten_1", price=agreed)) == 11900 * MICRO


@pytest.mark.parametrize(("price", "quantity", "monthly"), [("pro", 2, 6000), ("yearly", 1, 7500), ("yearly", 3, 22500)])
def test_a_change_tells_the_price_that_was_agreed_on(shop, price, quantity, monthly):
    id = subscribe(shop)["id"]
    asked("change", {"price_id": getattr(shop, price), "quantity": quantity}, "2024-02-01T12:00:00+00:00")(shop, id)
    assert (told(id)["monthly"], told(id)["trial"]) == (monthly * MICRO, True)
    run(id, "2024-02-15T00:00:00Z")
    told(id)
    assert sums()["totals", "EUR"]["mrr"] == monthly * MICRO
