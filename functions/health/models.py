"""What is watched, how it is, and the incidents that came of it."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, Field, StrictBool, model_validator

from kernel.config import table
from kernel.fields import Email, Phone
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class CheckKind(StrEnum):
    HTTP = "http"
    DYNAMODB = "dynamodb"
    QUEUE = "queue"
    GATEWAY = "gateway"
    HEARTBEAT = "heartbeat"


class CheckStatus(StrEnum):
    UNKNOWN = "unknown"
    UP = "up"
    DEGRADED = "degraded"  # it answers, but slower than it should, or with something laid aside
    DOWN = "down"
    PAUSED = "paused"


class IncidentStatus(StrEnum):
    OPENED = "opened"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Method(StrEnum):
    GET = "GET"
    HEAD = "HEAD"


class Check(Record):
    """`target`: a URL, the feature whose table or queue it is, a gateway's id; none of a heartbeat. Seconds: `interval`, `grace`,
    `timeout`.

    `status` changes by flips alone, each a commit. The results in between are in its child `pulse` (`Pulse`), which is written on the
    condition that this moment has no result yet, together with `next_action_at`: they are no versions and no entries of the audit log.
    """

    class Meta:
        table_name = table("health")

    prefix = "chk"
    searched = ("name", "target")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("kind",)), Path("gsi4", sort="name"),
             Path("gsi5", by=("public",)))

    name = Text()
    kind = Text()
    target = Text(null=True)
    method = Text(default=Method.GET)
    expected_status = Integer(default=200)
    contains = Text(null=True)
    max_ms = Integer(null=True)
    max_depth = Integer(default=1000)
    max_age = Integer(null=True)
    interval = Integer(default=300)
    grace = Integer(default=300)
    timeout = Integer(default=5)
    failures_to_open = Integer(default=3)
    successes_to_close = Integer(default=2)
    maintenance = Json(default=list)
    public = Flag(default=False)
    roles = Json(default=list)
    emails = Json(default=list)
    phones = Json(default=list)
    schedule = Text(null=True)
    status = Text(default=CheckStatus.UNKNOWN)
    since = Time(null=True)
    error = Text(null=True)
    incident_id = Text(null=True)


class Incident(Record):
    """From a check's flip to down until it works again. `by`: who has acknowledged it."""

    class Meta:
        table_name = table("health")

    prefix = "inc"
    retention = None
    searched = ("name", "error")
    paths = (Path("gsi1", sort="opened_at"), Path("gsi2", by=("status",), sort="opened_at"),
             Path("gsi3", by=("check_id",), sort="opened_at"))

    check_id = Text()
    name = Text()
    status = Text(default=IncidentStatus.OPENED)
    error = Text(default="")
    opened_at = Time()
    acknowledged_at = Time(null=True)
    acknowledged_by = Text(null=True)
    resolved_at = Time(null=True)
    resolution = Text(null=True)


class Pulse(BaseModel):
    """What is kept of a check's results, all of it bounded.

    `settled`: until when time is counted. `tail`: outcomes since the last gap, newest last. `recent`: milliseconds of the answers.
    `waiting_since`: of a queue, the first look since it was empty. `hours` and `days`, by their UTC beginnings: seconds up and seconds
    down; what is unknown, paused or maintenance is in neither.
    """

    settled: datetime | None = None
    tail: list[str] = []
    recent: list[int] = []
    waiting_since: datetime | None = None
    hours: dict[str, list[int]] = {}
    days: dict[str, list[int]] = {}
    detail: str = ""


class Window(Body):
    """Planned work: results are written down, but nothing goes down and nobody is told."""

    start: AwareDatetime = Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))
    end: AwareDatetime = Field(ge=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a window ends after it starts")
        return self


class CheckView(View):
    name: str
    kind: CheckKind
    target: str | None
    method: Method
    expected_status: int
    contains: str | None
    max_ms: int | None
    max_depth: int
    max_age: int | None
    interval: int
    grace: int
    timeout: int
    failures_to_open: int
    successes_to_close: int
    maintenance: list[Window]
    public: bool
    roles: list[str]
    emails: list[Email]
    phones: list[Phone]
    schedule: str | None
    status: CheckStatus
    since: datetime | None
    error: str | None
    incident_id: str | None
    stuck: str | None


class IncidentView(View):
    check_id: str
    name: str
    status: IncidentStatus
    error: str
    opened_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolution: str | None


Name = Annotated[str, Field(min_length=1, max_length=80)]
Target = Annotated[str, Field(min_length=1, max_length=500)]
Contains = Annotated[str, Field(min_length=1, max_length=200)]
ExpectedStatus = Annotated[int, Field(strict=True, ge=100, le=599)]
MaxMs = Annotated[int, Field(strict=True, ge=1, le=10_000)]
Depth = Annotated[int, Field(strict=True, ge=0, le=10**6)]
Age = Annotated[int, Field(strict=True, ge=60, le=14 * 86400)]
Interval = Annotated[int, Field(strict=True, ge=60, le=31 * 86400)]
Grace = Annotated[int, Field(strict=True, ge=0, le=31 * 86400)]
Timeout = Annotated[int, Field(strict=True, ge=1, le=10)]
Times = Annotated[int, Field(strict=True, ge=1, le=10)]
Windows = Annotated[list[Window], Field(max_length=20)]
Roles = Annotated[list[Literal["owner", "admin", "billing", "support", "developer", "viewer"]], Field(max_length=6)]
Emails = Annotated[list[Email], Field(max_length=10)]
Phones = Annotated[list[Phone], Field(max_length=5)]


class CheckCreate(Body):
    """`interval`: seconds from check to check, or in which a heartbeat has to come, `grace` later at the latest. `max_ms`: what is
    slower is degraded. `contains`: a text within the first megabyte. `max_depth`: messages that wait in a queue. `max_age`:
    seconds within which it must have been empty once, so that its oldest message has waited no longer. `roles`: of staff who are told."""

    name: Name
    kind: CheckKind
    target: Target | None = None
    method: Method = Method.GET
    expected_status: ExpectedStatus = 200
    contains: Contains | None = None
    max_ms: MaxMs | None = None
    max_depth: Depth = 1000
    max_age: Age | None = 3600
    interval: Interval = 300
    grace: Grace = 300
    timeout: Timeout = 5
    failures_to_open: Times = 3
    successes_to_close: Times = 2
    maintenance: Windows = []
    public: StrictBool = False
    roles: Roles = ["owner", "admin"]
    emails: Emails = []
    phones: Phones = []
    extra: dict[str, Any] = {}


class CheckUpdate(Body):
    """What kind it is stays."""

    name: Name = ""
    target: Target | None = None
    method: Method = Method.GET
    expected_status: ExpectedStatus = 200
    contains: Contains | None = None
    max_ms: MaxMs | None = None
    max_depth: Depth = 1000
    max_age: Age | None = 3600
    interval: Interval = 300
    grace: Grace = 300
    timeout: Timeout = 5
    failures_to_open: Times = 3
    successes_to_close: Times = 2
    maintenance: Windows = []
    public: StrictBool = False
    roles: Roles = []
    emails: Emails = []
    phones: Phones = []
    extra: dict[str, Any] = {}


class Uptime(BaseModel):
    """Hundredths of a percent of the time that is known; null while none is. The newest of the hours or days has only begun."""

    hours_24: int | None
    days_7: int | None
    days_30: int | None
    days_90: int | None


class Tile(BaseModel):
    """`days`: the uptime of each of the last 90 days, oldest first. `p50`, `p95`: milliseconds of the last 100 answers."""

    id: str
    name: str
    kind: CheckKind
    status: CheckStatus
    since: datetime | None
    checked_at: datetime | None
    detail: str
    uptime: Uptime
    days: list[int | None]
    p50: int | None
    p95: int | None


class Wall(BaseModel):
    """Up to 100 checks by name."""

    data: list[Tile]


class PublicCheck(BaseModel):
    name: str
    status: CheckStatus


class PublicStatus(BaseModel):
    """`status`: the worst of all."""

    status: CheckStatus
    data: list[PublicCheck]


CHECKS = Resource(name="health", segment="health/checks", record=Check, view=CheckView, filters=(
    *COMMON, "name", "kind", "target", "method", "expected_status", "contains", "max_ms", "max_depth", "max_age", "interval", "grace",
    "timeout", "failures_to_open", "successes_to_close", "public", "schedule", "status", "since", "error", "incident_id", "stuck"))
INCIDENTS = Resource(name="health", segment="health/incidents", record=Incident, view=IncidentView, filters=(
    *COMMON, "check_id", "name", "status", "error", "opened_at", "acknowledged_at", "acknowledged_by", "resolved_at", "resolution"))
