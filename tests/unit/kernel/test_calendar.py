"""Billing periods partition time, and shares of them are exact, bounded and never grow: in every zone, over every change of clocks."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kernel import calendar
from kernel.calendar import Cycle, Interval
from tests.unit.shares import share_left

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/Juneau",
    "America/Sao_Paulo",  # clocks went forward at midnight: that day began at 01:00
    "America/Havana",  # clocks go back at 01:00: midnight comes twice
    "America/St_Johns",  # clocks went back at 00:01: a date came back after its end
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # 30 December 2011 did not exist
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
zones = st.sampled_from(ZONES)
instants = st.datetimes(datetime(2004, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
intervals = st.sampled_from(Interval)
cycles = st.builds(Cycle, instants, zones, intervals, st.integers(1, 5))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestPeriods:
    @given(cycles, instants)
    def test_every_instant_lies_in_exactly_one_period(self, cycle: Cycle, when: datetime) -> None:
        n, start, end = calendar.period_at(cycle, when)
        assert start <= when < end
        assert (start, end) == (calendar.boundary(cycle, n), calendar.boundary(cycle, n + 1))

    @given(cycles, st.integers(-40, 400))
    def test_periods_follow_each_other_without_gap_or_overlap(self, cycle: Cycle, n: int) -> None:
        start, end = calendar.boundary(cycle, n), calendar.boundary(cycle, n + 1)
        assume(start < end)  # a day that did not exist is an empty period, and period_at never answers it
        assert calendar.period_at(cycle, start) == (n, start, end)
        assert calendar.period_at(cycle, end - timedelta(microseconds=1)) == (n, start, end)
        _, next_start, _ = calendar.period_at(cycle, end)
        assert next_start == end

    @given(cycles, st.integers(-100, 1000))
    def test_boundaries_keep_the_wall_time_of_the_anchor_where_it_exists(self, cycle: Cycle, n: int) -> None:
        zone = ZoneInfo(cycle.zone)
        anchor, local = cycle.anchor.astimezone(zone), calendar.boundary(cycle, n).astimezone(zone)
        expected = datetime.combine(local.date(), anchor.time())
        if calendar.instant(expected, cycle.zone).astimezone(zone).replace(tzinfo=None) == expected:
            assert local.time() == anchor.time()

    @given(st.builds(Cycle, instants, zones, st.sampled_from([Interval.MONTH, Interval.QUARTER, Interval.YEAR])), st.integers(1, 200))
    def test_a_short_month_does_not_move_the_later_boundaries(self, cycle: Cycle, n: int) -> None:
        zone = ZoneInfo(cycle.zone)
        day, local = cycle.anchor.astimezone(zone).day, calendar.boundary(cycle, n).astimezone(zone).date()
        apia_skipped = cycle.zone == "Pacific/Apia" and local == date(2011, 12, 31)
        assert local.day == day or (local + timedelta(days=1)).day == 1 or apia_skipped

    @given(cycles)
    def test_the_first_period_starts_at_the_anchor_itself(self, cycle: Cycle) -> None:
        assert calendar.boundary(cycle, 0) == cycle.anchor

    def test_a_century_later_the_count_is_still_right(self) -> None:
        cycle = Cycle(at("2024-01-31T09:30:00Z"), "UTC", Interval.DAY)
        assert calendar.period_at(cycle, at("2124-01-31T09:30:00Z"))[0] == 36524

    def test_a_local_time_that_comes_twice_is_the_first(self) -> None:
        assert calendar.instant(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == at("2026-10-25T00:30:00Z")

    @pytest.mark.parametrize("minute", [0, 1, 30, 59])
    def test_a_local_time_that_is_skipped_becomes_the_first_instant_after_the_gap(self, minute: int) -> None:
        assert calendar.instant(datetime(2026, 3, 29, 2, minute), "Europe/Berlin") == at("2026-03-29T01:00:00Z")

    def test_an_anchor_in_the_second_of_two_equal_hours_is_kept(self) -> None:
        cycle = Cycle(at("2026-10-25T01:30:00Z"), "Europe/Berlin", Interval.DAY)
        assert [calendar.boundary(cycle, n) for n in (0, 1)] == [at("2026-10-25T01:30:00Z"), at("2026-10-26T01:30:00Z")]

    def test_a_day_that_a_zone_skipped_has_no_period(self) -> None:
        cycle = Cycle(at("2011-12-28T10:00:00Z"), "Pacific/Apia", Interval.DAY)  # local midnight of the 28th
        _, start, end = calendar.period_at(cycle, at("2011-12-30T09:59:59Z"))
        assert (start, end) == (at("2011-12-29T10:00:00Z"), at("2011-12-30T10:00:00Z"))
        assert calendar.period_at(cycle, end) == (3, at("2011-12-30T10:00:00Z"), at("2011-12-31T10:00:00Z"))

    def test_a_period_that_has_begun_does_not_end_when_its_date_comes_back(self) -> None:
        cycle = Cycle(at("2006-10-27T02:30:00Z"), "America/St_Johns", Interval.DAY)  # local midnight
        assert calendar.period_at(cycle, at("2006-10-29T02:45:00Z")) == (2, at("2006-10-29T02:30:00Z"), at("2006-10-30T03:30:00Z"))

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America", "europe/nowhere"])
    def test_a_zone_that_does_not_exist_is_refused(self, zone: str) -> None:
        with pytest.raises(ValueError, match="IANA"):
            Cycle(at("2026-01-01T00:00:00Z"), zone, Interval.MONTH)

    def test_a_cycle_needs_an_aware_anchor_and_a_known_interval(self) -> None:
        with pytest.raises(ValueError, match="anchor"):
            Cycle(datetime(2026, 1, 1), "UTC", Interval.MONTH)
        with pytest.raises(ValueError, match="count"):
            Cycle(at("2026-01-01T00:00:00Z"), "UTC", Interval.MONTH, 0)
        with pytest.raises(ValueError, match="fortnight"):
            Cycle(at("2026-01-01T00:00:00Z"), "UTC", "fortnight")  # type: ignore[arg-type]


class TestShares:
    @given(zones, st.lists(instants, min_size=4, max_size=4, unique=True))
    def test_the_remaining_share_is_bounded_and_never_grows(self, zone: str, moments: list[datetime]) -> None:
        start, *inner, end = sorted(moments)
        shares = [share_left(start, end, when, zone) for when in (start, *inner, end)]
        assert shares[0] == 1 and shares[-1] == 0
        assert shares == sorted(shares, reverse=True)

    @given(zones, instants, st.integers(0, 7200), st.integers(1, 7200))
    def test_local_time_never_runs_backwards(self, zone: str, when: datetime, seconds: int, more: int) -> None:
        later = when + timedelta(seconds=more)
        assert calendar.day_position(when, zone) < calendar.day_position(later, zone)

    @given(zones, st.dates(date(2004, 1, 1), date(2036, 1, 1)), st.integers(0, 40), st.integers(1, 400))
    def test_between_local_midnights_it_counts_whole_days(self, zone: str, first: date, used: int, days: int) -> None:
        assume(used <= days)
        midnight = [calendar.instant(datetime.combine(first + timedelta(days=n), datetime.min.time()), zone) for n in (0, used, days)]
        skipped = zone == "Pacific/Apia" and date(2011, 12, 30) in {first + timedelta(days=n) for n in (0, used, days)}
        assume(not skipped)
        assert share_left(midnight[0], midnight[2], midnight[1], zone) == Fraction(days - used, days)

    def test_half_of_a_day_of_23_hours_is_half_a_day(self) -> None:
        start, end = at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")
        assert share_left(start, end, at("2026-03-29T10:30:00Z"), "Europe/Berlin") == Fraction(1, 2)

    def test_a_date_that_comes_back_after_its_end_does_not_turn_the_share_back(self) -> None:
        # Local time: the 29th begins, after a minute it is 23:01 on the 28th again, and 59 minutes later the 29th begins again.
        moments = [at(f"2006-10-29T{time}Z") for time in ("02:30:00", "02:30:59", "02:31:00", "03:29:59", "03:30:00")]
        dates = [moment.astimezone(ZoneInfo("America/St_Johns")).day for moment in moments]
        positions = [calendar.day_position(moment, "America/St_Johns") for moment in moments]
        assert dates == [29, 29, 28, 28, 29]
        assert positions == sorted(set(positions))

    def test_outside_of_the_period_all_or_nothing_remains(self) -> None:
        start, end = at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")
        assert share_left(start, end, at("2026-05-01T00:00:00Z"), "UTC") == 1
        assert share_left(start, end, at("2026-08-01T00:00:00Z"), "UTC") == 0

    def test_an_empty_period_has_no_shares(self) -> None:
        start = at("2026-06-01T00:00:00Z")
        with pytest.raises(ValueError, match="after it starts"):
            share_left(start, start, start, "UTC")
