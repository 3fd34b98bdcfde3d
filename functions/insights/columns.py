"""A table of texts becomes columns of numbers: what has been learned of one part of its rows is applied to any other.

A column whose values are nearly all numbers is one, with its mean where a value is missing and a column that says so; beside it stands its
rank (how large a share of the learned values is smaller), so that what does not grow evenly can be told. Any other column is one column
for each value that is not rare. A column that is the same everywhere, or different in nearly every row, tells nothing and is left out.
"""

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import isfinite

MISSING = frozenset({"", "na", "n/a", "nan", "null", "none", "nil", "?", "-", "missing", "unknown", "#n/a"})
NUMERIC_SHARE = 0.95  # of the values that are there
RARE, LEVELS = 10, 40  # rows that a value needs (fewer in a small table), and how many of a column become columns of their own
DISTINCT = 8  # of a number, from which on its rank says something
_NUMBER = re.compile(r"[-+]?(\d+(,\d{3})+|\d*)(\.\d*)?([eE][-+]?\d+)?")
Encoder = Callable[[str], list[float]]


def number(text: str) -> float | None:
    """A number, with or without thousands commas, a currency or a percent sign; None for what is none, or is not finite."""
    plain = text.strip().lstrip("$€£").rstrip("%").strip()
    if not plain or not _NUMBER.fullmatch(plain) or not any(sign.isdigit() for sign in plain):
        return None
    found = float(plain.replace(",", ""))
    return found if isfinite(found) else None


def is_missing(text: str) -> bool:
    return text.strip().lower() in MISSING


def learn(rows: Sequence[Sequence[str]]) -> tuple[Callable[[Sequence[str]], list[float]], list[int]]:
    """How a row is told in numbers, and how many each column of the table has become: 0 for one that was left out."""
    encoders = [_learned(column) for column in zip(*rows, strict=True)]

    def encoded(row: Sequence[str]) -> list[float]:
        return [each for encoder, text in zip(encoders, row, strict=True) for each in encoder(text)]

    return encoded, [len(encoder("")) for encoder in encoders]


def _learned(column: Sequence[str]) -> Encoder:
    there = [text for text in column if not is_missing(text)]
    numbers = [found for text in there if (found := number(text)) is not None]
    if numbers and len(numbers) >= NUMERIC_SHARE * len(there):
        return _numeric(numbers, gaps=len(numbers) < len(column))
    return _levels([_level(text) for text in column])


def _numeric(numbers: list[float], *, gaps: bool) -> Encoder:
    mean, ordered = sum(numbers) / len(numbers), sorted(numbers)
    distinct = len(set(numbers))
    if distinct == 1 and not gaps:
        return lambda text: []

    def encoded(text: str) -> Iterator[float]:
        found = None if is_missing(text) else number(text)
        yield mean if found is None else found
        if distinct >= DISTINCT:
            yield 0.5 if found is None else (bisect_left(ordered, found) + bisect_right(ordered, found)) / (2 * len(ordered))
        if gaps:
            yield float(found is None)

    return lambda text: list(encoded(text))


def _levels(column: Sequence[str]) -> Encoder:
    counted = Counter(column)
    needed = min(RARE, max(2, len(column) // 100))
    told = [level for level, count in sorted(counted.items(), key=lambda each: (-each[1], each[0])) if count >= needed][:LEVELS]
    if len(counted) == 1 or not told:
        return lambda text: []
    if len(told) == len(counted) == 2:
        told = told[1:]  # one says it all
    return lambda text: [float(_level(text) == level) for level in told]


def _level(text: str) -> str:
    return "" if is_missing(text) else text.strip()
