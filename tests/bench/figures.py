"""A figure with its base and its bar, and the table that they are printed in."""

import os
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import import_module
from math import ceil

from local.settings import KERNEL


@dataclass(frozen=True)
class Figure:
    """One line of the table. `base` was measured in the same run and the same unit; `of` says what it is, `must` the bar, if any."""

    what: str
    value: float
    unit: str
    base: float | None = None
    of: str = ""
    must: str = ""
    ok: bool = True

    def row(self) -> tuple[str, ...]:
        base = "" if self.base is None else f"{self.base:,.4g} {self.unit}"
        ratio = f"{self.value / self.base:.3g}" if self.base else ""
        verdict = "" if not self.must else "ok" if self.ok else "MISSED"
        return self.what, f"{self.value:,.4g} {self.unit}".rstrip(), base, ratio, self.of, self.must, verdict


def measure(part: str) -> list[Figure]:
    """Runs a part, with the kernel to be found. It stands here because a fresh process cannot import what belongs to `__main__`."""
    sys.path.insert(0, str(KERNEL))
    found: list[Figure] = import_module(f"tests.bench.{part}").figures()
    return found


HEAD = ("figure", "measured", "base", "ratio", "the base is", "must be", "")


def exactly(what: str, value: int, wanted: int) -> Figure:
    return Figure(what, value, "", must=f"{wanted:,}", ok=value == wanted)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Columns as wide as they must be; those whose cells are all numbers stand to the right."""
    body = [list(row) for row in rows]
    widths = [max(len(row[n]) for row in [head, *body]) for n in range(len(head))]
    right = [any(row[n] for row in body) and all(row[n][:1] in "0123456789-" for row in body if row[n]) for n in range(len(head))]

    def line(row: Sequence[str]) -> str:
        return "  ".join(cell.rjust(width) if flush else cell.ljust(width)
                         for cell, width, flush in zip(row, widths, right, strict=True)).rstrip()

    return "\n".join([line(head), "  ".join("-" * width for width in widths), *map(line, body)])


def percentile(times: Sequence[float], share: float) -> float:
    """The smallest measured value that is not exceeded by `share` of them (nearest rank)."""
    return sorted(times)[max(0, ceil(len(times) * share) - 1)]


def load() -> str:
    """How busy the machine is, since a figure means little without it."""
    return f"load average {' '.join(f'{each:.1f}' for each in os.getloadavg())} on {os.cpu_count()} processors"
