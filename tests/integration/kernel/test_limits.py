"""Limits that are taken by conditional writes: exact among any number of callers, one write each."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kernel import dynamodb, limits
from kernel.clock import stamp
from kernel.config import table
from kernel.limits import Credits, Limit, per_ip, take
from tests.integration.kernel.limited import MINUTE, NOW, counted, later, one_call_at_a_time, stored

pytestmark = pytest.mark.usefixtures("aws")


def test_16_callers_at_once_get_100_of_300_requests(monkeypatch):
    one_call_at_a_time(monkeypatch)
    with counted() as calls, ThreadPoolExecutor(16) as callers:
        found = list(callers.map(lambda _: take("ten_1", [("minute", MINUTE)], now=NOW), range(300)))
    assert sum(each.admitted for each in found) == 100
    assert {each.violated for each in found if not each.admitted} == {("minute",)}
    assert calls["UpdateItem"] < 100 + 2 * 16 + 200
    assert sorted(each.states[0].left for each in found if each.admitted) == list(range(100)), "each is told a number of its own"


def test_16_processes_at_once_that_know_nothing_of_each_other_get_100(monkeypatch):
    one_call_at_a_time(monkeypatch)

    def anew(_):
        limits._known.clear()
        return take("ten_1", [("minute", MINUTE)], now=NOW)

    with ThreadPoolExecutor(16) as callers:
        found = list(callers.map(anew, range(300)))
    assert sum(each.admitted for each in found) == 100


def test_a_decision_is_usually_one_write_and_a_known_refusal_none():
    with counted() as calls:
        found = [take("ten_1", [("minute", MINUTE)], now=later(milliseconds=100 * n)).admitted for n in range(200)]
    assert found[:100] == [True] * 100
    assert calls.keys() == {"UpdateItem"}
    assert calls["UpdateItem"] == sum(found)


def test_what_another_process_has_used_costs_a_second_write_once():
    take("ten_1", [("minute", MINUTE)], now=NOW)
    limits._known.clear()
    with counted() as calls:
        assert take("ten_1", [("minute", MINUTE)], now=NOW).admitted
        assert calls["UpdateItem"] == 2
        assert take("ten_1", [("minute", MINUTE)], now=NOW).states[0].left == 97
        assert calls["UpdateItem"] == 3


def test_units_come_back_one_by_one():
    limit = [("minute", MINUTE)]
    assert [take("ten_1", limit, now=NOW).admitted for _ in range(101)] == [True] * 100 + [False]
    refused = take("ten_1", limit, now=later(milliseconds=599))
    assert (refused.admitted, refused.retry_after) == (False, 1)
    assert take("ten_1", limit, now=later(milliseconds=600)).admitted
    assert not take("ten_1", limit, now=later(milliseconds=1199)).admitted
    assert take("ten_1", limit, now=later(seconds=600)).states[0].left == 99, "never more than the limit"


def test_several_limits_are_taken_all_or_none():
    both = [("hour", Limit("hour", 5, 3600)), ("minute", Limit("minute", 3, 60))]
    found = [take("ten_1", both, now=NOW) for _ in range(4)]
    assert [each.admitted for each in found] == [True, True, True, False]
    assert found[-1].violated == ("minute",)
    assert [state.left for state in found[-1].states] == [2, 0], "the refused one took nothing of the hour"
    assert take("ten_1", both, now=later(seconds=60)).admitted
    assert take("ten_1", both, now=later(seconds=60)).admitted
    assert take("ten_1", both, now=later(seconds=60)).violated == ("hour",)
    item = stored("ten_1")
    assert take("ten_1", both[1:], now=later(seconds=60)).admitted, "the minute has one left"
    assert stored("ten_1")["hour"] == item["hour"]


def test_limits_that_are_met_together_are_named_together_and_the_longer_wait_is_told():
    both = [("a", Limit("a", 1, 10)), ("b", Limit("b", 1, 50))]
    take("ten_1", both, now=NOW)
    refused = take("ten_1", both, now=NOW)
    assert (refused.violated, refused.retry_after) == (("a", "b"), 50)


def test_a_request_may_cost_more_than_one():
    limit = [("minute", Limit("minute", 10, 60))]
    assert [take("ten_1", limit, now=NOW, cost=4).admitted for _ in range(3)] == [True, True, False]
    assert take("ten_1", limit, now=NOW, cost=4).retry_after == 12
    assert take("ten_1", limit, now=NOW, cost=2).admitted


def test_a_request_that_costs_more_than_the_limit_allows_takes_nothing():
    refused = take("ten_1", [("minute", MINUTE)], now=NOW, cost=101)
    assert (refused.admitted, refused.violated, refused.retry_after) == (False, ("minute",), None)
    assert stored("ten_1") is None
    assert take("ten_1", [("minute", MINUTE)], now=NOW, cost=100).admitted
    assert take("ten_1", [("minute", MINUTE)], now=later(seconds=6), cost=101).states[0].left == 10
    assert take("ten_1", [("minute", MINUTE)], now=later(seconds=6), cost=10).admitted


def test_a_burst_is_what_comes_at_once():
    limit = [("minute", Limit("minute", 60, 60, burst=2))]
    assert [take("ten_1", limit, now=NOW).admitted for _ in range(3)] == [True, True, False]
    assert [take("ten_1", limit, now=later(seconds=n)).admitted for n in range(1, 9)] == [True] * 8


def test_a_limit_that_is_raised_or_lowered_counts_at_once():
    one, three = [("minute", Limit("minute", 1, 60))], [("minute", Limit("minute", 3, 60))]
    assert take("ten_1", one, now=NOW).admitted
    assert [take("ten_1", asked, now=NOW).retry_after for asked in (one, three, one)] == [60, 20, 60], "what is used up stays used up"
    assert take("ten_1", three, now=later(seconds=20)).admitted
    assert not take("ten_1", one, now=later(seconds=60)).admitted


def test_holders_have_nothing_to_do_with_each_other():
    one = [("minute", Limit("minute", 1, 60))]
    assert [take(holder, one, now=NOW).admitted for holder in ("ten_1", "ten_2", "ten_1")] == [True, True, False]


@pytest.mark.parametrize("wrong", [{"name": "a b"}, {"name": ""}, {"name": 'a"'}, {"name": "é"}, {"limit": 0}, {"window": 0}, {"burst": 101}, {"burst": 0}])
def test_a_limit_that_makes_no_sense_is_not_made(wrong):
    with pytest.raises(ValueError):
        Limit(**({"name": "a", "limit": 100, "window": 60} | wrong))


class Oracle:
    """A GCRA in exact fractions of nothing: it keeps one time in memory."""

    def __init__(self, limit):
        self.limit, self.tat = limit, 0

    def fits(self, now, cost):
        step = -(-self.limit.window * 10**6 // self.limit.limit)
        return max(self.tat, now) + cost * step <= now + (self.limit.burst or self.limit.limit) * step

    def spend(self, now, cost):
        self.tat = max(self.tat, now) + cost * -(-self.limit.window * 10**6 // self.limit.limit)


LIMITS = st.builds(lambda limit, window, burst: (limit, window, burst and min(limit, burst)), st.integers(1, 7), st.integers(1, 9),
                   st.none() | st.integers(1, 7))
HOLDERS = (f"ten_{n}" for n in range(10**6))


@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(LIMITS, min_size=1, max_size=3),
       st.lists(st.tuples(st.integers(0, 3_000_000), st.integers(1, 4), st.booleans()), min_size=1, max_size=14))
def test_any_course_of_requests_is_decided_as_by_a_counter_in_memory(bounds, course):
    holder, now = next(HOLDERS), NOW
    asked = [(f"l{n}", Limit(f"l{n}", *bound)) for n, bound in enumerate(bounds)]
    oracles = [Oracle(limit) for _, limit in asked]
    for passed, cost, forgets in course:
        now += timedelta(microseconds=passed)
        micros = int(now.timestamp()) * 10**6 + now.microsecond
        if forgets and all(cost <= limit.most for _, limit in asked):  # what can never be admitted is refused without asking
            limits._known.clear()
        fits = [oracle.fits(micros, cost) for oracle in oracles]
        found = take(holder, asked, now=now, cost=cost)
        assert found.admitted == all(fits)
        assert found.violated == tuple(limit.name for (_, limit), fit in zip(asked, fits, strict=True) if not fit)
        if found.admitted:
            for oracle in oracles:
                oracle.spend(micros, cost)
        elif found.retry_after is not None:
            after = micros + found.retry_after * 10**6
            assert all(oracle.fits(after, cost) for oracle in oracles), "who waits as told is admitted"
            assert not all(oracle.fits(after - 10**6, cost) for oracle in oracles), "and is not told to wait longer"
        for state, oracle in zip(found.states, oracles, strict=True):
            assert (state.left > 0) == oracle.fits(micros, 1)
            assert state.left == 0 or oracle.fits(micros, state.left)
            assert not oracle.fits(micros, state.left + 1)
            assert state.left == oracle.limit.most or oracle.fits(micros + state.more * 10**6, state.left + 1)
            assert oracle.fits(micros + state.full * 10**6, oracle.limit.most)


# ---------- the item ----------


def test_the_same_write_says_when_it_was_last_used_and_by_whom():
    with counted() as calls:
        take("ten_1", [("minute", MINUTE)], now=NOW, by="key_1")
        take("ten_1", [], now=later(seconds=1), by="key_2")
    assert calls == {"UpdateItem": 2}
    assert stored("ten_1")["last_used_at#key_1"]["S"] == stamp(NOW)
    assert stored("ten_1")["last_used_at#key_2"]["S"] == stamp(later(seconds=1))


def test_an_item_of_limits_goes_by_itself_within_two_windows_and_never_too_early():
    hour = [("hour", Limit("hour", 10, 3600))]
    for n in range(20):
        now = later(seconds=977 * n)
        take("ip#1", hour, now=now)
        take("ip#1", [("minute", MINUTE)], now=now)  # the shorter one does not shorten the life of the longer
        item = stored("ip#1")
        ahead = int(item["ttl"]["N"]) - now.timestamp()
        assert 3600 <= ahead <= 7200
        assert int(item["hour"]["N"]) <= int(item["ttl"]["N"]) * 10**6


def test_an_item_that_holds_credits_or_is_to_last_stays():
    take("ten_1", [("minute", MINUTE)], now=NOW, credits=Credits(5))
    take("ten_2", [("minute", MINUTE)], now=NOW, lasting=True)
    for holder in ("ten_1", "ten_2"):
        take(holder, [("minute", MINUTE)], now=later(seconds=1))
        assert int(stored(holder)["ttl"]["N"]) == limits.ALWAYS


@pytest.mark.parametrize("seconds", [0, 30])
def test_an_item_that_is_gone_is_begun_anew(seconds):
    take("ten_1", [("minute", MINUTE)], now=NOW)
    dynamodb.client().delete_item(TableName=table("principals"), Key=dynamodb.key("usage#ten_1"))
    assert take("ten_1", [("minute", MINUTE)], now=later(seconds=seconds)).states[0].left == 99
    assert "ttl" in stored("ten_1"), "it must go by itself again"


def test_who_knows_an_item_from_long_ago_does_not_shorten_its_life():
    take("ten_1", [("hour", Limit("hour", 10, 3600))], now=NOW, lasting=True)
    limits._known.clear()
    take("ten_1", [("minute", MINUTE)], now=NOW)
    assert int(stored("ten_1")["ttl"]["N"]) == limits.ALWAYS


# ---------- addresses ----------


def test_an_address_is_counted_by_its_hash_and_ipv6_by_its_network():
    one = Limit("sign-in", 1, 60)
    asked = ["192.0.2.1", "192.0.2.1", "192.0.2.2", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1"]
    assert [per_ip(ip, one, now=NOW).admitted for ip in asked] == [True, False, True, True, False, True]
    items = dynamodb.client().scan(TableName=table("principals"))["Items"]
    assert len(items) == 4
    assert all(re.fullmatch("usage#ip#[0-9a-f]{32}", item["pk"]["S"]) for item in items)
