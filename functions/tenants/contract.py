"""What other features may use of tenants: the billing profile, and how they stand."""

from dataclasses import dataclass
from typing import Any

from functions.tenants.models import Tenant, TenantStatus
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
    """Whether a tenant may use the product now (`suspended`: not for the time being; `left`: never again), and its plan."""

    suspended: bool
    left: bool
    plan_id: str | None


def standing(id: str) -> Standing:
    """Also of one that was deleted. `NotFound` for a tenant that never existed."""
    tenant = Tenant.find(id)
    if tenant is None:
        raise NotFound(f"tenant {id} does not exist")
    left = tenant.deleted_at is not None or tenant.status in (TenantStatus.OFFBOARDING, TenantStatus.DELETED)
    return Standing(tenant.status == TenantStatus.SUSPENDED, left, tenant.plan_id)


def billing_profile(id: str) -> Profile:
    """`NotFound` for a tenant that does not exist."""
    tenant = Tenant.fetch(id)
    return Profile(tenant.id, **{name: getattr(tenant, name) for name in list(Profile.__dataclass_fields__)[1:]})
