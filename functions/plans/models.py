"""What is sold: a plan with its limits and features, and its prices per currency and interval."""

from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, Field

from kernel.calendar import Interval
from kernel.config import table
from kernel.http import Body
from kernel.money import UNIT, Currency, parse_unit
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View


class PlanStatus(StrEnum):
    ACTIVE = "active"
    ARCHIVED = "archived"


class PriceStatus(StrEnum):
    CURRENT = "current"
    REPLACED = "replaced"  # still charged to who has it, sold to nobody


class Plan(Record):
    """A plan that can be subscribed to, at one of its prices."""

    class Meta:
        table_name = table("plans")

    prefix = "pln"
    retention = None  # subscriptions go on with it
    catalog = True
    searched = ("name",)
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi4", sort="name"))

    name = Text()
    description = Text(default="")
    status = Text(default=PlanStatus.ACTIVE)
    trial_days = Integer(default=0)
    limits = Json(default=dict)
    features = Json(default=list)


class Price(Record):
    """What a plan costs in one currency and interval. Never edited: another price is a new version that replaces it."""

    class Meta:
        table_name = table("plans")

    prefix = "pri"
    retention = None  # subscriptions go on with it
    catalog = True
    searched = ("currency", "plan_id")
    paths = (Path("gsi1"), Path("gsi2", by=("plan_id",)))

    plan_id = Text()
    currency = Text()
    interval = Text()
    interval_count = Integer()
    unit_amount = Text()  # decimal, in minor units
    status = Text(default=PriceStatus.CURRENT)
    edition = Integer(default=1)
    replaces = Text(null=True)


class PlanView(View):
    name: str
    description: str
    status: PlanStatus
    trial_days: int
    limits: dict[str, int]
    features: list[str]


class PriceView(View):
    plan_id: str
    currency: Currency
    interval: Interval
    interval_count: int
    unit_amount: str
    status: PriceStatus
    edition: int
    replaces: str | None


def _not_negative(text: str) -> str:
    if parse_unit(text) < 0:
        raise ValueError("a price is not negative")
    return text


Name = Annotated[str, Field(min_length=1, max_length=80)]
UnitAmount = Annotated[str, Field(max_length=40, examples=["4900"], json_schema_extra=UNIT), AfterValidator(_not_negative)]
_LimitName = Annotated[str, Field(max_length=40)]
_Limit = Annotated[int, Field(strict=True, ge=0, le=10**12)]
Limits = Annotated[dict[_LimitName, _Limit], Field(max_length=50)]
Features = Annotated[list[Name], Field(max_length=100)]
TrialDays = Annotated[int, Field(strict=True, ge=0, le=730)]


class PlanCreate(Body):
    name: Name
    description: str = Field(default="", max_length=2000)
    trial_days: TrialDays = 0
    limits: Limits = {}
    features: Features = []
    extra: dict[str, Any] = {}


class PlanUpdate(Body):
    name: Name = ""
    description: Annotated[str, Field(max_length=2000)] = ""
    status: PlanStatus = PlanStatus.ACTIVE
    trial_days: TrialDays = 0
    limits: Annotated[dict[_LimitName, _Limit | None], Field(max_length=50)] = {}  # null takes a limit away
    features: Features = []
    extra: dict[str, Any] = {}


class PriceCreate(Body):
    """`unit_amount`: decimal text in minor units, such as "4900" for 49.00 EUR. `replaces`: the price that this is a new version of."""

    currency: Currency
    interval: Interval
    interval_count: Annotated[int, Field(strict=True, ge=1, le=60)] = 1
    unit_amount: UnitAmount
    replaces: str | None = Field(default=None, max_length=40)


PLANS = Resource(name="plans", record=Plan, view=PlanView, create=PlanCreate, update=PlanUpdate, filters=(
    *COMMON, "status", "name", "description", "trial_days", "limits"), match_required=True)
PRICES = Resource(name="plans", segment="prices", record=Price, view=PriceView, filters=(
    *COMMON, "plan_id", "currency", "interval", "interval_count", "status", "edition", "replaces"))
