"""Filters of a list: query parameters to conditions, and conditions to tests of stored items. Nothing is read here.

What is null satisfies `__ne` and `__isnull=true`, and no other condition. Texts are equal as they are written; `__contains`,
`__startswith` and ranges ignore case and diacritics, ranges beyond the first 64 characters, as sort keys do. A value within a JSON
field (`extra.tier`) is compared as what is stored there: text, number or boolean; a list or an object equals nothing. A JSON field that
is a list of texts is asked for as one field: it is what any of its members is.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from operator import ge, gt, le, lt
from typing import Any

from kernel.clock import parse, stamp
from kernel.dynamodb import Item
from kernel.paths import encode, plain
from kernel.problems import BadRequest
from kernel.records import Flag, Integer, Json, Record, Text, Time

MAX_VALUES, MAX_TEXT, MAX_DEPTH = 10, 200, 5
RANGES: Mapping[str, Callable[[Any, Any], bool]] = {"gte": ge, "lte": le, "gt": gt, "lt": lt}
_EQUAL = frozenset({"in", "ne", "isnull"})
_ORDERED = _EQUAL | RANGES.keys()
OPERATORS = _ORDERED | {"contains", "startswith"}
_UNITS = {"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_RELATIVE = re.compile("([-+ ]?)([0-9]{1,6})([mhdw])")  # a plus in a URL arrives as a space
_NUMBER = re.compile(r"-?[0-9]{1,30}(\.[0-9]{1,30})?([eE][-+]?[0-9]{1,3})?")
Test = Callable[[Item], bool]


@dataclass(frozen=True)
class Condition:
    """`operator` is one of OPERATORS, "in" for equality too. `values` are of the field's own type, texts for what lies within JSON."""

    field: str
    operator: str
    values: tuple[Any, ...]

    @property
    def wants_value(self) -> bool:
        """Whether null cannot satisfy it."""
        return self.values == (False,) if self.operator == "isnull" else self.operator != "ne"


def condition(name: str, text: str, *, kind: type[Record], filters: Sequence[str], choices: Mapping[str, frozenset[str]],
              now: datetime) -> Condition:
    """A query parameter such as `created_at__gte=-30d` as a condition, or a 400 that names what is allowed."""
    field, sign, operator = name.rpartition("__") if "__" in name else (name, "", "")
    root, *inner = field.split(".")
    if root not in filters or (sign and operator not in OPERATORS) or bool(inner) != is_object(attribute_of(kind, root)):
        raise BadRequest(f"cannot filter by {name[:MAX_TEXT]}", code="unknown_filter", field=name[:MAX_TEXT], allowed=sorted(filters))
    if len(inner) > MAX_DEPTH or (inner and not all(inner)):
        raise BadRequest(f"{root} and at most {MAX_DEPTH} names behind dots", code="bad_filter", field=name)
    possible = _possible(kind, field, choices)
    if operator and operator not in possible:
        raise BadRequest(f"{field} cannot be asked for by {operator}", code="bad_operator", field=name, allowed=sorted(possible))
    if operator == "isnull":
        return Condition(field, operator, (truth(name, text),))
    several = operator == "in" or (operator in ("", "ne") and _takes_several(kind, field, choices))
    parts = text.split(",") if several else [text]
    values = tuple(dict.fromkeys(_value(kind, field, part, choices, now) for part in parts))
    if len(values) > MAX_VALUES:
        raise BadRequest(f"at most {MAX_VALUES} values", code="too_many_values", field=name)
    if operator in ("contains", "startswith") and not plain(text):
        raise BadRequest("there is nothing to look for", code="bad_value", field=field)
    return Condition(field, operator or "in", values)


def truth(name: str, text: str) -> bool:
    if text not in ("true", "false"):
        raise BadRequest(f"{name} is true or false", code="bad_value", field=name, allowed=["false", "true"])
    return text == "true"


def attribute_of(kind: type[Record], field: str) -> Any:
    """The attribute that holds a field, or None."""
    return kind.get_attributes().get("pk" if field == "id" else field)


def is_object(attribute: Any) -> bool:
    """Whether only what lies within it can be asked for."""
    return isinstance(attribute, Json) and attribute.default is not list


def _possible(kind: type[Record], field: str, choices: Mapping[str, frozenset[str]]) -> frozenset[str]:
    attribute = attribute_of(kind, field)
    if field in choices or isinstance(attribute, Flag) or (isinstance(attribute, Json) and not is_object(attribute)):
        return _EQUAL
    return _ORDERED if isinstance(attribute, (Integer, Time)) else OPERATORS


def _takes_several(kind: type[Record], field: str, choices: Mapping[str, frozenset[str]]) -> bool:
    """A comma separates values of enums, ids, numbers, times and booleans; in free text it is a comma."""
    if field in choices or field == "id":
        return True
    attribute = attribute_of(kind, field)
    return attribute is not None and (field.endswith("_id") or isinstance(attribute, (Integer, Time, Flag)))


def _value(kind: type[Record], field: str, text: str, choices: Mapping[str, frozenset[str]], now: datetime) -> Any:
    if field in choices and text not in choices[field]:
        raise BadRequest(f"{text[:MAX_TEXT]!r} is no {field}", code="unknown_value", field=field, allowed=sorted(choices[field]))
    try:
        text.encode()  # half a surrogate pair is no text
        if len(text) > MAX_TEXT:
            raise ValueError("too long for a key")
        match attribute_of(kind, field):
            case Integer():
                return int(re.fullmatch("-?[0-9]{1,18}", text)[0])  # type: ignore[index]
            case Time():
                return _moment(text, now)
            case Flag():
                return {"true": True, "false": False}[text]
    except (ValueError, KeyError, TypeError, OverflowError) as failure:
        raise BadRequest(f"{text[:MAX_TEXT]!r} is no value of {field}", code="bad_value", field=field) from failure
    return text


def _moment(text: str, now: datetime) -> datetime:
    """RFC 3339, or a distance from now: `-30d`, `+2w`, `0d`."""
    found = _RELATIVE.fullmatch(text)
    if not found:
        return parse(text)
    distance = timedelta(**{_UNITS[found[3]]: int(found[2])})
    return now - distance if found[1] == "-" else now + distance


@lru_cache(maxsize=64)
def tested(kind: type[Record], conditions: tuple[Condition, ...]) -> Test:
    """Whether a stored item satisfies all conditions, compiled once."""
    tests = [_test(kind, each) for each in conditions]
    if not tests:
        return lambda item: True
    return tests[0] if len(tests) == 1 else lambda item: all(test(item) for test in tests)


def _test(kind: type[Record], asked: Condition) -> Test:
    read = reader(kind, asked.field)
    if asked.operator == "isnull":
        return lambda item: (read(item) is None) is asked.values[0]
    agrees = _agrees_loosely(asked) if "." in asked.field else _agrees(attribute_of(kind, asked.field), asked)
    if asked.operator == "ne":
        return lambda item: (value := read(item)) is None or not agrees(value)
    return lambda item: (value := read(item)) is not None and agrees(value)


def reader(kind: type[Record], field: str) -> Callable[[Item], Any]:
    """How to read a field from an item, as it is stored; None for null."""
    root, *inner = field.split(".")
    column = "pk" if root == "id" else root
    match attribute_of(kind, root):
        case Integer():
            return lambda item: int(item[column]["N"]) if column in item else None
        case Flag():
            return lambda item: item[column]["BOOL"] if column in item else None
        case Json():
            return lambda item: _within(json.loads(item[column]["S"]), inner) if column in item else None
    return lambda item: item[column]["S"] if column in item else None


def _within(value: Any, names: Sequence[str]) -> Any:
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _agrees(attribute: Any, asked: Condition) -> Callable[[Any], bool]:
    """Whether a stored value that is not null is what is asked. Times are compared as the texts that they are stored as."""
    values = [stamp(value) for value in asked.values] if isinstance(attribute, Time) else list(asked.values)
    if isinstance(attribute, Json):
        return lambda value: not frozenset(values).isdisjoint(value)
    if asked.operator in ("in", "ne"):
        return frozenset(values).__contains__
    if not isinstance(attribute, Text):
        return lambda value: RANGES[asked.operator](value, values[0])
    return _agrees_as_text(asked.operator, values[0])


def _agrees_as_text(operator: str, text: str) -> Callable[[str], bool]:
    if operator in RANGES:
        compare, bound = RANGES[operator], encode(text)
        return lambda value: compare(encode(value), bound)
    needle = plain(text)
    return (lambda value: needle in plain(value)) if operator == "contains" else lambda value: plain(value).startswith(needle)


def _agrees_loosely(asked: Condition) -> Callable[[Any], bool]:
    """The same for a value within JSON."""
    texts = frozenset(asked.values)
    numbers = [float(text) if found[1] or found[2] else int(text) for text in asked.values if (found := _NUMBER.fullmatch(text))]
    truths = [text == "true" for text in asked.values if text in ("true", "false")]
    equality = asked.operator in ("in", "ne")
    compare = RANGES.get(asked.operator)
    as_text = texts.__contains__ if equality else _agrees_as_text(asked.operator, asked.values[0])

    def agrees(value: Any) -> bool:
        match value:
            case bool():
                return equality and value in truths
            case int() | float() if compare:
                return bool(numbers) and compare(value, numbers[0])
            case int() | float():
                return equality and value in numbers
            case str():
                return as_text(value)
        return False

    return agrees
