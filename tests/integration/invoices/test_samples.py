"""The sample invocations of invoices, through the real handlers."""

import json

import pytest

from functions.invoices import api, service, worker
from functions.invoices.models import Invoice
from functions.payments.models import Transaction
from functions.tenants.models import Tenant
from kernel import audit, config
from kernel.audit import Payload
from kernel.commit import commit
from tests.cloud import received
from tests.integration.invoices.company import AT, US, add_card, an_issuer, balance, decided, unsaved

pytestmark = pytest.mark.usefixtures("aws")
TENANT, INVOICE, OTHER = "ten_01KG8Z0000000000000000000T", "inv_01KG8Z0000000000000000000V", "inv_01KG8Z0000000000000000000W"
CHARGE = "txn_01KG8Z0000000000000000000X"


class _Made(Payload, event="tests.made"):
    """Something is as the samples expect it."""


@pytest.fixture(autouse=True)
def tenant(aws):
    an_issuer()
    commit((Tenant(TENANT, name="Acme", email="a@acme.example.test", zone="Europe/Berlin", address={"country": "DE"}), _Made()),
           actor=US, at=AT)
    add_card(TENANT)


def a_draft_named(id: str) -> None:
    made = unsaved(TENANT)
    table, item = made.items[0]
    made.invoice.pk = id
    commit((made.invoice, made.event), actor=US, at=AT, items=[(table, item | {"pk": {"S": id}})])


@pytest.fixture
def open_invoice(sample, context):
    """Both drafts of the samples are finalized by a sample; the first one's charge gets the id that they name."""
    a_draft_named(INVOICE)
    a_draft_named(OTHER)
    assert worker.handler(sample("invoices/worker-finalize"), context) == {"batchItemFailures": []}
    invoice = Invoice.fetch(INVOICE)
    first = Transaction.fetch(invoice.transaction_id)
    charge = Transaction(CHARGE, tenant_id=TENANT, invoice_id=INVOICE, amount=first.amount, currency="EUR")
    invoice.transaction_id = CHARGE
    commit((invoice, _Made()), (charge, _Made()), actor=US, at=AT)


@pytest.mark.parametrize(("name", "status"), [
    ("api-create", 201), ("api-preview", 200), ("api-negative-amount", 422), ("api-finalize-unknown", 404)])
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status):
    answer = api.handler(sample(f"invoices/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
    if status == 422:
        assert json.loads(answer["body"])["errors"][0]["field"] == "lines.0.unit_amount"


def test_the_finalize_sample_numbers_both_drafts(open_invoice):
    assert [Invoice.fetch(id).number for id in (INVOICE, OTHER)] == ["INV-2026-00001", "INV-2026-00002"]


@pytest.mark.parametrize(("names", "field", "value"), [
    (["succeeded"], "status", "paid"), (["failed"], "attempts", 1), (["succeeded", "refunded"], "amount_refunded", 1000),
    (["succeeded", "refunded", "dispute-lost"], "amount_charged_back", 4831),
    (["failed", "method-added"], "attempts", 2)])
def test_the_samples_of_payments_move_the_invoice(open_invoice, sample, context, names, field, value):
    for name in names:
        assert worker.handler(sample(f"invoices/worker-{name}"), context) == {"batchItemFailures": []}
    assert getattr(Invoice.fetch(INVOICE), field) == value


def test_the_sample_of_a_transfer_shows_what_was_marked_as_paid(sample, context):
    a_draft_named(INVOICE)
    a_draft_named(OTHER)
    assert worker.handler(sample("invoices/worker-finalize"), context) == {"batchItemFailures": []}
    decided(str(Invoice.fetch(INVOICE).transaction_id), "failed")
    service.mark_paid(INVOICE, "bank transfer of 2 Feb", actor=US, at=AT)
    assert worker.handler(sample("invoices/worker-transfer"), context) == {"batchItemFailures": []}
    assert (Invoice.fetch(INVOICE).amount_outside, balance(TENANT)) == (0, 0)


def test_the_drafted_sample_and_the_schedules_ask_the_series_for_a_number(sample, context):
    a_draft_named(INVOICE)
    worker.handler(sample("invoices/worker-drafted"), context)
    first = received(config.setting("SERIES_URL"))
    worker.handler(sample("invoices/worker-due"), context)
    due = received(config.setting("QUEUE_URL"))
    assert [json.loads(body)["detail"]["id"] for body in [*first, *due]] == [INVOICE, INVOICE]
    record = {"messageId": "m", "body": first[0], "attributes": {"ApproximateReceiveCount": "1"}}
    worker.handler({"Records": [record]}, context)
    finalized = audit.Entry.load(audit.timeline(INVOICE)[1]).facts()
    assert (finalized["type"], finalized["cause"], finalized["depth"]) == ("invoices.finalized", f"{INVOICE}#1", 1)


def test_what_is_no_message_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("invoices/worker-not-json"), context) == {"batchItemFailures": []}
    parked = json.loads(received(config.setting("PARKED_URL"))[0])
    assert (parked["body"], "JSONDecodeError" in parked["error"]) == ("{ half a message", True)
