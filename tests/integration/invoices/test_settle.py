"""What people decide about an invoice, beside the charges that are made of it and when it is stuck."""

from datetime import timedelta

import pytest

from functions.invoices.api import handler
from functions.invoices.models import Invoice
from functions.invoices.worker import handler as worker
from tests.callers import ask, signed_in
from tests.integration.invoices.company import AT, US, a_draft, a_tenant, an_issuer, an_open, decided, finalize_message, run

PATH = "/v1/invoices"
WHY = {"reason": "as agreed"}


@pytest.fixture(autouse=True)
def company(aws):
    an_issuer()


@pytest.mark.parametrize("verb", ["void", "mark-paid"])
@pytest.mark.parametrize("before", ["", "mark-uncollectible"])
def test_while_a_charge_may_take_the_money_an_invoice_is_not_settled_another_way(owner, verb, before):
    invoice = an_open(a_tenant())
    path = f"{PATH}/{invoice.id}"
    if before:
        assert ask(handler, "POST", f"{path}/{before}", WHY, headers=owner).status == 200
    for status in ("pending", "processing", "requires_action", "succeeded"):
        decided(invoice.transaction_id, status)
        answer = ask(handler, "POST", f"{path}/{verb}", WHY, headers=owner)
        assert (answer.status, answer.body["code"]) == (409, "charge_in_flight")
    decided(invoice.transaction_id, "failed")
    assert ask(handler, "POST", f"{path}/{verb}", WHY, headers=owner).status == 200


@pytest.mark.parametrize("verb", ["void", "mark-paid"])
def test_an_invoice_whose_charge_is_stuck_is_settled_by_people(owner, verb):
    invoice = an_open(a_tenant())
    decided(invoice.transaction_id, "processing", stuck="amount_too_small")
    assert ask(handler, "POST", f"{PATH}/{invoice.id}/{verb}", WHY, headers=owner).status == 200


def test_a_stuck_draft_that_is_tried_again_is_dated_by_that_day(owner):
    id = a_draft(a_tenant(card=False))
    path = f"{PATH}/{id}/retry"
    assert (ask(handler, "POST", path, headers=owner).status, ask(handler, "POST", path, headers=owner).body["code"]) == (409, "not_stuck")
    worker.give_up(Invoice, id, "no rate", US)
    later = AT + timedelta(days=40)
    answer = ask(handler, "POST", path, headers=owner, at=later.isoformat())
    assert (answer.status, answer.body["stuck"], Invoice.fetch(id).next_action_at) == (200, None, later)
    assert run(finalize_message(id)) == []
    assert (Invoice.fetch(id).status, Invoice.fetch(id).issued_at, Invoice.fetch(id).issued_on) == ("open", later, "2026-03-12")
    assert ask(handler, "POST", path, headers=signed_in("viewer")).status == 403
