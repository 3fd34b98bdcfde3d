"""Open to paid, or to uncollectible: what charges come to, and when the next one is made.

Events arrive in any order and any number of times. Money counts once per transaction (a marker without expiry, which `returns` keeps); a
failure counts only while its charge is the one under way; a new payment method starts one attempt per event.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from functions.invoices.events import CollectionQueued, CollectionStarted, ConfirmationAwaited, PaymentFailed, Uncollectible
from functions.invoices.models import Invoice
from functions.invoices.rules import Command, InvoiceState, given_up_at, transition, upcoming_attempt
from functions.invoices.service.balances import balance_of, credit, matched, paid, partly_paid
from functions.invoices.service.returns import booked
from functions.payments.contract import TransactionStatus, charge, has_method, outcome
from functions.settings.contract import issuer
from kernel.audit import Actor
from kernel.calendar import add_days
from kernel.commit import Change, Marker, commit
from kernel.problems import Duplicate

NO_METHOD = "no_payment_method"


def collected(id: str, transaction_id: str, amount: int, currency: str, *, by_transfer: bool = False, actor: Actor, at: datetime) -> None:
    """Money has come in: it pays the invoice or a part, however late. What is not owed (paid, void, too much) becomes balance.

    Of an invoice that was marked as paid, transfers first show what people meant by that; a charge of ours is other money. When such a
    transfer goes back, that is a refund of a paid invoice as any other: it is not owed again, and the next transfer is balance.
    """
    invoice = Invoice.fetch(id)
    part = min(amount, _awaited(invoice, by_transfer)) if currency == invoice.currency else 0
    changes = [_taken(invoice, part, at)] if part else []
    changes += credit(balance_of(invoice, currency), amount - part, invoice, at)
    _commit_once(changes, booked(transaction_id, id, to_balance=amount - part), actor, at)


def failed(id: str, transaction_id: str, code: str, hard: bool, *, actor: Actor, at: datetime) -> None:
    """A charge was refused: the next attempt is set, or the day on which we give up. With a hard decline only a new method helps."""
    invoice = Invoice.fetch(id)
    if invoice.status == InvoiceState.OPEN and invoice.transaction_id == transaction_id:
        invoice.transaction_id = None
        commit(_missed(invoice, code, hard, at), actor=actor, at=at)
        _go_on(invoice, actor, at)


def collect_now(id: str, cause: str, *, actor: Actor, at: datetime) -> None:
    """The tenant has a new payment method (`cause` is that event): an open invoice is charged now, or after the charge under way."""
    invoice = Invoice.fetch(id)
    wanted = invoice.status == InvoiceState.OPEN and invoice.collect and invoice.owed > 0 and (invoice.issued_at or at) <= at
    if not wanted or not has_method(invoice.tenant_id):
        return
    once = Marker(Invoice, f"collect#{id}#{cause}")
    if invoice.transaction_id is None:
        _commit_once(_attempted(invoice, at), once, actor, at)
    else:
        invoice.next_attempt_at = at
        _commit_once([Change(invoice, CollectionQueued(**invoice.told()))], once, actor, at)


def step(invoice: Invoice, at: datetime, actor: Actor) -> None:
    """What is due on an open invoice; returns without a commit while the outcome of its charge is open."""
    if invoice.transaction_id is not None:
        _look(invoice, invoice.transaction_id, at, actor)
    elif invoice.owed == 0:
        commit(paid(invoice, at), actor=actor, at=at)
    elif invoice.next_attempt_at is not None:
        commit(*_attempted(invoice, at), actor=actor, at=at)
    else:
        invoice.status = transition(InvoiceState(invoice.status), Command.MARK_UNCOLLECTIBLE)
        invoice.rest()
        commit((invoice, Uncollectible(**invoice.told())), actor=actor, at=at)


def _awaited(invoice: Invoice, by_transfer: bool) -> int:
    """How much of the money that comes is for the invoice."""
    if invoice.is_unpaid:
        return invoice.owed
    return invoice.amount_outside if by_transfer else 0


def _taken(invoice: Invoice, part: int, at: datetime) -> Change:
    if not invoice.is_unpaid:
        return matched(invoice, part, at)
    return paid(invoice, at) if part == invoice.owed else partly_paid(invoice, part, at)


def _look(invoice: Invoice, transaction_id: str, at: datetime, actor: Actor) -> None:
    """Makes up for an event that has not come. While the customer has a charge to confirm, that is looked at once a day."""
    known = outcome(transaction_id)
    match known.status:
        case TransactionStatus.SUCCEEDED:
            collected(invoice.id, transaction_id, known.amount, invoice.currency, actor=actor, at=at)
        case TransactionStatus.FAILED:
            failed(invoice.id, transaction_id, known.code or "unknown", known.hard, actor=actor, at=at)
        case TransactionStatus.REQUIRES_ACTION:
            invoice.next_action_at = add_days(at, 1, invoice.zone)
            commit((invoice, ConfirmationAwaited(**invoice.told(), transaction_id=transaction_id)), actor=actor, at=at)


def _attempted(invoice: Invoice, at: datetime) -> list[Change]:
    """Another charge; without a method to charge, a failure like a hard decline."""
    invoice.attempts += 1
    if not has_method(invoice.tenant_id):
        return [_missed(invoice, NO_METHOD, True, at)]
    transaction, started = charge(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=invoice.owed, currency=invoice.currency,
                                  attempt=invoice.attempts, at=at, clock_id=invoice.clock_id)
    invoice.transaction_id, invoice.next_attempt_at, invoice.next_action_at = transaction.id, None, at
    told = CollectionStarted(**invoice.told(), transaction_id=transaction.id, attempt=invoice.attempts)
    return [Change(invoice, told), Change(transaction, started)]


def _missed(invoice: Invoice, code: str, hard: bool, at: datetime) -> Change:
    """Sets what follows a failure. A `next_attempt_at` that is set already says that a new method came meanwhile."""
    policy = issuer(invoice.issuer_id).dunning_days
    first = invoice.first_failed_at = invoice.first_failed_at or at
    if invoice.next_attempt_at is not None and code != NO_METHOD:
        invoice.next_attempt_at = at
    else:
        invoice.next_attempt_at = upcoming_attempt(policy, first, at, invoice.zone, hard_decline=hard)
    invoice.next_action_at = invoice.next_attempt_at or max(at, given_up_at(policy, first, invoice.zone))
    return Change(invoice, PaymentFailed(**invoice.told(), attempt=invoice.attempts, code=code, next_attempt_at=invoice.next_attempt_at))


def _go_on(invoice: Invoice, actor: Actor, at: datetime) -> None:
    """What the failure made due at once; should this be interrupted, the schedule does it."""
    if invoice.next_action_at is not None and invoice.next_action_at <= at:
        step(invoice, at, actor)


def _commit_once(changes: Sequence[Change], once: Marker, actor: Actor, at: datetime) -> None:
    try:
        commit(*changes, actor=replace(actor, expects=None), at=at, markers=[once])
    except Duplicate:
        return  # it was counted before
