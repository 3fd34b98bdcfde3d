"""Worked examples of recurring revenue in use, by what the API answers; ids as in the collection.

L1 is beside the rules of subscriptions, L3, L5 and L13 beside those of insights, L9 in the example of `test_revenue.py`. What does not apply:

- L7 counts customers and may fall below zero; the share of customers who left, as we show it, cannot. Of revenue it is 1 − NRR, tested here.
- L13's second row, the revenue that is committed: what is going to end counts until it has ended, and no other sum is kept.
"""

from datetime import UTC, datetime

import pytest

from functions.insights.api import handler
from tests.callers import ask
from tests.integration.insights.hearing import hear, subscribed

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def of(owner):
    """What revenue answers of a month."""

    def ask_of(month, last):
        query = {"from": f"{month}-01", "to": f"{month}-{last}"}
        return ask(handler, "GET", "/v1/insights/revenue", headers=owner, at=datetime(2026, 6, 15, tzinfo=UTC).isoformat(), **query).body

    return ask_of


def one_of(name, version, day, monthly, *status, **more):
    return subscribed(version, day, monthly, *status, sub=f"sub_{name}", tenant=f"ten_{name}", **more)


def test_l7_more_came_of_those_who_were_there_than_went(of):
    hear(one_of("A", 1, "2026-01-10", 100), one_of("A", 2, "2026-05-04", 110, type="plan_changed"), one_of("B", 1, "2026-05-06", 10))
    may = of("2026-05", 31)
    assert (may["start"]["amount"], may["mrr"]["amount"], may["movements"]["new"]["amount"]) == (100, 120, 10)
    assert 1000 - may["nrr_per_mille"] == -100


def test_l11_a_month_and_a_year_of_two_customers(of):
    monthly, yearly = one_of("A", 1, "2026-05-04", 10000), one_of("B", 1, "2026-05-04", 0)
    yearly[4]["monthly"] = 100000 * 10**6 // 12
    hear(monthly, yearly)
    may = of("2026-05", 31)
    assert (may["mrr"]["amount"], may["arpa"]["amount"], may["paying"]) == (18333, 9167, 2)


def test_l15_the_quick_ratio_is_what_came_by_what_went(of):
    hear(one_of("A", 1, "2026-01-10", 300), one_of("B", 1, "2026-01-10", 100), one_of("C", 1, "2026-05-02", 200),
         one_of("A", 2, "2026-05-04", 400, type="plan_changed"), one_of("B", 2, "2026-05-06", 60, type="plan_changed"),
         one_of("C", 2, "2026-05-20", 200, "ended", type="ended"))
    may = of("2026-05", 31)
    assert may["quick_ratio_per_mille"] == round(1000 * (200 + 100) / (40 + 200))
