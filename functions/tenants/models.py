"""A tenant: a customer company, its life and its billing profile."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from kernel.config import table
from kernel.http import Body
from kernel.money import Currency
from kernel.paths import Path
from kernel.records import Flag, Json, Record, Text
from kernel.resource import Resource
from kernel.views import View


class Status(StrEnum):
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
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("plan_id",)), Path("gsi4", sort="name"),
             Path("gsi5", by=("owner_id",)))

    name = Text()
    email = Text()
    status = Text(default=Status.REQUESTED)
    phone = Text(null=True)
    address = Json(default=dict)
    vat_id = Text(null=True)
    vat_id_valid = Flag(default=False)
    zone = Text(default="UTC")
    currency = Text(default="EUR")
    language = Text(default="en")
    plan_id = Text(null=True)
    owner_id = Text(null=True)
    heard = Json(default=dict)  # newest version heard of each subscription: events come in any order

    @property
    def owner(self) -> str:
        return self.id


class Address(Body):
    line1: str = Field(default="", max_length=120)
    line2: str = Field(default="", max_length=120)
    postal_code: str = Field(default="", max_length=20)
    city: str = Field(default="", max_length=80)
    region: str = Field(default="", max_length=80)
    country: str = Field(default="", pattern="^([A-Z]{2})?$")


class TenantView(View):
    name: str
    email: str
    status: Status
    phone: str | None
    address: Address
    vat_id: str | None
    vat_id_valid: bool
    zone: str
    currency: str
    language: str
    plan_id: str | None
    owner_id: str | None
    clock_id: str | None


def _zone(name: str) -> str:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError("not an IANA time zone, such as Europe/Berlin") from error
    return name


def _email(text: str) -> str:
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(text, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as error:
        raise ValueError(str(error)) from error


def _phone(text: str) -> str:
    import phonenumbers

    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException as error:
        raise ValueError("an international number, such as +49 30 123456") from error
    if not phonenumbers.is_possible_number(number):
        raise ValueError("an international number, such as +49 30 123456")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


Name = Annotated[str, Field(min_length=1, max_length=120)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email)]
Phone = Annotated[str, Field(max_length=30), AfterValidator(_phone)]
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Language = Annotated[str, Field(pattern="^[a-z]{2}$")]
VatId = Annotated[str, Field(max_length=20)]


class TenantCreate(Body):
    """`clock_id` binds the tenant to a test clock, for good."""

    name: Name
    email: Email
    phone: Phone | None = None
    address: Address = Address()
    vat_id: VatId | None = None
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    language: Language = "en"
    owner_id: str | None = Field(default=None, max_length=40)
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
    extra: dict[str, Any] = {}


class Reason(Body):
    reason: str = Field(min_length=1, max_length=500)


TENANTS = Resource(name="tenants", record=Tenant, view=TenantView, filters=(
    "id", "status", "plan_id", "owner_id", "name", "email", "currency", "language", "created_at"))
