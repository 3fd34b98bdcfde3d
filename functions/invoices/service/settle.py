"""What people decide about a finalized invoice: it is void, will not be paid, or was paid another way."""

from datetime import datetime

from functions.invoices.events import Uncollectible, Voided
from functions.invoices.models import Invoice
from functions.invoices.rules import Command, State, transition
from functions.invoices.service.balances import balance_of, credit, paid
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import commit


def void(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """The invoice keeps its number and is owed no more; what it took of the balance goes back there."""
    invoice = Invoice.fetch(id)
    at = resolve(invoice.clock_id, at)
    invoice.status = transition(State(invoice.status), Command.VOID)
    invoice.reason, invoice.voided_at = reason, at
    invoice.rest()
    back = credit(balance_of(invoice), invoice.balance_applied, invoice, at) if invoice.balance_applied else []
    commit((invoice, Voided(**invoice.told())), *back, actor=actor, at=at)
    return invoice


def mark_uncollectible(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """Nobody tries any more to collect it. Money that comes all the same still pays it."""
    invoice = Invoice.fetch(id)
    invoice.status = transition(State(invoice.status), Command.MARK_UNCOLLECTIBLE)
    invoice.reason = reason
    invoice.rest()
    commit((invoice, Uncollectible(**invoice.told())), actor=actor, at=resolve(invoice.clock_id, at))
    return invoice


def mark_paid(id: str, reason: str, *, actor: Actor, at: datetime) -> Invoice:
    """It was paid outside, by bank transfer for instance. A charge that succeeds all the same becomes balance."""
    invoice = Invoice.fetch(id)
    at = resolve(invoice.clock_id, at)
    change = paid(invoice, at)
    invoice.reason = reason
    commit(change, actor=actor, at=at)
    return invoice
