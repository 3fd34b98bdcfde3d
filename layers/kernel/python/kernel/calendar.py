"""Billing periods and shares of them, in the customer's time zone: every boundary counts from the anchor, and days are local days."""

from bisect import bisect_left
from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from fractions import Fraction
from zoneinfo import ZoneInfo

_DAY = timedelta(days=1)
_MICROSECOND = timedelta(microseconds=1)


class Interval(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


_DAYS = {Interval.DAY: 1, Interval.WEEK: 7}
_MONTHS = {Interval.MONTH: 1, Interval.QUARTER: 3, Interval.YEAR: 12}


@dataclass(frozen=True)
class Cycle:
    """When a subscription bills: every `count` intervals from `anchor` (aware), at the anchor's local wall time in `zone` (IANA name)."""

    anchor: datetime
    zone: str
    interval: Interval
    count: int = 1

    def __post_init__(self) -> None:
        Interval(self.interval)
        _zone(self.zone)
        if self.anchor.tzinfo is None or self.count < 1:
            raise ValueError("a cycle has an anchor with a time zone and a count of at least 1")


def boundary(cycle: Cycle, n: int) -> datetime:
    """The start of period n in UTC; n = 0 is the anchor itself, n < 0 lies before it.

    A day that the month lacks becomes its last day, without moving later boundaries (31 Jan → 29 Feb → 31 Mar). See `instant`
    for local times that do not exist or come twice.
    """
    if n == 0:
        return cycle.anchor.astimezone(UTC)
    wall = cycle.anchor.astimezone(_zone(cycle.zone)).replace(tzinfo=None)
    if cycle.interval in _DAYS:
        return instant(wall + n * cycle.count * _DAYS[cycle.interval] * _DAY, cycle.zone)
    months = wall.year * 12 + wall.month - 1 + n * cycle.count * _MONTHS[cycle.interval]
    year, month = months // 12, months % 12 + 1
    return instant(wall.replace(year=year, month=month, day=min(wall.day, monthrange(year, month)[1])), cycle.zone)


def period_at(cycle: Cycle, at: datetime) -> tuple[int, datetime, datetime]:
    """The period that contains an instant: (n, start, end) with start ≤ at < end, both in UTC."""
    n = _estimate(cycle, at)
    while boundary(cycle, n) > at:  # the estimate is off by clamped days and clock changes: one step or two
        n -= 1
    while boundary(cycle, n + 1) <= at:
        n += 1
    return n, boundary(cycle, n), boundary(cycle, n + 1)


def add_days(at: datetime, days: int, zone: str) -> datetime:
    """The instant that many local days later at the same wall time, in UTC: the end of a trial, the next attempt."""
    return boundary(Cycle(at, zone, Interval.DAY), days)


def instant(wall: datetime, zone: str) -> datetime:
    """The UTC instant of a local wall time (naive): the first of two, or the first that exists after a gap."""
    tz = _zone(zone)
    first = wall.replace(tzinfo=tz, fold=0).astimezone(UTC)
    if first.astimezone(tz).replace(tzinfo=None) == wall:
        return first
    # In a gap, fold 1 reads the clock as it is after the change, which is an instant before it; fold 0 the other way round.
    before = wall.replace(microsecond=0, tzinfo=tz, fold=1).astimezone(UTC)
    old_offset = before.astimezone(tz).utcoffset()
    span = range((first - before) // timedelta(seconds=1) + 1)
    seconds = bisect_left(span, True, key=lambda s: (before + timedelta(seconds=s)).astimezone(tz).utcoffset() != old_offset)
    return before + timedelta(seconds=seconds)


def day_position(at: datetime, zone: str) -> Fraction:
    """Where an instant lies in local days (design §7.3): the date's ordinal plus the elapsed share of its real 23, 24 or 25 hours.

    A date lasts from its first midnight to the first midnight of the next, so the position never falls, even in zones whose
    clocks go back over midnight.
    """
    day = at.astimezone(_zone(zone)).date()
    if at >= _midnight(day + _DAY, zone):
        day += _DAY
    start, end = _midnight(day, zone), _midnight(day + _DAY, zone)
    return day.toordinal() + Fraction((at - start) // _MICROSECOND, (end - start) // _MICROSECOND)


def remaining_days(start: datetime, end: datetime, at: datetime, zone: str) -> tuple[Fraction, Fraction]:
    """Local days of a period that are left at an instant, and all that it has. ValueError unless start < end."""
    if start >= end:
        raise ValueError("a period ends after it starts")
    last = day_position(end, zone)
    return last - day_position(min(max(at, start), end), zone), last - day_position(start, zone)


def _estimate(cycle: Cycle, at: datetime) -> int:
    tz = _zone(cycle.zone)
    first, day = cycle.anchor.astimezone(tz).date(), at.astimezone(tz).date()
    if cycle.interval in _DAYS:
        return (day - first).days // (cycle.count * _DAYS[cycle.interval])
    months = (day.year - first.year) * 12 + day.month - first.month
    return months // (cycle.count * _MONTHS[cycle.interval])


def _midnight(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day, time()), zone)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):  # unknown, a folder of the database, a path out of it
        raise ValueError(f"{name!r} is not a time zone of the IANA database") from None
