"""A subscription's life: trial, renewal, pause, cancellation; each with the invoice that it makes."""

import pytest

from functions.invoices.contract import Invoice
from functions.subscriptions.models import Subscription
from kernel.records import body_of
from tests.integration.subscriptions.lives import BY, JAN31, instant, invoices, run, settle, subscribe


def test_a_trial_is_reminded_then_ends_and_its_end_is_the_billing_anchor(shop):
    made = subscribe(shop)
    assert (made["status"], made["trial_end"]) == ("trialing", "2024-02-14T12:00:00.000000Z")
    assert invoices(made["id"]) == []
    found = run(made["id"], "2024-02-12T00:00:00Z")
    assert (found.status, found.trial_reminded) == ("trialing", True)
    found = run(made["id"], "2024-02-15T00:00:00Z")
    assert (found.status, found.anchor, found.period_end) == ("active", instant("2024-02-14T12:00:00Z"), instant("2024-03-14T12:00:00Z"))
    assert invoices(made["id"]) == [(3000, 570, ["Pro"], "2024-02-14", "2024-03-14")]


def test_periods_count_from_the_anchor_and_missed_months_are_billed_in_order(shop):
    made = subscribe(shop, trial_days=0)
    run(made["id"], "2024-04-30T12:00:00Z")
    assert [(start, end) for *_, start, end in invoices(made["id"])] == [
        ("2024-01-31", "2024-02-29"), ("2024-02-29", "2024-03-31"), ("2024-03-31", "2024-04-30"), ("2024-04-30", "2024-05-31")]


def test_the_same_run_twice_bills_nothing_new(shop):
    made = subscribe(shop, trial_days=0)
    run(made["id"], "2024-03-01T00:00:00Z")
    before, version = invoices(made["id"]), Subscription.fetch(made["id"]).version
    run(made["id"], "2024-03-01T00:00:00Z")
    assert (invoices(made["id"]), Subscription.fetch(made["id"]).version) == (before, version)


def test_a_cancellation_runs_to_the_period_s_end_and_can_be_taken_back(shop):
    made = subscribe(shop, trial_days=0)
    path = f"/v1/subscriptions/{made['id']}"
    canceled = shop.ask("POST", path + "/cancel", {"reason": "switched"}, at="2024-02-10T00:00:00+00:00").body
    assert (canceled["status"], canceled["cancel_reason"]) == ("canceled", "switched")
    again = shop.ask("POST", path + "/cancel", {}, at="2024-02-10T00:00:00+00:00")
    assert (again.status, again.body["code"]) == (409, "subscription_canceled")
    assert shop.ask("POST", path + "/uncancel", at="2024-02-11T00:00:00+00:00").body["status"] == "active"
    shop.ask("POST", path + "/cancel", {}, at="2024-02-12T00:00:00+00:00")
    found = run(made["id"], "2024-06-01T00:00:00Z")
    assert (found.status, found.ended_at, found.next_action_at) == ("ended", instant("2024-02-29T12:00:00Z"), None)
    assert len(invoices(made["id"])) == 1


def test_ending_now_gives_the_unused_time_back_when_that_is_wanted(shop):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"])
    body = {"when": "now", "credit": True}
    ended = shop.ask("POST", f"/v1/subscriptions/{made['id']}/cancel", body, at="2025-06-11T00:00:00+02:00").body
    assert ended["status"] == "ended"
    assert invoices(made["id"])[1][0] == -2000
    assert shop.ask("POST", f"/v1/subscriptions/{made['id']}/uncancel").status == 409


def test_a_pause_bills_nothing_and_a_new_period_begins_when_it_ends(shop):
    made = subscribe(shop, trial_days=0)
    path = f"/v1/subscriptions/{made['id']}"
    assert shop.ask("POST", path + "/pause", {"resumes_at": "9999-12-31T23:59:59-14:00"}).status == 422
    paused = shop.ask("POST", path + "/pause", {"resumes_at": "2024-05-01T00:00:00Z"}, at="2024-02-10T00:00:00+00:00").body
    assert paused["status"] == "paused"
    assert run(made["id"], "2024-04-30T00:00:00Z").status == "paused"
    found = run(made["id"], "2024-05-02T00:00:00Z")
    assert (found.status, found.anchor) == ("active", instant("2024-05-01T00:00:00Z"))
    assert [start for *_, start, _ in invoices(made["id"])] == ["2024-01-31", "2024-05-01"]


@pytest.mark.parametrize(("body", "status", "field"), [
    ({"price_id": "pri_nothing"}, 422, "price_id"), ({"tenant_id": "ten_nothing"}, 422, "tenant_id"), ({"quantity": 0}, 422, "quantity"),
    ({"quantity": "2"}, 422, "quantity"), ({"quantity": -3}, 422, "quantity"), ({"colour": "red"}, 422, "colour"),
    ({"trial_days": 1000}, 422, "trial_days"), ({"status": "active"}, 422, "status")])
def test_a_bad_subscription_is_refused_and_nothing_is_written(shop, body, status, field):
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": shop.pro} | body)
    assert answer.status == status
    assert [error["field"] for error in answer.body.get("errors", [])] == ([field] if field else [])
    assert shop.ask("GET", "/v1/subscriptions").body["data"] == []


def test_a_price_in_another_currency_is_refused(shop):
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": shop.dollars})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "price_id")
    made = subscribe(shop, trial_days=0)
    assert shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.dollars}).status == 422


def test_a_suspended_tenant_cannot_subscribe(shop):
    from functions.tenants.service import provision

    provision(shop.tenant, actor=BY, at=instant(JAN31))
    assert shop.ask("POST", f"/v1/tenants/{shop.tenant}/suspend", {"reason": "fraud"}).status == 200
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": shop.pro})
    assert (answer.status, answer.body["code"]) == (409, "tenant_closed")


def test_a_stale_version_is_refused(shop):
    made = subscribe(shop, trial_days=0)
    from functions.subscriptions.api import handler
    from tests.callers import ask, signed_in

    headers = signed_in("owner") | {"if-match": '"9"'}
    assert ask(handler, "POST", f"/v1/subscriptions/{made['id']}/cancel", {}, headers=headers).status == 412
    assert Subscription.fetch(made["id"]).status == "active"


@pytest.mark.parametrize("path", ["change", "preview-change", "cancel"])
def test_what_is_not_paid_yet_cannot_be_credited(shop, path):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    body = {"when": "now", "credit": True} if path == "cancel" else {"price_id": shop.max}
    answer = shop.ask("POST", f"/v1/subscriptions/{made['id']}/{path}", body, at="2025-06-16T00:00:00+02:00")
    assert (answer.status, answer.body["code"]) == (409, "invoice_open")


@pytest.mark.parametrize(("status", "refunded", "credit"), [("void", 0, 0), ("uncollectible", 0, 0), ("paid", 3570, 0), ("paid", 1785, -750)])
def test_only_money_that_we_have_is_credited(shop, status, refunded, credit):
    made = subscribe(shop, at="2025-06-01T00:00:00+02:00", trial_days=0)
    settle(made["id"], status, refunded)
    changed = shop.ask("POST", f"/v1/subscriptions/{made['id']}/change", {"price_id": shop.max}, at="2025-06-16T00:00:00+02:00").body
    lines = body_of(Invoice.fetch(changed["latest_invoice_id"]), "lines")["lines"]
    assert sum(line["amount"] for line in lines if line["kind"] == "credit") == credit


@pytest.mark.parametrize("when", ["period_end", "now"])
def test_a_cancellation_just_after_the_period_s_end_comes_after_the_renewal(shop, when):
    made = subscribe(shop, trial_days=0)
    answer = shop.ask("POST", f"/v1/subscriptions/{made['id']}/cancel", {"when": when}, at="2024-02-29T12:03:00+00:00")
    assert answer.status == 200
    assert [start for *_, start, _ in invoices(made["id"])] == ["2024-01-31", "2024-02-29"]


def test_who_has_a_plan_keeps_it_when_it_is_deleted(shop):
    made = subscribe(shop, trial_days=0)
    deleted = shop.ask("GET", f"/v1/plans/{made['plan_id']}")
    from functions.plans.api import handler as plans
    from tests.callers import ask, signed_in

    headers = signed_in("owner") | {"if-match": deleted.headers["ETag"]}
    assert ask(plans, "DELETE", f"/v1/plans/{made['plan_id']}", headers=headers).status == 204
    run(made["id"], "2024-03-01T00:00:00Z")
    assert len(invoices(made["id"])) == 2
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": shop.pro})
    assert (answer.status, answer.body["code"]) == (409, "price_not_sold")


def test_an_amount_that_money_cannot_be_is_refused_with_a_trial_too(shop):
    large = shop.made(f"/v1/plans/{subscribe(shop)['plan_id']}/prices", {"currency": "EUR", "interval": "year", "unit_amount": "1" + "0" * 12})
    answer = shop.ask("POST", "/v1/subscriptions", {"tenant_id": shop.tenant, "price_id": large, "quantity": 1000})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "quantity")
