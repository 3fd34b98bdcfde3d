"""How a lead becomes a customer: it tries the product out, then it pays or does not."""

from datetime import datetime, timedelta

from functions.leads import service
from functions.leads.events import Converted
from functions.leads.models import Convert, Lead, Trial
from functions.leads.rules import transition
from functions.plans.contract import price
from functions.subscriptions.contract import new_trial
from functions.tenants.contract import new_contact, new_tenant, profile_of
from kernel.audit import Actor
from kernel.commit import Marker, commit, marker
from kernel.problems import Conflict, NotFound, Refused, referred

_DAY = timedelta(days=1)


def convert(id: str, body: Convert, *, actor: Actor, at: datetime) -> Lead:
    """The lead in trial, with a tenant, its subscription and its contact: all in one commit, or nothing.

    `Refused` for a lead that was converted before, `Conflict` where its state does not allow it.
    """
    lead = Lead.fetch(id)
    if lead.tenant_id is not None:
        raise Refused("already_converted", f"{id} has become {lead.tenant_id} already")
    target = transition(lead.status, "convert")
    if target is None:
        raise Conflict(f"a lead that is {lead.status} cannot convert", status_now=lead.status)
    with referred("price_id"):
        agreed = price(body.price_id)
    tenant, requested = new_tenant(name=lead.company or lead.name, email=lead.email, phone=lead.phone, zone=body.zone,
                                   currency=agreed.currency, language=body.language, owner_id=lead.owner_id)
    subscription, subscribed = new_trial(profile=profile_of(tenant), agreed=agreed, days=body.trial_days, at=at)
    contact, known = new_contact(tenant_id=tenant.id, name=lead.name, email=lead.email, phone=lead.phone)
    lead.status, lead.tenant_id, lead.subscription_id = target, tenant.id, subscription.id
    lead.plan_id, lead.trial_ends_at = agreed.plan_id, subscription.trial_end
    service.assess(lead)
    converted = Converted(status=target, tenant_id=tenant.id, subscription_id=subscription.id)
    commit((lead, converted), (tenant, requested), (contact, known), (subscription, subscribed), actor=actor, at=at,
           markers=[Marker(Lead, _became(tenant.id), {"lead_id": lead.id})])
    return lead


def trial(id: str, *, at: datetime) -> Trial:
    """How long the lead's trial goes on. `NotFound` for one that has none."""
    lead = Lead.fetch(id)
    if lead.tenant_id is None:
        raise NotFound(f"{id} has no trial")
    left = max(0, -((at - lead.trial_ends_at) // _DAY))
    return Trial(tenant_id=lead.tenant_id, subscription_id=lead.subscription_id, ends_at=lead.trial_ends_at, days_left=left)


def pays(tenant_id: str, *, actor: Actor, at: datetime) -> None:
    """The tenant has paid, or its subscription has begun: the lead that it was is won. Idempotent: one that is won stays so."""
    lead = _lead_of(tenant_id)
    if lead is not None and transition(lead.status, "win") is not None:
        service.move(lead, "win", tenant_id=tenant_id, actor=actor, at=at)


def leaves(tenant_id: str, subscription_id: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """The trial has ended and nothing follows: the lead is lost. Idempotent: only one that is still in this trial."""
    lead = _lead_of(tenant_id)
    if lead is not None and lead.subscription_id == subscription_id and transition(lead.status, "abandon") is not None:
        service.move(lead, "abandon", reason=reason, actor=actor, at=at)


def _lead_of(tenant_id: str) -> Lead | None:
    """Of most tenants there is none, and one that was deleted is left alone."""
    found = marker(Lead, _became(tenant_id))
    lead = Lead.find(found["lead_id"]) if found else None
    return lead if lead is not None and lead.deleted_at is None else None


def _became(tenant_id: str) -> str:
    return f"tenant#{tenant_id}"
