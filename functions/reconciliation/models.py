"""Whether the gateways' books and ours say the same: runs, which compare them, and exceptions, where they do not."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from kernel.config import table
from kernel.http import Body
from kernel.money import Currency, Money
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ExceptionKind(StrEnum):
    MISSING_THERE = "missing_there"
    MISSING_HERE = "missing_here"
    AMOUNT = "amount"
    CURRENCY = "currency"
    STATUS = "status"
    FEE = "fee"
    DUPLICATE = "duplicate"
    LATE = "late"  # not there yet, which is no wonder so soon


class ExceptionStatus(StrEnum):
    OPEN = "open"
    RESOLVED = "resolved"  # by staff, with a reason
    CLEARED = "cleared"  # by itself: both sides agree by now


class RunStatus(StrEnum):
    RUNNING = "running"
    COMPLETED = "completed"


class Trigger(StrEnum):
    NIGHTLY = "nightly"
    MANUAL = "manual"


class Difference(Record):
    """An exception. `subject`: the gateway's item or our transaction that it is about, of which there is one, by the marker
    `subject#<gateway>#<subject>`. `there` and `here` are the two sides as they were seen last, None for one that is missing; `former`, how
    it stood before, the newest last. `amount`: minor units of `currency`, of the side that there is.

    Beside it lie items `pair#<transaction>`: the gateway's item that was found to be the same.
    """

    class Meta:
        table_name = table("reconciliation")

    prefix = "rec"
    retention = None
    searched = ("subject", "transaction_id", "item_id")
    paths = (Path("gsi1", bucket=True), Path("gsi2", by=("status",)), Path("gsi3", by=("gateway_id", "status")),
             Path("gsi4", by=("transaction_id",)), Path("gsi5", by=("run_id",)), Path("gsi6", by=("kind",)))

    kind = Text()
    status = Text(default=ExceptionStatus.OPEN)
    gateway_id = Text()
    run_id = Text()
    subject = Text()
    transaction_id = Text(null=True)
    item_id = Text(null=True)
    amount = Integer()
    currency = Text()
    there = Json(null=True)
    here = Json(null=True)
    raw = Json(null=True)  # what the gateway said, to look at again
    former = Json(default=list)
    reason = Text(null=True)
    resolved_by = Text(null=True)
    closed_at = Time(null=True)


class Run(Record):
    """One comparison of one gateway: what was booked from `since` on and before `until`, and all exceptions that were open.

    `totals`: {currency: {"there": minor units, "here": minor units}} of charges and refunds.
    """

    class Meta:
        table_name = table("reconciliation")

    prefix = "rru"
    retention = None
    searched = ("gateway_id",)
    paths = (Path("gsi1", bucket=True), Path("gsi2", by=("status",)), Path("gsi3", by=("gateway_id",)))

    gateway_id = Text()
    status = Text(default=RunStatus.RUNNING)
    trigger = Text(default=Trigger.MANUAL)
    since = Time()
    until = Time()
    matched = Integer(default=0)
    excepted = Integer(default=0)
    opened = Integer(default=0)
    cleared = Integer(default=0)
    kinds = Json(default=dict)
    totals = Json(default=dict)
    completed_at = Time(null=True)


class Side(BaseModel):
    """`amount` in minor units of `currency`, negative where money left; `fee` of the account's own currency."""

    id: str
    kind: str
    status: str | None = None
    amount: int
    currency: Currency
    fee: int | None = None
    at: datetime


class Before(BaseModel):
    """How an exception stood before, and until when."""

    kind: ExceptionKind
    status: ExceptionStatus
    reason: str | None = None
    until: datetime


class DifferenceView(View):
    kind: ExceptionKind
    status: ExceptionStatus
    gateway_id: str
    run_id: str
    subject: str
    transaction_id: str | None
    item_id: str | None
    amount: Money
    currency: Currency
    there: Side | None
    here: Side | None
    former: list[Before]
    reason: str | None
    resolved_by: str | None
    closed_at: datetime | None


class Total(BaseModel):
    there: int
    here: int


class RunView(View):
    gateway_id: str
    status: RunStatus
    trigger: Trigger
    since: datetime
    until: datetime
    matched: int
    excepted: int
    opened: int
    cleared: int
    kinds: dict[str, int]
    totals: dict[str, Total]
    completed_at: datetime | None
    next_action_at: datetime | None
    stuck: str | None


class RunCreate(Body):
    """Without times, the last three days. `until` is not in it."""

    gateway_id: str = Field(max_length=40)
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    extra: dict[str, Any] = {}


class Resolve(Body):
    reason: Annotated[str, Field(min_length=1, max_length=500)]


DIFFERENCES = Resource(name="reconciliation", record=Difference, view=DifferenceView, filters=(
    *COMMON, "kind", "status", "gateway_id", "run_id", "subject", "transaction_id", "item_id", "amount", "currency", "reason",
    "resolved_by", "closed_at"))
RUNS = Resource(name="reconciliation", segment="reconciliation/runs", record=Run, view=RunView, create=RunCreate, filters=(
    *COMMON, "gateway_id", "status", "trigger", "since", "until", "matched", "excepted", "opened", "cleared", "completed_at",
    "next_action_at", "stuck"))
