"""Lists: what a caller asks for, answered from one declared access path. Never a Scan.

The planner takes ids themselves, where they are given; else the path whose order is asked; else the most specific path, whose records
are sorted in memory. A position is `<encoded sort value>#<id>` in every case and so never ties; the cursor holds the last one that was
looked at. A page may be short: only `next_cursor: null` ends a list.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import inf
from operator import itemgetter

from kernel import dynamodb
from kernel.asked import Asked as Asked
from kernel.asked import page_size as page_size
from kernel.asked import read as read
from kernel.clock import stamp
from kernel.cursors import opened as opened
from kernel.cursors import sealed as sealed
from kernel.filters import attribute_of, reader, tested
from kernel.paths import encode
from kernel.planner import needs_less, plan
from kernel.records import Record, Time
from kernel.walks import Reading

EXAMINE, MONTHS = 1000, 10
SORT_MONTHS = 60  # of a bucketed path, read for a page that is sorted in memory
SORTED_STREAM = 10_000  # items that `stream` holds at once, where no path has the order


@dataclass(frozen=True)
class Page:
    """One page: stored items, the cursor of the next or None, how they were found, and how many were read in how many seconds."""

    items: list[dynamodb.Item]
    cursor: str | None
    plan: str
    examined: int
    seconds: float


def page(kind: type[Record], asked: Asked) -> Page:
    """The items of one page and the cursor of the next, or None."""
    reading = Reading(kind, asked, plan(kind, asked), EXAMINE)
    found, last = _sorted(reading) if reading.plan.in_memory else _walked(reading)
    cursor = None if last is None else sealed(stamp(asked.now) + last, asked.identity)
    return Page(found, cursor, str(reading.plan), reading.items, reading.seconds)


def stream(kind: type[Record], asked: Asked, *, after: str | None = None) -> Iterator[tuple[str, dynamodb.Item]]:
    """All that is asked for from behind the position `after`, in order, each with its own position. For jobs: it reads as much as there is.

    Where no path has the order, what is found is held in memory: a 400 above 10,000 items.
    """
    reading = Reading(kind, asked, plan(kind, asked), None)
    if reading.plan.in_memory:
        yield from _in_order(reading, after, SORTED_STREAM)
        return
    test = tested(kind, reading.plan.rest)
    yield from ((position, item) for position, item in reading.walk(after, EXAMINE, None) if item is not None and test(item))


def matches(kind: type[Record], item: dynamodb.Item, asked: Asked) -> bool:
    """Whether a stored item is one of those that are asked for."""
    return (asked.include_deleted or "deleted_at" not in item) and tested(kind, asked.conditions)(item)


def _walked(reading: Reading) -> tuple[list[dynamodb.Item], str | None]:
    """A page in the path's own order, and the last position that was looked at, where there may be more behind it."""
    asked, test = reading.asked, tested(reading.kind, reading.plan.rest)
    found: list[dynamodb.Item] = []
    examined, last = 0, asked.after or ""
    for position, item in reading.walk(asked.after, asked.limit + 1, MONTHS):
        if item is None:
            return found, position
        if len(found) == asked.limit or examined == EXAMINE:
            return found, last
        examined, last = examined + 1, position
        if test(item):
            found.append(item)
    return found, None


def _sorted(reading: Reading) -> tuple[list[dynamodb.Item], str | None]:
    """The same where the order is made in memory."""
    found = _in_order(reading, reading.asked.after, inf)
    shown = found[:reading.asked.limit]
    return [item for _, item in shown], shown[-1][0] if len(shown) < len(found) else None


def _in_order(reading: Reading, after: str | None, most: float) -> list[tuple[str, dynamodb.Item]]:
    """All that is asked for behind `after`, sorted here; 400 where the reading's ceiling, or `most` of what is found, is passed."""
    asked, sort, test = reading.asked, reading.plan.sort, tested(reading.kind, reading.plan.rest)
    place = _placing(reading.kind, sort)
    found: list[tuple[str, dynamodb.Item]] = []
    for number, (_, item) in enumerate(reading.walk(None, EXAMINE + 1, SORT_MONTHS if reading.ceiling else None)):
        if item is None or number == reading.ceiling or len(found) > most:
            raise needs_less(sort)
        position = place(item)
        if (after is None or (position < after if asked.descending else position > after)) and test(item):
            found.append((position, item))
    return sorted(found, key=itemgetter(0), reverse=asked.descending)


def _placing(kind: type[Record], sort: str) -> Callable[[dynamodb.Item], str]:
    """The function that tells an item's position; ids are sorted as they are written."""
    if sort == "id":
        return lambda item: "#" + item["pk"]["S"]
    stored = reader(kind, sort)
    if isinstance(attribute_of(kind, sort), Time):  # stored as it is encoded
        return lambda item: f"{stored(item) or ''}#{item['pk']['S']}"
    return lambda item: f"{encode(stored(item))}#{item['pk']['S']}"
