"""Recurring revenue: what is known of subscriptions decides, not what came first; and it adds up on every day."""

from collections import defaultdict
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.insights.rules import TODAY, MovementKind, State, at_ends_of, month_ends, movements, shown, sums

START = datetime(2026, 1, 1, tzinfo=UTC)
MICRO = 10**6
STATUSES = ("trialing", "active", "past_due", "paused", "canceled", "ended")


def state(sub="sub_A", version=1, day=0.0, monthly=100, status="active", trial=False):
    return State(sub, version, START + timedelta(days=day), status, "pln_1", monthly * MICRO, trial)


def told(*states):
    return [(each.at.date().isoformat(), str(each.kind), each.amount // MICRO) for each in movements(states)]


def test_l3_who_ends_some_of_their_subscriptions_contracts_and_has_not_churned():
    three = [state("sub_A", monthly=30), state("sub_B", monthly=30), state("sub_C", monthly=500)]
    ends = [state("sub_A", 2, 40, 30, "ended"), state("sub_B", 2, 40, 30, "ended")]
    assert told(*three, *ends) == [("2026-01-01", "new", 560), ("2026-02-10", "contraction", -60)]


def test_l5_who_comes_back_is_reactivated_and_not_new():
    gone = [state(), state(version=2, day=31, status="ended")]
    assert told(*gone, *(state(sub, day=59, monthly=50) for sub in ("sub_B", "sub_C", "sub_D"))) == [
        ("2026-01-01", "new", 100), ("2026-02-01", "churn", -100), ("2026-03-01", "reactivation", 150)]


def test_l13_what_will_end_counts_until_it_has():
    a, b = state("sub_A"), state("sub_B", day=31)
    assert told(a, b, state("sub_B", 2, 32, status="canceled"), state("sub_B", 3, 59, status="ended")) == [
        ("2026-01-01", "new", 100), ("2026-02-01", "expansion", 100), ("2026-03-01", "contraction", -100)]


@pytest.mark.parametrize(("status", "trial", "counts"), [
    ("trialing", True, False), ("canceled", True, False), ("active", False, True), ("past_due", False, True), ("canceled", False, True),
    ("paused", False, False), ("ended", False, False)])
def test_what_brings_money_month_by_month_counts_and_a_trial_does_not(status, trial, counts):
    assert bool(told(state(status=status, trial=trial))) is counts


def test_a_switch_within_an_instant_is_one_movement():
    switched = [state("sub_A", 2, 40, status="ended"), state("sub_B", 1, 40, monthly=150)]
    assert told(state(), *switched) == [("2026-01-01", "new", 100), ("2026-02-10", "expansion", 50)]


def test_a_version_takes_effect_no_earlier_than_the_one_before_it():
    assert told(state(), state(version=2, day=30, monthly=150), state(version=3, day=20, status="ended")) == [
        ("2026-01-01", "new", 100), ("2026-01-31", "churn", -100)]


histories = st.lists(st.tuples(st.sampled_from(("sub_A", "sub_B", "sub_C")), st.integers(0, 90), st.sampled_from(STATUSES),
                               st.integers(0, 3), st.booleans()), max_size=14)


def history(drawn):
    versions = defaultdict(int)
    found = []
    for sub, day, status, monthly, trial in drawn:
        versions[sub] += 1
        found.append(state(sub, versions[sub], day, monthly, status, trial))
    return found


@given(histories, st.randoms(use_true_random=False))
def test_in_whatever_order_and_however_often_the_sums_are_the_same(drawn, chance):
    states = history(drawn)
    shuffled = states + states[::2]
    chance.shuffle(shuffled)
    assert sums(list(dict.fromkeys(shuffled))) == sums(states)


@given(histories)
def test_start_and_movements_are_the_end_on_every_day(drawn):
    states = history(drawn)
    found = sums(states)
    moved = defaultdict(int)
    for (day, name), amount in found.items():
        if day != TODAY and not name.endswith("_count"):
            moved[date.fromisoformat(day)] += amount
    days = [START.date() + timedelta(days=n) for n in range(-1, 95)]
    ends = at_ends_of(days, now=found.get((TODAY, "mrr"), 0), moved=moved)
    assert (ends[0], ends[-1]) == (0, found.get((TODAY, "mrr"), 0))
    for n, day in enumerate(days[1:], 1):
        assert ends[n - 1] + moved[day] == ends[n] >= 0


@given(histories)
def test_kinds_say_where_a_tenant_comes_from_and_goes_to(drawn):
    before = 0
    for n, each in enumerate(movements(history(drawn))):
        after = before + each.amount
        assert (each.kind in (MovementKind.NEW, MovementKind.REACTIVATION)) == (before == 0)
        assert (each.kind == MovementKind.CHURN) == (after == 0)
        assert (each.kind == MovementKind.NEW) == (n == 0)
        assert each.amount != 0
        before = after


def test_months_end_with_their_last_days_and_the_one_that_is_not_over_today():
    assert month_ends(date(2026, 3, 15), 3) == [date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 15)]


def test_revenue_is_rounded_on_display_alone():
    assert [shown(each) for each in (1_500_000, -2_500_000, 1_499_999, 10**30)] == [2, -3, 1, 10**14]
