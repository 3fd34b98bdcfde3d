"""The planner: which access path a list is read by, between which sort keys, and what is left to be tested or sorted then."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

from kernel.asked import Asked
from kernel.filters import MAX_VALUES, RANGES, Condition, attribute_of
from kernel.paths import LAST, Path, encode
from kernel.problems import BadRequest
from kernel.records import Record, Text

_ABOVE_NULL = "$"  # the character behind `#`, with which the sort key of null begins


@dataclass(frozen=True)
class Plan:
    """How a list is read: by ids where `path` is None, else the path's partitions between two sort keys. `rest` is not settled by it."""

    path: Path | None
    sort: str
    low: str
    high: str
    rest: tuple[Condition, ...]

    @property
    def in_memory(self) -> bool:
        return self.path is None or self.path.sort != self.sort

    def __str__(self) -> str:
        way = " ".join((self.path.index, *self.path.by)) if self.path else "ids"
        return f"{way} then by {self.sort}" if self.in_memory else way


def plan(kind: type[Record], asked: Asked) -> Plan:
    """The cheapest way that shows every record that is asked for, or a 400 where there is none."""
    fitting = sorted((path for path in kind.paths if _fits(path, asked)), key=lambda path: -len(path.by))
    sort = asked.sort or (fitting[0].sort if fitting else "created_at")
    high = LAST if all(asked.equal.values()) else ""  # conditions that contradict each other leave nothing to read
    if "id" in asked.equal or not high:
        return Plan(None, sort, "", high, asked.conditions)
    ranged = {each.field for each in asked.conditions if each.wants_value}
    best = max(fitting, default=None, key=lambda path: (
        path.sort == sort, len(path.by), bool(path.where), path.sort in ranged, not path.bucket))
    if best is None:
        raise needs_less(sort)
    return Plan(best, sort, *_bounds(kind, best, asked.conditions))


def _fits(path: Path, asked: Asked) -> bool:
    """Whether the path holds every record that is asked for, in few partitions."""
    equal = asked.equal
    sparse = all(name in equal and set(equal[name]) <= set(allowed) for name, allowed in path.where.items())
    return sparse and set(path.by) <= equal.keys() and prod(len(equal[name]) for name in path.by) <= MAX_VALUES


def needs_less(sort: str) -> BadRequest:
    return BadRequest(f"there is too much to sort by {sort}: filter more narrowly, or sort otherwise", code="sort_needs_narrower_filter",
                      field="sort")


def _bounds(kind: type[Record], path: Path, conditions: Sequence[Condition]) -> tuple[str, str, tuple[Condition, ...]]:
    """Lowest and highest sort key that the conditions leave, both inclusive, and the conditions that have to be tested still."""
    low, high = "", LAST
    rest: list[Condition] = []
    textual = isinstance(attribute_of(kind, path.sort), Text)
    for each in conditions:
        if each.field != path.sort:
            if each.operator != "in" or each.field not in path.by:
                rest.append(each)
            continue
        least, most = _span(each)
        if each.wants_value and not textual:
            least = max(least, _ABOVE_NULL)
        low, high = max(low, least), min(high, most)
        if textual or each.operator not in RANGES:
            rest.append(each)  # null and "" have one place, and texts of one place may differ
    return low, high, tuple(rest)


def _span(asked: Condition) -> tuple[str, str]:
    if asked.operator == "isnull":
        return ("", "#" + LAST) if asked.values[0] else ("", LAST)
    keys = sorted(encode(value) for value in asked.values) or [""]
    match asked.operator:
        case "gte":
            return keys[0], LAST
        case "gt":
            return keys[0] + "#" + LAST, LAST
        case "lte":
            return "", keys[0] + "#" + LAST
        case "lt":
            return "", keys[0]
        case "in":
            return keys[0], keys[-1] + "#" + LAST
        case "startswith":
            return keys[0], keys[0] + LAST
    return "", LAST
