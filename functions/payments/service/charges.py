"""Charging: what is asked is stored with its key, then the gateway is asked, then its answer is taken over, forward only.

Whatever breaks in between, the transaction stays due and the same question goes out again with the same key. Only one asks at a time:
each question is a commit first, which says since when on the wall it is asked, and nobody else asks until that is long enough ago.
"""

from datetime import datetime

from functions.payments.events import Submitted
from functions.payments.gateways import Order, RefundOrder, Result, Unanswered, connect
from functions.payments.models import Gateway, GatewayStatus, Kind, Payer, PaymentMethod, Transaction, TransactionStatus
from functions.payments.rules import ASK_AGAIN, is_asked
from functions.payments.service.settlement import settle
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit
from kernel.problems import Conflict
from kernel.telemetry import logger


def advance(transaction: Transaction, *, actor: Actor, at: datetime) -> None:
    """One step of a transaction that is open. Idempotent: by its state, and at the gateway by its key. Nothing where it is being asked.

    `Unacceptable` leaves a charge open and due, so that its step, tried often enough, sets it aside with the error for staff.
    """
    if transaction.status == TransactionStatus.PROCESSING:
        since = None if transaction.clock_id else transaction.created_at
        if not is_asked(transaction.asked_at, wall(), since=since) and _claimed(transaction, actor=actor, at=at):
            ask(transaction, before=True, actor=actor, at=at)
    elif transaction.status == TransactionStatus.PENDING and _submitted(transaction, actor=actor, at=at):
        ask(transaction, actor=actor, at=at)


def expire(transaction: Transaction, *, actor: Actor, at: datetime) -> None:
    """The customer has not confirmed in time: the payment is ended, so that it cannot succeed later, beside another attempt."""
    assert transaction.gateway_id is not None and transaction.gateway_ref is not None  # set before it could need the customer
    try:
        result = connect(Gateway.fetch(transaction.gateway_id)).abandon(transaction.gateway_ref)
    except Unanswered as silence:
        return _stays_open(transaction, silence)
    settle(transaction.id, result, actor=actor, at=at)
    return None


def _submitted(transaction: Transaction, *, actor: Actor, at: datetime) -> bool:
    """Stores whom and what the gateway will be asked to charge, before it is asked. False where there is nothing to ask."""
    method = _default_method(transaction.tenant_id)
    if method is None:
        settle(transaction.id, Result(status=TransactionStatus.FAILED, code="no_payment_method", hard=True), actor=actor, at=at)
        return False
    if Gateway.fetch(method.gateway_id).status != GatewayStatus.ACTIVE:
        settle(transaction.id, Result(status=TransactionStatus.FAILED, code="gateway_inactive"), actor=actor, at=at)
        return False
    transaction.status, transaction.next_action_at = TransactionStatus.PROCESSING, at + ASK_AGAIN
    transaction.gateway_id, transaction.gateway_customer_id = method.gateway_id, method.gateway_customer_id
    transaction.gateway_method_id = method.gateway_method_id
    return _claimed(transaction, actor=actor, at=at)


def _claimed(transaction: Transaction, *, actor: Actor, at: datetime) -> bool:
    """Says that the gateway is being asked from now on. The wall tells, for business time may be long past when it is acted on."""
    transaction.asked_at = wall()
    try:
        commit((transaction, Submitted(**transaction.about())), actor=actor, at=at)
    except Conflict:
        return False  # someone else was quicker and asks
    return True


def _default_method(tenant_id: str) -> PaymentMethod | None:
    payer = Payer.of(tenant_id)
    return PaymentMethod.find(payer.default_method_id) if payer and payer.default_method_id else None


def ask(transaction: Transaction, *, before: bool = False, actor: Actor, at: datetime) -> None:
    """Puts the stored question to the gateway; `before` where that may have been done. Unanswered, the transaction stays open and due."""
    assert transaction.gateway_id is not None  # set with the state that leads here
    gateway = connect(Gateway.fetch(transaction.gateway_id))
    try:
        if transaction.kind == Kind.REFUND:
            result = gateway.refund(_refund_order(transaction), before=before)
        else:
            result = gateway.charge(_order(transaction), before=before)
    except Unanswered as silence:
        return _stays_open(transaction, silence)
    settle(transaction.id, result, actor=actor, at=at)
    return None


def _stays_open(transaction: Transaction, silence: Unanswered) -> None:
    logger.warning("gateway unanswered", transaction=transaction.id, gateway=transaction.gateway_id, reason=str(silence))


def _order(transaction: Transaction) -> Order:
    assert transaction.gateway_customer_id is not None and transaction.gateway_method_id is not None  # stored with PROCESSING
    return Order(
        transaction_id=transaction.id, tenant_id=transaction.tenant_id, invoice_id=transaction.invoice_id, amount=transaction.amount,
        currency=transaction.currency, customer=transaction.gateway_customer_id, method=transaction.gateway_method_id)


def _refund_order(refund: Transaction) -> RefundOrder:
    assert refund.parent_id is not None and refund.reason is not None  # a refund has both from the start
    payment = Transaction.fetch(refund.parent_id).gateway_ref
    assert payment is not None  # only a charge that succeeded is refunded
    return RefundOrder(transaction_id=refund.id, payment=payment, amount=refund.amount, currency=refund.currency, reason=refund.reason)
