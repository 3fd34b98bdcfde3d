"""Pure rules of onboarding: what a template may say, the life of an item and of a checklist, and how far one is.

Times are stamps (`kernel.clock.stamp`), which sort as times do.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from graphlib import CycleError, TopologicalSorter
from types import MappingProxyType

STATES = ("open", "done", "skipped")
COMMANDS = ("tick", "skip", "reopen", "happen")
# `happen` is the item's event: what has happened is a fact, whatever the item waits for and whoever has skipped it.
TRANSITIONS = MappingProxyType({
    ("open", "tick"): "done",
    ("open", "skip"): "skipped",
    ("open", "happen"): "done",
    ("skipped", "happen"): "done",
    ("done", "reopen"): "open",
    ("skipped", "reopen"): "open",
})
LIFE = ("open", "completed", "canceled")
CHANGES = ("complete", "reopen", "cancel")
LIFE_TRANSITIONS = MappingProxyType({
    ("open", "complete"): "completed",
    ("completed", "reopen"): "open",
    ("open", "cancel"): "canceled",
})


@dataclass(frozen=True)
class Item:
    """What is to be done. `needs`: keys of items that come before it. `at`, `by`: when it was done or skipped, by whom or which event."""

    key: str
    title: str
    description: str = ""
    needs: tuple[str, ...] = ()
    done_by: str | None = None
    value: bool = False
    due_at: str | None = None
    status: str = "open"
    at: str | None = None
    by: str | None = None
    reason: str | None = None
    reopened_at: str | None = None
    overdue_at: str | None = None


@dataclass(frozen=True)
class Fact:
    """When an event has happened for a tenant: the first time and the last one."""

    first: str
    last: str


@dataclass(frozen=True)
class Progress:
    """`total` counts what was not skipped; `percent` is whole, and 100 only when nothing is open."""

    total: int
    done: int
    skipped: int
    percent: int
    overdue: int


def transition(status: str, command: str) -> str | None:
    """The state of an item that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def life(status: str, change: str) -> str | None:
    """The state of a checklist that `change` leads to, or None where there is no such way."""
    return LIFE_TRANSITIONS.get((status, change))


def fault(items: Sequence[tuple[str, Sequence[str], bool]]) -> tuple[str, str] | None:
    """What is wrong with a template's items, each (key, needs, value): the dotted field and why. None: nothing."""
    keys = [key for key, _, _ in items]
    for n, (key, needs, value) in enumerate(items):
        if key in keys[:n]:
            return f"items.{n}.key", f"there is another item {key}"
        if value and any(marked for _, _, marked in items[:n]):
            return f"items.{n}.value", "one item alone is the moment of value"
        if unknown := [need for need in needs if need not in keys]:
            return f"items.{n}.needs", f"there is no item {unknown[0]}"
    try:
        TopologicalSorter({key: needs for key, needs, _ in items}).prepare()
    except CycleError as circle:
        first, *others = reversed(circle.args[1])
        return f"items.{keys.index(first)}.needs", f"the items wait for one another: {' -> '.join([first, *others])}"
    return None


def waits_for(items: Sequence[Item], key: str) -> list[str]:
    """Keys of the open items that must be done or skipped before this one is ticked by hand."""
    still = {item.key for item in items if item.status == "open"}
    return [need for item in items if item.key == key for need in item.needs if need in still]


def moved(item: Item, command: str, *, at: str, by: str, reason: str | None = None) -> Item:
    """The item after a command that `transition` allows. One that is reopened keeps that it was overdue: nobody is nudged twice."""
    target = TRANSITIONS[item.status, command]
    if target == "open":
        return replace(item, status=target, at=None, by=None, reason=None, reopened_at=at)
    return replace(item, status=target, at=at, by=by, reason=reason)


def happened(items: Sequence[Item], facts: Mapping[str, Fact]) -> list[Item]:
    """The items with what has happened. Of one that was reopened, only what came later counts; else the first time, also where that becomes
    known last."""
    return [_happened(item, facts.get(item.done_by or "")) for item in items]


def _happened(item: Item, fact: Fact | None) -> Item:
    if fact is None:
        return item
    when = fact.first if item.reopened_at is None else fact.last
    if transition(item.status, "happen") is None:
        sooner = item.by == item.done_by and item.reopened_at is None and when < str(item.at)
        return replace(item, at=when) if sooner else item
    return moved(item, "happen", at=when, by=str(item.done_by)) if when > (item.reopened_at or "") else item


def progress(items: Sequence[Item]) -> Progress:
    done, skipped = (sum(item.status == status for item in items) for status in ("done", "skipped"))
    total = len(items) - skipped
    overdue = sum(item.status == "open" and item.overdue_at is not None for item in items)
    return Progress(total, done, skipped, 100 * done // total if total else 100, overdue)


def completed_at(items: Sequence[Item]) -> str | None:
    """When the last item was done or skipped, None while one is open. In whichever order they became known, the same."""
    if any(item.status == "open" for item in items):
        return None
    return max(item.at or "" for item in items)


def valued_at(items: Sequence[Item]) -> str | None:
    """When the customer got what it came for: the item marked as such was done, or else everything was. None: not yet."""
    reached = [item.at for item in items if item.value and item.status == "done"]
    return reached[0] if reached else completed_at(items)


def next_overdue(items: Sequence[Item]) -> tuple[str, str] | None:
    """(when, key) of the item that is overdue next; each is once."""
    waiting = [(max(item.due_at, item.reopened_at or ""), n, item.key) for n, item in enumerate(items)
               if item.status == "open" and item.due_at is not None and item.overdue_at is None]
    if not waiting:
        return None
    when, _, key = min(waiting)
    return when, key
