"""Lists: what a caller asks for, turned into Queries on one declared access path. Never a Scan.

A walk goes through partitions in order of the path's sort key, which ends with the id and so never ties; the cursor is the last key
that was looked at. A page may be short: only `next_cursor: null` ends a list.
"""

import heapq
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from math import prod
from operator import ge, gt, le, lt
from typing import Any

from kernel import dynamodb
from kernel.audit import digest
from kernel.clock import parse
from kernel.commit import bucket_months
from kernel.cursors import opened, sealed
from kernel.paths import LAST, Path, encode
from kernel.problems import BadRequest
from kernel.records import Flag, Integer, Record, Time

MAX_LIMIT, DEFAULT_LIMIT, EXAMINE = 100, 50, 1000
MAX_VALUES, MAX_TEXT, MONTHS = 10, 200, 10
_OPERATORS = {"gte", "lte", "gt", "lt"}


@dataclass(frozen=True)
class Asked:
    """A list request, read and checked: `equal` {field: values}, `ranges` {field: {operator: value}}, `sort` without its sign."""

    equal: Mapping[str, tuple[Any, ...]]
    ranges: Mapping[str, Mapping[str, Any]]
    sort: str | None
    descending: bool
    limit: int
    cursor: str | None
    include_deleted: bool
    identity: str = field(default="")  # what a cursor is bound to


def read(params: Mapping[str, str], *, kind: type[Record], filters: Sequence[str], choices: Mapping[str, frozenset[str]],
         principal: str) -> Asked:
    """Query parameters to what is asked, or a 400 that names the parameter and what is allowed."""
    if len(params) > 20 or sum(len(k) + len(v) for k, v in params.items()) > 2048:
        raise BadRequest("at most 20 parameters of 2 KB in all", code="too_many_parameters")
    equal: dict[str, tuple[Any, ...]] = {}
    ranges: dict[str, dict[str, Any]] = {}
    for name, text in params.items():
        if name in ("limit", "cursor", "sort", "include_deleted"):
            continue
        column, sign, operator = name.partition("__")
        if column not in filters or (sign and operator not in _OPERATORS):
            raise BadRequest(f"cannot filter by {name}", code="unknown_filter", field=name, allowed=sorted(filters))
        if operator:
            ranges.setdefault(column, {})[operator] = _value(kind, column, text, choices)
        else:
            parts = text.split(",") if _takes_several(kind, column, choices) else [text]
            equal[column] = tuple(dict.fromkeys(_value(kind, column, part, choices) for part in parts))
            if len(equal[column]) > MAX_VALUES:
                raise BadRequest(f"at most {MAX_VALUES} values", code="too_many_values", field=name)
    sort = params.get("sort")
    same = sorted((name, text) for name, text in params.items() if name not in ("cursor", "limit"))
    bound = digest(json.dumps([kind.table(), kind.prefix, principal, same]))
    return Asked(equal, ranges, None if sort is None else sort.removeprefix("-"), sort is None or sort.startswith("-"),
                 page_size(params.get("limit")), params.get("cursor"), params.get("include_deleted") == "true", bound)


def page_size(text: str | None) -> int:
    if text is None:
        return DEFAULT_LIMIT
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) == 0:
        raise BadRequest("limit is a whole number from 1", code="bad_limit", field="limit")
    return min(int(text), MAX_LIMIT)


def _takes_several(kind: type[Record], name: str, choices: Mapping[str, frozenset[str]]) -> bool:
    """A comma separates values of enums, ids, numbers, times and booleans; in free text it is a comma."""
    return name in choices or name == "id" or name.endswith("_id") or isinstance(kind.get_attributes()[name], (Integer, Time, Flag))


def _value(kind: type[Record], name: str, text: str, choices: Mapping[str, frozenset[str]]) -> Any:
    if name in choices and text not in choices[name]:
        raise BadRequest(f"{text!r} is no {name}", code="unknown_value", field=name, allowed=sorted(choices[name]))
    attribute = "pk" if name == "id" else name
    try:
        text.encode()  # half a surrogate pair is no text
        if len(text) > MAX_TEXT:
            raise ValueError("too long for a key")
        match kind.get_attributes()[attribute]:
            case Integer():
                return int(re.fullmatch("-?[0-9]{1,18}", text)[0])  # type: ignore[index]
            case Time():
                return parse(text)
            case Flag():
                return {"true": True, "false": False}[text]
    except (ValueError, KeyError, TypeError) as failure:
        raise BadRequest(f"{text[:MAX_TEXT]!r} is no value of {name}", code="bad_value", field=name) from failure
    return text


def choose(kind: type[Record], asked: Asked) -> Path:
    """The most specific path whose `by` the equalities cover and whose order is asked, or a 400."""
    given = {name for name, values in asked.equal.items() if values}
    wanted = asked.sort
    if wanted is None:
        wanted = next((p.sort for p in sorted(kind.paths, key=lambda p: -len(p.by)) if _fits(p, asked, given)), "created_at")
    fitting = [path for path in kind.paths if path.sort == wanted and _fits(path, asked, given)]
    if not fitting:
        sorts = sorted({path.sort for path in kind.paths})
        code = "sort_needs_narrower_filter" if wanted in sorts else "unknown_sort"
        raise BadRequest(f"cannot sort by {wanted} here", code=code, field="sort", allowed=sorts)
    return max(fitting, key=lambda path: (len(path.by), bool(path.where)))


def _fits(path: Path, asked: Asked, given: set[str]) -> bool:
    """Whether the path holds every record that is asked for, in few partitions."""
    sparse = all(name in given and set(asked.equal[name]) <= set(allowed) for name, allowed in path.where.items())
    return sparse and set(path.by) <= given and prod(len(asked.equal[name]) for name in path.by) <= MAX_VALUES


def page(kind: type[Record], asked: Asked) -> tuple[list[dynamodb.Item], str | None]:
    """The items of one page and the cursor of the next, or None."""
    path = choose(kind, asked)
    after = opened(asked.cursor, asked.identity) if asked.cursor else None
    found: list[dynamodb.Item] = []
    examined, last = 0, after or ""
    for position, item in _walk(kind, path, asked, after):
        if item is None:
            return found, sealed(position, asked.identity)
        if len(found) == asked.limit or examined == EXAMINE:
            return found, sealed(last, asked.identity)
        examined, last = examined + 1, position
        if _matches(kind, item, path, asked):
            found.append(item)
    return found, None


def _walk(kind: type[Record], path: Path, asked: Asked, after: str | None) -> Iterator[tuple[str, dynamodb.Item | None]]:
    """(sort key, item) of the path's partitions in order, from behind `after`. Several partitions are merged, reading little ahead of
    need. After ten months (position, None): there may be more behind it."""
    low, high = _bounds(path, asked, after)
    if low > high or not high:  # nothing sorts before the empty text
        return
    values = [asked.equal[name] for name in path.by]
    bases = [path.partition(kind.prefix, dict(zip(path.by, chosen, strict=True))) for chosen in product(*values)]
    bases += ["~" + base for base in bases] if asked.include_deleted else []
    name = f"{path.index}sk"
    months = _months(kind, path, bases, asked.descending, low, high)
    seen = 0
    for month in months[:MONTHS]:
        wanted = asked.limit + 1 - seen if seen <= asked.limit else asked.limit + 1
        size = wanted if len(bases) == 1 else max(1, asked.limit // len(bases))
        runs = [_run(kind, path, f"{base}@{month}" if month else base, asked.descending, low, high, size) for base in bases]
        for item in heapq.merge(*runs, key=lambda item: item[name]["S"], reverse=asked.descending):
            seen += 1
            yield item[name]["S"], item
    if len(months) > MONTHS:
        yield months[MONTHS - 1] + ("" if asked.descending else LAST), None


def _months(kind: type[Record], path: Path, bases: list[str], descending: bool, low: str, high: str) -> list[str]:
    """The months in which a bucketed path may hold what is asked, in order; [""] for a path without buckets."""
    if not path.bucket:
        return [""]
    known = {month for base in bases for month in bucket_months(kind, base)}
    return sorted((month for month in known if low[:7] <= month <= high[:7]), reverse=descending)


def _run(kind: type[Record], path: Path, partition: str, descending: bool, low: str, high: str, size: int) -> Iterator[dynamodb.Item]:
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(kind.table(), path.index, partition, low=low, high=high, forward=not descending, limit=size,
                                    start=start)
        yield from items
        if start is None:
            return


def _bounds(path: Path, asked: Asked, after: str | None) -> tuple[str, str]:
    """Lowest and highest sort key of the walk, both inclusive; keys hold no NUL, so one behind a key skips just that key."""
    low, high = "", LAST
    for operator, value in asked.ranges.get(path.sort, {}).items():
        text = encode(value)
        match operator:
            case "gte":
                low = max(low, text)
            case "gt":
                low = max(low, text + "#" + LAST)
            case "lte":
                high = min(high, text + "#" + LAST)
            case "lt":
                high = min(high, text)
    if after is not None and asked.descending:
        high = min(high, after[:-1] + chr(ord(after[-1]) - 1) + LAST)
    elif after is not None:
        low = max(low, after + "\x00")
    return low, high


def _matches(kind: type[Record], item: dynamodb.Item, path: Path, asked: Asked) -> bool:
    """The filters that the path did not settle."""
    equal = all(_stored(kind, item, name) in values for name, values in asked.equal.items() if name not in path.by)
    return equal and all(_within(_stored(kind, item, name), limits) for name, limits in asked.ranges.items() if name != path.sort)


def _stored(kind: type[Record], item: dynamodb.Item, name: str) -> Any:
    attribute = kind.get_attributes()["pk" if name == "id" else name]
    value = item.get(attribute.attr_name)
    return None if value is None else attribute.deserialize(attribute.get_value(value))


def _within(value: Any, conditions: Mapping[str, Any]) -> bool:
    """Compared as sort keys are, so that a range means the same with and without a path."""
    tests = {"gte": ge, "lte": le, "gt": gt, "lt": lt}
    return value is not None and all(tests[operator](encode(value), encode(bound)) for operator, bound in conditions.items())
