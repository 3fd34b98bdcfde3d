"""Credits: counted with the limits in one write, refilled by the calendar."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kernel import dynamodb, limits
from kernel.clock import stamp
from kernel.limits import Credits, Limit, grant, take
from tests.integration.kernel.limited import MINUTE, NOW, later, one_call_at_a_time, stored

pytestmark = pytest.mark.usefixtures("aws")


def test_credits_run_out_and_are_told_apart_from_a_limit():
    few, limit = Credits(2), [("minute", Limit("minute", 3, 60))]
    found = [take("ten_1", limit, now=NOW, credits=few) for _ in range(3)]
    assert [each.admitted for each in found] == [True, True, False]
    assert [each.credits for each in found] == [1, 0, 0]
    assert (found[-1].exhausted, found[-1].violated, found[-1].retry_after) == (True, (), None)
    assert found[-1].problem().code == "exhausted"
    assert take("ten_1", limit, now=NOW).admitted, "of the limit, the exhausted request took nothing"


def test_a_request_that_meets_a_limit_burns_no_credits():
    limit = [("minute", Limit("minute", 1, 60))]
    found = [take("ten_1", limit, now=NOW, credits=Credits(5)) for _ in range(3)]
    assert [(each.admitted, each.exhausted, each.credits) for each in found] == [(True, False, 4), (False, False, 4), (False, False, 4)]
    assert found[-1].problem().code == "rate_limited"


def test_a_refill_replaces_what_is_left_and_adds_nothing():
    daily = Credits(10, "daily")
    assert take("ten_1", [], now=NOW, credits=daily, cost=3).credits == 7
    assert take("ten_1", [], now=datetime(2026, 11, 25, 23, 59, 59, 999999, UTC), credits=daily).credits == 6
    assert take("ten_1", [], now=datetime(2026, 11, 26, tzinfo=UTC), credits=daily).credits == 9
    assert take("ten_1", [], now=datetime(2026, 12, 26, tzinfo=UTC), credits=daily).credits == 9


def test_credits_are_refilled_once_whoever_comes_first():
    daily = Credits(10, "daily")
    assert take("ten_1", [], now=later(days=-1), credits=daily).credits == 9
    another = dict(limits._known)
    assert take("ten_1", [], now=NOW, credits=daily, cost=3).credits == 7
    limits._known.update(another)
    assert take("ten_1", [], now=NOW, credits=daily).credits == 6, "another process knows nothing of the refill"
    assert take("ten_1", [], now=later(days=-1), credits=daily).credits == 5, "nor does one whose clock is slow refill"


def test_who_has_no_credits_is_told_when_there_will_be_some():
    assert take("ten_1", [], now=NOW, credits=Credits(1, "daily")).admitted
    refused = take("ten_1", [], now=NOW, credits=Credits(1, "daily"))
    assert (refused.exhausted, refused.retry_after) == (True, 12 * 3600)


@pytest.mark.parametrize("cost", [6, 7])
def test_a_request_that_costs_more_than_all_credits_takes_none(cost):
    assert take("ten_1", [], now=NOW, credits=Credits(5), cost=cost).exhausted
    assert stored("ten_1") is None
    assert take("ten_1", [], now=NOW, credits=Credits(5), cost=5).credits == 0


def test_credits_that_are_given_count_at_once_and_until_the_next_refill():
    daily = Credits(1, "daily")
    take("ten_1", [], now=NOW, credits=daily)
    assert take("ten_1", [], now=NOW, credits=daily).exhausted
    dynamodb.client().transact_write_items(TransactItems=[grant("ten_1", daily, 50, now=NOW)])
    assert take("ten_1", [], now=NOW, credits=daily).credits == 49
    assert take("ten_1", [], now=later(days=1), credits=daily).credits == 0


def test_16_callers_at_once_get_the_credits_that_there_are(monkeypatch):
    one_call_at_a_time(monkeypatch)
    with ThreadPoolExecutor(16) as callers:
        found = list(callers.map(lambda _: take("ten_1", [("minute", MINUTE)], now=NOW, credits=Credits(40, "daily")), range(120)))
    assert sum(each.admitted for each in found) == 40
    assert all(each.exhausted for each in found if not each.admitted)


def on_a_refill_day(day, wanted):
    return day.day == wanted or (day.day < wanted and (day + timedelta(days=1)).day == 1)


INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC))


@given(INSTANTS, st.integers(1, 31))
@example(datetime(2026, 2, 28, tzinfo=UTC), 31)
@example(datetime(2028, 3, 1, tzinfo=UTC), 30)
@example(datetime(2026, 3, 31, tzinfo=UTC), 30)
@example(datetime(2026, 12, 31, 23, 59, tzinfo=UTC), 31)
def test_a_monthly_refill_comes_on_its_day_or_the_months_last(now, day):
    monthly = Credits(1, "monthly", day)
    since, until = monthly.since(now), monthly.until(now)
    assert since <= now < until
    assert until - since <= timedelta(days=31)
    midnights = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    assert [on_a_refill_day(each, day) for each in midnights] == [True, *[False] * (len(midnights) - 2), True]


@given(INSTANTS)
def test_a_daily_refill_comes_at_midnight(now):
    daily = Credits(1, "daily")
    assert daily.since(now) <= now < daily.until(now)
    assert stamp(daily.since(now)) == f"{now:%Y-%m-%d}T00:00:00.000000Z"
    assert daily.until(now) - daily.since(now) == timedelta(days=1)
