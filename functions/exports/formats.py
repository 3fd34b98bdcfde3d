"""Files made of records: CSV, JSON Lines and XLSX. Items become cells by readers compiled once; no text in a file is a formula."""

import csv
import io
import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from kernel.dynamodb import Item
from kernel.money import Money, exponent
from kernel.problems import Invalid
from kernel.records import Flag, Integer, Record, Time
from kernel.views import projection

MAX_ROWS = 1_048_575  # of an XLSX sheet, its header apart
MAX_CELL = 32_767  # characters of an XLSX cell
_EXACT = 10**15  # whole numbers below it are exact in a spreadsheet, whose numbers are doubles
_FIRST = datetime(1900, 3, 1)  # before it, spreadsheets disagree about what day a number is
_TIME = "yyyy-mm-dd hh:mm:ss"
_SIGNS = frozenset("=+-@")
_ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#SPILL!", "#CALC!", "#GETTING_DATA"})
_SPLITS = re.compile("([;\t\r\n])")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2

Cell = str | int | bool | Decimal | datetime | None
Label = Callable[[str], str]
_Read = Callable[[Item], Cell]


def defused(text: str) -> str:
    """The text as a spreadsheet takes it for text: what it would calculate, or take for an error, gets a leading `'`.

    So does a text of `'` before such a text: whoever takes one `'` away from those that have it gets the texts back. What XML cannot hold
    (NUL, control characters, half surrogates) becomes U+FFFD. OWASP, CSV injection.
    """
    if text.isprintable() and text[:1].isalnum():
        return text
    text = _NOT_XML.sub("\ufffd", text)
    return "'" + text if _is_calculated(text.lstrip("'")) else text


def parted(text: str) -> str:
    """`defused`, for a file that is split at signs: also behind `;`, tabs and ends of lines, where programs set up for them split it.

    Quotes keep a text whole for those alone who split at the comma. Each part gives its text back as the whole does.
    """
    text = defused(text)
    if not _SPLITS.search(text):
        return text
    head, *rest = _SPLITS.split(text)
    return head + "".join(defused(part) if n % 2 else part for n, part in enumerate(rest))


def _is_calculated(text: str) -> bool:
    """Whether it begins with a sign of formulas: full-width forms count, white space and what is invisible does not."""
    if text[:1] in ("\t", "\r", "\n") or text in _ERRORS:
        return True
    visible = next((sign for sign in text if unicodedata.category(sign)[0] not in "ZC"), "")
    return unicodedata.normalize("NFKC", visible)[:1] in _SIGNS


@dataclass(frozen=True)
class Column:
    """How the cells of one column are read from items. A field of money has two columns: the amount, then its currency."""

    field: str
    read: _Read
    is_currency: bool = False

    def header(self, label: Label) -> str:
        return defused(f"{label(self.field)} ({label('currency')})" if self.is_currency else label(self.field))


def columns(record: type[Record], view: type[BaseModel], fields: Iterable[str], *, typed: bool) -> list[Column]:
    """The columns of a view's fields. `typed`: cells of a workbook, with dates and booleans as such; else CSV's texts and numbers."""
    attributes = record.get_attributes()
    found: list[Column] = []
    for name in fields:
        stored, annotation = "pk" if name == "id" else name, view.model_fields[name].annotation
        if annotation is Money or Money in get_args(annotation):
            found += [Column(name, _amount(stored)), Column(name, _text("currency", stored), is_currency=True)]
        else:
            found.append(Column(name, _reader(stored, attributes[stored], typed)))
    return found


def _reader(name: str, attribute: Any, typed: bool) -> _Read:
    match attribute:
        case Integer():
            return _whole(name, typed)
        case Flag():
            yes, no = (True, False) if typed else ("TRUE", "FALSE")
            return lambda item: (yes if item[name]["BOOL"] else no) if name in item else None
        case Time():
            return (lambda item: _moment(item[name]["S"]) if name in item else None) if typed else _text(name)
    if not typed:
        return lambda item: parted(item[name]["S"]) if name in item else None  # JSON is stored as compact text
    return lambda item: _short(defused(item[name]["S"])) if name in item else None


def _text(name: str, where: str | None = None) -> _Read:
    """A text of ours, that needs no defusing; `where`: only beside that attribute."""
    place = where or name
    return lambda item: item[name]["S"] if place in item else None


def _short(text: str) -> str:
    return text if len(text) <= MAX_CELL else text[:MAX_CELL - 1] + "…"


def _whole(name: str, typed: bool) -> _Read:
    def read(item: Item) -> Cell:
        if name not in item:
            return None
        value = int(item[name]["N"])
        return defused(str(value)) if typed and abs(value) >= _EXACT else value

    return read


def _moment(text: str) -> Cell:
    at = datetime.fromisoformat(text[:26])  # UTC, as `clock.stamp` writes it; workbooks know no zones
    return at if at >= _FIRST else text


def _amount(name: str) -> _Read:
    """In major units, exactly: 4900 EUR is 49.00."""
    digits: dict[str, int] = {}

    def read(item: Item) -> Cell:
        if name not in item:
            return None
        code = item["currency"]["S"]
        if code not in digits:
            digits[code] = -exponent(code)
        return Decimal(item[name]["N"]).scaleb(digits[code])

    return read


def csv_head(shown: Sequence[Column], label: Label) -> bytes:
    """The first line, after a byte order mark: without one, Excel does not take the file for UTF-8."""
    return b"\xef\xbb\xbf" + _csv([[column.header(label) for column in shown]])


def csv_rows(shown: Sequence[Column]) -> Callable[[Iterable[Item]], bytes]:
    """Turns items into lines of RFC 4180."""
    reads = [column.read for column in shown]
    return lambda items: _csv([[read(item) for read in reads] for item in items])


def _csv(rows: Iterable[Sequence[Cell]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)  # its own default is RFC 4180: CRLF, quotes where needed, doubled within
    return text.getvalue().encode()


def json_rows(record: type[Record], view: type[BaseModel], fields: Sequence[str]) -> Callable[[Iterable[Item]], bytes]:
    """Turns items into JSON Lines: each object as the API shows it, reduced to the fields."""
    read = projection(record, view, tuple(fields))
    return lambda items: "".join([json.dumps(read(item)) + "\n" for item in items]).encode()


def write_xlsx(path: Path, title: str, shown: Sequence[Column], label: Label, items: Iterable[Item]) -> int:
    """Writes a workbook of one sheet and returns the number of its rows. `Invalid` (`too_many_rows`) where a sheet has no room.

    openpyxl writes each row to a file of its own at once; memory stays flat. Raw values are strings, numbers, dates and booleans to it:
    it would take only a text with a leading `=`, or an error's name, for something else, and `defused` leaves none.
    """
    from openpyxl import Workbook
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for n, column in enumerate(shown, 1):
        sheet.column_dimensions[get_column_letter(n)].width = max(14, min(40, len(column.header(label)) + 4))
    try:
        sheet.append([_bold(sheet, column.header(label)) for column in shown])
        count = _append(sheet, [column.read for column in shown], items)
        book.save(path)
    finally:
        if not sheet.closed:  # a failure would leave the rows' file in a function that lives on
            sheet.close()
            Path(sheet._writer.out).unlink()
    return count


def _append(sheet: Any, reads: Sequence[_Read], items: Iterable[Item]) -> int:
    count = 0
    for count, item in enumerate(items, 1):
        if count > MAX_ROWS:
            raise Invalid(f"a sheet has room for {MAX_ROWS:,} rows: narrow the filter, or export as csv", code="too_many_rows")
        sheet.append([read(item) for read in reads])
    return count


def _bold(sheet: Any, text: str) -> Any:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font

    cell = WriteOnlyCell(sheet, value=text)
    cell.font = Font(bold=True)
    return cell
