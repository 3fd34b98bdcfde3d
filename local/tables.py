"""CSV files of others: whatever they are separated by, with or without a byte order mark."""

import csv
from pathlib import Path


def read(path: str) -> tuple[list[str], list[list[str]]]:
    """The names of the columns, and the rows, each as long. SystemExit with a sentence where there is nothing to read."""
    try:
        text = Path(path).read_bytes().decode("utf-8-sig", errors="replace")
    except OSError as error:
        raise SystemExit(f"{path} cannot be read: {error.strerror}") from None
    first = text.partition("\n")[0]
    delimiter = max(",;\t|", key=first.count)
    header, *rows = list(csv.reader(text.splitlines(), delimiter=delimiter)) or [[]]
    if not header or not rows:
        raise SystemExit(f"{path} has no rows below its header")
    names = [name.strip() for name in header]
    return names, [(row + [""] * len(names))[: len(names)] for row in rows if any(cell.strip() for cell in row)]


def index(names: list[str], wanted: str) -> int:
    """Where a column is, by its name in whatever case. SystemExit with the names that there are."""
    folded = [name.lower() for name in names]
    if wanted.strip().lower() not in folded:
        raise SystemExit(f"there is no column {wanted!r}: {', '.join(names[:60])}")
    return folded.index(wanted.strip().lower())


def write(path: str, header: list[str], rows: list[list[str]]) -> None:
    with Path(path).open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([header, *rows])
