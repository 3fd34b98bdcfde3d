"""CSV files of others: whatever they are separated by, with a byte order mark or none, in UTF-8 or UTF-16, with a point or a comma."""

import csv
import io
import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Sequence
from pathlib import Path

from functions.insights import columns

LONGEST = 2**24  # signs of a cell
_QUOTED = re.compile(r'"[^"]*"?')
_COMMA = re.compile(r"[-+]?(?=.*\d)(\d{1,3}(\.\d{3})+|\d*)(,\d+)?")  # 1.200,50: a number whose fraction is behind a comma


def read(path: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the rows, each as long. SystemExit with a sentence where there is nothing to read."""
    try:
        found = Path(path).read_bytes()
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}") from None
    text = found.decode("utf-16" if found.startswith((BOM_UTF16_LE, BOM_UTF16_BE)) else "utf-8-sig", errors="replace")
    first, _, rest = text.lstrip("\r\n").partition("\n")
    if re.fullmatch(r"sep=.", first.strip()):  # a spreadsheet's own line
        text = rest
    delimiter, (header, *rows) = _cells(path, text)
    if not header or not rows:
        raise SystemExit(f"{path} has no rows below its header")
    names = [name.strip() for name in header]
    return names, _pointed([(row + [""] * len(names))[: len(names)] for row in rows], delimiter)


def _cells(path: str, text: str) -> tuple[str, list[list[str]]]:
    """What separates them, and the rows that are not empty, the header first."""
    first = _QUOTED.sub("", text.lstrip("\r\n").partition("\n")[0])
    delimiter = max(",;\t|", key=first.count)
    csv.field_size_limit(LONGEST)
    try:
        found = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    except csv.Error as error:
        raise SystemExit(f"{path} cannot be read: {error}") from None
    return delimiter, [row for row in found if any(cell.strip() for cell in row)] or [[]]


def _pointed(rows: list[list[str]], delimiter: str) -> list[list[str]]:
    """With a point in the numbers of the columns that have a comma there."""
    commas = {n for n, cells in enumerate(zip(*rows, strict=True)) if _has_commas(cells, delimiter)}
    return [[_with_point(cell) if n in commas else cell for n, cell in enumerate(row)] for row in rows]


def _has_commas(cells: Sequence[str], delimiter: str) -> bool:
    """Unless each comma has three digits behind it, and semicolons separate no columns: then it divides thousands."""
    if not any("," in cell for cell in cells):
        return False
    there = [cell.strip() for cell in cells if not columns.is_missing(cell)]
    numbers = [cell for cell in there if _COMMA.fullmatch(cell)]
    if len(numbers) < columns.NUMERIC_SHARE * len(there):
        return False
    with_comma = [each for each in numbers if "," in each]
    return any(delimiter == ";" or "." in each or len(each.rpartition(",")[2]) != 3 for each in with_comma)


def _with_point(cell: str) -> str:
    return cell.replace(".", "").replace(",", ".") if _COMMA.fullmatch(cell.strip()) else cell


def index(names: list[str], wanted: str) -> int:
    """Where a column is, by its name in whatever case. SystemExit with the names that there are."""
    folded = [name.lower() for name in names]
    if wanted.strip().lower() not in folded:
        raise SystemExit(f"there is no column {wanted!r}: {', '.join(names[:60])}")
    return folded.index(wanted.strip().lower())


def write(path: str, header: list[str], rows: list[list[str]]) -> None:
    try:
        with Path(path).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file, lineterminator="\n").writerows([header, *rows])
    except OSError as error:
        raise SystemExit(f"{path} cannot be written: {error.strerror}") from None


def whole(text: str, name: str) -> int:
    """What was asked for by a number from 1 on."""
    if not text.strip().isdecimal() or not 1 <= int(text) <= 10_000:
        raise SystemExit(f"{name}= is a number from 1 on, not {text!r}")
    return int(text)
