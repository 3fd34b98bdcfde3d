"""A test clock: time that moves only when it is told to, for the tenants that are bound to it."""

from datetime import datetime
from enum import StrEnum

from pydantic import AwareDatetime, Field

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Record, Text, Time
from kernel.resource import Resource
from kernel.views import View


class Status(StrEnum):
    READY = "ready"
    ADVANCING = "advancing"
    FAILED = "failed"  # something due on it failed five times; `failure` says what


class Clock(Record):
    """`now` is read by `kernel.clock.resolve` at every request about a record on this clock."""

    class Meta:
        table_name = table("clocks")

    prefix = "clk"
    paths = (Path("gsi1"), Path("gsi2", by=("status",)))

    name = Text()
    now = Time()
    status = Text(default=Status.READY)
    target = Time(null=True)
    failure = Text(null=True)


class ClockView(View):
    name: str
    now: datetime
    status: Status
    target: datetime | None
    failure: str | None


class ClockCreate(Body):
    name: str = Field(default="", max_length=80)
    now: AwareDatetime


class Advance(Body):
    to: AwareDatetime


CLOCKS = Resource(name="clocks", segment="test-clocks", record=Clock, view=ClockView, filters=("status", "name", "created_at"))
