"""An announcement: what its readers are told, whom it is for, and in which window of time."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class AnnouncementStatus(StrEnum):
    DRAFT = "draft"
    SCHEDULED = "scheduled"
    LIVE = "live"
    ENDED = "ended"
    CANCELED = "canceled"


class Severity(StrEnum):
    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"


class Audience(StrEnum):
    ALL = "all"
    PLANS = "plans"
    TENANTS = "tenants"
    TAGS = "tags"


class AnnouncementChannel(StrEnum):
    CONSOLE = "console"
    EMAIL = "email"


class Announcement(Record):
    """`edition`: how often its text was changed while it was live; each is shown anew to who has dismissed the one before.

    `mail_at`: when the next tenants get their mail, None when there are none; `mail_after`: how far we are; `mailed`: how many so far.
    Its children `seen#<edition>` count who has read and dismissed it; who that was say the items `seen#<who>#<id>`.
    """

    class Meta:
        table_name = table("announcements")

    prefix = "ann"
    searched = ("title", "body")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)), Path("gsi3", by=("status",), sort="starts_at"), Path("gsi4", by=("severity",)))

    title = Text()
    body = Text()
    severity = Text(default=Severity.INFO)
    audience = Text(default=Audience.ALL)
    audience_ids = Json(default=list)
    channels = Json(default=list)
    status = Text(default=AnnouncementStatus.DRAFT)
    starts_at = Time(null=True)
    ends_at = Time(null=True)
    edition = Integer(default=1)
    mail_at = Time(null=True)
    mail_after = Json(default=dict)
    mailed = Integer(default=0)


class AnnouncementView(View):
    title: str
    body: str
    severity: Severity
    audience: Audience
    audience_ids: list[str]
    channels: list[AnnouncementChannel]
    status: AnnouncementStatus
    starts_at: datetime | None
    ends_at: datetime | None
    edition: int
    mailed: int
    next_action_at: datetime | None
    stuck: str | None


Title = Annotated[str, Field(min_length=1, max_length=160)]
Markdown = Annotated[str, Field(min_length=1, max_length=4000)]
Addressed = Annotated[list[Annotated[str, Field(max_length=40)]], Field(max_length=50)]
Channels = Annotated[list[AnnouncementChannel], Field(min_length=1, max_length=2)]
Moment = Annotated[AwareDatetime, Field(gt=datetime(2000, 1, 1, tzinfo=UTC), lt=datetime(9999, 1, 1, tzinfo=UTC))]


class AnnouncementCreate(Body):
    """`body` is Markdown. `audience_ids`: the plans or tenants that it is for, or the tags of which those have one; none where it is for
    all. Without `starts_at` it begins when it is published, without `ends_at` it ends when it is canceled."""

    title: Title
    body: Markdown
    severity: Severity = Severity.INFO
    audience: Audience = Audience.ALL
    audience_ids: Addressed = []
    channels: Channels = [AnnouncementChannel.CONSOLE]
    starts_at: Moment | None = None
    ends_at: Moment | None = None
    extra: dict[str, Any] = {}


class AnnouncementUpdate(AnnouncementCreate):
    """What was published keeps its audience; while it is live, its beginning and its channels too."""

    title: Title = ""
    body: Markdown = ""


class AnnouncementPreviewBody(Body):
    body: Markdown


class AnnouncementPreview(BaseModel):
    """The text as its readers get to see it: HTML without anything that could run, load or send."""

    html: str


class CurrentAnnouncement(BaseModel):
    """`read`, `dismissed`: whether the caller has read or dismissed this edition."""

    id: str
    title: str
    html: str
    severity: Severity
    channels: list[AnnouncementChannel]
    starts_at: datetime
    ends_at: datetime | None
    edition: int
    read: bool
    dismissed: bool


class Current(BaseModel):
    """What is live for the caller, the most severe and then the newest first. `unread`: how many of them were not read yet."""

    data: list[CurrentAnnouncement]
    unread: int


class Seen(BaseModel):
    """How many people and keys have read this edition, and how many of them have dismissed it."""

    edition: int
    read: int
    dismissed: int


ANNOUNCEMENTS = Resource(name="announcements", record=Announcement, view=AnnouncementView, filters=(
    *COMMON, "status", "severity", "audience", "title", "starts_at", "ends_at", "edition", "mailed", "next_action_at", "stuck"))
