"""Time and money act on subscriptions: the due schedule, and what becomes of invoices."""

from datetime import datetime

from functions.invoices.events import Paid, PaymentFailed, Uncollectible, Voided
from functions.subscriptions import service
from functions.subscriptions.models import Subscription
from functions.tenants.events import OffboardingStarted
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("subscriptions")


@handler.due(Subscription)
def step(subscription: Subscription, at: datetime, actor: Actor) -> None:
    service.step(subscription, at, actor)


# Idempotent, each: by the newest version heard of an invoice, or by the subscription's state.
@handler.on(PaymentFailed)
def payment_failed(payload: PaymentFailed, event: Event) -> None:
    if payload.subscription_id:
        service.payment_failed(payload.subscription_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(Paid)
def paid(payload: Paid, event: Event) -> None:
    if payload.subscription_id:
        service.payment_recovered(payload.subscription_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(Voided)
def voided(payload: Voided, event: Event) -> None:
    if payload.subscription_id:
        service.payment_recovered(payload.subscription_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(Uncollectible)
def uncollectible(payload: Uncollectible, event: Event) -> None:
    if payload.subscription_id:
        service.uncollectible(payload.subscription_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(OffboardingStarted)
def offboarding_started(payload: OffboardingStarted, event: Event) -> None:
    service.end_all_of(event.subject, payload.reason, actor=event.actor, at=event.at)
