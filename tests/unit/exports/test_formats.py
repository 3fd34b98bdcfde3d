"""What files hold: texts that nothing calculates and everything gives back, numbers that stay exact."""

import csv
import io
import re
import sys
import unicodedata
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.exports.formats import MAX_ROWS, columns, csv_head, csv_rows, defused, json_rows, parted, write_xlsx
from functions.exports.labels import label
from functions.exports.resources import RESOURCES
from functions.invoices.models import Balance, BalanceView
from functions.tenants.models import Tenant, TenantView
from kernel.money import exponent
from kernel.problems import Invalid

# Texts that spreadsheets calculate, from OWASP's page on CSV injection and from reports of what got around a filter.
CORPUS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠A1", " =1", "\u00a0=1", "\u3000=1", "\u200b=1",
          "\ufeff=1", "\x00=1", "﹦1", "﹢1", "﹣1", "﹫A1", "'=1", "''=1", " '=1", "=cmd|' /C calc'!A0", '=HYPERLINK("http://a.test")',
          "#N/A", "#REF!", "-", "=", "\t", "\r", "\n", "-1+2", "+49 30 123", "'", "''", "", " ", "O'Neill", "'s-Hertogenbosch"]
TEXTS = st.one_of(st.text(max_size=40), st.sampled_from(CORPUS), st.builds("{}{}".format, st.sampled_from(CORPUS), st.text(max_size=20)),
                  st.builds("{}{}".format, st.text(max_size=3), st.sampled_from(CORPUS)))
SIGNS = "=+-@＝＋－＠﹦﹢﹣﹫"


def given_back(cell: str) -> str:
    """What the documentation tells readers to do: take one `'` away from a text of `'` before something that calculates."""
    bare = cell.lstrip("'")
    return cell[1:] if cell.startswith("'") and defused(bare) != bare else cell


def cleaned(text: str) -> str:
    return "".join("\ufffd" if (ord(c) < 32 and c not in "\t\r\n") or 0xD800 <= ord(c) < 0xE000 or c in "\ufffe\uffff" else c for c in text)


def calculates(text: str) -> bool:
    seen = [c for c in text if unicodedata.category(c)[0] not in "ZC"]
    return (text[:1] in ("\t", "\r", "\n", "\x00") and bool(text)) or (bool(seen) and seen[0] in SIGNS)


def a_tenant(name: str) -> dict:
    record = Tenant("ten_1", name=name, email="a@b.test")
    record.created_at = record.updated_at = datetime(2026, 1, 31, 12, tzinfo=UTC)
    return record.item()


def a_balance(amount: int, currency: str) -> dict:
    return Balance("bal_1", tenant_id="ten_1", amount=amount, currency=currency).item()


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def workbook(record, view, fields, items, spoken="en"):
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.xlsx")
        shown = columns(record, view, fields, typed=True)
        count = write_xlsx(path, "sheet", shown, label(spoken), items)
        return count, [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


@settings(max_examples=1500)
@given(st.lists(TEXTS, max_size=4).flatmap(lambda texts: st.sampled_from(";\t\n\r,").map(lambda sign: sign.join(texts))))
@example("Acme;=cmd|' /C calc'!A0")
@example("';'=1\n\uff0b1")
def test_no_text_is_calculated_by_a_program_that_splits_at_other_signs_and_every_text_is_given_back(text):
    found = parted(text)
    head, *rest = re.split("([;\t\r\n])", found)
    assert not calculates(found)
    assert not [part for part in rest[1::2] if calculates(part)]
    assert given_back(head + "".join(given_back(part) if n % 2 else part for n, part in enumerate(rest))) == cleaned(text)


@settings(max_examples=1500)
@given(TEXTS)
@example("'=1")
def test_no_text_is_calculated_and_every_text_is_given_back(text):
    found = defused(text)
    assert not calculates(found)
    assert given_back(found) == cleaned(text)
    assert found in (cleaned(text), "'" + cleaned(text))


def test_whatever_character_comes_first_nothing_is_calculated():
    for code in range(sys.maxunicode + 1):
        cell = defused(chr(code) + "1")
        assert unicodedata.normalize("NFKC", cell[:1])[:1] not in tuple("=+-@\t\r\n\x00"), hex(code)


@settings(max_examples=300)
@given(st.lists(TEXTS, max_size=5))
def test_csv_is_read_back_as_it_was_written(texts):
    shown = columns(Tenant, TenantView, ["name", "email"], typed=False)
    # DynamoDB holds no half surrogates.
    items = [a_tenant(cleaned(text)) for text in texts]
    content = csv_head(shown, label("en")) + csv_rows(shown)(items)
    assert read_csv(content) == [["Name", "Email"], *([parted(text), "a@b.test"] for text in texts)]
    assert content.count(b"\r\n") >= 1 + len(texts) and content.startswith(b"\xef\xbb\xbf")


@settings(max_examples=60)
@given(st.lists(TEXTS, min_size=1, max_size=8))
def test_a_workbook_holds_texts_as_strings_only(texts):
    _, rows = workbook(Tenant, TenantView, ["name", "email"], [a_tenant(cleaned(text)) for text in texts])
    cells = [row[0] for row in rows[1:]]
    assert {cell.data_type for cell in cells if cell.value is not None} <= {"s"}
    # An empty string is an empty cell; a reader of XML gives back one kind of line end only where it was written as itself.
    assert [cell.value or "" for cell in cells] == [defused(text) for text in texts]


def test_headers_are_defused_too():
    shown = columns(Balance, BalanceView, ["amount"], typed=False)
    assert csv_head(shown, lambda _: "=1") == b"\xef\xbb\xbf'=1,'=1 (=1)\r\n"


@given(st.integers(-10**14, 10**14), st.sampled_from(["EUR", "JPY", "KWD"]))
def test_no_cent_is_lost(amount, currency):
    shown = columns(Balance, BalanceView, ["amount"], typed=False)
    [[text, code]] = read_csv(csv_rows(shown)([a_balance(amount, currency)]))
    assert (Decimal(text).scaleb(exponent(currency)), code, "E" in text) == (amount, currency, False)
    assert len(text.partition(".")[2]) == exponent(currency)


@settings(max_examples=40)
@given(st.lists(st.integers(-10**14, 10**14), min_size=1, max_size=5))
def test_no_cent_is_lost_in_a_workbook(amounts):
    _, rows = workbook(Balance, BalanceView, ["amount"], [a_balance(amount, "EUR") for amount in amounts])
    assert [round(Decimal(repr(row[0].value)) * 100) for row in rows[1:]] == amounts
    assert {row[0].data_type for row in rows[1:]} == {"n"}


def test_a_number_that_a_spreadsheet_would_round_is_a_text():
    items = [a_tenant("A") | {"version": {"N": str(number)}} for number in (10**17 + 1, -(10**17) - 1)]
    _, rows = workbook(Tenant, TenantView, ["version"], items)
    assert [(row[0].value, row[0].data_type) for row in rows[1:]] == [(str(10**17 + 1), "s"), (f"'-{10**17 + 1}", "s")]


def test_a_time_before_a_spreadsheets_calendar_is_a_text():
    item = a_tenant("A") | {"created_at": {"S": "0900-01-01T00:00:00.000000Z"}}
    assert workbook(Tenant, TenantView, ["created_at"], [item])[1][1][0].value == "0900-01-01T00:00:00.000000Z"


def test_a_sheet_that_is_full_leaves_no_file_behind(monkeypatch):
    monkeypatch.setattr("functions.exports.formats.MAX_ROWS", 2)
    with TemporaryDirectory() as folder:
        monkeypatch.setattr("tempfile.tempdir", folder)
        shown = columns(Tenant, TenantView, ["name"], typed=True)
        with pytest.raises(Invalid, match="csv"):
            write_xlsx(Path(folder, "a.xlsx"), "a", shown, label("en"), [a_tenant("A")] * 3)
        assert list(Path(folder).iterdir()) == []
    assert MAX_ROWS == 1_048_576 - 1


def test_every_field_of_every_resource_can_be_written():
    for resource in RESOURCES.values():
        fields = list(resource.view.model_fields)
        item = {"pk": {"S": "x"}, "version": {"N": "1"}}
        for typed in (True, False):
            shown = columns(resource.record, resource.view, fields, typed=typed)
            assert len([column.read(item) for column in shown]) >= len(fields)
        assert json_rows(resource.record, resource.view, fields)([item])


@pytest.mark.parametrize(("field", "english", "german"), [
    ("invoice_id", "Invoice ID", "Rechnungs-ID"), ("id", "ID", "ID"), ("vat_id", "VAT ID", "USt-IdNr."), ("due_on", "Due on", "Fällig am"),
    ("publishable_key", "Publishable key", "Publishable key")])
def test_a_header_is_german_where_the_catalogue_has_it(field, english, german):
    assert (label("en")(field), label("de")(field)) == (english, german)
