"""A tenant: a customer company, its life and its billing profile; and its contacts, the people there."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field

from kernel.config import table
from kernel.fields import Address, Email, Language, Phone, Tags, Zone
from kernel.http import Body
from kernel.money import Currency
from kernel.paths import Path
from kernel.records import Flag, Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View


class TenantStatus(StrEnum):
    REQUESTED = "requested"
    PROVISIONING = "provisioning"
    ACTIVE = "active"
    SUSPENDED = "suspended"
    OFFBOARDING = "offboarding"
    DELETED = "deleted"


class Tenant(Record):
    """`zone` decides its days and periods; `currency` is what it is billed in, fixed with the first subscription."""

    class Meta:
        table_name = table("tenants")

    prefix = "ten"
    searched = ("name", "email", "vat_id", "phone")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("plan_id",)), Path("gsi4", sort="name"),
             Path("gsi5", by=("owner_id",)), Path("gsi6", by=("clock_id",)))

    name = Text()
    email = Text()
    status = Text(default=TenantStatus.REQUESTED)
    phone = Text(null=True)
    address = Json(default=dict)
    vat_id = Text(null=True)
    vat_id_valid = Flag(default=False)
    zone = Text(default="UTC")
    currency = Text(default="EUR")
    language = Text(default="en")
    plan_id = Text(null=True)
    owner_id = Text(null=True)
    tags = Json(default=list)
    heard = Json(default=dict)  # newest version heard of each subscription: events come in any order

    @property
    def owner(self) -> str:
        return self.id

    @classmethod
    def mine(cls, tenant_id: str) -> dict[str, tuple[str, ...]]:
        return {"id": (tenant_id,)}


class Contact(Record):
    """Somebody at a tenant's. Bills go to the tenant's own address, whoever is there."""

    class Meta:
        table_name = table("tenants")

    prefix = "con"
    searched = ("name", "email", "phone")
    paths = (Path("gsi1"), Path("gsi2", by=("tenant_id",)), Path("gsi4", sort="name"))

    tenant_id = Text()
    name = Text()
    email = Text()
    phone = Text(null=True)
    role = Text(null=True)


class TenantView(View):
    name: str
    email: Email
    status: TenantStatus
    phone: Phone | None
    address: Address
    vat_id: str | None
    vat_id_valid: bool
    zone: Zone
    currency: Currency
    language: Language
    plan_id: str | None
    owner_id: str | None
    tags: list[str]
    clock_id: str | None


Name = Annotated[str, Field(min_length=1, max_length=120)]
VatId = Annotated[str, Field(max_length=20)]


class TenantCreate(Body):
    """`tags`: words of the owner's own by which tenants are found and addressed together; a tenant's key reads those of its tenant.
    `clock_id` binds the tenant to a test clock, for good."""

    name: Name
    email: Email
    phone: Phone | None = None
    address: Address = Address()
    vat_id: VatId | None = None
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    language: Language = "en"
    owner_id: str | None = Field(default=None, max_length=40)
    tags: Tags = []
    clock_id: str | None = Field(default=None, max_length=40)
    extra: dict[str, Any] = {}


class TenantUpdate(Body):
    name: Name = ""
    email: Email = ""
    phone: Phone | None = None
    address: Address = Address()
    vat_id: VatId | None = None
    zone: Zone = ""
    language: Language = ""
    owner_id: str | None = Field(default=None, max_length=40)
    tags: Tags = []
    extra: dict[str, Any] = {}


class ContactView(View):
    tenant_id: str
    name: str
    email: Email
    phone: Phone | None
    role: str | None


_Part = Annotated[str, Field(min_length=1, max_length=80)]


class ContactCreate(Body):
    """`role`: what they do there, in their own words."""

    tenant_id: str = Field(max_length=40)
    name: Name
    email: Email
    phone: Phone | None = None
    role: _Part | None = None
    extra: dict[str, Any] = {}


class ContactUpdate(Body):
    name: Name = ""
    email: Email = ""
    phone: Phone | None = None
    role: _Part | None = None
    extra: dict[str, Any] = {}


class Reason(Body):
    reason: str = Field(min_length=1, max_length=500)


TENANTS = Resource(name="tenants", record=Tenant, view=TenantView, filters=(
    *COMMON, "status", "plan_id", "owner_id", "name", "email", "phone", "address", "vat_id", "vat_id_valid", "zone", "currency", "language",
    "tags", "clock_id"))
CONTACTS = Resource(name="tenants", segment="contacts", record=Contact, view=ContactView, filters=(
    *COMMON, "tenant_id", "name", "email", "phone", "role"))
