"""Business time: what is due when, across nights, weekends, holidays and changes of the clock."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tickets.rules.hours import DAY, Hours, Watch, due, due_on, measured, started, stopped

MINUTE = timedelta(minutes=1)
ALWAYS = (((0, DAY),),) * 7
ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "Pacific/Apia", "Asia/Kathmandu")
DAYS = st.lists(st.integers(0, DAY), unique=True, max_size=4).map(sorted).map(lambda cuts: tuple(zip(cuts[::2], cuts[1::2], strict=False)))
CALENDARS = st.builds(
    Hours, st.sampled_from(ZONES), st.tuples(*[DAYS] * 7).filter(any), st.frozensets(st.dates(date(2024, 1, 1), date(2025, 1, 1)), max_size=9)
)
INSTANTS = st.datetimes(datetime(2024, 1, 1), datetime(2025, 1, 1), timezones=st.just(UTC))
MINUTES = st.integers(1, 5_000)


def weekdays(*spans: tuple[int, int], zone: str = "UTC", holidays: frozenset[date] = frozenset()) -> Hours:
    return Hours(zone, (spans,) * 5 + ((),) * 2, holidays)


def test_an_hour_from_friday_half_past_four_ends_on_monday() -> None:
    assert due(weekdays((540, 1020)), datetime(2024, 3, 1, 16, 30, tzinfo=UTC), 60 * MINUTE) == datetime(2024, 3, 4, 9, 30, tzinfo=UTC)


def test_what_fits_until_closing_time_is_due_at_closing_time() -> None:
    assert due(weekdays((540, 1020)), datetime(2024, 3, 1, 16, 30, tzinfo=UTC), 30 * MINUTE) == datetime(2024, 3, 1, 17, tzinfo=UTC)


def test_what_passed_before_two_pauses_is_kept() -> None:
    hours, start = weekdays((540, 1020)), datetime(2024, 3, 4, 9, tzinfo=UTC)
    once = stopped(started(Watch(), start), hours, start + 60 * MINUTE)
    twice = stopped(started(once, start + 120 * MINUTE), hours, start + 150 * MINUTE)
    assert twice == Watch(90 * MINUTE)
    assert stopped(twice, hours, start + 200 * MINUTE) == twice


def test_four_hours_from_monday_at_five_end_on_tuesday() -> None:
    assert due(weekdays((480, 1080)), datetime(2024, 3, 4, 17, tzinfo=UTC), 240 * MINUTE) == datetime(2024, 3, 5, 11, tzinfo=UTC)


def test_a_lunch_break_and_a_holiday_do_not_count() -> None:
    hours = weekdays((540, 720), (780, 1020), holidays=frozenset({date(2024, 3, 5)}))
    assert due(hours, datetime(2024, 3, 4, 11, tzinfo=UTC), 420 * MINUTE) == datetime(2024, 3, 6, 11, tzinfo=UTC)


def test_always_open_loses_no_minute_at_midnight() -> None:
    start = datetime(2024, 3, 4, 23, 59, tzinfo=UTC)
    assert due(Hours("UTC", ALWAYS), start, 2 * MINUTE) == start + 2 * MINUTE


@pytest.mark.parametrize(("day", "real"), [(date(2024, 3, 31), 23), (date(2024, 10, 27), 25)])
def test_a_day_has_its_real_hours_when_the_clock_changes(day: date, real: int) -> None:
    start = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(hours=2 if real == 25 else 1)
    only = Hours("Europe/Berlin", ((),) * 6 + (((0, DAY),),))
    assert measured(only, start - timedelta(days=1), start + timedelta(days=3)) == timedelta(hours=real)


@given(CALENDARS, INSTANTS, MINUTES)
def test_what_is_added_is_what_is_measured(hours: Hours, start: datetime, minutes: int) -> None:
    assert measured(hours, start, due(hours, start, minutes * MINUTE)) == minutes * MINUTE


@given(CALENDARS, INSTANTS, MINUTES, MINUTES)
def test_later_starts_and_longer_waits_are_never_due_earlier(hours: Hours, start: datetime, minutes: int, more: int) -> None:
    first = due(hours, start, minutes * MINUTE)
    assert first < due(hours, start, (minutes + more) * MINUTE)
    assert first <= due(hours, start + more * MINUTE, minutes * MINUTE)


@given(CALENDARS, INSTANTS, MINUTES, MINUTES, MINUTES)
def test_a_pause_moves_the_rest_and_forgets_nothing(hours: Hours, start: datetime, spent: int, pause: int, rest: int) -> None:
    held = due(hours, start, spent * MINUTE)
    still = stopped(started(Watch(), start), hours, held)
    again = held + pause * MINUTE
    assert due_on(still, hours, (spent + rest) * MINUTE) is None
    assert due_on(started(still, again), hours, (spent + rest) * MINUTE) == due(hours, again, rest * MINUTE)


@pytest.mark.parametrize("week", [((),) * 7, ALWAYS[:6], (((540, 540),),) * 7, (((540, 720), (700, 800)),) * 7, (((0, DAY + 1),),) * 7])
def test_a_week_that_makes_no_sense_is_refused(week: tuple[tuple[tuple[int, int], ...], ...]) -> None:
    with pytest.raises(ValueError, match=r"."):
        Hours("UTC", week)
