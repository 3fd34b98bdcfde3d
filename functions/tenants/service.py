"""What can be done to a tenant."""

from datetime import datetime

from functions.clocks.contract import clock
from functions.tenants import events
from functions.tenants.models import Tenant, TenantCreate, TenantUpdate
from functions.tenants.rules import transition
from functions.tenants.vat import check_vat_id
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.calendar import add_days
from kernel.clock import resolve, wall
from kernel.commit import change, commit
from kernel.problems import Conflict, referred
from kernel.resource import patch

RETENTION_DAYS = 30  # in which an offboarded tenant's data can still be given back
_EVENTS: dict[str, type[Payload]] = {
    "provision": events.ProvisioningStarted, "activate": events.Activated, "suspend": events.Suspended, "resume": events.Resumed,
    "offboard": events.OffboardingStarted, "delete": events.Deleted}


def create(body: TenantCreate, *, actor: Actor, at: datetime) -> Tenant:
    """A tenant as requested; a worker provisions and activates it. `Invalid` for a VAT id or a test clock that does not exist."""
    if body.clock_id is not None:
        with referred("clock_id"):
            clock(body.clock_id)
    tenant = Tenant(ids.new("ten"), **body.model_dump(mode="json"), vat_id_valid=check_vat_id(body.vat_id, body.address.country))
    commit((tenant, events.Requested(**_about(tenant))), actor=actor, at=resolve(tenant.clock_id, at))
    return tenant


def update(id: str, body: TenantUpdate, *, actor: Actor, at: datetime) -> Tenant:
    """Change what is sent. `Invalid` for a VAT id that is none."""
    tenant = Tenant.fetch(id)
    patch(tenant, body)
    tenant.vat_id_valid = check_vat_id(tenant.vat_id, tenant.address.get("country", ""))
    change((tenant, events.Updated(**_about(tenant))), actor=actor, at=resolve(tenant.clock_id, at))
    return tenant


def move(tenant: Tenant, command: str, *, actor: Actor, at: datetime, reason: str | None = None) -> Tenant:
    """Take one step in the tenant's life, or `Conflict` where the state does not allow it."""
    return _moved(tenant, command, actor=actor, at=resolve(tenant.clock_id, at), reason=reason)


def _moved(tenant: Tenant, command: str, *, actor: Actor, at: datetime, reason: str | None = None) -> Tenant:
    target = transition(tenant.status, command)
    if target is None:
        raise Conflict(f"a tenant that is {tenant.status} cannot {command}", status_now=tenant.status)
    tenant.status = target
    tenant.next_action_at = add_days(at, RETENTION_DAYS, tenant.zone) if command == "offboard" else None
    tenant.stuck = None  # what failed before was another step
    told = _about(tenant) | ({"reason": reason} if reason is not None else {})
    commit((tenant, _EVENTS[command](**told)), actor=actor, at=at)
    return tenant


def provision(id: str, *, actor: Actor, at: datetime) -> None:
    """Make what the tenant needs and activate it. Idempotent: goes on from the state that an earlier try reached."""
    tenant = Tenant.find(id)
    if tenant is not None and tenant.status == "requested":
        move(tenant, "provision", actor=actor, at=at)
    if tenant is not None and tenant.status == "provisioning":
        move(tenant, "activate", actor=actor, at=at)


def forget(tenant: Tenant, *, actor: Actor, at: datetime) -> None:
    """The retention was over at `at`: the tenant is soft-deleted."""
    tenant.deleted_at = wall()
    _moved(tenant, "delete", actor=actor, at=at)


def note_plan(id: str, plan_id: str | None, subscription_id: str, version: int, *, actor: Actor, at: datetime) -> None:
    """Which plan the tenant is on, by the newest that was heard of its subscriptions. Anything older changes nothing."""
    tenant = Tenant.find(id)
    if tenant is None or tenant.heard.get(subscription_id, 0) >= version:
        return
    tenant.heard = {**tenant.heard, subscription_id: version}
    tenant.plan_id = plan_id
    commit((tenant, events.Updated(**_about(tenant))), actor=actor, at=at)


def _about(tenant: Tenant) -> dict[str, str]:
    return {"name": tenant.name, "email": tenant.email, "language": tenant.language}
