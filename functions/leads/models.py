"""A lead: somebody who might become a customer, how far that is, and what we do next about it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from kernel.config import table
from kernel.fields import Email, Language, Phone, Zone
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class LeadStatus(StrEnum):
    NEW = "new"
    CONTACTED = "contacted"
    QUALIFIED = "qualified"
    TRIAL = "trial"
    WON = "won"
    LOST = "lost"


class LeadSource(StrEnum):
    WEBSITE = "website"
    REFERRAL = "referral"
    PARTNER = "partner"
    EVENT = "event"
    OUTBOUND = "outbound"
    OTHER = "other"


class Lead(Record):
    """`domain` is of a company's own address, None where anybody can have one. `score_rules`: which rule gave how many points.

    Notes are its children `note#<version>`: {"text", "by", "at"}. An address belongs to one lead, by the marker `email#<normalized>`; the
    marker `tenant#<id>` leads from what became of it back to it.
    """

    class Meta:
        table_name = table("leads")

    prefix = "lea"
    searched = ("name", "email", "company", "phone")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("owner_id",)), Path("gsi4", sort="score"),
             Path("gsi5", by=("domain",)), Path("gsi6", by=("status",), sort="score"))

    name = Text()
    email = Text()
    domain = Text(null=True)
    company = Text(null=True)
    phone = Text(null=True)
    employees = Integer(null=True)
    plan_id = Text(null=True)
    status = Text(default=LeadStatus.NEW)
    lost_reason = Text(null=True)
    source = Text(default=LeadSource.OTHER)
    owner_id = Text(null=True)
    score = Integer(default=0)
    score_rules = Json(default=dict)
    possible_duplicates = Json(default=list)
    notes = Integer(default=0)
    next_step = Text(null=True)
    next_step_at = Time(null=True)
    tenant_id = Text(null=True)
    subscription_id = Text(null=True)
    trial_ends_at = Time(null=True)

    @property
    def owner(self) -> None:
        """What we think of a customer is no business of theirs, though the lead names the tenant that it became."""

    @classmethod
    def mine(cls, tenant_id: str) -> None:
        return None


class LeadView(View):
    name: str
    email: Email
    domain: str | None
    company: str | None
    phone: Phone | None
    employees: int | None
    plan_id: str | None
    status: LeadStatus
    lost_reason: str | None
    source: LeadSource
    owner_id: str | None
    score: int
    score_rules: dict[str, int]
    possible_duplicates: list[str]
    notes: int
    next_step: str | None
    next_step_at: datetime | None
    tenant_id: str | None
    subscription_id: str | None
    trial_ends_at: datetime | None
    next_action_at: datetime | None
    stuck: str | None


Name = Annotated[str, Field(min_length=1, max_length=120)]
Company = Annotated[str, Field(min_length=1, max_length=120)]
Employees = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Reference = Annotated[str, Field(max_length=40)]
NextStep = Annotated[str, Field(min_length=1, max_length=500)]
NextStepAt = Annotated[AwareDatetime, Field(gt=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))]
NoteText = Annotated[str, Field(min_length=1, max_length=4000)]


class _Person(Body):
    name: Name
    email: Email
    company: Company | None = None
    phone: Phone | None = None
    employees: Employees | None = None


class LeadCreate(_Person):
    plan_id: Reference | None = None
    source: LeadSource = LeadSource.OTHER
    owner_id: Reference | None = None
    next_step: NextStep | None = None
    next_step_at: NextStepAt | None = None
    extra: dict[str, Any] = {}


class LeadUpdate(LeadCreate):
    """Another `next_step_at` is another reminder."""

    name: Name = ""
    email: Email = ""


class PublicLead(_Person):
    """What a form on the owner's website sends. `website` is a field that people do not see: who fills it in is a machine."""

    message: NoteText | None = None
    website: str = Field(default="", max_length=500)


class Received(BaseModel):
    """The same for everybody."""

    received: bool


class Lose(Body):
    reason: str = Field(min_length=1, max_length=500)


class NoteCreate(Body):
    text: NoteText


class Note(BaseModel):
    """`by`: the member of staff, or `anonymous` for what came by the public form."""

    text: str
    by: str
    at: datetime


class Notes(BaseModel):
    """Newest first."""

    data: list[Note]


class Convert(Body):
    """At which price it tries the product out, for so many days or as many as the plan has. The rest becomes the tenant's."""

    price_id: Reference
    trial_days: Annotated[int, Field(strict=True, ge=1, le=730)] | None = None
    zone: Zone = "UTC"
    language: Language = "en"


class Trial(BaseModel):
    """`days_left`: days that have begun count whole; 0 once it is over."""

    tenant_id: str
    subscription_id: str
    ends_at: datetime
    days_left: int


class Funnel(BaseModel):
    """How many leads are where. `conversion_per_mille`: of a thousand that are decided, how many were won; null while none is."""

    counts: dict[str, int]
    conversion_per_mille: int | None


LEADS = Resource(name="leads", record=Lead, view=LeadView, filters=(
    *COMMON, "status", "owner_id", "source", "score", "domain", "name", "email", "company", "phone", "employees", "plan_id", "lost_reason",
    "next_step_at", "tenant_id", "subscription_id", "trial_ends_at", "next_action_at", "stuck"))
