"""The worker keeps the figures: whatever comes, in whatever order and however often, the same are kept, and they add up."""

from concurrent.futures import ThreadPoolExecutor
from itertools import permutations
from random import Random
from threading import Lock

import pytest
from botocore.client import BaseClient

from functions.clocks.models import Clock
from functions.insights import ledger, service
from functions.insights.rules import State
from kernel.clock import parse
from kernel.config import setting
from tests.cloud import received
from tests.integration.exports.company import store
from tests.integration.insights.hearing import hear, invoiced, moved, subscribed, sums
from tests.integration.writes.company import everything

pytestmark = pytest.mark.usefixtures("aws")
MICRO = 10**6
LIFE = [subscribed(1, "2026-01-05"), subscribed(2, "2026-02-05", 150, type="plan_changed"),
        subscribed(4, "2026-03-05", 150, "past_due", type="past_due"), subscribed(5, "2026-04-05", 150, "ended", type="ended")]


def days(currency="EUR"):
    return {sk: numbers for (pk, sk), numbers in sums().items() if pk == f"days#{currency}"}


def test_each_change_is_a_movement_on_its_day():
    hear(*LIFE)
    assert days() == {"2026-01-05": {"new": 100 * MICRO, "new_count": 1}, "2026-02-05": {"expansion": 50 * MICRO, "expansion_count": 1},
                      "2026-04-05": {"churn": -150 * MICRO, "churn_count": 1}}
    assert sums()["totals", "EUR"] == {"ended": 1}


def test_every_order_of_delivery_thrice_ends_in_the_same_state():
    """A table for each order would take minutes: each has a tenant of its own."""
    hear(*LIFE)
    once = sums()
    chance = Random(7)
    for n, order in enumerate(permutations(LIFE), 1):
        told = [*order, *order, *order]
        if n % 2:
            chance.shuffle(told)
        for each in told:
            hear((each[0], f"sub_{n}", each[2], each[3], each[4] | {"tenant_id": f"ten_{n}"}, None))
    assert sums() == {key: {name: number * (n + 1) for name, number in numbers.items()} for key, numbers in once.items()}


def test_subscriptions_of_a_tenant_are_one_customer():
    hear(subscribed(1, "2026-01-05"), subscribed(1, "2026-01-20", 40, sub="sub_B"), subscribed(2, "2026-02-01", 100, "ended", type="ended"))
    assert days() == {"2026-01-05": {"new": 100 * MICRO, "new_count": 1}, "2026-01-20": {"expansion": 40 * MICRO, "expansion_count": 1},
                      "2026-02-01": {"contraction": -100 * MICRO, "contraction_count": 1}}
    assert sums()["totals", "EUR"] == {"mrr": 40 * MICRO, "paying": 1, "active": 1, "ended": 1}


def test_currencies_are_never_mixed():
    hear(subscribed(1, "2026-01-05"), subscribed(1, "2026-01-05", 70, sub="sub_B", tenant="ten_B", currency="USD"))
    assert (sums()["totals", "EUR"]["mrr"], sums()["totals", "USD"]["mrr"]) == (100 * MICRO, 70 * MICRO)


def test_a_test_clock_is_no_business_of_the_companys_until_it_is_gone():
    clock = Clock("clk_1", name="C", now=parse("2030-01-05T09:00:00Z"))
    store(clock)
    hear(subscribed(1, "2030-01-05", clock_id="clk_1"), invoiced("finalized", 2, clock_id="clk_1"), moved("activated", 3, clock_id="clk_1"))
    assert everything("insights") == []
    clock.deleted_at = parse("2026-02-01T09:00:00Z")
    store(clock)
    hear(subscribed(3, "2026-02-05", type="renewed", clock_id="clk_1"))  # a paused one stays marked until something is due on it
    assert days() == {"2026-02-05": {"new": 100 * MICRO, "new_count": 1}}


def test_what_was_told_before_there_were_figures_is_passed_over():
    hear((*LIFE[0][:4], {"tenant_id": "ten_1", "plan_id": "pln_1"}, None))
    assert everything("insights") == []


@pytest.mark.parametrize("end", ["paid", "voided", "uncollectible"])
def test_an_invoice_is_owed_until_it_is_settled_whichever_is_heard_first(end):
    opened, settled = invoiced("finalized", 2), invoiced(end, 5)
    hear(opened, opened)
    owed = {("totals", "EUR"): {"open": 1, "owed": 5000}, ("due#EUR", "2026-01-14"): {"count": 1, "amount": 5000}}
    assert sums() == owed
    hear(invoiced("finalized", 2, id="inv_B", amount=100), settled, opened, settled)
    assert sums() == {("totals", "EUR"): {"open": 1, "owed": 100}, ("due#EUR", "2026-01-14"): {"count": 1, "amount": 100}}
    hear(invoiced(end, 4, id="inv_B"), invoiced(end, 4, id="inv_C"), invoiced("finalized", 3, id="inv_C"))
    assert sums() == {}
    assert [item for item in everything("insights") if item["pk"]["S"] == "due#EUR"] == []


PARTS = [invoiced("finalized", 2), invoiced("partly_paid", 3, owed=2000), invoiced("partly_paid", 6, owed=4000),
         invoiced("paid", 8)]


@pytest.mark.parametrize(("until", "owed"), [(2, 2000), (3, 4000), (4, 0)])
def test_of_an_invoice_that_was_paid_in_parts_the_rest_is_owed_in_whichever_order_that_is_heard(until, owed):
    for n, order in enumerate(permutations(PARTS[:until])):
        hear(*((type, f"inv_{n}", *rest) for type, _, *rest in [*order, *order, *order]))
    n += 1
    assert sums() == ({("totals", "EUR"): {"open": n, "owed": n * owed}, ("due#EUR", "2026-01-14"): {"count": n, "amount": n * owed}}
                      if owed else {})


def test_a_part_that_comes_of_an_invoice_that_was_given_up_does_not_open_it_again():
    hear(PARTS[0], invoiced("uncollectible", 3), invoiced("partly_paid", 4, owed=2000, status="uncollectible"))
    assert sums() == {}


def test_a_part_that_was_told_before_it_said_what_is_left_is_passed_over():
    hear(PARTS[0], invoiced("partly_paid", 3, status=""))
    assert sums()["totals", "EUR"] == {"open": 1, "owed": 5000}


def test_tenants_are_counted_by_where_they_are():
    hear(moved("requested", 1), moved("activated", 3), moved("provisioning_started", 2), moved("requested", 1, id="ten_B"))
    assert sums() == {("tenants", "#"): {"active": 1, "requested": 1}}
    hear(moved("offboarding_started", 7), moved("suspended", 6), moved("deleted", 8), moved("deleted", 8))
    assert sums() == {("tenants", "#"): {"deleted": 1, "requested": 1}}


def _one_call_at_a_time(monkeypatch):
    """moto is not safe for threads. They still race, but from call to call, as callers of DynamoDB do."""
    make, lock = BaseClient._make_request, Lock()

    def locked(self, model, request, context):
        with lock:
            return make(self, model, request, context)

    monkeypatch.setattr(BaseClient, "_make_request", locked)


def test_many_at_once_lose_nothing(monkeypatch):
    """They all change the same sums, and half of them the same tenant."""
    _one_call_at_a_time(monkeypatch)

    def one(n):
        state = State(f"sub_{n}", 1, parse("2026-01-05T09:00:00Z"), "active", "pln_1", MICRO, False)
        service.subscriptions("ten_A" if n % 2 else f"ten_{n}", "EUR", [state])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(one, range(24)))
    assert sums()["totals", "EUR"] == {"mrr": 24 * MICRO, "paying": 13, "active": 24}
    assert sum(each.get("new", 0) + each.get("expansion", 0) for each in days().values()) == 24 * MICRO


def test_a_change_that_others_were_quicker_with_is_made_on_what_they_left(monkeypatch):
    hear(LIFE[0])
    written, others = ledger._written, iter([LIFE[1]])

    def quicker(*change):
        if other := next(others, None):
            hear(other)
        return written(*change)

    monkeypatch.setattr(ledger, "_written", quicker)
    hear(LIFE[3])
    monkeypatch.undo()
    assert days() == {"2026-01-05": {"new": 100 * MICRO, "new_count": 1}, "2026-02-05": {"expansion": 50 * MICRO, "expansion_count": 1},
                      "2026-04-05": {"churn": -150 * MICRO, "churn_count": 1}}


@pytest.mark.parametrize(("name", "expected"), [
    ("subscribed", {("totals", "EUR"): {"mrr": 4900 * MICRO, "paying": 1, "active": 1},
                    ("days#EUR", "2026-01-31"): {"new": 4900 * MICRO, "new_count": 1}}),
    ("finalized", {("totals", "EUR"): {"open": 1, "owed": 5831}, ("due#EUR", "2026-01-14"): {"count": 1, "amount": 5831}}),
    ("partly-paid", {("totals", "EUR"): {"open": 1, "owed": 2331}, ("due#EUR", "2026-01-14"): {"count": 1, "amount": 2331}}),
    ("activated", {("tenants", "#"): {"active": 1}})])
def test_the_samples_count(name, expected, sample, context):
    from functions.insights.worker import handler

    for _ in range(2):
        assert handler(sample(f"insights/worker-{name}"), context) == {"batchItemFailures": []}
    assert sums() == expected


def test_what_is_no_json_is_parked(sample, context):
    from functions.insights.worker import handler

    assert handler(sample("insights/worker-not-json"), context) == {"batchItemFailures": []}
    assert len(received(setting("PARKED_URL"))) == 1
