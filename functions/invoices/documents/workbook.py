"""The invoice as an XLSX workbook: numbers that calculate, dates that sort, and texts that are never formulas."""

import io
import json
import re
import zipfile
from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.xml.functions import tostring

from functions.invoices.documents import Snapshot
from functions.invoices.documents.units import local_days, major
from kernel.money import exponent

_UNDATED = "2000-01-01"  # a draft has no date of issue, and the file must not take the clock's
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a ZIP archive can name
_DATE = "yyyy-mm-dd"
# What a spreadsheet may take for a formula once somebody edits the cell or saves the sheet as CSV (OWASP, CSV injection).
_FORMULA = re.compile(r"[\t\r]|\s*[=+\-@＝＋－＠]")
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, production 2

Value = str | int | Decimal | date | None
Row = list[tuple[Value, str]]  # each cell with its number format


def render(snapshot: Snapshot) -> bytes:
    """The workbook of one invoice; headings are English in every language, for programs read them."""
    book = Workbook(write_only=True)
    _sheet(book, "Invoice", [28, 48], [], _facts(snapshot))
    _sheet(book, "Lines", [8, 18, 48, 12, 12, 12, 20, 20, 14, 10], _LINE_HEADS, _lines(snapshot))
    _sheet(book, "Derivations", [8, 48, 28, 60, 24, 24, 20], _DERIVATION_HEADS, _derivations(snapshot))
    _sheet(book, "Taxes", [14, 10, 20, 20, 60], _TAX_HEADS, _taxes(snapshot))
    return _bytes(book, snapshot)


_LINE_HEADS = ["Line", "Kind", "Description", "From", "To", "Quantity", "Unit price", "Amount", "Tax category", "Tax rate"]
_DERIVATION_HEADS = ["Line", "Description", "Rule", "Inputs", "Exact (minor units)", "Rounding", "Amount"]
_TAX_HEADS = ["Tax category", "Tax rate", "Taxable amount", "Tax", "Note"]


def _facts(snapshot: Snapshot) -> Iterable[Row]:
    issuer, customer, currency = snapshot["issuer"], snapshot["customer"], snapshot["currency"]
    bank = issuer.get("bank") or {}
    facts: list[tuple[str, Value]] = [
        ("Invoice number", snapshot["number"]),
        ("Invoice id", snapshot["id"]),
        ("Status", snapshot["status"]),
        ("Currency", currency),
        ("Date of issue", _date(snapshot.get("issued_on"))),
        ("Due date", _date(snapshot.get("due_on"))),
    ]
    for role, party in (("Issuer", issuer), ("Customer", customer)):
        facts += [
            (role, party["name"]),
            (f"{role} address", _address(party)),
            (f"{role} VAT ID", party.get("vat_id")),
            (f"{role} e-mail", party.get("email")),
        ]
    facts += [("Account holder", bank.get("name")), ("IBAN", bank.get("iban")), ("BIC", bank.get("bic"))]
    for label, value in facts:
        yield [(label, ""), (value, _DATE if isinstance(value, date) else "")]
    totals = ("subtotal", "discount", "tax", "rounding", "total", "credited", "balance_applied", "credit_to_balance", "amount_due")
    for name in totals:
        yield [(name.replace("_", " ").capitalize(), ""), _money(snapshot.get(name, 0), currency)]


def _lines(snapshot: Snapshot) -> Iterable[Row]:
    currency, zone = snapshot["currency"], ZoneInfo(snapshot["zone"])
    for number, line in enumerate(snapshot["lines"], 1):
        first, last = _period(line, zone)
        yield [
            (number, "0"),
            (line["kind"], ""),
            (line["description"], ""),
            (first, _DATE),
            (last, _DATE),
            (Decimal(line["quantity"]), "General"),
            _money(line["unit_amount"], currency),
            _money(line["amount"], currency),
            (line["tax_category"], ""),
            _percent(line["tax_rate"]),
        ]


def _derivations(snapshot: Snapshot) -> Iterable[Row]:
    for number, line in enumerate(snapshot["lines"], 1):
        how = line["derivation"]
        yield [
            (number, "0"),
            (line["description"], ""),
            (_said(how["rule"]), ""),
            (_said(how["inputs"]), ""),
            (_said(how["exact"]), ""),
            (_said(how["rounding"]), ""),
            _money(line["amount"], snapshot["currency"]),
        ]


def _taxes(snapshot: Snapshot) -> Iterable[Row]:
    currency = snapshot["currency"]
    for tax in snapshot["taxes"]:
        base, amount = _money(tax["base"], currency), _money(tax["amount"], currency)
        yield [(tax["category"], ""), _percent(tax["rate"]), base, amount, (tax.get("note"), "")]


def _sheet(book: Workbook, title: str, widths: list[int], heads: list[str], rows: Iterable[Row]) -> None:
    sheet = book.create_sheet(title)
    for column, width in zip("ABCDEFGHIJ", widths, strict=False):
        sheet.column_dimensions[column].width = width
    if heads:
        sheet.freeze_panes = "A2"
        sheet.append([_cell(sheet, head, "", Font(bold=True)) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value, form) for value, form in row])


def _cell(sheet: WriteOnlyWorksheet, value: Value, form: str, font: Font | None = None) -> Cell:
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet)
        cell.value = value
        cell.number_format = form or "General"
        return cell
    cell = WriteOnlyCell(sheet, value=_NOT_XML.sub(" ", value))
    cell.data_type = "s"  # openpyxl would make a formula or an error of some texts
    cell.quotePrefix = bool(_FORMULA.match(value))
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if font:
        cell.font = font
    return cell


def _money(amount: int | str, currency: str) -> tuple[Decimal, str]:
    value = major(amount, currency)
    decimals = max(exponent(currency), -int(value.normalize().as_tuple().exponent))
    return value, f'#,##0{"." if decimals else ""}{"0" * decimals} "{currency}"'


def _percent(rate: str) -> tuple[Decimal, str]:
    share = Decimal(rate) / 100
    decimals = max(0, -2 - int(share.normalize().as_tuple().exponent))
    return share, f"0{'.' if decimals else ''}{'0' * decimals}%"


def _date(day: str | None) -> date | None:
    return date.fromisoformat(day) if day else None


def _period(line: dict[str, Any], zone: ZoneInfo) -> tuple[date | None, date | None]:
    start, end = line.get("period_start"), line.get("period_end")
    return local_days(start, end, zone) if start and end else (None, None)


def _address(party: dict[str, Any]) -> str:
    address = party.get("address") or {}
    parts = ("line1", "line2", "postal_code", "city", "region", "country")
    return ", ".join(address[part] for part in parts if address.get(part))


def _said(value: Any) -> str:
    """A derivation's part as text: what is already text as it is, all else as JSON, one input a line."""
    if isinstance(value, dict):
        return "\n".join(f"{name} = {_said(part)}" for name, part in value.items())
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, sort_keys=True)


def _bytes(book: Workbook, snapshot: Snapshot) -> bytes:
    """The saved workbook with all traces of the clock replaced; stored, as compressed bytes differ between builds of zlib."""
    book.properties.creator = _NOT_XML.sub(" ", snapshot["issuer"]["name"])
    book.properties.title = _NOT_XML.sub(" ", snapshot["number"] or snapshot["id"])
    book.properties.created = datetime.fromisoformat(snapshot.get("issued_on") or _UNDATED)
    saved, fixed = io.BytesIO(), io.BytesIO()
    book.save(saved)
    book.properties.modified = book.properties.created  # saving has just set it to now
    with zipfile.ZipFile(saved) as source, zipfile.ZipFile(fixed, "w", zipfile.ZIP_STORED) as target:
        for name in source.namelist():
            body = tostring(book.properties.to_tree()) if name == "docProps/core.xml" else source.read(name)
            target.writestr(zipfile.ZipInfo(name, _EPOCH), body)
    return fixed.getvalue()
