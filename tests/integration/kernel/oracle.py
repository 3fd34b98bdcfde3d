"""What a list must answer, in plain Python over plain rows: written from the API's description, sharing nothing with the kernel."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

NOW = datetime.fromisoformat("2026-03-01T12:00:00+00:00")
STATUSES, COLORS = ("open", "paid", "void"), ("red", "blue")
NAMES = ("", "Acme", "acme corp", "ACME#1", "Ärzte", "ärzte", "a%b", "Zoo & Co", "x" * 63 + "yz", "x" * 63 + "ya", "😀 ok", "a,b", "~", "!", "É")
IDS = ("grp_1", "grp_2", "grp_3")
INNER: tuple[Any, ...] = ("gold", "Gold", "5", 5, 5.5, -1, True, False, None, ["gold"], {"b": "deep"}, {"b": 7}, "true", "", 2**53 + 1)
SORTS = ("id", "status", "group_id", "name", "rank", "flag", "color", "due_at", "created_at", "updated_at", "deleted_at")
TEXTS, TIMES = ("id", "group_id", "name"), ("due_at", "created_at", "deleted_at")
Row = dict[str, Any]


def rows(random: Random, count: int) -> list[Row]:
    """Rows with ties, nulls, signs of keys and several months; some are deleted."""
    return [_row(random, n) for n in range(count)]


def _row(random: Random, n: int) -> Row:
    days = random.choice((0, 0, 1, 29, 31, 40, 75, 400))
    extra: Row = {name: random.choice(INNER) for name in ("tier", "a") if random.random() < 0.8}
    return {
        "id": f"thg_{random.choice('01XZ')}{n:03d}", "status": random.choice(STATUSES), "group_id": random.choice((*IDS, None)),
        "name": random.choice(NAMES), "rank": random.choice((-3, 0, 0, 1, 10, 10**15)), "flag": random.random() < 0.4,
        "color": random.choice((*COLORS, None)), "due_at": random.choice((None, NOW, NOW + timedelta(days=random.randint(-40, 40)))),
        "created_at": NOW - timedelta(days=days), "updated_at": NOW - timedelta(hours=random.randint(0, 3)),
        "deleted_at": NOW - timedelta(days=1) if random.random() < 0.2 else None, "extra": extra}


def folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))


@dataclass(frozen=True)
class Filter:
    """One query parameter with what it means."""

    field: str
    operator: str
    values: tuple[Any, ...]
    text: str

    @property
    def name(self) -> str:
        return f"{self.field}__{self.operator}" if self.operator else self.field


def a_filter(random: Random, sample: Row) -> Filter:
    """A filter of any field and operator; two in three times its values are those of a row that there is."""
    field = random.choice((*SORTS[:2], *SORTS, "extra.tier", "extra.a", "extra.a.b", "extra.none"))
    if field == "updated_at":  # is sorted by, not filtered
        field = "rank"
    if random.random() < 0.1:
        wanted = random.random() < 0.5
        return Filter(field, "isnull", (wanted,), "true" if wanted else "false")
    ordered = ("gte", "lte", "gt", "lt")
    several = ("", "", "in", "ne")
    if field in ("status", "color", "flag"):
        operator = random.choice(several)
    elif field in ("rank", *TIMES):
        operator = random.choice((*several, *ordered))
    else:
        operator = random.choice((*several, *ordered, "contains", "startswith"))
    return _filled(random, field, operator, sample)


def _filled(random: Random, field: str, operator: str, sample: Row) -> Filter:
    commas = operator == "in" or (operator in ("", "ne") and field not in ("name",) and "." not in field)
    count = random.choice((1, 1, 2, 3, 10)) if commas else 1
    pairs = [_value(random, field, sample if random.random() < 0.67 else None) for _ in range(count)]
    if operator in ("contains", "startswith"):
        text = pairs[0][0][: random.choice((1, 2, 70))]
        pairs = [(text, text)] if folded(text) else [("c", "c")]
    if commas:
        pairs = [pair for pair in pairs if "," not in pair[0]] or [_spare(field)]
    return Filter(field, operator, tuple(value for _, value in pairs), ",".join(text for text, _ in pairs))


def _spare(field: str) -> tuple[str, Any]:
    return ("Acme", "Acme")


def _value(random: Random, field: str, sample: Row | None) -> tuple[str, Any]:
    """(text in the URL, value)"""
    if "." in field:
        text = random.choice(("gold", "Gold", "5", "5.5", "-1", "true", "false", "deep", "7", "", "9007199254740993", "5.0"))
        return text, text
    value = sample[field] if sample is not None else None
    if field in TIMES:
        return _time(random, value)
    if value is None:
        value = random.choice({"status": STATUSES, "color": COLORS, "group_id": (*IDS, "grp_9"), "name": NAMES, "id": ("thg_0001", "ten_1"),
                               "rank": (-4, 0, 5, 10), "flag": (True, False)}[field])
    return (("true" if value else "false") if isinstance(value, bool) else str(value)), value


def _time(random: Random, value: datetime | None) -> tuple[str, datetime]:
    if value is not None and random.random() < 0.5:
        return value.isoformat(), value
    amount, unit = random.choice((0, 1, 30, 31, 75)), random.choice("mhdw")
    distance = timedelta(**{{"m": "minutes", "h": "hours", "d": "days", "w": "weeks"}[unit]: amount})
    sign = random.choice(("-", "+", ""))
    return f"{sign}{amount}{unit}", NOW - distance if sign == "-" else NOW + distance


def holds(row: Row, asked: Filter) -> bool:
    """Whether a row satisfies a filter."""
    stored: Any = row
    for name in asked.field.split("."):
        stored = stored.get(name) if isinstance(stored, dict) else None
    if asked.operator == "isnull":
        return (stored is None) is asked.values[0]
    if asked.operator == "ne":
        return stored is None or not any(_equal(asked.field, stored, value) for value in asked.values)
    if stored is None:
        return False
    if asked.operator in ("", "in"):
        return any(_equal(asked.field, stored, value) for value in asked.values)
    return _compares(asked.field, asked.operator, stored, asked.values[0])


def _equal(field: str, stored: Any, value: Any) -> bool:
    if "." not in field or isinstance(stored, str):
        return bool(stored == value)
    if isinstance(stored, bool):
        return value == ("true" if stored else "false")
    return isinstance(stored, int | float) and _number(value) == stored


def _number(text: str) -> float | None:
    try:
        return int(text) if text.lstrip("-").isdigit() else float(text)
    except ValueError:
        return None


def _compares(field: str, operator: str, stored: Any, value: Any) -> bool:
    if operator in ("contains", "startswith"):
        if not isinstance(stored, str):
            return False
        return folded(value) in folded(stored) if operator == "contains" else folded(stored).startswith(folded(value))
    if "." in field and not isinstance(stored, str):
        value = _number(value)
        if isinstance(stored, bool | list | dict) or value is None:
            return False
    if isinstance(stored, str):
        stored, value = folded(stored)[:64], folded(value)[:64]
    return bool({"gte": stored >= value, "lte": stored <= value, "gt": stored > value, "lt": stored < value}[operator])


def listed(rows: list[Row], filters: list[Filter], *, sort: str | None, deleted: bool) -> list[str]:
    """Ids in order; without a sort, sorted by id."""
    found = [row for row in rows if (deleted or row["deleted_at"] is None) and all(holds(row, each) for each in filters)]
    name = (sort or "id").removeprefix("-")
    return [row["id"] for row in sorted(found, key=lambda row: _place(row, name), reverse=(sort or "").startswith("-"))]


def _place(row: Row, name: str) -> tuple[Any, ...]:
    """Null comes first, and with the empty text, in a text; ties are settled by the id."""
    value = row[name]
    if name == "id":
        return (value,)
    if name in ("status", "group_id", "name", "color"):
        return folded(value or "")[:64], row["id"]
    return (True, value, row["id"]) if value is not None else (False, 0, row["id"])
