"""Makes the files that were asked for, goes on with those whose worker ran out of time or died, and removes those nobody wants.

Every message is idempotent by the export's status and by the hold on it (see `job`).
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.exports import job, service
from functions.exports.events import Deleted, Requested
from functions.exports.job import Outcome
from functions.exports.models import Export, ExportStatus
from kernel.audit import Actor
from kernel.problems import Unavailable
from kernel.telemetry import request_id
from kernel.worker import Event, Worker, enqueue

handler = Worker("exports")


@handler.on(Requested)
def requested(_: Requested, event: Event) -> None:
    _run(event.subject, event.actor)


@handler.on(Deleted)
def deleted(_: Deleted, event: Event) -> None:
    job.run(event.subject, actor=event.actor)


@handler.job("run")
def run(detail: Mapping[str, Any]) -> None:
    _run(detail["id"], Actor(id="system:exports", request_id=request_id.get()))


@handler.due(Export)
def due(export: Export, at: datetime, actor: Actor) -> None:
    if export.status == ExportStatus.DONE:
        service.expire(export, actor=actor, at=at)
    elif job.run(export.id, actor=actor) == Outcome.LEFT:  # one that is busy is looked for again
        _go_on(export.id)


def _run(id: str, actor: Actor) -> None:
    outcome = job.run(id, actor=actor)
    if outcome == Outcome.LEFT:
        _go_on(id)
    if outcome == Outcome.BUSY:
        raise Unavailable("somebody else works on it: should they die, this message goes on")


def _go_on(id: str) -> None:
    enqueue("run", [{"id": id}])
