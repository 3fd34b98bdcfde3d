"""Provisions who was requested, deletes who left when the retention is over, and notes which plan a tenant is on."""

from datetime import datetime

from functions.subscriptions.events import Activated, Created, Ended, PlanChanged
from functions.tenants.events import Requested
from functions.tenants.models import Tenant
from functions.tenants.service import forget, note_plan, provision
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("tenants")


@handler.on(Requested)
def requested(_: Requested, event: Event) -> None:
    provision(event.subject, actor=event.actor, at=event.at)  # idempotent: by the tenant's state


@handler.due(Tenant)
def retention_over(tenant: Tenant, at: datetime, actor: Actor) -> None:
    forget(tenant, at=at, actor=actor)


# Idempotent, each: by the newest version heard of a subscription.
@handler.on(Created)
def subscribed(payload: Created, event: Event) -> None:
    note_plan(payload.tenant_id, payload.plan_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(Activated)
def activated(payload: Activated, event: Event) -> None:
    note_plan(payload.tenant_id, payload.plan_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(PlanChanged)
def plan_changed(payload: PlanChanged, event: Event) -> None:
    note_plan(payload.tenant_id, payload.plan_id, event.subject, event.version, actor=event.actor, at=event.at)


@handler.on(Ended)
def ended(payload: Ended, event: Event) -> None:
    note_plan(payload.tenant_id, None, event.subject, event.version, actor=event.actor, at=event.at)
