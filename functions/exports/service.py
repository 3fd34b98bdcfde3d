"""What can be done with exports: asked for, taken back, and left to expire."""

from datetime import datetime, timedelta

from functions.exports import files
from functions.exports.events import Deleted, Expired, Requested
from functions.exports.models import Export, ExportCreate, ExportStatus
from functions.exports.selection import asked, fields, texts
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit
from kernel.problems import BadRequest
from kernel.resource import Resource

AGAIN = timedelta(minutes=20)  # after which one whose worker died is looked for


def request(resource: Resource, body: ExportCreate, *, requested_by: str, actor: Actor, at: datetime) -> Export:
    """An export that is queued: its event starts the work. What cannot be read or exported is refused here, before there is a job."""
    export = Export(
        ids.new("exp"), requested_by=requested_by, resource=resource.path.removeprefix("/v1/"), format=body.format,
        columns=fields(resource, body.columns), filter=texts(body.filter), sort=body.sort, language=body.language,
        next_action_at=wall() + AGAIN)
    _check(export, resource)
    told = Requested(resource=export.resource, format=export.format, columns=export.columns, filter=export.filter)
    commit((export, told), actor=actor, at=at)
    return export


def _check(export: Export, resource: Resource) -> None:
    """What the list's own reading refuses, by its name in the body."""
    try:
        asked(export, resource)
    except BadRequest as problem:
        if problem.field not in (None, "sort"):
            problem.field = f"filter.{problem.field}"
        raise


def cancel(export: Export, *, actor: Actor, at: datetime) -> None:
    """Nobody wants it any more: what there is of it is removed, by its event."""
    export.deleted_at = wall()
    commit((export, Deleted()), actor=actor, at=at)


def expire(export: Export, *, actor: Actor, at: datetime) -> None:
    """The file first: a crash in between leaves an export that is due again, and shows no link."""
    files.drop(export, None)
    export.status, export.next_action_at = ExportStatus.EXPIRED, None
    commit((export, Expired()), actor=actor, at=at)
