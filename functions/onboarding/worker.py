"""Begins, ticks and ends checklists by what happens to tenants, and tells what is overdue.

Idempotent, each: a checklist by its tenant's marker, an item by its state and the event's first and last moment.
"""

from datetime import datetime

from functions.api_keys.events import Created as KeyCreated
from functions.invoices.events import Paid
from functions.onboarding import service
from functions.onboarding.models import Checklist
from functions.payments.events import MethodAdded
from functions.subscriptions.events import Activated as SubscriptionActivated
from functions.subscriptions.events import Created as Subscribed
from functions.tenants.events import Activated, ContactCreated, Deleted, OffboardingStarted
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("onboarding")


@handler.due(Checklist)
def overdue(checklist: Checklist, at: datetime, actor: Actor) -> None:
    service.lapse(checklist, actor=actor, at=at)


@handler.on(Activated)
def activated(_: Activated, event: Event) -> None:
    service.begin(event.subject, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(OffboardingStarted)
def leaves(_: OffboardingStarted, event: Event) -> None:
    service.end(event.subject, actor=event.actor, at=event.at)


@handler.on(Deleted)
def left(_: Deleted, event: Event) -> None:
    service.end(event.subject, actor=event.actor, at=event.at)


@handler.on(KeyCreated)
def key_created(told: KeyCreated, event: Event) -> None:
    if told.tenant_id is not None:  # others are for the owner's own machines
        service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(Paid)
def paid(told: Paid, event: Event) -> None:
    if told.total > 0:  # a free period is paid without anybody paying
        service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(MethodAdded)
def method_added(told: MethodAdded, event: Event) -> None:
    service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(SubscriptionActivated)
def subscription_activated(told: SubscriptionActivated, event: Event) -> None:
    service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(Subscribed)
def subscribed(told: Subscribed, event: Event) -> None:
    """One without a trial is active at once, and nothing else will say so."""
    service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)
    if told.status == "active":
        service.note(told.tenant_id, SubscriptionActivated.event, actor=event.actor, at=event.at, clock_id=event.clock_id)


@handler.on(ContactCreated)
def contact_created(told: ContactCreated, event: Event) -> None:
    service.note(told.tenant_id, told.event, actor=event.actor, at=event.at, clock_id=event.clock_id)
