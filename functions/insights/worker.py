"""Hears what becomes of subscriptions, invoices and tenants, and keeps the figures.

Idempotent, each, by what the ledger has of the subject: the versions of a subscription are kept, each once, and of an invoice and a
tenant the newest. What happens on a test clock is no business of the company's, until the clock is deleted: what it held is in real
time then, and counts from its next event on.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.insights import scoring, service
from functions.invoices.events import Finalized, Paid, PartlyPaid, PaymentFailed, Uncollectible, Voided
from functions.subscriptions import events as subscriptions
from functions.tenants import events as tenants
from kernel.audit import Actor, Payload
from kernel.clock import is_gone, parse
from kernel.telemetry import request_id
from kernel.worker import Event, Worker

handler = Worker("insights")
STATUS: dict[type[Payload], str] = {  # which a tenant has after an event
    tenants.Requested: "requested", tenants.ProvisioningStarted: "provisioning", tenants.Activated: "active", tenants.Resumed: "active",
    tenants.Suspended: "suspended", tenants.OffboardingStarted: "offboarding", tenants.Deleted: "deleted"}


def _is_ours(event: Event) -> bool:
    return event.clock_id is None or is_gone(event.clock_id)


def _subscription(told: Any, event: Event) -> None:
    if _is_ours(event) and told.status:
        service.subscriptions(told.tenant_id, told.currency, [service.state(told, event)])


for _each in (subscriptions.Created, subscriptions.Activated, subscriptions.Renewed, subscriptions.PlanChanged, subscriptions.PastDue,
              subscriptions.Recovered, subscriptions.Paused, subscriptions.Resumed, subscriptions.CancelScheduled,
              subscriptions.CancelRevoked, subscriptions.Ended):
    handler.on(_each)(_subscription)


@handler.on(Finalized)
def finalized(told: Finalized, event: Event) -> None:
    if _is_ours(event):
        service.invoice(event.subject, event.version, told.currency, due_on=told.due_on, amount=told.amount_due)
        service.signal(told, event, "finalized")


@handler.on(PartlyPaid)
def partly_paid(told: PartlyPaid, event: Event) -> None:
    """What is left is owed. Of an invoice that was given up nobody expects it, so it stays out of what is owed."""
    if _is_ours(event) and told.status:
        left = told.owed if told.status == "open" else 0
        service.invoice(event.subject, event.version, told.currency, due_on=told.due_on, amount=left)


def _settled(told: Any, event: Event) -> None:
    if _is_ours(event):
        service.invoice(event.subject, event.version, told.currency)
        service.signal(told, event, type(told).event.partition(".")[2])


@handler.on(PaymentFailed)
def payment_failed(told: PaymentFailed, event: Event) -> None:
    if _is_ours(event):
        service.signal(told, event, "payment_failed")


for _other in (Paid, Voided, Uncollectible):
    handler.on(_other)(_settled)


def _tenant(told: Payload, event: Event) -> None:
    if _is_ours(event):
        service.tenant(event.subject, event.version, STATUS[type(told)])


for _kind in STATUS:
    handler.on(_kind)(_tenant)


@handler.slot("churn")
def churn(now: datetime) -> None:
    scoring.start(now)


# Idempotent, each: by the time of the run, of which nothing is written over a later one's.
@handler.job("history")
def history(detail: Mapping[str, Any]) -> None:
    scoring.history(detail["heads"], parse(detail["time"]))


@handler.job("train")
def train(detail: Mapping[str, Any]) -> None:
    now = parse(detail["time"])
    scoring.spread(scoring.train(now), now)


@handler.job("score")
def score(detail: Mapping[str, Any]) -> None:
    scoring.score(detail["heads"], parse(detail["time"]), Actor(id="system:insights", request_id=request_id.get()))
