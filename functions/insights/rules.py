"""Recurring revenue, as a pure function of what is known of a tenant's subscriptions: the same whatever came first, and however often.

A movement is of a tenant, not of a subscription: who ends one of two has not churned, who takes a second is not new. What happens to a
tenant at one instant is one movement. Sources: design §7.7; worked examples L1 to L13.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from itertools import groupby

from kernel.money import MAX_AMOUNT, round_half_up

MICRO = 10**6  # parts of a minor unit in which revenue is kept, so that twelfths of a year do not add up to something else
# A canceled one brings what it did until it has ended; one that is past due until it is given up; a paused one nothing.
COUNTED = frozenset({"active", "past_due", "canceled"})
TODAY = ""  # in place of a day: what holds now


class MovementKind(StrEnum):
    NEW = "new"
    EXPANSION = "expansion"
    CONTRACTION = "contraction"
    CHURN = "churn"
    REACTIVATION = "reactivation"


@dataclass(frozen=True)
class State:
    """What a version of a subscription said of itself. `monthly` is in 10^-6 minor units, whether or not it counts."""

    subscription_id: str
    version: int
    at: datetime
    status: str
    plan_id: str
    monthly: int
    trial: bool

    @property
    def mrr(self) -> int:
        return self.monthly if self.status in COUNTED and not self.trial else 0


@dataclass(frozen=True)
class Movement:
    """By how much (10^-6 minor units, negative for less) a tenant's recurring revenue changed at an instant."""

    at: datetime
    kind: MovementKind
    amount: int


def movements(states: Iterable[State]) -> list[Movement]:
    """Of one tenant in one currency, in order of time. They sum to what its subscriptions bring by their newest states."""
    found: list[Movement] = []
    by_subscription: dict[str, int] = {}
    before = 0
    for at, together in groupby(_effective(states), key=lambda each: each[0]):
        by_subscription |= {state.subscription_id: state.mrr for _, state in together}
        after = sum(by_subscription.values())
        if after != before:
            found.append(Movement(at, _kind(before, after, first=not found), after - before))
        before = after
    return found


def sums(states: Sequence[State]) -> dict[tuple[str, str], int]:
    """What a tenant adds to the sums of its currency, by (day, name): of each day (UTC) its movements' amounts by kind, and their number
    as `<kind>_count`; of `TODAY` its `mrr`, whether it is `paying`, and how many subscriptions have which status."""
    found: dict[tuple[str, str], int] = {}

    def add(day: str, name: str, amount: int) -> None:
        found[day, name] = found.get((day, name), 0) + amount

    for each in movements(states):
        day = each.at.astimezone(UTC).date().isoformat()
        add(day, each.kind, each.amount)
        add(day, f"{each.kind}_count", 1)
    newest = latest(states)
    mrr = sum(state.mrr for state in newest)
    add(TODAY, "mrr", mrr)
    add(TODAY, "paying", int(mrr > 0))
    for state in newest:
        add(TODAY, state.status, 1)
    return found


def cohorts(states: Iterable[State]) -> dict[tuple[str, str], int]:
    """What a tenant that was paying when a month (UTC) began lost and gained by its end, by (month, name): `lost` and `gained` are the
    difference of the two amounts, `left` is 1 where nothing is left. Months in which nothing is different are left out."""
    found: dict[tuple[str, str], int] = {}
    start = 0
    for month, together in groupby(movements(states), key=lambda each: each.at.astimezone(UTC).date().isoformat()[:7]):
        end = start + sum(each.amount for each in together)
        if start and end != start:
            found[month, "gained" if end > start else "lost"] = abs(end - start)
        if start and not end:
            found[month, "left"] = 1
        start = end
    return found


def per_mille(part: int, whole: int) -> int | None:
    """Exactly, a half away from zero; None of nothing."""
    return round_half_up(Fraction(1000 * part, whole)) if whole > 0 else None


def balanced(parts: Mapping[MovementKind, int], total: int) -> dict[MovementKind, int]:
    """Movements (10^-6 minor units) in whole minor units that sum to `total`, which is theirs but for a rounding: the largest remainders
    take what is left."""
    found = {kind: amount // MICRO for kind, amount in parts.items()}
    for kind in sorted(parts, key=lambda each: -(parts[each] % MICRO))[:total - sum(found.values())]:
        found[kind] += 1
    return found


def latest(states: Iterable[State]) -> list[State]:
    """The newest state of each subscription."""
    newest = {state.subscription_id: state for state in sorted(states, key=lambda each: each.version)}
    return list(newest.values())


def at_ends_of(days: Iterable[date], *, now: int, moved: Mapping[date, int]) -> list[int]:
    """Revenue at the end of each day, counted back from what it is now by the sums of all movements of each day."""
    return [now - sum(amount for moved_on, amount in moved.items() if moved_on > day) for day in days]


def month_ends(today: date, count: int) -> list[date]:
    """The last days of as many months, oldest first; of the month that is not over, today."""
    found = [today]
    while len(found) < count:
        found.append(found[-1].replace(day=1) - timedelta(days=1))
    return found[::-1]


def shown(micro: int) -> int:
    """In whole minor units, as it is displayed; beyond what money can be, the most that it can."""
    return max(-MAX_AMOUNT, min(MAX_AMOUNT, round_half_up(Fraction(micro, MICRO))))


def _effective(states: Iterable[State]) -> list[tuple[datetime, State]]:
    """(instant, state) in order. A version of a subscription takes effect no earlier than the one before it."""
    found = [pair for _, own in groupby(sorted(states, key=lambda each: (each.subscription_id, each.version)),
                                        key=lambda each: each.subscription_id) for pair in _in_turn(own)]
    return sorted(found, key=lambda pair: (pair[0], pair[1].subscription_id, pair[1].version))


def _in_turn(states: Iterable[State]) -> Iterator[tuple[datetime, State]]:
    at = datetime.min.replace(tzinfo=UTC)
    for state in states:
        at = max(at, state.at)
        yield at, state


def _kind(before: int, after: int, *, first: bool) -> MovementKind:
    if before == 0:
        return MovementKind.NEW if first else MovementKind.REACTIVATION
    if after == 0:
        return MovementKind.CHURN
    return MovementKind.EXPANSION if after > before else MovementKind.CONTRACTION
