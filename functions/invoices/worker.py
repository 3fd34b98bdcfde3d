"""Drafts are finalized, series by series; charges that came to something are booked; time collects what is open."""

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from functions.invoices import service
from functions.invoices.contract import open_of
from functions.invoices.events import Drafted
from functions.invoices.models import Invoice
from functions.invoices.rules import InvoiceState
from functions.payments.events import DisputeClosed, Failed, MethodAdded, RefundCounted, Succeeded
from kernel.audit import Actor
from kernel.commit import again
from kernel.config import setting
from kernel.telemetry import brief, request_id
from kernel.worker import Event, Worker, enqueue

handler = Worker("invoices")


@handler.on(Drafted)
def drafted(payload: Drafted, event: Event) -> None:
    """A draft of a subscription finalizes itself; a one-off waits for a person. Idempotent by the draft's state, when it is its turn."""
    if payload.subscription_id is not None:
        _queue(event.subject, payload.series, cause=event.actor.cause, depth=event.actor.depth, request_id=event.actor.request_id)


@handler.batch_job("finalize")
def finalize(details: list[Mapping[str, Any]]) -> None:
    orders = [service.Order(detail["id"], Actor(id="system:invoices", **detail.get("because", {}))) for detail in details]
    for id, error in service.finalize(orders).items():
        handler.give_up(Invoice, id, brief(error), Actor(id="system:invoices", request_id=request_id.get()))


# Idempotent, each: by the transaction, by its version that is known, by the charge under way, or by the event that brought the new method.
@handler.on(Succeeded)
def succeeded(payload: Succeeded, event: Event) -> None:
    if payload.invoice_id is not None:
        again(partial(service.collected, payload.invoice_id, event.subject, payload.amount, payload.currency,
                      by_transfer=payload.by_transfer, actor=event.actor, at=event.at))


@handler.on(Failed)
def failed(payload: Failed, event: Event) -> None:
    if payload.invoice_id is not None:
        again(partial(service.failed, payload.invoice_id, event.subject, payload.code, payload.hard, actor=event.actor, at=event.at))


@handler.on(RefundCounted)
def refunded(payload: RefundCounted, event: Event) -> None:
    if payload.invoice_id is not None:
        again(partial(service.refunded, payload.invoice_id, event.subject, payload.amount_refunded, payload.currency,
                      version=event.version, actor=event.actor, at=event.at))


@handler.on(DisputeClosed)
def dispute_closed(payload: DisputeClosed, event: Event) -> None:
    if payload.invoice_id is not None:
        again(partial(service.charged_back, payload.invoice_id, event.subject, payload.amount_charged_back, payload.currency,
                      version=event.version, actor=event.actor, at=event.at))


@handler.on(MethodAdded)
def method_added(payload: MethodAdded, event: Event) -> None:
    for id in open_of(payload.tenant_id):
        again(partial(service.collect_now, id, event.id, actor=event.actor, at=event.at))


@handler.due(Invoice)
def step(invoice: Invoice, at: datetime, actor: Actor) -> None:
    if invoice.status == InvoiceState.DRAFT:
        _queue(invoice.id, invoice.series)
    else:
        service.step(invoice, at, actor)


def _queue(id: str, series: str, **because: Any) -> None:
    enqueue("finalize", [{"id": id, "because": because}], url=setting("SERIES_URL"), group=series)
