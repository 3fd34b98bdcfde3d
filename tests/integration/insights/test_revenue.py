"""Revenue over a range adds up, whatever is asked for; and it is carried on."""

import json
from datetime import UTC, datetime

import pytest

from functions.insights.api import handler
from tests.callers import ask
from tests.integration.insights.hearing import hear, subscribed
from tests.integration.kernel.things_api import assert_is_problem

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)


def asked(owner, path="revenue", **params):
    return ask(handler, "GET", f"/v1/insights/{path}", headers=owner, at=NOW.isoformat(), **params)


def company():
    """L9 within May: 1,000 at its start, 150 more, 50 less and 100 gone; who came in May counts in none of its rates."""
    hear(subscribed(1, "2026-01-10", 100), subscribed(1, "2026-01-10", 500, sub="sub_B", tenant="ten_B"),
         subscribed(1, "2026-01-12", 400, sub="sub_C", tenant="ten_C"), subscribed(1, "2026-05-02", 70, sub="sub_D", tenant="ten_D"),
         subscribed(2, "2026-05-20", 70, "ended", sub="sub_D", tenant="ten_D", type="ended"),
         subscribed(2, "2026-05-10", 650, sub="sub_B", tenant="ten_B", type="plan_changed"),
         subscribed(2, "2026-05-10", 350, sub="sub_C", tenant="ten_C", type="plan_changed"),
         subscribed(2, "2026-05-11", 100, "ended", type="ended"))


def test_the_rates_are_of_those_that_were_there_when_the_month_began(owner):
    company()
    body = asked(owner, **{"from": "2026-05-01", "to": "2026-05-31"}).body
    assert (body["start"]["amount"], body["mrr"]["amount"], body["arr"]["amount"]) == (1000, 1000, 12000)
    assert (body["nrr_per_mille"], body["grr_per_mille"], body["revenue_churn_per_mille"], body["customer_churn_per_mille"]) == (
        1000, 850, 150, 333)
    assert {kind: money["amount"] for kind, money in body["movements"].items()} == {
        "new": 70, "expansion": 150, "contraction": -50, "churn": -170, "reactivation": 0}
    assert (body["arpa"]["amount"], body["paying"], body["quick_ratio_per_mille"], body["moved"]["churn"]) == (500, 2, 1000, 2)


@pytest.mark.parametrize("interval", ["day", "month"])
def test_start_and_movements_are_the_end_of_each_part_even_in_thirds_of_a_cent(interval, owner):
    company()
    thirds = [(subscribed(1, "2026-03-01")[4] | {"tenant_id": f"ten_{n}", "monthly": 333_333 * n}) for n in range(1, 6)]
    hear(*((*subscribed(2, "2026-03-01", sub=f"sub_{n}")[:4], data, None) for n, data in enumerate(thirds)))
    body = asked(owner, interval=interval, **{"from": "2026-01-01"}).body
    before = 0
    for span in body["series"]:
        assert span["start"]["amount"] == before
        before = span["start"]["amount"] + sum(money["amount"] for money in span["movements"].values())
        assert span["end"]["amount"] == before
    assert before == body["mrr"]["amount"]


@pytest.mark.parametrize(("params", "field"), [
    ({"from": "yesterday"}, "from"), ({"to": "2027-01-01"}, "from"), ({"from": "2001-01-01"}, "from"), ({"interval": "week"}, "interval"),
    ({"interval": "day", "from": "2024-01-01"}, "interval"), ({"currency": "XXX"}, "currency"), ({"color": "red"}, "color")])
def test_what_cannot_be_read_is_named(params, field, owner):
    answer = asked(owner, **params)
    assert_is_problem(answer, 400)
    assert answer.body["errors"][0]["field"] == field


def test_a_company_without_a_past_is_told_so(owner):
    body = asked(owner, "forecast").body
    assert (body["model"], body["steps"], body["history"]) == ("none", [], 0)
    assert_is_problem(asked(owner, "forecast", h="12"), 400)


def test_the_month_that_is_not_over_is_the_first_of_twelve(owner):
    hear(*(subscribed(n, f"2025-{n:02d}-05", 1000 + 40 * n, type="created" if n == 1 else "plan_changed") for n in range(1, 13)))
    body = asked(owner, "forecast").body
    assert (body["history"], body["steps"][0]["month"], len(body["steps"])) == (17, "2026-06", 12)
    for step in body["steps"]:
        found = [step[name]["amount"] for name in ("lo95", "lo80", "value", "hi80", "hi95")]
        assert found == sorted(found) and found[0] >= 0


def test_the_sample_of_revenue_is_answered(sample, owner, context):
    answer = handler(sample("insights/api-revenue", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])["interval"]) == (200, "month")
