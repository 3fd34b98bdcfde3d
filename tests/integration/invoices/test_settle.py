"""What people decide about an invoice, beside the charges that are made of it and when it is stuck."""

from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.invoices import service
from functions.invoices.api import handler
from functions.invoices.models import Invoice
from functions.invoices.worker import handler as worker
from tests.callers import ask, signed_in
from tests.integration.invoices.company import (
    AT,
    US,
    a_draft,
    a_tenant,
    an_issuer,
    an_open,
    balance,
    decided,
    deliver,
    finalize_message,
    refunded,
    run,
    succeeded,
    transferred,
)

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


def marked() -> Invoice:
    """Open, and then marked as paid by a person who has seen the transfer."""
    invoice = an_open(a_tenant(card=False))
    return service.mark_paid(invoice.id, "bank transfer of 2 Feb", actor=US, at=AT)


def state(invoice: Invoice) -> tuple[str, int, int, int, int]:
    """Its state, what is paid of it, what no transfer has shown yet, what went back; and the tenant's balance."""
    found = Invoice.fetch(invoice.id)
    return found.status, found.amount_paid, found.amount_outside, found.amount_refunded, balance(found.tenant_id)


def test_the_transfer_that_a_person_has_marked_as_paid_counts_once_when_the_bank_tells_of_it_too():
    invoice = marked()
    assert state(invoice) == ("paid", 5831, 5831, 0, 0)
    line = transferred(invoice, "txn_line", 5831)
    assert run(line, line, line) == []
    assert state(invoice) == ("paid", 5831, 0, 0, 0)
    run(transferred(invoice, "txn_again", 700), line)
    assert state(invoice) == ("paid", 5831, 0, 0, 700)


def test_a_part_that_had_come_before_is_not_what_was_marked_as_paid():
    invoice = an_open(a_tenant(card=False))
    run(transferred(invoice, "txn_part", 1831))
    service.mark_paid(invoice.id, "the rest by transfer", actor=US, at=AT)
    assert state(invoice) == ("paid", 5831, 4000, 0, 0)
    run(transferred(invoice, "txn_rest", 4500))
    assert state(invoice) == ("paid", 5831, 0, 0, 500)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.permutations(["first", "second", "third"] * 3))
def test_several_transfers_show_what_was_marked_as_paid_whatever_order_they_are_told_in(order):
    invoice = marked()
    amounts = {"first": 2000, "second": 3000, "third": 1831}  # 1,000 more than the invoice
    deliver([transferred(invoice, f"{invoice.id}_{name}", amounts[name]) for name in order])
    assert state(invoice) == ("paid", 5831, 0, 0, 1000)


def test_what_was_marked_as_paid_is_shown_by_transfers_in_its_own_currency_and_by_no_charge_of_ours():
    invoice = marked()
    run(transferred(invoice, "txn_dollars", 5831, currency="USD"), succeeded(invoice, "txn_card"))
    assert (state(invoice), balance(invoice.tenant_id, "USD")) == (("paid", 5831, 5831, 0, 5831), 5831)


def test_a_transfer_that_was_marked_as_paid_and_goes_back_leaves_the_invoice_paid_and_refunded():
    invoice = marked()
    deliver([refunded(invoice, "txn_line", 1500, version=4), transferred(invoice, "txn_line", 6831)])
    assert state(invoice) == ("paid", 5831, 0, 500, 0)  # what was balance went first
    run(refunded(invoice, "txn_line", 6831, version=5))
    assert state(invoice) == ("paid", 5831, 0, 5831, 0)
    run(transferred(invoice, "txn_next", 100))
    assert state(invoice) == ("paid", 5831, 0, 5831, 100)


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
