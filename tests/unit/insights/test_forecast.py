"""A series is carried on: by what did best on its past, with intervals that hold one another and widen, and honestly where it is short."""

import math
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.insights import smoothing
from functions.insights.forecast import Chosen, forecast


def monthly(count, seed=3, season=0.2):
    chance = random.Random(seed)
    return [1000 * (1 + 0.01 * n) * (1 + season * math.sin(n * math.pi / 6)) * (1 + chance.gauss(0, 0.02)) for n in range(count)]


numbers = st.lists(st.floats(-1e18, 1e18) | st.just(0.0), max_size=30)


@settings(max_examples=40, deadline=None)
@given(numbers, st.integers(1, 12), st.sampled_from([1, 4, 12]))
def test_intervals_hold_one_another_and_only_widen(values, ahead, season):
    told = forecast(values, season=season, ahead=ahead)
    assert len(told.steps) == (ahead if values else 0)
    before = (0.0, 0.0)
    for step in told.steps:
        found = (step.lo95, step.lo80, step.value, step.hi80, step.hi95)
        assert all(map(math.isfinite, found)) and list(found) == sorted(found)
        widths = (step.hi80 - step.lo80, step.hi95 - step.lo95)
        noise = 1e-9 * max(map(abs, values))  # what floating point takes from a difference of large numbers
        assert all(wide >= narrow - noise for wide, narrow in zip(widths, before, strict=True))
        before = widths
    assert forecast(values, season=season, ahead=ahead) == told


def test_what_grows_with_the_seasons_is_told_better_than_by_the_year_before():
    values = monthly(72)
    told, came = forecast(values[:60]), values[60:]
    base = smoothing.seasonal_naive(values[:60], 12, 12)
    off = [sum(abs(a - b) for a, b in zip(each, came, strict=True)) for each in ([step.value for step in told.steps], base)]
    assert off[0] < 0.5 * off[1]
    assert sum(step.lo95 <= each <= step.hi95 for step, each in zip(told.steps, came, strict=True)) >= 10
    assert told.mase[told.model] < told.mase[Chosen.SEASONAL_NAIVE]


@pytest.mark.parametrize(("count", "models"), [
    (0, {Chosen.NONE}), (1, {Chosen.NAIVE}), (2, {Chosen.NAIVE}), (7, {Chosen.NAIVE}), (23, {*Chosen} - {Chosen.SEASONAL_NAIVE, Chosen.NONE})])
def test_a_short_past_is_answered_by_what_it_allows(count, models):
    told = forecast(monthly(count, season=0))
    assert told.model in models
    assert all(step.hi80 > step.value > step.lo80 for step in told.steps)


def test_revenue_never_falls_below_nothing():
    told = forecast([float(100 - 9 * n) for n in range(11)], floor=0.0)
    assert all(0 <= step.lo95 <= step.lo80 <= step.value for step in told.steps)
