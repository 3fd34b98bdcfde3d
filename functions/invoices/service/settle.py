"""What people decide about an invoice: it is void, will not be paid, was paid another way, or is taken up again."""

from datetime import datetime

from functions.invoices.events import Uncollectible, Voided
from functions.invoices.models import INVOICES, Invoice
from functions.invoices.rules import Command, InvoiceState, transition
from functions.invoices.service.balances import balance_of, credit, paid
from functions.payments.contract import TransactionStatus, outcome
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import commit
from kernel.problems import Conflict, Refused


def void(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """The invoice keeps its number and is owed no more; what it took of the balance goes back there.

    `Refused` (`charge_in_flight`) while a charge of it may still take money, and (`invoice_partly_paid`) while we have money for it.
    """
    invoice = Invoice.fetch(id)
    at = resolve(invoice.clock_id, at)
    invoice.status = transition(InvoiceState(invoice.status), Command.VOID)
    _demand_no_charge(invoice)
    if invoice.amount_paid:
        raise Refused("invoice_partly_paid", "a part of it was paid: refund that first, or mark it uncollectible")
    invoice.reason, invoice.voided_at = reason, at
    invoice.rest()
    back = credit(balance_of(invoice), invoice.balance_applied, invoice, at) if invoice.balance_applied else []
    commit((invoice, Voided(**invoice.told())), *back, actor=actor, at=at)
    return invoice


def mark_uncollectible(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """Nobody tries any more to collect it. Money that comes all the same still pays it."""
    invoice = Invoice.fetch(id)
    invoice.status = transition(InvoiceState(invoice.status), Command.MARK_UNCOLLECTIBLE)
    invoice.reason = reason
    invoice.next_attempt_at = invoice.next_action_at = None  # its charge is remembered: voiding waits for that
    commit((invoice, Uncollectible(**invoice.told())), actor=actor, at=resolve(invoice.clock_id, at))
    return invoice


def mark_paid(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """It was paid outside, by bank transfer for instance. `Refused` (`charge_in_flight`) while a charge may take the same money again.

    How much that was is remembered: a transfer for it that is written down or in the bank's statement afterwards is the same money.
    """
    invoice = Invoice.fetch(id)
    at = resolve(invoice.clock_id, at)
    transition(InvoiceState(invoice.status), Command.PAY)
    _demand_no_charge(invoice)
    invoice.amount_outside, invoice.reason = invoice.owed, reason
    commit(paid(invoice, at), actor=actor, at=at)
    return invoice


def retry(id: str, *, actor: Actor, at: datetime) -> Invoice:
    """A stuck invoice is due again, from now on: a draft is dated by the day on which it is finalized, not by the one it missed."""
    invoice = Invoice.fetch(id)
    if invoice.stuck is None:
        raise Conflict(f"{id} is not stuck", code="not_stuck")
    at = resolve(invoice.clock_id, at)
    invoice.stuck, invoice.next_action_at = None, at
    commit((invoice, INVOICES.events["retried"]()), actor=actor, at=at)
    return invoice


def _demand_no_charge(invoice: Invoice) -> None:
    """A charge that is stuck takes no money by itself: staff settle its invoice another way."""
    if invoice.transaction_id is not None:
        charge = outcome(invoice.transaction_id)
        if charge.status != TransactionStatus.FAILED and not charge.stuck:
            raise Refused("charge_in_flight", f"{invoice.transaction_id} may still take the money: wait for its outcome")
