"""What a new customer is to do first: a template of items, and each tenant's checklist, which is a copy of one."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ChecklistStatus(StrEnum):
    OPEN = "open"
    COMPLETED = "completed"
    CANCELED = "canceled"  # the tenant has left


class ItemStatus(StrEnum):
    OPEN = "open"
    DONE = "done"
    SKIPPED = "skipped"


class DoneBy(StrEnum):
    """Events that tick an item. The worker subscribes to exactly these."""

    API_KEY = "api_keys.created"
    PAID = "invoices.paid"
    METHOD = "payments.method_added"
    ACTIVATED = "subscriptions.activated"
    SUBSCRIBED = "subscriptions.created"
    CONTACT = "tenants.contact_created"


class OnboardingTemplate(Record):
    """Items as {"key", "title", "description", "needs", "due_days", "done_by", "value"}. Of the default one (`is_default`, marker
    `default_template`) checklists are made."""

    class Meta:
        table_name = table("onboarding")

    prefix = "obt"
    retention = None  # checklists go on naming it
    searched = ("name",)
    paths = (Path("gsi1"), Path("gsi4", sort="name"))

    name = Text()
    is_default = Flag(default=False)
    items = Json(default=list)

    @classmethod
    def mine(cls, tenant_id: str) -> None:
        return None  # how we take customers in is our own business


class Checklist(Record):
    """A tenant has one, by the marker `tenant#<id>`. `items` are `rules.Item` as JSON, and from `total` on all follows from them. What has
    happened for the tenant is in the item `facts#<tenant>`. `time_to_value`: seconds from the start."""

    class Meta:
        table_name = table("onboarding")

    prefix = "onb"
    searched = ("tenant_id",)
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", by=("template_id",)),
             Path("gsi5", by=("status",), sort="overdue"))

    tenant_id = Text()
    template_id = Text()
    status = Text(default=ChecklistStatus.OPEN)
    items = Json(default=list)
    total = Integer(default=0)
    done = Integer(default=0)
    skipped = Integer(default=0)
    percent = Integer(default=0)
    overdue = Integer(default=0)
    started_at = Time()
    completed_at = Time(null=True)
    valued_at = Time(null=True)
    time_to_value = Integer(null=True)


Key = Annotated[str, Field(pattern="^[a-z][a-z0-9_]{0,39}$", examples=["first_invoice"])]
Title = Annotated[str, Field(min_length=1, max_length=120)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Days = Annotated[int, Field(strict=True, ge=0, le=730)]
Reference = Annotated[str, Field(max_length=40)]


class TemplateItem(Body):
    """`needs`: keys of items that come before it. `due_days`: so many days after the tenant was activated, null for no hurry.
    `done_by`: the event that ticks it. `value`: with it the customer has what it came for."""

    key: Key
    title: Title
    description: str = Field(default="", max_length=400)
    needs: list[Key] = Field(default=[], max_length=10)
    due_days: Days | None = None
    done_by: DoneBy | None = None
    value: StrictBool = False


Items = Annotated[list[TemplateItem], Field(min_length=1, max_length=25)]


class OnboardingTemplateCreate(Body):
    name: Name
    items: Items
    extra: dict[str, Any] = {}


class OnboardingTemplateUpdate(Body):
    name: Name = ""
    items: Items = []
    extra: dict[str, Any] = {}


class OnboardingTemplateView(View):
    name: str
    is_default: bool
    items: list[TemplateItem]


class ChecklistItem(BaseModel):
    """`by`: who has done or skipped it, or which event. `overdue_at`: since when it should have been done."""

    key: str
    title: str
    description: str
    needs: list[str]
    done_by: DoneBy | None
    value: bool
    due_at: datetime | None
    status: ItemStatus
    at: datetime | None
    by: str | None
    reason: str | None
    reopened_at: datetime | None
    overdue_at: datetime | None


class ChecklistView(View):
    tenant_id: str
    template_id: str
    status: ChecklistStatus
    items: list[ChecklistItem]
    total: int
    done: int
    skipped: int
    percent: int
    overdue: int
    started_at: datetime
    completed_at: datetime | None
    valued_at: datetime | None
    time_to_value: int | None
    next_action_at: datetime | None
    clock_id: str | None
    stuck: str | None


class ChecklistCreate(Body):
    """For a tenant that has none. Without a `template_id` it is made from the default one."""

    tenant_id: Reference
    template_id: Reference | None = None


class ItemNamed(Body):
    item: Key


class ItemSkip(ItemNamed):
    reason: str = Field(min_length=1, max_length=200)


CHECKLISTS = Resource(name="onboarding", record=Checklist, view=ChecklistView, filters=(
    *COMMON, "tenant_id", "template_id", "status", "total", "done", "skipped", "percent", "overdue", "started_at", "completed_at",
    "valued_at", "time_to_value", "next_action_at", "clock_id", "stuck"))
ONBOARDING_TEMPLATES = Resource(name="onboarding", segment="onboarding/templates", record=OnboardingTemplate, view=OnboardingTemplateView,
                     create=OnboardingTemplateCreate, update=OnboardingTemplateUpdate, filters=(*COMMON, "name", "is_default"),
                     match_required=True)
