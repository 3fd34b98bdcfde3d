"""A test clock: time that moves only when it is told to, for the tenants that are bound to it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BeforeValidator, Field

from kernel.clock import parse
from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View

EARLIEST, LATEST = datetime(2000, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class ClockStatus(StrEnum):
    READY = "ready"
    ADVANCING = "advancing"
    FAILED = "failed"  # something due on it did not get done; `failure` says what


class Clock(Record):
    """`now` is read by `kernel.clock.resolve` at every request about a record on this clock."""

    class Meta:
        table_name = table("clocks")

    prefix = "clk"
    searched = ("name",)
    paths = (Path("gsi1"), Path("gsi2", by=("status",)))

    name = Text()
    now = Time()
    status = Text(default=ClockStatus.READY)
    target = Time(null=True)
    requested_at = Time(null=True)  # when the last advance was asked for, on the wall
    failure = Text(null=True)


class ClockView(View):
    name: str
    now: datetime
    status: ClockStatus
    target: datetime | None
    failure: str | None


def _moment(value: Any) -> datetime:
    """RFC 3339 only: Pydantic alone would take numbers, and texts of digits, for seconds since 1970."""
    try:
        return parse(value)
    except (TypeError, OverflowError) as error:
        raise ValueError("a time such as 2026-01-31T12:00:00Z") from error


Moment = Annotated[AwareDatetime, BeforeValidator(_moment), Field(ge=EARLIEST, le=LATEST)]


class ClockCreate(Body):
    name: str = Field(default="", max_length=80)
    now: Moment


class Advance(Body):
    to: Moment


CLOCKS = Resource(name="clocks", segment="test-clocks", record=Clock, view=ClockView, filters=(
    *COMMON, "status", "name", "now", "target", "failure"))
