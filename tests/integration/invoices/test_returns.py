"""Money that came for an invoice and went again, where it was not simply what paid it."""

import pytest

from functions.invoices import service
from functions.invoices.models import Invoice
from functions.invoices.service.balances import balance_of, credit
from kernel.commit import commit
from tests.integration.invoices.company import (
    AT,
    US,
    a_tenant,
    an_issuer,
    an_open,
    balance,
    charged_back,
    deliver,
    refunded,
    run,
    transferred,
)

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def invoice(aws) -> Invoice:
    """An open one of 58.31 EUR."""
    an_issuer()
    return an_open(a_tenant(card=False))


def now(invoice: Invoice) -> Invoice:
    return Invoice.fetch(invoice.id)


def spent(invoice: Invoice, amount: int, currency: str) -> None:
    """Another invoice, in that currency, was paid by the balance."""
    if changes := credit(balance_of(invoice, currency), -amount, invoice, AT):
        commit(*changes, actor=US, at=AT)


@pytest.mark.parametrize("used", [0, 7000, 11900])
@pytest.mark.parametrize("came_back", [refunded, charged_back])
def test_what_goes_back_of_money_in_another_currency_leaves_the_invoice_as_it_is(invoice, used, came_back):
    run(transferred(invoice, "txn_dollars", 11900, currency="USD"))
    spent(invoice, used, "USD")
    back = came_back(invoice, "txn_dollars", 11900, currency="USD", version=5)
    deliver([back, back, back])
    assert (now(invoice).version, now(invoice).amount_paid, now(invoice).owed) == (invoice.version, 0, 5831)
    assert balance(invoice.tenant_id, "USD") == 0
    run(came_back(invoice, "txn_dollars", 0, currency="USD", version=6), back)  # it failed after all: what the balance gave is there again
    assert (now(invoice).version, balance(invoice.tenant_id, "USD"), balance(invoice.tenant_id)) == (invoice.version, 11900 - used, 0)


def test_a_paid_invoice_is_not_refunded_by_money_in_another_currency(invoice):
    run(transferred(invoice, "txn_dollars", 11900, currency="USD"), transferred(invoice, "txn_euros", 5831))
    spent(invoice, 11900, "USD")
    run(refunded(invoice, "txn_dollars", 11900, currency="USD"))
    assert (now(invoice).status, now(invoice).amount_paid, now(invoice).amount_refunded) == ("paid", 5831, 0)


def test_no_more_is_owed_than_is_due_whatever_goes_back(invoice):
    run(transferred(invoice, "txn_part", 1831))
    deliver([refunded(invoice, "txn_part", 1831, version=4), charged_back(invoice, "txn_part", 1831, version=5)])
    assert (now(invoice).status, now(invoice).amount_paid, now(invoice).owed) == ("open", 0, 5831)


def test_a_part_that_comes_again_pays_what_is_still_owed_and_the_rest_is_balance(invoice):
    service.mark_uncollectible(invoice.id, "insolvent", actor=US, at=AT)
    run(transferred(invoice, "txn_part", 1831), refunded(invoice, "txn_part", 1831, version=4), transferred(invoice, "txn_rest", 5000))
    failed_after_all = refunded(invoice, "txn_part", 0, version=5)
    assert run(failed_after_all, failed_after_all) == []
    assert (now(invoice).status, now(invoice).amount_paid, balance(invoice.tenant_id)) == ("paid", 5831, 1000)
