"""Renews what recurs, and hears what becomes of invoices and tenants."""

from datetime import datetime

from functions.content import billing
from functions.content.models import Entitlement
from functions.invoices.events import Paid, PaymentFailed, PaymentReversed, Refunded, Uncollectible, Voided
from functions.tenants.events import OffboardingStarted
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("content")


@handler.due(Entitlement)
def step(entitlement: Entitlement, at: datetime, actor: Actor) -> None:
    billing.step(entitlement, at, actor)


# Idempotent, each: by what the invoice is now, or by the entitlement's state.
@handler.on(PaymentFailed)
def payment_failed(told: PaymentFailed, event: Event) -> None:
    billing.heard(event.subject, failed=True, actor=event.actor, at=event.at)


@handler.on(Paid)
def paid(told: Paid, event: Event) -> None:
    billing.heard(event.subject, failed=False, actor=event.actor, at=event.at)


@handler.on(Voided)
def voided(told: Voided, event: Event) -> None:
    billing.heard(event.subject, failed=False, actor=event.actor, at=event.at)


@handler.on(Uncollectible)
def uncollectible(told: Uncollectible, event: Event) -> None:
    billing.heard(event.subject, failed=False, actor=event.actor, at=event.at)


@handler.on(Refunded)
def refunded(told: Refunded, event: Event) -> None:
    billing.heard(event.subject, failed=False, actor=event.actor, at=event.at)


@handler.on(PaymentReversed)
def payment_reversed(told: PaymentReversed, event: Event) -> None:
    billing.heard(event.subject, failed=False, actor=event.actor, at=event.at)


@handler.on(OffboardingStarted)
def offboarding_started(told: OffboardingStarted, event: Event) -> None:
    billing.end_all_of(event.subject, told.reason, actor=event.actor, at=event.at)
