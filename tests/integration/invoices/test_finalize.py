"""A draft becomes an invoice: number, documents, balance and first charge, in one commit."""

import hashlib
import io
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Any

import pytest
from botocore.client import BaseClient
from openpyxl import load_workbook
from pypdf import PdfReader

from functions.invoices import documents, files, service
from functions.invoices.contract import document
from functions.invoices.models import BODY, Invoice
from functions.invoices.rules import explain
from functions.invoices.worker import handler
from functions.payments.models import Transaction
from functions.settings.models import Issuer
from functions.tenants.models import Tenant
from kernel import audit, config
from kernel.audit import canonical, digest
from kernel.commit import commit
from kernel.records import body_of
from tests.cloud import received
from tests.integration.invoices.company import (
    AT,
    US,
    a_draft,
    a_line,
    a_tenant,
    an_issuer,
    an_open,
    balance,
    come_due,
    finalize_message,
    message,
    run,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture(autouse=True)
def company(aws):
    an_issuer()


def types_of(id: str) -> list[str]:
    return [audit.Entry.load(item).facts()["type"] for item in audit.timeline(id)]


def test_a_draft_becomes_an_open_invoice_with_number_dates_and_charge_in_one_commit():
    invoice = an_open(a_tenant())
    assert (invoice.status, invoice.number, invoice.issued_on, invoice.due_on) == ("open", "INV-2026-00001", "2026-01-31", "2026-02-14")
    assert invoice.due_at == datetime(2026, 2, 14, 23, tzinfo=UTC)  # midnight in Berlin
    assert (invoice.subtotal, invoice.tax, invoice.total, invoice.amount_due) == (4900, 931, 5831, 5831)
    charge = Transaction.fetch(invoice.transaction_id)
    assert (charge.amount, charge.currency, charge.invoice_id, charge.next_action_at) == (5831, "EUR", invoice.id, AT)
    assert (types_of(invoice.id), invoice.attempts) == (["invoices.drafted", "invoices.finalized"], 1)
    assert invoice.next_action_at == AT  # it holds a test clock, and the schedule asks, while the charge is undecided


def test_its_documents_say_what_it_says():
    invoice = an_open(a_tenant())
    found = document(invoice.id)
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(found.pdf)).pages)
    assert (found.filename, "INV-2026-00001" in text, "58.31" in text) == ("INV-2026-00001.pdf", True, True)
    sheet = load_workbook(io.BytesIO(files.stored(invoice, "xlsx")))["Invoice"]
    assert {row[0].value: row[1].value for row in sheet.rows}["Invoice number"] == "INV-2026-00001"


def test_what_is_read_again_has_the_same_bytes_whatever_has_changed_since():
    tenant = a_tenant(card=False)
    invoice = an_open(tenant)
    renamed, moved = Tenant.fetch(tenant), Issuer.fetch(invoice.issuer_id)
    renamed.name, moved.name = "Other Ltd", "Sold GmbH"
    commit((renamed, _Changed()), (moved, _Changed()), actor=US, at=AT)
    service.mark_paid(invoice.id, "by transfer", actor=US, at=AT)
    again = Invoice.fetch(invoice.id)
    body = body_of(again, BODY)
    assert (again.lines_digest, again.pdf_sha256) == (digest(canonical(body)), hashlib.sha256(files.stored(again, "pdf")).hexdigest())
    assert documents.pdf(body) == files.stored(again, "pdf")
    assert documents.xlsx(body) == files.stored(again, "xlsx")


class _Changed(audit.Payload, event="tests.changed"):
    """Something else about a party."""


def test_every_amount_explains_itself():
    body = body_of(an_open(a_tenant(), a_line(4900), a_line(-1013)), BODY)
    amounts = {name: explain(how) for name, how in body["derivations"].items() if name != "discounts"}
    assert amounts == {name: body[name] for name in amounts}
    for row in body["taxes"]:
        assert {name: explain(how) for name, how in row["derivations"].items()} == {name: row[name] for name in row["derivations"]}


def test_the_two_countries_and_the_vat_id_decide_the_tax():
    domestic, consumer, outside, unknown = (an_open(a_tenant(country=country)) for country in ("DE", "FR", "US", ""))
    assert [each.tax for each in (domestic, consumer, outside, unknown)] == [931, 980, 0, 931]
    business = an_open(a_tenant(country="FR", vat_id="FR40303265045", language="de"))
    row = body_of(business, BODY)["taxes"][0]
    assert (row["category"], row["amount"], row["note"]) == ("AE", 0, "Steuerschuldnerschaft des Leistungsempfängers")


def test_numbers_follow_the_year_in_the_zone_of_the_issuer():
    tenant = a_tenant()
    new_year = an_open(tenant, at=datetime(2026, 12, 31, 23, 30, tzinfo=UTC))  # half past midnight in Berlin
    old_year = an_open(tenant, at=datetime(2026, 12, 31, 22, 30, tzinfo=UTC))
    assert (new_year.number, old_year.number) == ("INV-2027-00001", "INV-2026-00001")


def test_a_batch_takes_its_numbers_in_order_and_each_keeps_its_own_business_time():
    days = [AT.replace(day=day) for day in (3, 1, 2)]
    ids = [a_draft(a_tenant(), at=day) for day in days]
    assert run(*(finalize_message(id) for id in ids)) == []
    made = [Invoice.fetch(id) for id in ids]
    assert [each.number for each in made] == [f"INV-2026-{n:05d}" for n in (1, 2, 3)]
    assert [each.issued_at for each in made] == days
    entries = [audit.Entry.load(audit.timeline(id)[1]).facts() for id in ids]
    assert [entry["effective_at"][:10] for entry in entries] == ["2026-01-03", "2026-01-01", "2026-01-02"]


def test_one_bad_draft_stays_a_draft_with_its_error_and_leaves_no_gap():
    ids = [a_draft(a_tenant()) for _ in range(3)]
    gone = Tenant.fetch(Invoice.fetch(ids[1]).tenant_id)
    gone.deleted_at = AT
    commit((gone, _Changed()), actor=US, at=AT)
    assert run(*(finalize_message(id) for id in ids)) == []
    first, bad, last = (Invoice.fetch(id) for id in ids)
    assert (first.number, bad.number, last.number) == ("INV-2026-00001", None, "INV-2026-00002")
    assert (bad.status, "does not exist" in bad.stuck) == ("draft", True)
    assert run(finalize_message(bad.id)) == []  # nobody has looked at it yet: it waits
    assert Invoice.fetch(bad.id).version == bad.version


def test_a_draft_whose_tax_could_not_be_decided_is_finalized_once_it_can_be():
    tenant = a_tenant(country="AT")
    stray = Issuer.fetch(an_open(a_tenant()).issuer_id)
    stray.address = stray.address | {"country": "AT"}
    commit((stray, _Changed()), actor=US, at=AT)
    id = a_draft(tenant)
    assert run(finalize_message(id)) == []
    assert "tax_rate_missing" in repr(Invoice.fetch(id).stuck) or "No tax rate" in Invoice.fetch(id).stuck
    stray.address = stray.address | {"country": "DE"}
    commit((stray, _Changed()), actor=US, at=AT)
    done = service.finalize_one(id, actor=US, at=AT)
    assert (done.status, done.stuck, done.number) == ("open", None, "INV-2026-00002")


def test_a_message_that_comes_again_changes_nothing():
    invoice = an_open(a_tenant())
    assert run(finalize_message(invoice.id), finalize_message(invoice.id)) == []
    assert Invoice.fetch(invoice.id).version == invoice.version == 2


def test_an_unreadable_message_is_parked_alone():
    id = a_draft(a_tenant())
    assert run({"messageId": "bad", "body": "not JSON", "attributes": {"ApproximateReceiveCount": "1"}},
               message("finalize", {"no": "id"}), finalize_message(id)) == []
    assert Invoice.fetch(id).number == "INV-2026-00001"
    assert len(received(config.setting("PARKED_URL"))) == 2


def test_numbers_have_no_gap_when_many_finalize_at_once(monkeypatch):
    _one_call_at_a_time(monkeypatch)
    ids = [a_draft(a_tenant()) for _ in range(12)]
    failures: list[list[str]] = []
    workers = [Thread(target=lambda part=ids[n::4]: failures.append(run(*map(finalize_message, part)))) for n in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    left = [id for id in ids if Invoice.fetch(id).status == "draft"]
    run(*map(finalize_message, left))  # what lost too many races is given back to the queue and comes again
    assert [Invoice.fetch(id).stuck for id in ids] == [None] * 12
    assert sorted(Invoice.fetch(id).number for id in ids) == [f"INV-2026-{n:05d}" for n in range(1, 13)]


def _one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto is not safe for threads. The threads still race, but from call to call, as callers of DynamoDB do."""
    call, lock = BaseClient._make_api_call, Lock()

    def alone(*args: Any) -> Any:
        with lock:
            return call(*args)

    monkeypatch.setattr(BaseClient, "_make_api_call", alone)


def test_a_crash_between_the_documents_and_the_commit_costs_no_number(monkeypatch):
    id = a_draft(a_tenant())
    with monkeypatch.context() as patch:
        patch.setattr("kernel.commit._transact", _crash)
        with pytest.raises(KeyboardInterrupt):
            run(finalize_message(id))
    stored = config.aws("s3").list_objects_v2(Bucket="files")["KeyCount"]
    assert (Invoice.fetch(id).status, stored) == ("draft", 2)
    run(finalize_message(id))
    assert Invoice.fetch(id).number == "INV-2026-00001"
    assert config.aws("s3").list_objects_v2(Bucket="files")["KeyCount"] == 2  # the same content has the same key


def _crash(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_what_is_below_zero_becomes_balance_and_the_next_invoice_uses_it():
    tenant = a_tenant()
    credit = an_open(tenant, a_line(-1000))
    assert (credit.status, credit.total, credit.amount_due, credit.credit_to_balance) == ("paid", -1190, 0, 1190)
    assert types_of(credit.id) == ["invoices.drafted", "invoices.finalized", "invoices.paid"]
    assert balance(tenant) == 1190
    small = an_open(tenant, a_line(500))
    assert (small.status, small.balance_applied, small.transaction_id) == ("paid", 595, None)
    large = an_open(tenant, a_line(4900))
    assert (large.status, large.balance_applied, large.amount_due, balance(tenant)) == ("open", 595, 5236, 0)
    assert Transaction.fetch(large.transaction_id).amount == 5236


def test_a_crash_between_finalizing_and_paying_nothing_is_made_up_for(monkeypatch):
    id = a_draft(a_tenant(), a_line(-1000))
    with monkeypatch.context() as patch:
        patch.setattr("functions.invoices.service.finalizing.paid", _crash)
        with pytest.raises(KeyboardInterrupt):
            run(finalize_message(id))
    assert (Invoice.fetch(id).status, Invoice.fetch(id).next_action_at) == ("open", AT)
    come_due(AT, [id])
    assert (Invoice.fetch(id).status, types_of(id)[-1]) == ("paid", "invoices.paid")


def test_two_invoices_of_a_tenant_in_one_invocation_use_its_balance_once():
    tenant = a_tenant()
    an_open(tenant, a_line(-1000))
    ids = [a_draft(tenant, a_line(800)) for _ in range(2)]
    assert run(*map(finalize_message, ids)) == []
    made = [Invoice.fetch(id) for id in ids]
    assert [each.balance_applied for each in made] == [952, 238]
    assert [each.number for each in made] == ["INV-2026-00002", "INV-2026-00003"]


def test_a_due_draft_is_sent_to_its_series_again():
    id = a_draft(a_tenant())
    received(config.setting("SERIES_URL"))
    come_due(AT, [id])
    bodies = received(config.setting("SERIES_URL"))
    assert [id in body for body in bodies] == [True]
    assert Invoice.fetch(id).next_action_at == AT  # it stays due until it is finalized
    handler({"Records": [{"messageId": "m", "body": bodies[0], "attributes": {"ApproximateReceiveCount": "1"}}]}, None)
    assert Invoice.fetch(id).status == "open"
