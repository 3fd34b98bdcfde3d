"""Taking over what a gateway says, from its answer or its webhook: forward only, one commit, one event for each step forward."""

from datetime import datetime

from functions.payments import events
from functions.payments.gateways import Notice, Result
from functions.payments.models import Dispute, Kind, Transaction, TransactionStatus
from functions.payments.rules import ACTION_TIME, dispute_fee, forward, forward_dispute, respond_by
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
    """What a webhook says about a charge: how it went, what went back or did not, whether it is disputed."""
    if notice.result is not None:
        settle(id, notice.result, actor=actor, at=at)
    refund = Transaction.find(notice.refund_id) if notice.failure and notice.refund_id else None
    if refund is not None and refund.parent_id == id:
        failed = Result(status=TransactionStatus.FAILED, code=notice.failure, refunded=notice.refunded)
        settle(refund.id, failed, actor=actor, at=at)

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
    """A refund that has ended gives back what it had reserved of its charge, in the same commit, so exactly once.

    One that succeeded may fail after all (the customer's account is closed): what went back has come again. A failure is the end.
    """
    if result.status == TransactionStatus.REQUIRES_ACTION and refund.status == TransactionStatus.PROCESSING:
        refund.status, refund.next_action_at = result.status, None  # it waits for a person, however long
        return [(refund, events.RefundAwaited(**refund.about(), transaction_id=refund.parent_id or ""))]
    if result.status not in _ENDED or refund.status in (TransactionStatus.FAILED, result.status):
        return []
    assert refund.parent_id is not None  # a refund has one from the start
    charge, had_gone = Transaction.fetch(refund.parent_id), refund.status == TransactionStatus.SUCCEEDED
    refund.status, refund.code, refund.next_action_at = result.status, result.code, None
    refund.gateway_ref = result.ref or refund.gateway_ref
    if not had_gone:
        charge.amount_reserved -= refund.amount
        _book(refund, result)
    charge.amount_refunded = _gone_back(charge, refund, result.refunded, had_gone)
    about = refund.about() | {"transaction_id": charge.id}
    failed = refund.status == TransactionStatus.FAILED
    told = events.RefundFailed(**about, code=refund.code or "refused") if failed else events.Refunded(**about)
    return [(refund, told), _counted(charge)]


def _gone_back(charge: Transaction, refund: Transaction, told: int | None, had_gone: bool) -> int:
    """Of the charge in all, now that this refund has ended: by what the gateway says, or else by itself, for nobody else counts it."""
    if refund.status == TransactionStatus.SUCCEEDED:
        return max(charge.amount_refunded, charge.amount_refunded + refund.amount if told is None else told)
    return told if told is not None else charge.amount_refunded - (refund.amount if had_gone else 0)


def _counted(charge: Transaction) -> tuple[Record, Payload]:
    return charge, events.RefundCounted(**charge.about(), amount_refunded=charge.amount_refunded)


def _charge_notes(charge: Transaction, notice: Notice) -> _Changes:
    """Refunded amounts and disputes come apart from the state. What went back grows, unless a refund has failed."""
    told = charge.amount_refunded if notice.refunded is None else notice.refunded
    if told > charge.amount_refunded or (notice.failure and told != charge.amount_refunded):
        charge.amount_refunded = told
        return [_counted(charge)]
    return _dispute_news(charge, notice, notice.dispute) if notice.dispute is not None else []


def _dispute_news(charge: Transaction, notice: Notice, told: Dispute) -> _Changes:
    dispute = forward_dispute(charge.dispute, told)
    if dispute != told:
        return []  # it is further already
    news = dispute != charge.dispute
    fee = dispute_fee(charge.dispute_fee, notice.dispute_fee, dispute=dispute, news=news)
    until = respond_by(charge.respond_by, notice.respond_by, dispute=dispute, news=news)
    if not news and (fee, until) == (charge.dispute_fee, charge.respond_by):
        return []
    charge.dispute, charge.amount_disputed, charge.dispute_fee, charge.respond_by = dispute, notice.disputed, fee, until
    if dispute == Dispute.INQUIRY:
        return [(charge, events.Inquired(**charge.about(), reason=notice.reason))]
    if dispute == Dispute.INQUIRY_CLOSED:
        return [(charge, events.InquiryClosed(**charge.about()))]
    if dispute == Dispute.OPEN:
        return [(charge, events.Disputed(**charge.about(), reason=notice.reason))]
    kept = notice.disputed if dispute == Dispute.LOST else 0
    return [(charge, events.DisputeClosed(**charge.about(), outcome=dispute, amount_charged_back=kept))]
