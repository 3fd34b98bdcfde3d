"""The audit log as lists: newest first by day, actor, type, tenant or record, and one record's entries in order.

Days lie in 16 shards each, which are merged; the other ways are split by month. Every sort key begins with the time of recording, so
a cursor is such a key, and may name a day or a month that was not read yet.
"""

import heapq
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from kernel import dynamodb
from kernel.audit import Entry, digest
from kernel.clock import parse, stamp, wall
from kernel.config import table
from kernel.paths import LAST, SHARDS
from kernel.problems import BadRequest
from kernel.query import EXAMINE, opened, page_size, sealed
from kernel.timeline import entries

INDEXES = {"actor": "gsi2", "tenant_id": "gsi4", "type": "gsi3"}  # the first that is asked for is read, the others sift
ALLOWED = ("actor", "recorded_at__gte", "recorded_at__lt", "subject", "tenant_id", "type")
WINDOW, WIDEST = timedelta(days=30), timedelta(days=3660)
SKEW = timedelta(minutes=1)  # the clocks of two functions may differ
PARTITIONS = 128  # read for one page: then it ends, however short it is
MAX_TEXT = 200


@dataclass(frozen=True)
class Asked:
    """A list request: `equal` {field: value}, start <= recorded_at < end, and what a cursor is bound to."""

    equal: Mapping[str, str]
    start: datetime
    end: datetime
    size: int
    cursor: str | None
    identity: str


def read(params: Mapping[str, str], principal: str) -> Asked:
    """Query parameters to what is asked; without times the last 30 days. A 400 names the parameter and what is allowed."""
    equal = {name: _text(name, text) for name, text in params.items() if name not in ("limit", "cursor")}
    times = {name: _time(name, equal.pop(name)) for name in ("recorded_at__gte", "recorded_at__lt") if name in equal}
    end = times.get("recorded_at__lt", wall() + SKEW)
    start = times.get("recorded_at__gte", end - WINDOW)
    if end - start > WIDEST:
        raise BadRequest(f"at most {WIDEST.days} days", code="too_wide", field="recorded_at__gte")
    identity = digest(json.dumps(["audit", principal, sorted((k, v) for k, v in params.items() if k not in ("cursor", "limit"))]))
    return Asked(equal, start, end, page_size(params.get("limit")), params.get("cursor"), identity)


def _text(name: str, text: str) -> str:
    if name not in ALLOWED:
        raise BadRequest(f"cannot filter by {name}", code="unknown_filter", field=name, allowed=list(ALLOWED))
    if not 0 < len(text) <= MAX_TEXT or not text.isprintable():
        raise BadRequest(f"not a value of {name}", code="bad_value", field=name)
    return text


def _time(name: str, text: str) -> datetime:
    try:
        at = parse(text)
        if not 1970 <= at.year < 2200:
            raise ValueError("nothing was recorded then")
    except (ValueError, OverflowError) as failure:
        raise BadRequest(f"{text!r} is no time such as 2026-01-31T12:00:00Z", code="bad_value", field=name) from failure
    return at


def newest(asked: Asked) -> tuple[list[Entry], str | None]:
    """The entries of one page, newest first, and the cursor of the next."""
    after = opened(asked.cursor, asked.identity) if asked.cursor else stamp(asked.end)
    found: list[Entry] = []
    last, examined = after, 0
    for position, item in _of_subject(asked, after) if "subject" in asked.equal else _of_time(asked, after):
        if item is None or len(found) == asked.size or examined == EXAMINE:
            return found, sealed(position if item is None else last, asked.identity)
        last, examined, entry = position, examined + 1, Entry.load(item)
        if _matches(entry, asked):
            found.append(entry)
    return found, None


def _matches(entry: Entry, asked: Asked) -> bool:
    facts = entry.facts() | {"tenant_id": entry.tenant_id}
    return all(facts[name] == value for name, value in asked.equal.items()) and (
        stamp(asked.start) <= facts["recorded_at"] < stamp(asked.end))


def _of_time(asked: Asked, after: str) -> Iterator[tuple[str, dynamodb.Item | None]]:
    """(sort key, item) from before `after` down to the start; (position, None) where enough partitions were read for one page."""
    field = next((name for name in INDEXES if name in asked.equal), None)
    index, width, low = INDEXES[field] if field else "gsi1", 1 if field else SHARDS, stamp(asked.start)
    for n, span in enumerate(_spans(after, low, by_month=field is not None)):
        if (n + 1) * width > PARTITIONS:
            yield span + LAST, None
            return
        names = [f"{field}={asked.equal[field]}@{span}"] if field else [f"day#{span}#{shard:02d}" for shard in range(SHARDS)]
        runs = [_run(index, name, low, after, max(1, asked.size // width) + 1) for name in names]
        yield from heapq.merge(*runs, key=lambda found: found[0], reverse=True)


def _spans(after: str, low: str, *, by_month: bool) -> Iterator[str]:
    """The days (`2026-11-24`) or months (`2026-11`) from that of the sort key `after` down to that of `low`."""
    length, rest = (7, "-01T00:00:00Z") if by_month else (10, "T00:00:00Z")
    first = parse(after[:length] + rest)
    while after > low and (span := stamp(first)[:length]) >= low[:length]:
        yield span
        first -= timedelta(days=1)
        first = first.replace(day=1) if by_month else first


def _run(index: str, partition: str, low: str, after: str, size: int) -> Iterator[tuple[str, dynamodb.Item]]:
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(table("audit"), index, partition, low=low, high=after, forward=False, limit=size, start=start)
        yield from ((key, item) for item in items if (key := item[f"{index}sk"]["S"]) != after)
        if start is None:
            return


def _of_subject(asked: Asked, after: str) -> Iterator[tuple[str, dynamodb.Item]]:
    below = after.rsplit("#", 1)[1] if "#" in after else LAST
    for item in entries(asked.equal["subject"], below=below, size=asked.size + 1):
        yield item["gsi1sk"]["S"], item
