"""The first page's figures: recurring revenue over a year, what is overdue, and what waits for whom."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.api_keys.models import ApiKey
from functions.insights.api import handler
from functions.invoices.models import Invoice
from functions.notifications.models import Message
from functions.payments.models import Transaction
from functions.settings.api import handler as settings
from functions.subscriptions.models import Subscription
from kernel import ids
from tests.callers import ask, signed_in
from tests.integration.exports.company import store
from tests.integration.insights.hearing import hear, invoiced, moved, subscribed
from tests.integration.kernel.things_api import assert_is_problem
from tests.integration.staff.people import person, role_of

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
ISSUER = {"name": "Owner GmbH", "email": "o@owner.test", "address": {"country": "DE"}, "zone": "Europe/Berlin", "currency": "EUR"}


def seen(caller, at=NOW):
    answer = ask(handler, "GET", "/v1/insights/overview", headers=caller, at=at.isoformat())
    assert answer.status == 200, answer.body
    return answer.body


def euros(amount):
    return {"amount": amount, "currency": "EUR"}


def test_a_company_that_has_nothing_yet_sees_zeros(owner):
    body = seen(owner)
    assert body["series"] == [{"month": f"{year}-{month:02d}", "mrr": euros(0)} for year, month in
                              [(2025, n) for n in range(7, 13)] + [(2026, n) for n in range(1, 7)]]
    assert {name: body[name] for name in body if name != "series"} == {
        "as_of": "2026-06-15T12:00:00Z", "currency": "EUR", "mrr": euros(0), "mrr_30_days_ago": euros(0), "arr": euros(0), "paying": 0,
        "movements": dict.fromkeys(("new", "expansion", "contraction", "churn", "reactivation"), euros(0)), "active": 0, "trialing": 0,
        "past_due": 0, "tenants": 0, "overdue": {"count": 0, "amount": euros(0)}, "others": [], "needs_me": []}


def test_the_year_is_told_from_the_movements(owner):
    hear(subscribed(1, "2025-01-10"), subscribed(2, "2026-01-31", 150, type="plan_changed"),
         subscribed(1, "2026-05-16", 40, sub="sub_B", tenant="ten_B"), subscribed(1, "2026-05-20", 60, sub="sub_C", tenant="ten_C"),
         subscribed(2, "2026-06-10", 60, "ended", sub="sub_C", tenant="ten_C", type="ended"),
         subscribed(1, "2026-06-10", 9, "trialing", sub="sub_D", tenant="ten_D", trial=True), moved("activated", 3))
    body = seen(owner)
    assert (body["mrr"], body["mrr_30_days_ago"], body["arr"]) == (euros(190), euros(190), euros(2280))
    assert {kind: money["amount"] for kind, money in body["movements"].items()} == {
        "new": 60, "expansion": 0, "contraction": 0, "churn": -60, "reactivation": 0}
    assert [point["mrr"]["amount"] for point in body["series"]] == [100] * 6 + [150] * 4 + [250, 190]
    assert (body["active"], body["trialing"], body["past_due"], body["paying"], body["tenants"]) == (2, 1, 0, 2, 1)


def test_other_currencies_stand_beside_the_companys_own(owner):
    assert ask(settings, "POST", "/v1/settings/issuers", ISSUER | {"currency": "USD"}, headers=owner).status == 201
    hear(subscribed(1, "2026-01-10"), subscribed(1, "2026-01-10", 70, sub="sub_B", tenant="ten_B", currency="USD"))
    body = seen(owner)
    assert (body["currency"], body["mrr"], body["active"]) == ("USD", {"amount": 70, "currency": "USD"}, 2)
    assert [(each["currency"], each["mrr"]) for each in body["others"]] == [("EUR", euros(100))]


def test_an_invoice_is_overdue_from_the_companys_midnight_on(owner):
    assert ask(settings, "POST", "/v1/settings/issuers", ISSUER, headers=owner).status == 201
    hear(invoiced("finalized", 2, due_on="2026-06-14"), invoiced("finalized", 2, due_on="2026-06-15", id="inv_B", amount=100))
    late = datetime(2026, 6, 15, 22, 30, tzinfo=UTC)  # half past midnight in Berlin
    assert seen(owner)["overdue"] == {"count": 1, "amount": euros(5000)}
    assert seen(owner, late)["overdue"] == {"count": 2, "amount": euros(5100)}


def test_what_was_paid_of_it_is_not_overdue(owner):
    hear(invoiced("finalized", 2, amount=10000, due_on="2026-06-14"), invoiced("partly_paid", 3, amount=10000, owed=4000, due_on="2026-06-14"))
    assert seen(owner)["overdue"] == {"count": 1, "amount": euros(4000)}


def waiting():
    """One of each that waits for a person, beside one that does not."""
    due = {"next_action_at": NOW, "stuck": "broken"}
    at = {"created_at": NOW - timedelta(days=1)}
    plain = {"tenant_id": "ten_1", "currency": "EUR"}
    bill = {"series": "set:2026", "issuer_id": "set_1", "language": "en", "zone": "UTC", "lines_digest": "0"}
    text = {"template": "receipt", "channel": "email", "recipient": "a@a.test", "language": "en", "key": "k", "subject": "s"}
    key = {"name": "k", "environment": "live", "last4": "1234", "created_by": "stf_1", "counted_as": "key_1", "digest": "d"}
    term = {"plan_id": "pln_1", "price_id": "pri_1", "price": {}, "zone": "UTC", "period_start": NOW, "period_end": NOW}
    return [
        Subscription(ids.new("sub"), **plain, **term, **at, **due, status="active"),
        Subscription(ids.new("sub"), **plain, **term, **at, status="active"),
        Invoice(ids.new("inv"), **plain, **bill, **at, **due), Invoice(ids.new("inv"), **plain, **bill, **at),
        Invoice(ids.new("inv"), **plain, **bill, **at, status="open", due_at=NOW - timedelta(days=1)),
        Invoice(ids.new("inv"), **plain, **bill, **at, status="open", due_at=NOW + timedelta(days=1)),
        Transaction(ids.new("txn"), **plain, **at, **due, amount=1), Transaction(ids.new("txn"), **plain, **at, amount=1),
        Transaction(ids.new("txn"), **plain, **at, amount=1, status="requires_action"),
        Transaction(ids.new("txn"), **plain, **at, amount=1, status="failed"),
        Transaction(ids.new("txn"), **plain, created_at=NOW - timedelta(days=9), amount=1, status="failed"),
        *(Transaction(ids.new("txn"), **plain, **at, amount=1, status="succeeded", dispute=state) for state in ("none", "inquiry", "lost")),
        Message(ids.new("msg"), **text, **at, **due), Message(ids.new("msg"), **text, **at, status="sent"),
        Message(ids.new("msg"), **text, **at, status="unknown"), Message(ids.new("msg"), **text, **at, status="unknown", resent_as="msg_2"),
        Message(ids.new("msg"), **text, **at, status="failed"),
        ApiKey(ids.new("key"), **key, **at, expires_at=NOW + timedelta(days=10)), ApiKey(ids.new("key"), **key, **at),
        ApiKey(ids.new("key"), **key, **at, expires_at=NOW - timedelta(days=1)), ApiKey(ids.new("key"), **key, **at, expires_at=NOW + timedelta(days=99))]


KINDS = {
    "subscription_stuck": "subscriptions", "invoice_stuck": "invoices", "transaction_stuck": "transactions", "message_stuck": "notifications",
    "invoice_overdue": "invoices", "confirmation_awaited": "transactions", "charge_failed": "transactions", "charge_disputed": "transactions",
    "message_unknown": "notifications", "message_failed": "notifications", "key_expiring": "api-keys"}


def test_what_waits_for_a_person_is_counted_and_leads_to_a_list_that_shows_it(owner):
    from tests.integration.writes.company import owner_of

    store(*waiting())
    tasks = seen(owner)["needs_me"]
    assert {task["kind"]: (task["count"], task["more"], task["resource"]) for task in tasks} == {
        kind: (1, False, resource) for kind, resource in KINDS.items()}
    for task in tasks:
        path = f"/v1/{task['resource']}"
        listed = ask(owner_of("GET", path), "GET", path, headers=owner, at=NOW.isoformat(), **task["filters"])
        assert listed.status == 200, listed.body


def test_fifty_are_counted_and_then_there_are_more(owner):
    some = waiting()[8]
    store(*(Transaction(ids.new("txn"), tenant_id="ten_1", currency="EUR", amount=1, status=some.status, created_at=NOW) for _ in range(51)))
    assert [(task["count"], task["more"]) for task in seen(owner)["needs_me"]] == [(50, True)]


def test_nobody_is_told_what_waits_in_lists_that_they_may_not_read(owner):
    store(*waiting())
    one = person(role_of("insights.read", "payments.read").id)
    assert {task["resource"] for task in seen(one.headers)["needs_me"]} == {"transactions"}


def test_everyone_on_the_staff_may_look_and_no_tenants_key(owner):
    from functions.tenants.models import Tenant
    from tests.integration.api_keys.keys import bearer, made

    for role in ("viewer", "support", "billing", "developer"):
        assert seen(signed_in(role))["currency"] == "EUR"
    store(Tenant("ten_01KGA0000000000000000000T0", name="Acme", email="a@acme.test", status="active", version=1))
    key = made(owner, tenant_id="ten_01KGA0000000000000000000T0", scopes=["tenants.read"])["key"]
    assert_is_problem(ask(handler, "GET", "/v1/insights/overview", headers=bearer(key)), 403)


def test_the_sample_is_answered(sample, owner, context):
    answer = handler(sample("insights/api-overview", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])["currency"]) == (200, "EUR")
