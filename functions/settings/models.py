"""Who issues invoices and mail, how they look, when they are due; and the tax rates of countries."""

from decimal import Decimal
from typing import Annotated, Any

from pydantic import AfterValidator, Field, StrictBool

from kernel.config import table
from kernel.fields import Address, Country, Email, Language, Zone
from kernel.http import Body
from kernel.money import UNIT, Currency, parse_unit
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View

ACCENT = "#2563eb"
DUNNING_DAYS = [2, 7, 14, 21]


class Issuer(Record):
    """A company of ours that issues invoices. The default one (`is_default`, marker `default_issuer`) issues what names no other."""

    class Meta:
        table_name = table("settings")

    prefix = "set"
    searched = ("name", "email", "vat_id")
    paths = (Path("gsi1"), Path("gsi4", sort="name"))

    name = Text()
    is_default = Flag(default=False)
    address = Json(default=dict)
    vat_id = Text(null=True)
    email = Text()
    website = Text(null=True)
    bank = Json(default=dict)
    register_note = Text(default="")
    zone = Text(default="UTC")
    currency = Text(default="EUR")
    language = Text(default="en")
    number_prefix = Text(default="INV")
    payment_terms_days = Integer(default=14)
    dunning_days = Json(default=list)
    prices_include_tax = Flag(default=False)
    branding = Json(default=dict)


class TaxRate(Record):
    """The standard rate of one country, unique by the marker `tax_country#<code>`, which keeps the id of its rate ("" when freed)."""

    class Meta:
        table_name = table("settings")

    prefix = "tax"
    searched = ("country",)
    paths = (Path("gsi1"), Path("gsi4", sort="country"))

    country = Text()
    percent = Text()


def _ascending(days: list[int]) -> list[int]:
    if days != sorted(set(days)):
        raise ValueError("days after the first failure, in ascending order, each once")
    return days


def _iban(text: str) -> str:
    from stdnum import iban  # late: only who sends an IBAN pays for it

    if text and not iban.is_valid(text):
        raise ValueError("not a valid IBAN, such as DE89370400440532013000")
    return str(iban.compact(text))


def _bic(text: str) -> str:
    from stdnum import bic

    if text and not bic.is_valid(text):
        raise ValueError("not a valid BIC, such as COBADEFFXXX")
    return str(bic.compact(text))


def _percent(text: str) -> str:
    if parse_unit(text) > 100:
        raise ValueError("a rate lies between 0 and 100 percent")
    return f"{Decimal(text).normalize():f}"


Name = Annotated[str, Field(min_length=1, max_length=120)]
VatId = Annotated[str, Field(min_length=1, max_length=20)]
Website = Annotated[str, Field(max_length=200, pattern=r"^https?://[^\s/]+[^\s]*$")]
NumberPrefix = Annotated[str, Field(pattern="^[A-Z][A-Z0-9]{0,7}(-[A-Z0-9]{1,8})?$", examples=["INV"])]
Terms = Annotated[int, Field(strict=True, ge=0, le=365)]
Dunning = Annotated[list[Annotated[int, Field(strict=True, ge=1, le=90)]], Field(max_length=8), AfterValidator(_ascending)]
Percent = Annotated[str, Field(max_length=8, examples=["19"], json_schema_extra=UNIT), AfterValidator(_percent)]


class Bank(Body):
    """Where invoices are paid by transfer."""

    name: str = Field(default="", max_length=80)
    iban: Annotated[str, Field(max_length=42), AfterValidator(_iban)] = ""
    bic: Annotated[str, Field(max_length=14), AfterValidator(_bic)] = ""


class Branding(Body):
    """`accent` is #rrggbb; `footer` stands at the end of each document and mail."""

    accent: str = Field(default=ACCENT, pattern="^#[0-9a-fA-F]{6}$")
    footer: str = Field(default="", max_length=200)


class IssuerView(View):
    name: str
    is_default: bool
    address: Address
    vat_id: str | None
    email: Email
    website: str | None
    bank: Bank
    register_note: str
    zone: Zone
    currency: Currency
    language: Language
    number_prefix: str
    payment_terms_days: int
    dunning_days: list[int]
    prices_include_tax: bool
    branding: Branding


class TaxRateView(View):
    country: Country
    percent: Percent


class IssuerCreate(Body):
    """`dunning_days`: local days after the first failed charge at which it is tried again; `payment_terms_days`: until the due date."""

    name: Name
    email: Email
    address: Address
    vat_id: VatId | None = None
    website: Website | None = None
    bank: Bank = Bank()
    register_note: str = Field(default="", max_length=200)
    zone: Zone = "UTC"
    currency: Currency = "EUR"
    language: Language = "en"
    number_prefix: NumberPrefix = "INV"
    payment_terms_days: Terms = 14
    dunning_days: Dunning = DUNNING_DAYS
    prices_include_tax: StrictBool = False
    branding: Branding = Branding()
    extra: dict[str, Any] = {}


class IssuerUpdate(Body):
    """What is sent is changed; within `address`, `bank` and `branding` too."""

    name: Name = ""
    email: Email = ""
    address: Address = Address()
    vat_id: VatId | None = None
    website: Website | None = None
    bank: Bank = Bank()
    register_note: Annotated[str, Field(max_length=200)] = ""
    zone: Zone = ""
    currency: Currency = ""
    language: Language = ""
    number_prefix: NumberPrefix = ""
    payment_terms_days: Terms = 0
    dunning_days: Dunning = []
    prices_include_tax: StrictBool = False
    branding: Branding = Branding()
    extra: dict[str, Any] = {}


class TaxRateCreate(Body):
    """`percent`: the standard rate as decimal text, "19" or "5.5"."""

    country: Country
    percent: Percent


class TaxRateUpdate(Body):
    percent: Percent


ISSUERS = Resource(name="settings", segment="settings/issuers", record=Issuer, view=IssuerView,
                   filters=(
                       *COMMON, "name", "is_default", "address", "vat_id", "email", "website", "zone", "currency", "language",
                       "number_prefix", "payment_terms_days", "prices_include_tax"))
TAX_RATES = Resource(name="settings", segment="settings/tax-rates", record=TaxRate, view=TaxRateView,
                     filters=(*COMMON, "country", "percent"))
