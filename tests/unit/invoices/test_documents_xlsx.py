"""The workbook of an invoice holds numbers that calculate, days that sort, and texts that are never formulas."""

import io
import re
import zipfile
from datetime import datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.invoices import documents
from functions.invoices.documents.units import major
from tests.unit.invoices.document_samples import a_line, an_invoice

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1", "＝1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]


def workbook_of(snapshot: dict[str, Any]) -> openpyxl.Workbook:
    return openpyxl.load_workbook(io.BytesIO(documents.xlsx(snapshot)))


def facts_of(snapshot: dict[str, Any]) -> dict[str, Any]:
    return {str(label.value): value.value for label, value in workbook_of(snapshot)["Invoice"].rows}


def test_a_workbook_has_four_sheets_and_the_facts_of_the_invoice() -> None:
    snapshot = an_invoice()
    assert workbook_of(snapshot).sheetnames == ["Invoice", "Lines", "Derivations", "Taxes"]
    facts = facts_of(snapshot)
    assert facts["Invoice number"] == "INV-2026-00001" and facts["Due date"] == datetime(2026, 12, 8)
    assert facts["Customer address"] == "12 rue de la Paix, 75002, Paris, FR" and facts["IBAN"] == "DE02120300000000202051"
    assert [facts[name] for name in ("Subtotal", "Tax", "Total", "Amount due")] == [49, 9.31, 58.31, 58.31]


def test_lines_are_numbers_and_days_with_the_formats_of_their_currency() -> None:
    sheet = workbook_of(an_invoice(lines=[a_line(amount=-4900, unit_amount="0.125")]))["Lines"]
    row = list(sheet.rows)[1]
    assert [cell.value for cell in row[:5]] == [1, "recurring", "Team plan", datetime(2026, 11, 1), datetime(2026, 11, 30)]
    assert [cell.value for cell in row[5:]] == [1, 0.00125, -49, "S", 0.19]
    assert [cell.number_format for cell in row[5:]] == ["General", '#,##0.00000 "EUR"', '#,##0.00 "EUR"', "General", "0%"]


def test_amounts_are_written_in_decimal_and_never_through_a_float() -> None:
    snapshot = an_invoice(total=10**14 - 1, lines=[a_line(unit_amount="0.1", amount=10**14 - 3)])
    with zipfile.ZipFile(io.BytesIO(documents.xlsx(snapshot))) as archive:
        sheets = "".join(archive.read(f"xl/worksheets/sheet{n}.xml").decode() for n in (1, 2))
    assert "<v>999999999999.99</v>" in sheets and "<v>999999999999.97</v>" in sheets and "<v>0.001</v>" in sheets


def test_each_line_says_how_its_amount_came_about() -> None:
    derivation = {"rule": "proration", "inputs": {"of": [["a", 1900]], "factor": "16/30"}, "exact": "3040/3", "rounding": "half_up"}
    rows = list(workbook_of(an_invoice(lines=[a_line(amount=1013, derivation=derivation)]))["Derivations"].values)
    assert rows[1] == (1, "Team plan", "proration", 'of = [["a", 1900]]\nfactor = 16/30', "3040/3", "half_up", 10.13)


def test_taxes_have_a_sheet_of_their_own() -> None:
    taxes = [{"category": "AE", "rate": "5.5", "base": 4900, "amount": 0, "note": "Reverse charge"}]
    row = list(workbook_of(an_invoice(taxes=taxes))["Taxes"].rows)[1]
    assert [cell.value for cell in row] == ["AE", 0.055, 49, 0, "Reverse charge"] and row[1].number_format == "0.0%"


@pytest.mark.parametrize("text", FORMULAS)
def test_a_text_that_looks_like_a_formula_stays_a_text(text: str) -> None:
    snapshot = an_invoice(number=text, lines=[a_line(description=text, derivation=a_line()["derivation"] | {"rule": text})])
    snapshot["customer"]["name"] = text
    book = workbook_of(snapshot)
    cells = [book["Lines"]["C2"], book["Derivations"]["B2"], book["Derivations"]["C2"], book["Invoice"]["B1"]]
    assert [(cell.value, cell.data_type, cell.quotePrefix) for cell in cells] == [(text, "s", True)] * 4
    assert not [cell for sheet in book for row in sheet.rows for cell in row if cell.data_type == "f"]


@pytest.mark.parametrize("text", ["#REF!", "TRUE", "12", "2026-01-01", "a\x00b\x1f", "\ud800", "\ufffe"])
def test_a_text_is_never_taken_for_another_kind_of_value(text: str) -> None:
    cell = workbook_of(an_invoice(lines=[a_line(description=text)]))["Lines"]["C2"]
    assert cell.data_type == "s" and cell.value == re.sub("[\x00\x1f\ud800\ufffe]", " ", text)


def test_a_workbook_holds_no_trace_of_the_clock() -> None:
    made = documents.xlsx(an_invoice())
    with zipfile.ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    properties = openpyxl.load_workbook(io.BytesIO(made)).properties
    assert properties.created == properties.modified == datetime(2026, 11, 24)
    assert (properties.creator, properties.title) == ("Nordlicht Software GmbH", "INV-2026-00001")


@pytest.mark.parametrize("currency", ["JPY", "EUR", "KWD"])
@given(amount=st.integers(-(10**14), 10**14))
@settings(max_examples=20, deadline=None)
def test_every_amount_is_read_back_equal(currency: str, amount: int) -> None:
    shown = facts_of(an_invoice(currency=currency, total=amount))["Total"]
    assert Decimal(str(shown)) == major(amount, currency)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=60))
def test_no_text_breaks_a_workbook(text: str) -> None:
    snapshot = an_invoice(number=text, lines=[a_line(description=text)])
    snapshot["issuer"]["name"] = text
    assert workbook_of(snapshot)["Lines"].max_row == 2
