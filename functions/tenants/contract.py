"""What other features may use of tenants: the billing profile, how they stand, and builders of a tenant and its contact."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from functions.tenants.events import ContactCreated, Requested
from functions.tenants.models import Contact, Tenant, TenantStatus
from kernel import dynamodb, ids
from kernel.problems import NotFound


@dataclass(frozen=True)
class Profile:
    """Whom a bill goes to, and by whose calendar."""

    id: str
    name: str
    email: str
    phone: str | None
    address: dict[str, Any]
    vat_id: str | None
    vat_id_valid: bool
    zone: str
    currency: str
    language: str
    status: str
    clock_id: str | None


@dataclass(frozen=True)
class Standing:
    """Whether a tenant may use the product now (`suspended`: not for the time being; `left`: never again), its plan and its tags."""

    suspended: bool
    left: bool
    plan_id: str | None
    tags: list[str]


def standing(id: str) -> Standing:
    """Also of one that was deleted. `NotFound` for a tenant that never existed."""
    tenant = Tenant.find(id)
    if tenant is None:
        raise NotFound(f"tenant {id} does not exist")
    return Standing(tenant.status == TenantStatus.SUSPENDED, _left(tenant), tenant.plan_id, tenant.tags)


def has_left(id: str) -> bool:
    """Also of one that was removed for good."""
    tenant = Tenant.find(id)
    return tenant is None or _left(tenant)


def plans_of(tenants: Sequence[str]) -> dict[str, str | None]:
    """The plan of each of at most 100 tenants, None for one that has none; those that never existed are left out. One read, which may be
    a moment old."""
    return {item["pk"]["S"]: item.get("plan_id", {}).get("S") for item in dynamodb.many(Tenant.table(), list(dict.fromkeys(tenants)))}


def reachable(*, plan_id: str | None, tags: Collection[str] = (), start: dynamodb.Item | None,
              limit: int) -> tuple[list[str], dynamodb.Item | None]:
    """Of so many active tenants, on that plan or any, oldest first, the ids, or (`tags`) of those that have one of them; and where the
    next begin, None behind the last."""
    by = {"status": TenantStatus.ACTIVE} if plan_id is None else {"plan_id": plan_id}
    path = next(path for path in Tenant.paths if path.by == tuple(by))
    items, after = dynamodb.ask(Tenant.table(), path.index, path.partition(Tenant.prefix, by), limit=limit, start=start)
    found = [tenant for tenant in map(Tenant.load, items) if tenant.status == TenantStatus.ACTIVE]
    return [tenant.id for tenant in found if not tags or not set(tags).isdisjoint(tenant.tags)], after


def billing_profile(id: str) -> Profile:
    """`NotFound` for a tenant that does not exist."""
    return profile_of(Tenant.fetch(id))


def last_known(id: str) -> Profile | None:
    """The billing profile, also of a tenant that was deleted; None once it was removed for good."""
    tenant = Tenant.find(id)
    return profile_of(tenant) if tenant else None


def profile_of(tenant: Tenant) -> Profile:
    """The billing profile of a tenant at hand, such as one that is not saved yet."""
    return Profile(tenant.id, **{name: getattr(tenant, name) for name in list(Profile.__dataclass_fields__)[1:]})


def new_tenant(*, name: str, email: str, phone: str | None, zone: str, currency: str, language: str,
               owner_id: str | None) -> tuple[Tenant, Requested]:
    """An unsaved tenant as requested, with its event: once they are committed, the tenants' worker sets it up."""
    tenant = Tenant(ids.new("ten"), name=name, email=email, phone=phone, zone=zone, currency=currency, language=language, owner_id=owner_id)
    return tenant, Requested(name=name, email=email, language=language)


def new_contact(*, tenant_id: str, name: str, email: str, phone: str | None) -> tuple[Contact, ContactCreated]:
    """An unsaved contact of a tenant, with its event."""
    return Contact(ids.new("con"), tenant_id=tenant_id, name=name, email=email, phone=phone), ContactCreated(tenant_id=tenant_id)


def _left(tenant: Tenant) -> bool:
    return tenant.deleted_at is not None or tenant.status in (TenantStatus.OFFBOARDING, TenantStatus.DELETED)
