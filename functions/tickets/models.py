"""A ticket: what a customer asks for, how far that is, and what it was promised; and the policies that promise it."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from functions.tickets.rules.content import MOST_BYTES
from kernel.config import table
from kernel.fields import Email, Tags, Zone
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class TicketStatus(StrEnum):
    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Sla(StrEnum):
    NONE = "none"
    ON_TIME = "on_time"
    WARNED = "warned"
    BREACHED = "breached"


class ReplyKind(StrEnum):
    PUBLIC = "public"
    INTERNAL = "internal"


class Ticket(Record):
    """Its replies are its children `reply#<version>`, what was attached to them `file#<id>`. `promises`: what `rules.promises` writes.
    `due_at`: when the next of its promises falls due. A ticket keeps the policy that it came under."""

    class Meta:
        table_name = table("tickets")

    prefix = "tic"
    searched = ("subject", "requester_email")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("tenant_id",)), Path("gsi4", by=("assignee_id",)),
             Path("gsi5", by=("number",)), Path("gsi6", by=("status",), sort="due_at"), Path("gsi7", by=("priority",)))

    tenant_id = Text()
    number = Integer()
    subject = Text()
    requester_email = Text()
    priority = Text(default=Priority.NORMAL)
    status = Text(default=TicketStatus.NEW)
    assignee_id = Text(null=True)
    tags = Json(default=list)
    follow_up_of = Text(null=True)
    followed_by = Text(null=True)
    policy_id = Text(null=True)
    sla = Text(default=Sla.NONE)
    promises = Json(default=dict)
    due_at = Time(null=True)
    first_reply_due_at = Time(null=True)
    resolution_due_at = Time(null=True)
    first_replied_at = Time(null=True)
    solved_at = Time(null=True)
    closes_at = Time(null=True)


class TicketView(View):
    """A promise's time is null while nothing is promised, its watch stands still, or it was kept."""

    tenant_id: str
    number: int
    subject: str
    requester_email: Email
    priority: Priority
    status: TicketStatus
    assignee_id: str | None
    tags: list[str]
    follow_up_of: str | None
    followed_by: str | None
    policy_id: str | None
    sla: Sla
    due_at: datetime | None
    first_reply_due_at: datetime | None
    resolution_due_at: datetime | None
    first_replied_at: datetime | None
    solved_at: datetime | None
    closes_at: datetime | None
    next_action_at: datetime | None
    stuck: str | None
    clock_id: str | None


Subject = Annotated[str, Field(min_length=1, max_length=200)]
Reference = Annotated[str, Field(max_length=40)]
Words = Annotated[str, Field(min_length=1, max_length=10_000)]


class TicketCreate(Body):
    """`text`: what the customer asks. Only staff say who works on it and how it is tagged."""

    tenant_id: Reference
    subject: Subject
    requester_email: Email
    text: Words
    priority: Priority = Priority.NORMAL
    assignee_id: Reference | None = None
    tags: Tags = []
    extra: dict[str, Any] = {}


class TicketUpdate(Body):
    """Another priority promises something else; the time that was spent counts."""

    subject: Subject = ""
    requester_email: Email = ""
    priority: Priority = Priority.NORMAL
    assignee_id: Reference | None = None
    tags: Tags = []
    extra: dict[str, Any] = {}


class Upload(BaseModel):
    """Where a file goes before a reply names it: a form (`POST`, multipart) with these fields, then the file as `file`."""

    id: str
    url: str
    fields: dict[str, str]
    expires_at: datetime
    most_bytes: int = MOST_BYTES


class Attach(Body):
    """A file that was uploaded, and what it is called."""

    id: str = Field(pattern=r"^upl_[0-9A-HJKMNP-TV-Z]{26}$")
    name: str = Field(min_length=1, max_length=120, pattern=r"^[^\x00-\x1f\x7f/\\\"]+$")


class ReplyCreate(Body):
    """A public reply goes to the requester by mail; an internal note is for staff alone."""

    text: Words
    kind: ReplyKind = ReplyKind.PUBLIC
    attachments: list[Attach] = Field(default=[], max_length=5)


class Attachment(BaseModel):
    id: str
    name: str
    size: int
    kind: str


class Reply(BaseModel):
    """`by`: the member of staff, or the key of the customer."""

    id: str
    kind: ReplyKind
    author: Literal["customer", "staff"]
    by: str
    at: datetime
    text: str
    attachments: list[Attachment]


class Replies(BaseModel):
    """Newest first. A page may be short; only `next_cursor: null` ends the list."""

    data: list[Reply]
    next_cursor: str | None


class FileLink(BaseModel):
    """An address that works for a minute."""

    url: str
    expires_at: datetime


class SlaPolicy(Record):
    """Opening hours of each day as `rules.hours.spans` reads them, and what is promised: minutes of business time by priority. The newest
    counts for new tickets."""

    class Meta:
        table_name = table("tickets")

    prefix = "sla"
    searched = ("name",)
    retention = None  # tickets go on referring to it
    paths = (Path("gsi1"),)

    name = Text()
    zone = Text()
    monday = Text()
    tuesday = Text()
    wednesday = Text()
    thursday = Text()
    friday = Text()
    saturday = Text()
    sunday = Text()
    holidays = Json(default=list)
    low_first_reply = Integer()
    low_resolution = Integer()
    normal_first_reply = Integer()
    normal_resolution = Integer()
    high_first_reply = Integer()
    high_resolution = Integer()
    urgent_first_reply = Integer()
    urgent_resolution = Integer()
    warn_percent = Integer()
    close_after_days = Integer()


Opening = Annotated[str, Field(max_length=80, examples=["09:00-12:30, 13:00-17:00"])]
Minutes = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Percent = Annotated[int, Field(strict=True, ge=1, le=99)]
CloseAfter = Annotated[int, Field(strict=True, ge=1, le=365)]
Holidays = Annotated[list[date], Field(max_length=400)]


class SlaPolicyView(View):
    name: str
    zone: Zone
    monday: str
    tuesday: str
    wednesday: str
    thursday: str
    friday: str
    saturday: str
    sunday: str
    holidays: list[date]
    low_first_reply: int
    low_resolution: int
    normal_first_reply: int
    normal_resolution: int
    high_first_reply: int
    high_resolution: int
    urgent_first_reply: int
    urgent_resolution: int
    warn_percent: int
    close_after_days: int


class SlaPolicyCreate(Body):
    """Opening hours are local times in `zone`, empty for a day that is closed; 24:00 is the next midnight. Promises are minutes of business
    time. A warning comes after `warn_percent` of them; a solved ticket closes itself after `close_after_days` days."""

    name: Subject
    zone: Zone = "UTC"
    monday: Opening = ""
    tuesday: Opening = ""
    wednesday: Opening = ""
    thursday: Opening = ""
    friday: Opening = ""
    saturday: Opening = ""
    sunday: Opening = ""
    holidays: Holidays = []
    low_first_reply: Minutes = 960
    low_resolution: Minutes = 4800
    normal_first_reply: Minutes = 480
    normal_resolution: Minutes = 1920
    high_first_reply: Minutes = 240
    high_resolution: Minutes = 960
    urgent_first_reply: Minutes = 60
    urgent_resolution: Minutes = 480
    warn_percent: Percent = 80
    close_after_days: CloseAfter = 7


class SlaPolicyUpdate(SlaPolicyCreate):
    """What is changed counts for a ticket from the next thing that happens to it."""

    name: Subject = ""


TICKETS = Resource(name="tickets", record=Ticket, view=TicketView, filters=(
    *COMMON, "tenant_id", "number", "subject", "requester_email", "priority", "status", "assignee_id", "tags", "follow_up_of",
    "followed_by", "policy_id", "sla", "due_at", "first_reply_due_at", "resolution_due_at", "first_replied_at", "solved_at", "closes_at",
    "next_action_at", "stuck", "clock_id"))
SLA_POLICIES = Resource(name="tickets", segment="sla-policies", record=SlaPolicy, view=SlaPolicyView, filters=(
    *COMMON, "name", "zone", "warn_percent", "close_after_days"))
