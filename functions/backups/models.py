"""A backup: every table in files, a manifest that says what is in them, the drill that proved it, and what is brought back from it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import BaseModel, Field, StrictBool

from kernel.clock import stamp
from kernel.config import table
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class BackupStatus(StrEnum):
    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    EXPIRED = "expired"  # its files are gone


class BackupTrigger(StrEnum):
    NIGHTLY = "nightly"
    MANUAL = "manual"
    FOUND = "found"  # its files were in the bucket, of a stack that is gone


class DrillStatus(StrEnum):
    QUEUED = "queued"
    PASSED = "passed"
    FAILED = "failed"


class RestoreStatus(StrEnum):
    PLANNING = "planning"
    PLANNED = "planned"
    QUEUED = "queued"
    DONE = "done"
    FAILED = "failed"


class Backup(Record):
    """`manifest_sha256`: of the manifest, which is written last; without it there is no backup. Only a drill sets `verified_at`.

    `restore`: the newest plan and what became of it. How far work has come is the child `progress#<work>`; what a restore of a tenant would
    change is the child `plan`. It is never held by a test clock.
    """

    class Meta:
        table_name = table("backups")

    prefix = "bak"
    retention = None  # that it was made, and what was brought back from it, is part of what happened
    searched = ("note", "trigger")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)))

    trigger = Text(default=BackupTrigger.MANUAL)
    requested_by = Text(null=True)
    note = Text(null=True)
    status = Text(default=BackupStatus.QUEUED)
    started_at = Time(null=True)
    ended_at = Time(null=True)
    items = Integer(null=True)
    bytes = Integer(null=True)
    manifest_sha256 = Text(null=True)
    error = Json(null=True)
    drill_status = Text(null=True)
    drill_asked_at = Time(null=True)
    drill = Json(null=True)
    verified_at = Time(null=True)
    restore_status = Text(null=True)
    restore = Json(null=True)

    @property
    def work(self) -> tuple[str, str] | None:
        """What is being done with it or waits for its turn, as (kind, name of this one time), or None."""
        if self.status in (BackupStatus.QUEUED, BackupStatus.RUNNING):
            return "backup", "backup"
        if self.drill_status == DrillStatus.QUEUED:
            return "drill", f"drill#{stamp(self.drill_asked_at)}"
        if self.restore_status in (RestoreStatus.PLANNING, RestoreStatus.QUEUED):
            kind = "plan" if self.restore_status == RestoreStatus.PLANNING else "restore"
            return kind, f"{kind}#{self.restore['plan_id']}"
        return None


class DrilledTable(BaseModel):
    """`items` and `hash` of what was restored."""

    table: str
    items: int
    hash: str
    ok: bool


class Drill(BaseModel):
    """What came of restoring the backup into scratch tables. `error`: why it failed, where no table says."""

    seconds: int
    tables: list[DrilledTable]
    error: str | None = None


class RestoreRun(BaseModel):
    """`plan_id`: what confirms it. Without `tenant_id` it is of everything. `blocked`: why it cannot be. `skipped`: records that have
    changed since the plan was made, and were left alone."""

    plan_id: str
    tenant_id: str | None = None
    changes: int | None = None
    items: int | None = None
    blocked: list[str] = []
    skipped: int | None = None
    error: str | None = None


class BackupView(View):
    trigger: BackupTrigger
    requested_by: str | None
    note: str | None
    status: BackupStatus
    started_at: datetime | None
    ended_at: datetime | None
    items: int | None
    bytes: int | None
    manifest_sha256: str | None
    error: dict[str, Any] | None
    drill_status: DrillStatus | None
    drill_asked_at: datetime | None
    drill: Drill | None
    verified_at: datetime | None
    restore_status: RestoreStatus | None
    restore: RestoreRun | None
    next_action_at: datetime | None
    stuck: str | None


class BackupCreate(Body):
    """`manifest_key`: of a backup whose files are in the bucket and which this stack knows nothing of. Then that is registered, and none
    made: an owner's alone."""

    note: Annotated[str, Field(min_length=1, max_length=200, examples=["before the migration"])] | None = None
    manifest_key: Annotated[str, Field(pattern=r"^backups/bak_[0-9A-Z]{26}/manifest\.json$")] | None = None


class Restore(Body):
    """First with `dry_run`: what would change. Then with `plan_id` of that, without `dry_run`. `tenant_id`: of this tenant alone."""

    dry_run: StrictBool = True
    tenant_id: Annotated[str, Field(max_length=40)] | None = None
    plan_id: Annotated[str, Field(max_length=40)] | None = None


class Planned(BaseModel):
    """What a restore would do to one record. `version`: the newest there is; 0 for one that is gone. `fields`: which differ."""

    id: str
    table: str
    version: int
    fields: list[str]


class Plan(BaseModel):
    """`data`: the records of a tenant that would change; of a restore of everything there is no list."""

    status: RestoreStatus | None
    restore: RestoreRun | None
    data: list[Planned]


class File(BaseModel):
    """One object of a backup: so many items of one table, as JSON Lines, compressed. `sha256`: of the object."""

    key: str
    items: int
    bytes: int
    sha256: str


class TableContent(BaseModel):
    """`hash`: the sum of the items' SHA-256 modulo 2^256, in hex: the same in whatever order they come."""

    items: int
    hash: str
    files: list[File]


class Manifest(BaseModel):
    """All that is in a backup. What was committed before `started_at` is in it; what came later may be, or not."""

    format: int
    backup_id: str
    started_at: datetime
    ended_at: datetime
    tables: dict[str, TableContent]


BACKUPS = Resource(name="backups", record=Backup, view=BackupView, create=BackupCreate, filters=(
    *COMMON, "trigger", "requested_by", "note", "status", "started_at", "ended_at", "items", "bytes", "manifest_sha256", "drill_status",
    "verified_at", "restore_status", "next_action_at", "stuck"))
