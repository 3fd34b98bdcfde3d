"""What other features may use of tenants: the billing profile."""

from dataclasses import dataclass
from typing import Any

from functions.tenants.models import Tenant


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


def billing_profile(id: str) -> Profile:
    """`NotFound` for a tenant that does not exist."""
    tenant = Tenant.fetch(id)
    return Profile(tenant.id, **{name: getattr(tenant, name) for name in list(Profile.__dataclass_fields__)[1:]})
