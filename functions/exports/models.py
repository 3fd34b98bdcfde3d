"""An export: rows of a resource as a file. It is not a snapshot: a row that changes while it runs may be in either state."""

from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from pydantic import Field

from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class ExportStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"


class ExportFormat(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    JSONL = "jsonl"


class ExportLanguage(StrEnum):
    EN = "en"
    DE = "de"


class Export(Record):
    """`columns` are fields of the resource's view, `filter` query parameters of its list. How far it has come is its child `progress`.

    It is never held by a test clock: what it waits for is on the wall.
    """

    class Meta:
        table_name = table("exports")

    prefix = "exp"
    searched = ("resource", "format")
    paths = (Path("gsi1"), Path("gsi2", by=("requested_by",)), Path("gsi3", by=("status",)))

    requested_by = Text()
    resource = Text()
    format = Text()
    columns = Json(default=list)
    filter = Json(default=dict)
    sort = Text(null=True)
    language = Text(default=ExportLanguage.EN)
    status = Text(default=ExportStatus.QUEUED)
    snapshot = Flag(default=False)
    rows = Integer(null=True)
    bytes = Integer(null=True)
    error = Json(null=True)
    expires_at = Time(null=True)


class ExportView(View):
    """`resource`: the path below `/v1/`. `snapshot` is false: rows that change while it runs may be in either state."""

    requested_by: str
    resource: str
    format: ExportFormat
    columns: list[str]
    filter: dict[str, str]
    sort: str | None
    language: ExportLanguage
    status: ExportStatus
    snapshot: Literal[False]
    rows: int | None
    bytes: int | None
    error: dict[str, Any] | None
    expires_at: datetime | None
    stuck: str | None


class ExportDetail(ExportView):
    """`progress`: rows written so far. `url`, until `url_expires_at`: where the file can be fetched, without further permission."""

    progress: int
    url: str | None
    url_expires_at: datetime | None


class ExportCreate(Body):
    """`columns`: fields of the resource, all without it. `filter` and `sort`: as in the query of its list."""

    format: ExportFormat
    columns: list[str] | None = Field(default=None, min_length=1, max_length=100)
    filter: dict[str, str | int | bool] = Field(default={}, max_length=20)
    sort: str | None = Field(default=None, max_length=60)
    language: ExportLanguage = ExportLanguage.EN


EXPORTS = Resource(name="exports", record=Export, view=ExportView,
                   filters=(*COMMON, "requested_by", "resource", "format", "status"))
