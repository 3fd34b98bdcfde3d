"""Contracts with customers, the templates that their texts are made of, and what is asked for and shown of both."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, Field, StringConstraints

from kernel.config import table
from kernel.fields import Email, Language, Phone
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ContractStatus(StrEnum):
    DRAFT = "draft"
    SENT = "sent"
    SIGNED = "signed"  # and not begun yet
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    EXPIRED_UNSIGNED = "expired_unsigned"
    ACTIVE = "active"
    EXPIRING = "expiring"  # it can no longer be given notice of in time
    RENEWED = "renewed"  # the next term is a contract of its own
    ENDED = "ended"


class Renewal(StrEnum):
    NONE = "none"
    MANUAL = "manual"  # somebody says so before it ends
    AUTOMATIC = "automatic"  # unless somebody says that it does not


class ContractTemplate(Record):
    """What contracts are made of. `fields`: what is asked for beside what we know, each with a sample value."""

    class Meta:
        table_name = table("contracts")

    prefix = "tpl"
    searched = ("name",)
    paths = (Path("gsi1"), Path("gsi4", sort="name"))

    name = Text()
    language = Text(default="en")
    body = Text()
    fields = Json(default=dict)


class Contract(Record):
    """A contract for one term. `next_step` is what time does to it at `next_action_at`.

    Its texts are children `version#<edition>`, who signed is the child `evidence`; both of the first term, `origin_id`, whose document all
    terms share. With `nonce` its link, with `code_nonce` its code are made anew wherever they are needed, and so are stored nowhere.
    `next_months`: how long the next term is, None while there will be none. `anchor_at`, the first term's end, and `months_on`, all months
    after it, give this term's end, so that a 31st does not become a 28th for good.
    """

    class Meta:
        table_name = table("contracts")

    prefix = "ctr"
    unaudited = frozenset({"nonce", "code_nonce"})
    searched = ("title", "signer_name", "signer_email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", sort="ends_at"),
             Path("gsi5", by=("owner_id",)), Path("gsi6", by=("status",), sort="ends_at"))

    title = Text()
    tenant_id = Text()
    template_id = Text()
    price_id = Text(null=True)
    owner_id = Text(null=True)
    language = Text(default="en")
    zone = Text(default="UTC")
    fields = Json(default=dict)
    status = Text(default=ContractStatus.DRAFT)
    edition = Integer(default=0)
    sha256 = Text(null=True)
    certificate_sha256 = Text(null=True)
    signer_name = Text()
    signer_email = Text()
    signer_phone = Text(null=True)
    sign_days = Integer(default=30)
    sign_by = Time(null=True)
    sent_at = Time(null=True)
    signed_at = Time(null=True)
    decline_reason = Text(null=True)
    nonce = Text(null=True)
    code_nonce = Text(null=True)
    code_expires_at = Time(null=True)
    code_tries = Integer(default=0)
    starts_at = Time()
    ends_at = Time()
    active_at = Time(null=True)
    renewal = Text(default=Renewal.NONE)
    renewal_months = Integer(null=True)
    notice_days = Integer(default=30)
    reminder_days = Json(default=list)
    next_months = Integer(null=True)
    next_step = Text(null=True)
    term = Integer(default=1)
    anchor_at = Time(null=True)
    months_on = Integer(default=0)
    origin_id = Text(null=True)
    renews = Text(null=True)
    renewed_as = Text(null=True)

    @classmethod
    def mine(cls, tenant_id: str) -> None:
        """Drafts are no business of a tenant's, and what was sent comes by its link."""


class ContractTemplateView(View):
    name: str
    language: Language
    body: str
    fields: dict[str, str]


class ContractView(View):
    title: str
    tenant_id: str
    template_id: str
    price_id: str | None
    owner_id: str | None
    language: Language
    zone: str
    fields: dict[str, str]
    status: ContractStatus
    edition: int
    sha256: str | None
    certificate_sha256: str | None
    signer_name: str
    signer_email: Email
    signer_phone: Phone | None
    sign_days: int
    sign_by: datetime | None
    sent_at: datetime | None
    signed_at: datetime | None
    decline_reason: str | None
    starts_at: datetime
    ends_at: datetime
    renewal: Renewal
    renewal_months: int | None
    notice_days: int
    reminder_days: list[int]
    next_months: int | None
    next_action_at: datetime | None
    term: int
    renews: str | None
    renewed_as: str | None
    stuck: str | None
    clock_id: str | None


def _newest_first(days: list[int]) -> list[int]:
    return sorted(set(days), reverse=True)


_FieldName = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$")]
_Value = Annotated[str, Field(max_length=500)]
Fields = Annotated[dict[_FieldName, _Value], Field(max_length=50)]
FieldsChange = Annotated[dict[_FieldName, _Value | None], Field(max_length=50)]  # null takes one away
Name = Annotated[str, Field(min_length=1, max_length=120)]
Wording = Annotated[str, StringConstraints(strip_whitespace=False), Field(min_length=1, max_length=20_000, pattern=r"\S",
                                                                         examples=["# Agreement\n\nwith {{ tenant_name }}"])]
Reference = Annotated[str, Field(max_length=40)]
Months = Annotated[int, Field(strict=True, ge=1, le=120)]
Days = Annotated[int, Field(strict=True, ge=0, le=730)]
SignDays = Annotated[int, Field(strict=True, ge=1, le=365)]
Reminders = Annotated[list[Annotated[int, Field(strict=True, ge=1, le=730)]], Field(max_length=10), AfterValidator(_newest_first)]
Moment = Annotated[AwareDatetime, Field(gt=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(2200, 1, 1, tzinfo=UTC))]


class ContractTemplateCreate(Body):
    """`body`: paragraphs with an empty line between them, `#` and `##` before headings, `-` before points; `{{ tenant_name }}` for a
    variable, `{{ custom.seats }}` for a field, `{% if plan %}…{% endif %}`."""

    name: Name
    language: Language = "en"
    body: Wording
    fields: Fields = {}
    extra: dict[str, Any] = {}


class ContractTemplateUpdate(Body):
    name: Name = ""
    language: Language = "en"
    body: Wording = ""
    fields: FieldsChange = {}
    extra: dict[str, Any] = {}


class ContractTemplatePreview(Body):
    """A template as it might become; what is left out is as it is."""

    body: Wording | None = None
    fields: Fields | None = None


class ContractCreate(Body):
    """`fields`: all that the template asks for. `reminder_days`: so many days before the end a reminder is sent. `renewal_months`: of an
    automatic renewal. `sign_days`: so long the link is good once it is sent."""

    title: Name
    tenant_id: Reference
    template_id: Reference
    price_id: Reference | None = None
    owner_id: Reference | None = None
    fields: Fields = {}
    signer_name: Name
    signer_email: Email
    signer_phone: Phone | None = None
    sign_days: SignDays = 30
    starts_at: Moment
    ends_at: Moment
    renewal: Renewal = Renewal.NONE
    renewal_months: Months | None = None
    notice_days: Days = 30
    reminder_days: Reminders = [30, 7]
    extra: dict[str, Any] = {}


class ContractUpdate(Body):
    """Of a draft alone: it is written anew, as its next version, by the template as it is now."""

    title: Name = ""
    template_id: Reference = ""
    price_id: Reference | None = None
    owner_id: Reference | None = None
    fields: FieldsChange = {}
    signer_name: Name = ""
    signer_email: Email = ""
    signer_phone: Phone | None = None
    sign_days: SignDays = 30
    starts_at: Moment = datetime(2001, 1, 1, tzinfo=UTC)
    ends_at: Moment = datetime(2001, 1, 1, tzinfo=UTC)
    renewal: Renewal = Renewal.NONE
    renewal_months: Months | None = None
    notice_days: Days = 30
    reminder_days: Reminders = []
    extra: dict[str, Any] = {}


class ContractRenew(Body):
    months: Months


CONTRACT_TEMPLATES = Resource(name="contracts", segment="contract-templates", record=ContractTemplate, view=ContractTemplateView, filters=(
    *COMMON, "name", "language", "body", "fields"), match_required=True)
CONTRACTS = Resource(name="contracts", record=Contract, view=ContractView, filters=(
    *COMMON, "status", "tenant_id", "template_id", "price_id", "owner_id", "title", "language", "zone", "fields", "edition", "sha256",
    "certificate_sha256", "signer_name", "signer_email", "signer_phone", "sign_days", "sign_by", "sent_at", "signed_at", "decline_reason",
    "starts_at", "ends_at", "renewal", "renewal_months", "notice_days", "next_months", "next_action_at", "term", "renews", "renewed_as",
    "stuck", "clock_id"))
