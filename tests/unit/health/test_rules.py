"""When a check is believed, and which time counts."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.health.models import Pulse
from functions.health.rules import (
    COMMANDS,
    OUTCOMES,
    TAIL,
    Thresholds,
    basis_points,
    decide,
    next_slot,
    noted,
    outside,
    percentile,
    settled,
    transition,
    uptime,
    worst,
)

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
outcomes = st.lists(st.sampled_from(OUTCOMES), max_size=40)
times = st.integers(1, TAIL)


def minutes(n):
    return NOON + timedelta(minutes=n)


@given(outcomes, times, times)
def test_it_goes_down_exactly_after_so_many_failures_in_a_row_and_up_after_so_many_answers(results, to_open, to_close):
    status, failed, answered = "unknown", 0, 0
    pulse = Pulse()
    for outcome in results:
        pulse = noted(pulse, outcome, 5, "", counts=True)
        failed = failed + 1 if outcome == "failed" else 0
        answered = answered + 1 if outcome != "failed" else 0
        was, status = status, decide(status, pulse.tail, Thresholds(to_open, to_close))
        if was == "down":
            assert (status != "down") == (answered >= to_close)
        else:
            assert (status == "down") == (failed >= to_open)


@pytest.mark.parametrize(("status", "tail", "then"), [
    ("up", ["slow", "failed", "slow"], "degraded"), ("up", ["ok", "slow", "slow"], "up"), ("degraded", ["ok", "ok"], "up"),
    ("degraded", ["slow", "ok"], "degraded"), ("down", ["slow", "slow"], "degraded"), ("unknown", ["slow"], "degraded"),
    ("unknown", ["failed"], "unknown"), ("paused", ["failed"] * 3, "paused"), ("up", [], "up")])  # fmt: skip
def test_what_follows_from_the_last_results(status, tail, then):
    assert decide(status, tail, Thresholds(3, 2)) == then


@given(st.integers(60, 86400), st.integers(0, 10**6))
def test_the_next_look_is_on_the_grid_and_after_now_and_not_later_than_it_has_to_be(interval, late):
    now = NOON + timedelta(seconds=late)
    found = next_slot(NOON, interval, now)
    assert now < found <= now + timedelta(seconds=interval)
    assert (found - NOON) % timedelta(seconds=interval) == timedelta(0)


spans = st.lists(st.tuples(st.integers(0, 200), st.integers(1, 60)).map(lambda s: (minutes(s[0]), minutes(s[0] + s[1]))), max_size=5)


@given(spans, st.integers(0, 100), st.integers(0, 100))
def test_what_is_outside_of_windows_is_every_minute_that_is_in_none(windows, start, length):
    found = outside(minutes(start), minutes(start + length), windows)
    expected = sum(not any(a <= minutes(n) < b for a, b in windows) for n in range(start, start + length))
    assert sum((b - a for a, b in found), timedelta(0)) == timedelta(minutes=expected)


@given(st.lists(st.tuples(st.integers(1, 500), st.booleans()), min_size=1, max_size=30))
def test_uptime_is_what_a_walk_over_the_minutes_counts(steps):
    pulse, at, seen = Pulse(settled=NOON), 0, []
    for length, up in steps:
        pulse = settled(pulse, minutes(at + length), status="up" if up else "down", windows=[], longest=None)
        seen += [(minutes(at + n), up) for n in range(length)]
        at += length
    now = minutes(at)
    hour = now.replace(minute=0)
    within = [up for moment, up in seen if moment >= hour - timedelta(hours=23)]
    assert uptime(pulse, now).hours_24 == (10_000 * sum(within) // len(within) if within else None)
    assert uptime(pulse, now).days_90 == 10_000 * sum(up for _, up in seen) // len(seen)
    assert len(pulse.hours) <= 24


def test_a_gap_is_unknown_and_forgets_what_failed_before_it():
    pulse = Pulse(settled=NOON, tail=["failed", "failed"])
    found = settled(pulse, minutes(60), status="up", windows=[], longest=timedelta(minutes=2))
    assert (found.settled, found.tail, found.days) == (minutes(60), [], {})


def test_small_things():
    assert basis_points([]) is None and basis_points([[86399, 1]]) == 9999
    assert percentile([], 50) is None and percentile([5, 1, 3, 2, 4], 50) == 3 and percentile(list(range(1, 101)), 95) == 95
    assert worst([]) == "unknown" and worst(["up", "down", "degraded"]) == "down"
    assert [transition("resolved", each) for each in COMMANDS] == [None, None]
