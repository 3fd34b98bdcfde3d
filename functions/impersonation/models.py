"""Impersonation: a member of staff sees, or does, what a tenant can; for a reason, for a short time, and under both names."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StrictBool

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ImpersonationStatus(StrEnum):
    ACTIVE = "active"
    ENDED = "ended"


class ImpersonationEnd(StrEnum):
    LEFT = "left"  # by whoever acted
    STOPPED = "stopped"  # by somebody else
    EXPIRED = "expired"


class Impersonation(Record):
    """One time of acting as a tenant. What lets in is its item in the principals' table (`kernel.impersonation`), which goes with its end.

    `permissions`: what a tenant's own key could hold; without `writing`, of these the reading ones alone.
    """

    class Meta:
        table_name = table("impersonation")

    prefix = "imp"
    retention = None  # it is part of what happened
    searched = ("reason", "reference")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", by=("staff_id",)))

    staff_id = Text()
    tenant_id = Text()
    reason = Text()
    reference = Text(null=True)
    writing = Flag(default=False)
    permissions = Json(default=list)
    status = Text(default=ImpersonationStatus.ACTIVE)
    expires_at = Time()
    ended_at = Time(null=True)
    end_reason = Text(null=True)
    token = Text(null=True)  # never stored: it joins the one answer that shows it


class ImpersonationCreate(Body):
    """`reason`: at least ten characters, which the tenant may read. `reference`: of a ticket, say. `minutes`: then it is over, whatever
    happens. `writing`: to do what the tenant could, and not only to see it."""

    tenant_id: Annotated[str, Field(max_length=40)]
    reason: Annotated[str, Field(min_length=10, max_length=500, examples=["They see no invoices"])]
    reference: Annotated[str, Field(max_length=100)] | None = None
    minutes: Annotated[int, Field(strict=True, ge=1, le=60)] = 15
    writing: StrictBool = False


class ImpersonationView(View):
    staff_id: str
    tenant_id: str
    reason: str
    reference: str | None
    writing: bool
    permissions: list[str]
    status: ImpersonationStatus
    expires_at: datetime
    ended_at: datetime | None
    end_reason: ImpersonationEnd | None


class ImpersonationMade(ImpersonationView):
    """`token`: the bearer token by which one acts as the tenant. This answer alone has it; a repeated request is answered without."""

    token: str | None


IMPERSONATIONS = Resource(name="impersonation", record=Impersonation, view=ImpersonationView, filters=(
    *COMMON, "staff_id", "tenant_id", "reason", "reference", "writing", "status", "expires_at", "ended_at", "end_reason"))
