"""Refunds: reserved on the charge in the commit that stores the refund and its key, then asked for like a charge."""

from datetime import datetime

from functions.payments.events import RefundCounted, RefundStarted
from functions.payments.models import Kind, RefundCreate, Transaction, TransactionStatus
from functions.payments.rules import ASK_AGAIN, refund_amount
from functions.payments.service.charges import ask
from kernel import ids
from kernel.audit import Actor
from kernel.clock import resolve, wall
from kernel.commit import again, commit


def refund(charge_id: str, body: RefundCreate, *, actor: Actor, at: datetime) -> Transaction:
    """The refund as it stands when the gateway was asked: succeeded, failed, or still processing. `Refused` beyond what is left."""
    made = again(lambda: _stored(charge_id, body, actor=actor, at=at))
    ask(made, actor=actor, at=resolve(made.clock_id, at))
    return Transaction.fetch(made.id)


def _stored(charge_id: str, body: RefundCreate, *, actor: Actor, at: datetime) -> Transaction:
    charge = Transaction.fetch(charge_id)
    at = resolve(charge.clock_id, at)
    made = _reserved(charge, body, at)
    counted = RefundCounted(**charge.about(), amount_refunded=charge.amount_refunded)
    commit((charge, counted), (made, RefundStarted(**made.about(), transaction_id=charge_id)), actor=actor, at=at)
    return made


def _reserved(charge: Transaction, body: RefundCreate, at: datetime) -> Transaction:
    amount = refund_amount(body.amount, kind=charge.kind, status=charge.status, dispute=charge.dispute, captured=charge.amount,
                           refunded=charge.amount_refunded, reserved=charge.amount_reserved)
    charge.amount_reserved += amount
    return Transaction(
        ids.new(Transaction.prefix), kind=Kind.REFUND, status=TransactionStatus.PROCESSING, tenant_id=charge.tenant_id,
        invoice_id=charge.invoice_id, parent_id=charge.id, amount=amount, currency=charge.currency, reason=body.reason,
        gateway_id=charge.gateway_id, next_action_at=at + ASK_AGAIN, asked_at=wall(), clock_id=charge.clock_id)
