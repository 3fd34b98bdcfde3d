"""A tenant buys content, downloads it, and gives a recurring one up."""

from datetime import datetime

from functions.content import billing, events, files, service
from functions.content.models import Buy, Content, Entitlement
from functions.content.rules import LIVE, ContentState, EntitlementState, Pricing, transition
from functions.tenants.contract import Profile, billing_profile, standing
from kernel import ids
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import Marker, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, Refused, referred

_CLOSED = {"suspended", "offboarding", "deleted"}


def buy(id: str, body: Buy, *, actor: Actor, at: datetime) -> Entitlement:
    """An entitlement at today's price: active at once where that is nothing, else with the draft of its invoice in the same commit.

    `Conflict` (`already_bought`, with its `entitlement_id`) where the tenant has one that is not over; of two at once, one gets it.
    """
    content = Content.fetch(id)
    transition(ContentState(content.status), "buy")
    with referred("tenant_id"):
        profile = billing_profile(body.tenant_id)
    at = resolve(profile.clock_id, at)
    entitlement = _agreed(content, profile)
    mine = _hold(entitlement, actor=actor, at=at)
    try:
        if content.pricing == Pricing.FREE:
            entitlement.status = EntitlementState.ACTIVE
            commit((entitlement, events.Granted(**billing.about(entitlement))), actor=actor, at=at, markers=[mine])
        else:
            billing.order(entitlement, mine, actor=actor, at=at)
    except Duplicate as there:
        raise _bought(str(there.found["entitlement_id"])) from there
    return entitlement


def download(id: str, *, actor: Actor, at: datetime) -> tuple[Entitlement, str]:
    """One more download, and the address of the newest edition. `Refused` (`entitlement_state`) unless it is active, and (`tenant_closed`)
    for a tenant that may not use the product."""
    entitlement = Entitlement.fetch(id)
    at = resolve(entitlement.clock_id, at)
    if entitlement.status != EntitlementState.ACTIVE:
        raise Refused("entitlement_state", f"an entitlement that is {entitlement.status} gives nothing to download")
    tenant = standing(entitlement.tenant_id)
    if tenant.suspended or tenant.left:
        raise Refused("tenant_closed", "the tenant may not use the product")
    content = Content.fetch(entitlement.content_id, deleted=True)
    link = files.link(content.id, service.edition(content, content.edition))
    entitlement.downloads += 1
    entitlement.downloaded_at = at
    commit((entitlement, events.Downloaded(**billing.about(entitlement), edition=content.edition)), actor=actor, at=at)
    return entitlement, link


def cancel(id: str, *, actor: Actor, at: datetime) -> Entitlement:
    """What recurs ends with its period; at once where that is not paid. `Refused` for what does not recur, or has not begun."""
    entitlement = Entitlement.fetch(id)
    at = resolve(entitlement.clock_id, at)
    if entitlement.pricing != Pricing.RECURRING:
        raise Refused("not_recurring", "what was bought once stays: refund it instead")
    if entitlement.canceled_at is not None or entitlement.status not in (EntitlementState.ACTIVE, EntitlementState.PAUSED):
        raise Refused("entitlement_state", f"an entitlement that is {entitlement.status} cannot be canceled, or is already")
    entitlement.canceled_at = at
    if entitlement.status == EntitlementState.PAUSED:
        billing.end(entitlement, "canceled", actor=actor, at=at)
    else:
        commit((entitlement, events.CancelScheduled(**billing.about(entitlement))), actor=actor, at=at)
    return entitlement


def _agreed(content: Content, profile: Profile) -> Entitlement:
    if profile.status in _CLOSED:
        raise Conflict(f"a tenant that is {profile.status} cannot buy", code="tenant_closed")
    if content.currency not in (None, profile.currency):
        raise Invalid(f"the tenant is billed in {profile.currency}, the price is in {content.currency}", field="tenant_id")
    names = ("title", "pricing", "price", "currency", "interval", "interval_count", "creator_share")
    return Entitlement(ids.new(Entitlement.prefix), tenant_id=profile.id, content_id=content.id, zone=profile.zone,
                       clock_id=profile.clock_id, **{name: getattr(content, name) for name in names})


def _hold(entitlement: Entitlement, *, actor: Actor, at: datetime) -> Marker:
    """That the tenant has this one, if it has no other: one that is over gives way."""
    key, mine = billing.hold_key(entitlement), {"entitlement_id": entitlement.id}
    held = marker(Entitlement, key)
    if held is None:
        return Marker(Entitlement, key, mine)
    before = Entitlement.fetch(held["entitlement_id"])
    if before.status == EntitlementState.PENDING:  # its draft may have been discarded, which nobody tells
        before = billing.settle(before, str(before.invoice_id), failed=False, actor=billing.aside(actor), at=at)
    if before.status in LIVE:
        raise _bought(before.id)
    return Marker(Entitlement, key, mine, expect={"entitlement_id": before.id})


def _bought(id: str) -> Conflict:
    return Conflict("the tenant has bought it already", code="already_bought", entitlement_id=id)
