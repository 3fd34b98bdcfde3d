"""What a ticket was promised: a first reply, and a solution. When that is due, what of it was told, and what time does next."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from functions.tickets.rules.hours import Hours, Watch, due_on, started, stopped

KINDS = ("first_reply", "resolution")
# In which states a promise's watch runs. While we wait for the customer nobody counts the time until the solution.
RUNS = MappingProxyType({"first_reply": frozenset(("new", "open", "pending")), "resolution": frozenset(("new", "open"))})
KEPT = frozenset(("solved", "closed"))  # in which states a solution is
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Terms:
    """A policy as it counts for one ticket: `targets` by kind, in business time; a warning comes after `warn_percent` of them."""

    hours: Hours
    targets: Mapping[str, timedelta]
    warn_percent: int


@dataclass(frozen=True)
class Promise:
    """`met` is for good, for a first reply. `warned` and `breached` were told, and are never told again."""

    watch: Watch = field(default_factory=Watch)
    met: bool = False
    warned: bool = False
    breached: bool = False


class Step(NamedTuple):
    """What time does: `told` is `warned` or `breached`."""

    at: datetime
    told: str
    kind: str


Promises = Mapping[str, Promise]


def moved(promises: Promises, status: str, terms: Terms, at: datetime, *, answered: bool = False) -> dict[str, Promise]:
    """The promises of a ticket that is in `status` from `at` on; `answered`: it has had its first reply."""
    found = {}
    for kind in KINDS:
        one = promises.get(kind, Promise())
        met = one.met or answered if kind == "first_reply" else status in KEPT
        runs = status in RUNS[kind] and not met
        watch = started(one.watch, at) if runs else stopped(one.watch, terms.hours, at)
        found[kind] = replace(one, watch=watch, met=met)
    return found


def due_at(promises: Promises, kind: str, terms: Terms) -> datetime | None:
    """When a promise falls due, None while its watch stands still."""
    return due_on(promises[kind].watch, terms.hours, terms.targets[kind])


def next_step(promises: Promises, terms: Terms) -> Step | None:
    """The earliest warning or breach that has not been told; of one promise the warning comes first."""
    steps = []
    for kind, one in promises.items():
        target = terms.targets[kind]
        untold = [] if one.warned or one.breached else [("warned", target * terms.warn_percent // 100)]
        untold += [] if one.breached else [("breached", target)]
        steps += [Step(at, told, kind) for told, wait in untold if (at := due_on(one.watch, terms.hours, wait)) is not None]
    return min(steps, key=lambda step: step.at, default=None)


def told(promises: Promises, step: Step) -> dict[str, Promise]:
    """The promises, once a step was told."""
    one = promises[step.kind]
    return {**promises, step.kind: replace(one, warned=True) if step.told == "warned" else replace(one, breached=True)}


def standing(promises: Promises) -> str:
    """How well a ticket's promises were kept, in a word: the worst of them. A warning is over once the promise is kept."""
    if any(one.breached for one in promises.values()):
        return "breached"
    return "warned" if any(one.warned and not one.met for one in promises.values()) else "on_time"


def written(promises: Promises) -> dict[str, Any]:
    """As plain JSON, times in microseconds."""
    return {kind: {"spent": one.watch.spent // _MICROSECOND, "since": one.watch.since and one.watch.since.isoformat(), "met": one.met,
                   "warned": one.warned, "breached": one.breached} for kind, one in promises.items()}


def read(stored: Mapping[str, Any]) -> dict[str, Promise]:
    """What `written` has made."""
    return {kind: Promise(Watch(one["spent"] * _MICROSECOND, one["since"] and datetime.fromisoformat(one["since"])),
                          one["met"], one["warned"], one["breached"]) for kind, one in stored.items()}
