"""Pure rules of health: when a check is believed, which time counts, when it is looked at next, and how long answers take."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType

from functions.health.models import Pulse, Uptime

OUTCOMES = ("ok", "slow", "failed")
STATES = ("unknown", "up", "degraded", "down", "paused")
COMMANDS = ("acknowledge", "resolve")
TRANSITIONS = MappingProxyType({
    ("opened", "acknowledge"): "acknowledged",
    ("opened", "resolve"): "resolved",
    ("acknowledged", "resolve"): "resolved",
})
TAIL, RECENT, HOURS, DAYS = 10, 100, 24, 90  # what is kept of results
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
Span = tuple[datetime, datetime]


@dataclass(frozen=True)
class Thresholds:
    """How many results in a row it takes."""

    failures_to_open: int
    successes_to_close: int


def transition(status: str, command: str) -> str | None:
    """The state of an incident that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def decide(status: str, tail: Sequence[str], within: Thresholds) -> str:
    """The state that follows from the last outcomes, newest last. A single failure is none, and neither is a single success."""
    if not tail or status == "paused":
        return status
    newest = "up" if tail[-1] == "ok" else "degraded"
    if _run(tail, within.failures_to_open, {"failed"}):
        return "down"
    if status == "unknown":
        return status if tail[-1] == "failed" else newest
    if status == "down":
        return newest if _run(tail, within.successes_to_close, {"ok", "slow"}) else status
    if status == "up":
        return "degraded" if tail[-1] == "slow" and _run(tail, within.failures_to_open, {"slow", "failed"}) else status
    return "up" if _run(tail, within.successes_to_close, {"ok"}) else status


def _run(tail: Sequence[str], length: int, outcomes: set[str]) -> bool:
    return len(tail) >= length and set(tail[-length:]) <= outcomes


def next_slot(at: datetime, interval: int, now: datetime) -> datetime:
    """The first moment after `now` on the grid of `at` and `interval` seconds: what was missed is not made up for."""
    missed = max(0, (now - at) // timedelta(seconds=interval))
    return at + timedelta(seconds=interval) * (missed + 1)


def is_within(windows: Iterable[Span], at: datetime) -> bool:
    return any(start <= at < end for start, end in windows)


def outside(since: datetime, until: datetime, windows: Iterable[Span]) -> list[Span]:
    """The parts of a time that lie in none of the windows."""
    parts = [(since, until)] if since < until else []
    for start, end in windows:
        cut = [piece for a, b in parts for piece in ((a, min(b, start)), (max(a, end), b))]
        parts = [(a, b) for a, b in cut if a < b]
    return parts


def settled(pulse: Pulse, until: datetime, *, status: str, windows: Sequence[Span], longest: timedelta | None) -> Pulse:
    """Counts the time up to `until` as what the check was meanwhile. A gap longer than `longest` is unknown: then nobody looked, and
    outcomes from before it say nothing about now."""
    since = pulse.settled
    if since is not None and longest is not None and until - since > longest:
        return pulse.model_copy(update={"settled": until, "tail": [], "waiting_since": None})
    counted = status in ("up", "degraded", "down") and since is not None
    spans = outside(since, until, windows) if counted and since is not None else []
    return pulse.model_copy(update={
        "settled": until, "hours": _added(pulse.hours, spans, _HOUR, until, HOURS, down=status == "down"),
        "days": _added(pulse.days, spans, _DAY, until, DAYS, down=status == "down")})


def _added(buckets: dict[str, list[int]], spans: Sequence[Span], size: timedelta, until: datetime, most: int, *,
           down: bool) -> dict[str, list[int]]:
    """The buckets with the seconds of these times, without those that are too old to be asked for."""
    oldest = _begin(until, size) - size * (most - 1)
    found = {key: list(value) for key, value in buckets.items() if key >= _key(oldest)}
    for start, end in spans:
        begin = max(_begin(start, size), oldest)
        while begin < end:
            seconds = int((min(end, begin + size) - max(start, begin)).total_seconds())
            bucket = found.setdefault(_key(begin), [0, 0])
            bucket[1 if down else 0] += max(0, seconds)
            begin += size
    return found


def _begin(at: datetime, size: timedelta) -> datetime:
    day = at.replace(hour=0, minute=0, second=0, microsecond=0)
    return day if size == _DAY else day.replace(hour=at.hour)


def _key(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H")


def noted(pulse: Pulse, outcome: str, ms: int | None, detail: str, *, counts: bool) -> Pulse:
    """With one result more. One that does not count (maintenance) leaves no trace but how long it took, and begins the row anew."""
    recent = pulse.recent if ms is None else [*pulse.recent, ms][-RECENT:]
    tail = [*pulse.tail, outcome][-TAIL:] if counts else []
    return pulse.model_copy(update={"tail": tail, "recent": recent, "detail": detail})


def waited(pulse: Pulse, waiting: int, at: datetime) -> Pulse:
    """With how many messages a queue holds now. Where nobody looked for a while, it may have been empty."""
    since = None if not waiting else pulse.waiting_since or at
    return pulse.model_copy(update={"waiting_since": since})


def basis_points(buckets: Iterable[Sequence[int]]) -> int | None:
    """Hundredths of a percent that were up, rounded down so that what was down once is never whole; None of no time."""
    rows = list(buckets)
    up, down = sum(row[0] for row in rows), sum(row[1] for row in rows)
    return 10_000 * up // (up + down) if up + down else None


def uptime(pulse: Pulse, at: datetime) -> Uptime:
    """Over this hour and the 23 before it, and over this day and the 6, 29 and 89 before it."""
    def of(buckets: dict[str, list[int]], size: timedelta, most: int) -> int | None:
        return basis_points(buckets[key] for key in _keys(at, size, most) if key in buckets)

    return Uptime(hours_24=of(pulse.hours, _HOUR, HOURS), days_7=of(pulse.days, _DAY, 7), days_30=of(pulse.days, _DAY, 30),
                  days_90=of(pulse.days, _DAY, DAYS))


def daily(pulse: Pulse, at: datetime) -> list[int | None]:
    """The uptime of each of the last 90 days, oldest first."""
    return [basis_points([pulse.days[key]]) if key in pulse.days else None for key in _keys(at, _DAY, DAYS)]


def _keys(at: datetime, size: timedelta, most: int) -> list[str]:
    newest = _begin(at, size)
    return [_key(newest - size * n) for n in reversed(range(most))]


def percentile(values: Sequence[int], percent: int) -> int | None:
    """The nearest rank: the least of the values that as many percent of them do not exceed."""
    return sorted(values)[max(0, -(-len(values) * percent // 100) - 1)] if values else None


def worst(states: Iterable[str]) -> str:
    """`unknown` where nothing is known at all."""
    found = set(states)
    return next((state for state in ("down", "degraded", "up") if state in found), "unknown")
