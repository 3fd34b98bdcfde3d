"""Makes backups every night, proves the newest every week, goes on with what was asked for, and removes what counts no longer.

Every message is idempotent by what its backup waits for, and by the one hold (see `job`); schedules by their slot and time.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.backups import job, service
from functions.backups.events import Requested, RestoreRequested, VerificationRequested
from functions.backups.job import Outcome
from functions.backups.models import Backup, BackupStatus
from kernel.audit import Actor, Payload
from kernel.problems import Unavailable
from kernel.telemetry import request_id
from kernel.worker import Event, Worker, enqueue

handler = Worker("backups")


def _us() -> Actor:
    return Actor(id="system:backups", request_id=request_id.get())


@handler.slot("nightly")
def nightly(now: datetime) -> None:
    service.nightly(now, actor=_us())


@handler.slot("drill")
def weekly(now: datetime) -> None:
    service.weekly(now, actor=_us())


def _asked(_: Payload, event: Event) -> None:
    _run(event.subject, event.actor)


for _each in (Requested, VerificationRequested, RestoreRequested):
    handler.on(_each)(_asked)


@handler.job("run")
def run(detail: Mapping[str, Any]) -> None:
    _run(detail["id"], _us())


@handler.due(Backup)
def due(backup: Backup, at: datetime, actor: Actor) -> None:
    if backup.status in (BackupStatus.EXPIRED, BackupStatus.FAILED):
        service.clear(backup, actor=actor, at=at)
    elif job.run(backup.id, actor=actor) == Outcome.LEFT:  # one that is busy is looked for again
        _go_on(backup.id)


def _run(id: str, actor: Actor) -> None:
    outcome = job.run(id, actor=actor)
    if outcome == Outcome.LEFT:
        _go_on(id)
    if outcome == Outcome.BUSY:
        raise Unavailable("somebody else works: when they are done or dead, this message goes on")


def _go_on(id: str) -> None:
    enqueue("run", [{"id": id}])
