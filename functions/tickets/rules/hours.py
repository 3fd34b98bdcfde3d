"""Business time: when a promise falls due in a calendar of opening hours, and how much of it has passed between two instants."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from kernel.calendar import instant

DAY = 24 * 60
NOTHING = timedelta(0)
_SPAN = re.compile(r"([01]\d|2[0-4]):([0-5]\d)-([01]\d|2[0-4]):([0-5]\d)")


@dataclass(frozen=True)
class Hours:
    """Opening hours in `zone` (IANA name): for Monday to Sunday, spans of local minutes [from, to); 1440 is the next midnight.

    ValueError where a week is not seven days, spans overlap or are empty, nothing ever opens, or the zone is unknown.
    """

    zone: str
    week: tuple[tuple[tuple[int, int], ...], ...]
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        instant(datetime(2000, 1, 1), self.zone)
        if len(self.week) != 7 or not any(self.week):
            raise ValueError("a week has seven days and opens on one of them at least")
        for spans in self.week:
            if any(not 0 <= start < end <= DAY for start, end in spans) or any(one[1] > other[0] for one, other in pairwise(spans)):
                raise ValueError("spans of a day follow each other and lie within it")


@dataclass(frozen=True)
class Watch:
    """Business time spent on a ticket: what was `spent` before, and since when it runs; None while it stands still."""

    spent: timedelta = NOTHING
    since: datetime | None = None


def spans(text: str) -> tuple[tuple[int, int], ...]:
    """A day's opening hours from `09:00-12:30, 13:00-17:00`; empty for a day that is closed. ValueError for anything else."""
    found = [_SPAN.fullmatch(part.strip()) for part in text.split(",")] if text.strip() else []
    if None in found:
        raise ValueError("opening hours look like 09:00-12:30, 13:00-17:00")
    minutes = [[int(part) for part in each.groups()] for each in found if each]
    return tuple((a * 60 + b, c * 60 + d) for a, b, c, d in minutes)


def due(hours: Hours, start: datetime, wait: timedelta) -> datetime:
    """The first instant (UTC) at which `wait` of business time has passed since `start` (aware); `start` if there is none to wait."""
    if wait <= NOTHING:
        return start.astimezone(UTC)
    for opens, closes in _spans(hours, start):
        begins = max(opens, start)
        if closes - begins >= wait:
            return begins.astimezone(UTC) + wait
        wait -= max(closes - begins, NOTHING)
    raise ValueError("the calendar ends before this is due")


def measured(hours: Hours, start: datetime, end: datetime) -> timedelta:
    """The business time between two instants (aware); nothing where the end comes first."""
    passed = NOTHING
    for opens, closes in _spans(hours, start):
        if opens >= end:
            break
        passed += max(min(closes, end) - max(opens, start), NOTHING)
    return passed


def started(watch: Watch, at: datetime) -> Watch:
    """The watch runs; one that does already goes on."""
    return watch if watch.since else replace(watch, since=at)


def stopped(watch: Watch, hours: Hours, at: datetime) -> Watch:
    """The watch stands still, as while a ticket is pending; what has passed stays on it."""
    return Watch(watch.spent + measured(hours, watch.since, at)) if watch.since else watch


def due_on(watch: Watch, hours: Hours, target: timedelta) -> datetime | None:
    """When the target is reached, None while the watch stands still. Another priority is another target on the same watch."""
    return due(hours, watch.since, target - watch.spent) if watch.since else None


def _spans(hours: Hours, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """What is open from the local date before `start` on, in order, in UTC."""
    day = start.astimezone(UTC).date() - timedelta(days=1)
    while day < date.max - timedelta(days=1):
        for begin, end in () if day in hours.holidays else hours.week[day.weekday()]:
            yield _local(day, begin, hours.zone), _local(day, end, hours.zone)
        day += timedelta(days=1)


def _local(day: date, minute: int, zone: str) -> datetime:
    return instant(datetime.combine(day, time()) + timedelta(minutes=minute), zone)
