"""When a test clock may be told to advance."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.clocks.rules import LOST, MAX_MONTHS, check_advance, check_delete
from kernel.calendar import Cycle, Interval, boundary
from kernel.problems import Refused

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
FAR = boundary(Cycle(NOW, "UTC", Interval.MONTH), MAX_MONTHS)
NO_TIME = timedelta(0)
moments = st.datetimes(datetime(2020, 1, 1), datetime(2032, 1, 1), timezones=st.just(UTC))


def refusal(status: str, to: datetime, idle: timedelta = NO_TIME) -> str | None:
    try:
        check_advance(status, NOW, to, idle=idle)
    except Refused as refused:
        return refused.code
    return None


@given(moments, st.sampled_from(["ready", "failed"]))
def test_a_clock_that_stands_goes_forward_and_at_most_24_months(to, status):
    forward = to > NOW or (to == NOW and status == "failed")
    assert refusal(status, to) == (None if forward and to <= FAR else "too_far" if forward else "not_forward")


@given(moments)
def test_a_clock_on_its_way_takes_no_other_target(to):
    assert refusal("advancing", to) == "clock_advancing"


def test_a_clock_whose_job_was_lost_can_be_sent_on_again():
    assert refusal("advancing", NOW + timedelta(days=1), LOST - timedelta(seconds=1)) == "clock_advancing"
    assert refusal("advancing", NOW + timedelta(days=1), LOST) is None


def test_the_last_moment_that_is_near_enough():
    assert datetime(2028, 1, 31, 12, tzinfo=UTC) == FAR
    assert refusal("ready", FAR) is None
    assert refusal("ready", FAR + timedelta(microseconds=1)) == "too_far"


def test_a_clock_on_its_way_is_not_deleted():
    check_delete("ready")
    check_delete("failed")
    with pytest.raises(Refused):
        check_delete("advancing")
