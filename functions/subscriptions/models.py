"""A tenant's subscription to a plan: what it costs, where it is in its life, and when time acts on it next."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, StrictBool

from functions.subscriptions.rules import SubscriptionState
from kernel.config import table
from kernel.fields import Zone
from kernel.http import Body
from kernel.money import Currency
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class Subscription(Record):
    """`price` is the agreed version of the price. `covered`: invoiced lines that still cover time, which a change would credit, with the
    money `behind` each by invoice.

    `heard` is the newest version heard of each invoice that matters, `overdue` the invoices in dunning.
    """

    class Meta:
        table_name = table("subscriptions")

    prefix = "sub"
    searched = ("tenant_id", "plan_id")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", by=("plan_id",)))

    tenant_id = Text()
    plan_id = Text()
    price_id = Text()
    price = Json()
    currency = Text()
    quantity = Integer(default=1)
    status = Text()
    zone = Text()
    anchor = Time(null=True)
    period_start = Time()
    period_end = Time()
    trial_end = Time(null=True)
    trial_reminded = Flag(default=False)
    pending_price_id = Text(null=True)
    pending_quantity = Integer(null=True)
    canceled_at = Time(null=True)
    cancel_reason = Text(null=True)
    paused_at = Time(null=True)
    resumes_at = Time(null=True)
    ended_at = Time(null=True)
    covered = Json(default=list)
    overdue = Json(default=list)
    heard = Json(default=dict)
    latest_invoice_id = Text(null=True)


class SubscriptionView(View):
    tenant_id: str
    plan_id: str
    price_id: str
    price: dict[str, Any]
    currency: Currency
    quantity: int
    status: SubscriptionState
    zone: Zone
    anchor: datetime | None
    period_start: datetime
    period_end: datetime
    trial_end: datetime | None
    pending_price_id: str | None
    pending_quantity: int | None
    canceled_at: datetime | None
    cancel_reason: str | None
    paused_at: datetime | None
    resumes_at: datetime | None
    ended_at: datetime | None
    overdue: list[str]
    latest_invoice_id: str | None
    clock_id: str | None
    next_action_at: datetime | None
    stuck: str | None


PriceId = Annotated[str, Field(max_length=40)]
Quantity = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]


class When(StrEnum):
    NOW = "now"
    PERIOD_END = "period_end"


class CancelReason(StrEnum):
    TOO_EXPENSIVE = "too_expensive"
    MISSING_FEATURES = "missing_features"
    SWITCHED = "switched"
    UNUSED = "unused"
    SERVICE = "service"
    QUALITY = "quality"
    OTHER = "other"


class SubscriptionCreate(Body):
    """`trial_days` overrides the plan's own."""

    tenant_id: str = Field(max_length=40)
    price_id: PriceId
    quantity: Quantity = 1
    trial_days: Annotated[int, Field(strict=True, ge=0, le=730)] | None = None
    extra: dict[str, Any] = {}


class Change(Body):
    """To another price or quantity. `when`: at once, or with the next period; without it an upgrade is at once and a downgrade waits.

    `prorate_at`: the `effective_at` of a preview of the last hour; the change then costs what the preview said, to the cent.
    """

    price_id: PriceId
    quantity: Quantity | None = None
    when: When | None = None
    prorate_at: AwareDatetime | None = None


class Cancel(Body):
    """`credit`: whether what was paid for the unused time becomes the tenant's balance, when it ends now."""

    when: When = When.PERIOD_END
    reason: CancelReason = CancelReason.OTHER
    comment: str = Field(default="", max_length=500)
    credit: StrictBool = False


class Pause(Body):
    resumes_at: Annotated[AwareDatetime, Field(lt=datetime(9999, 1, 1, tzinfo=UTC))] | None = None  # a time in every zone


class ChangePreview(BaseModel):
    """What a change would do: the direction, when, and the invoice that it would make (none when it waits for the period's end)."""

    direction: Literal["upgrade", "downgrade", "same"]
    when: When
    effective_at: datetime
    lines: list[dict[str, Any]]
    subtotal: int
    tax: int
    total: int
    amount_due: int
    credit_to_balance: int
    currency: Currency


SUBSCRIPTIONS = Resource(name="subscriptions", record=Subscription, view=SubscriptionView, filters=(
    *COMMON, "tenant_id", "plan_id", "price_id", "price", "status", "currency", "quantity", "zone", "anchor", "period_start", "period_end",
    "trial_end", "pending_price_id", "pending_quantity", "canceled_at", "cancel_reason", "paused_at", "resumes_at", "ended_at",
    "latest_invoice_id", "next_action_at", "stuck", "clock_id"))
