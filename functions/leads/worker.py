"""Reminds of next steps, hears what becomes of trials, and keeps the funnel."""

from datetime import datetime
from typing import Any

from functions.invoices.events import Paid
from functions.leads import conversion, events, funnel, service
from functions.leads.models import Lead
from functions.subscriptions.events import Activated, Ended
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("leads")


@handler.due(Lead)
def next_step(lead: Lead, at: datetime, actor: Actor) -> None:
    service.remind(lead, at=at, actor=actor)


# Idempotent, each: by the lead's state.
@handler.on(Activated)
def activated(told: Activated, event: Event) -> None:
    conversion.pays(told.tenant_id, actor=event.actor, at=event.at)


@handler.on(Paid)
def paid(told: Paid, event: Event) -> None:
    if told.total > 0:
        conversion.pays(told.tenant_id, actor=event.actor, at=event.at)


@handler.on(Ended)
def ended(told: Ended, event: Event) -> None:
    if told.trial:
        conversion.leaves(told.tenant_id, event.subject, told.reason, actor=event.actor, at=event.at)


def _moved(told: Any, event: Event) -> None:
    """Idempotent: by the newest version heard of the lead."""
    funnel.heard(event.subject, event.version, None if isinstance(told, events.Deleted) else told.status)


for _each in (events.Created, events.Contacted, events.Qualified, events.Converted, events.Won, events.Lost, events.Reopened,
              events.Deleted, events.Restored):
    handler.on(_each)(_moved)
