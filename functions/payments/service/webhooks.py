"""Webhooks: verified and stored under the gateway's event id, answered, then applied by the worker."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from functions.payments.events import WebhookReceived
from functions.payments.gateways import Notice, PaymentGateway, connect
from functions.payments.models import Gateway, GatewayEvent, GatewayKind, Transaction, TransactionStatus
from functions.payments.service.gateways import default_gateway
from functions.payments.service.settlement import note
from kernel import ids
from kernel.audit import Actor
from kernel.clock import resolve, stamp
from kernel.commit import Marker, commit
from kernel.problems import Duplicate, NotFound
from kernel.records import body_of, child
from kernel.telemetry import logger, request_id
from kernel.worker import enqueue


def receive(kind: GatewayKind, gateway_id: str | None, body: bytes, headers: Mapping[str, str], *, at: datetime) -> None:
    """Stores an event and has it applied. `BadRequest` for what the gateway did not sign; what means nothing to us is dropped.

    Idempotent by the event's id. It is passed on each time it comes: after a crash between the commit and the queue, the gateway's
    next delivery is what gets it applied, and applying twice changes nothing.
    """
    gateway = Gateway.fetch(gateway_id) if gateway_id else default_gateway()
    if gateway.kind != kind:
        raise NotFound(f"{gateway.id} is not of this kind")
    signed = connect(gateway).verify(body, headers)
    if signed is None:
        return
    event = GatewayEvent(ids.new(GatewayEvent.prefix), gateway_id=gateway.id, event_id=signed.id, kind=signed.kind)
    once = Marker(GatewayEvent, f"event#{gateway.id}#{signed.id}", {"event_id": event.id})
    text = child(event, "body", body.decode())
    actor = Actor(id=f"gateway:{gateway.id}", request_id=request_id.get())
    id = event.id
    try:
        commit((event, WebhookReceived(kind=signed.kind)), actor=actor, at=at, markers=[once], items=[(event.table(), text)])
    except Duplicate as found:
        id = found.found["event_id"]
    enqueue("apply", [{"id": id, "at": stamp(at)}])


def apply(id: str, *, at: datetime) -> None:
    """Takes over what a stored event says. Idempotent: by the transaction's forward-only states."""
    event = GatewayEvent.fetch(id)
    remote = connect(Gateway.fetch(event.gateway_id))
    notice = remote.read(body_of(event, "body"))
    transaction = _subject(remote, notice)
    if transaction is None or transaction.gateway_id != event.gateway_id:
        logger.warning("webhook about an unknown transaction", event=event.event_id, kind=event.kind, payment=notice.payment)
        return
    actor = Actor(id=f"gateway:{event.gateway_id}").caused_by(f"{event.id}#{event.version}", 0, request_id.get())
    note(transaction.id, _completed(remote, notice, transaction), actor=actor, at=resolve(transaction.clock_id, at))


def _subject(remote: PaymentGateway, notice: Notice) -> Transaction | None:
    """The transaction by the id that the payment carries; an event without it (a dispute) has the gateway asked for the payment."""
    id = notice.transaction_id
    if id is None and notice.payment is not None:
        id = remote.payment(notice.payment).transaction_id
    return Transaction.find(id) if id else None


def _completed(remote: PaymentGateway, notice: Notice, transaction: Transaction) -> Notice:
    """What an event does not say, or not reliably, is asked for where it is news.

    It names the charge but not its fee; and what it says went back may be older than a refund that has failed. A charge that has failed
    and is under way again was allowed late by the customer's bank.
    """
    told = notice.result
    news = told is not None and told.status == TransactionStatus.SUCCEEDED and transaction.status != TransactionStatus.SUCCEEDED
    late = told is not None and told.status == TransactionStatus.PROCESSING and transaction.status == TransactionStatus.FAILED
    back = notice.failure is not None or (notice.refunded or 0) > transaction.amount_refunded
    if not (news or late or back):
        return notice
    assert notice.payment is not None  # a payment has a reference
    now = remote.payment(notice.payment)
    return replace(notice, result=now.result if news or late else told, refunded=now.refunded if back else notice.refunded)
