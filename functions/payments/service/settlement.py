"""Taking over what a gateway says, from its answer or its webhook: forward only, one commit, one event for each step forward."""

from datetime import datetime

from functions.payments import events
from functions.payments.gateways import Notice, Result
from functions.payments.models import Dispute, Kind, Transaction, TransactionStatus
from functions.payments.rules import ACTION_TIME, forward, forward_dispute
from kernel.audit import Actor, Payload
from kernel.commit import again, commit
from kernel.records import Record

_ENDED = (TransactionStatus.SUCCEEDED, TransactionStatus.FAILED)
_Changes = list[tuple[Record, Payload]]


def settle(id: str, result: Result, *, actor: Actor, at: datetime) -> None:
    """The gateway's answer about a charge or a refund. Nothing happens where it is no news."""

    def take_over() -> None:
        transaction = Transaction.fetch(id)
        if changes := _refund_news(transaction, result) if transaction.kind == Kind.REFUND else _charge_news(transaction, result, at):
            commit(*changes, actor=actor, at=at)

    again(take_over)


def note(id: str, notice: Notice, *, actor: Actor, at: datetime) -> None:
    """What a webhook says about a charge: how it went, what went back, whether it is disputed."""
    if notice.result is not None:
        settle(id, notice.result, actor=actor, at=at)

    def take_over() -> None:
        if changes := _charge_notes(Transaction.fetch(id), notice):
            commit(*changes, actor=actor, at=at)

    again(take_over)


def _charge_news(charge: Transaction, result: Result, at: datetime) -> _Changes:
    status = forward(charge.status, result.status)
    if status == charge.status:
        return []
    charge.status, charge.gateway_ref = status, result.ref or charge.gateway_ref
    charge.code, charge.hard, charge.action_url = result.code, result.hard, result.url
    _book(charge, result)
    charge.next_action_at = at + ACTION_TIME if status == TransactionStatus.REQUIRES_ACTION else None
    return [(charge, _told(charge))]


def _book(transaction: Transaction, result: Result) -> None:
    transaction.fee, transaction.net, transaction.settlement_currency = result.fee, result.net, result.settlement_currency


def _told(charge: Transaction) -> Payload:
    about = charge.about()
    match charge.status:
        case TransactionStatus.SUCCEEDED:
            return events.Succeeded(**about)
        case TransactionStatus.REQUIRES_ACTION:
            return events.ActionRequired(**about, url=charge.action_url or "")
        case TransactionStatus.FAILED:
            return events.Failed(**about, code=charge.code or "declined", hard=charge.hard)
    raise AssertionError(f"no gateway says {charge.status}")


def _refund_news(refund: Transaction, result: Result) -> _Changes:
    """A refund that has ended gives back what it had reserved of its charge, in the same commit, so exactly once."""
    if result.status == TransactionStatus.REQUIRES_ACTION and refund.status == TransactionStatus.PROCESSING:
        refund.status, refund.next_action_at = result.status, None  # it waits for a person, however long
        return [(refund, events.RefundAwaited(**refund.about(), transaction_id=refund.parent_id or ""))]
    if refund.status in _ENDED or result.status not in _ENDED:
        return []
    refund.status, refund.gateway_ref, refund.code, refund.next_action_at = result.status, result.ref, result.code, None
    _book(refund, result)
    assert refund.parent_id is not None  # a refund has one from the start
    charge = Transaction.fetch(refund.parent_id)
    charge.amount_reserved -= refund.amount
    about = refund.about() | {"transaction_id": charge.id}
    went_back = refund.status == TransactionStatus.SUCCEEDED
    by_itself = charge.amount_refunded + refund.amount if went_back and result.refunded is None else 0  # nobody else counts it
    charge.amount_refunded = max(charge.amount_refunded, result.refunded or by_itself)
    told = events.Refunded(**about) if went_back else events.RefundFailed(**about, code=refund.code or "refused")
    return [(refund, told), (charge, events.RefundCounted(**charge.about(), amount_refunded=charge.amount_refunded))]


def _charge_notes(charge: Transaction, notice: Notice) -> _Changes:
    """Refunded amounts and disputes come apart from the state; both only grow."""
    if (notice.refunded or 0) > charge.amount_refunded:
        charge.amount_refunded = notice.refunded or 0
        return [(charge, events.RefundCounted(**charge.about(), amount_refunded=charge.amount_refunded))]
    if notice.dispute is None or (dispute := forward_dispute(charge.dispute, notice.dispute)) == charge.dispute:
        return []
    charge.dispute = dispute
    if dispute == Dispute.OPEN:
        return [(charge, events.Disputed(**charge.about(), reason=notice.reason))]
    return [(charge, events.DisputeClosed(**charge.about(), outcome=dispute))]

