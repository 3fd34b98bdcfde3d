"""GET /v1/audit   GET /v1/audit/{subject}   GET …/{subject}/verify   GET /v1/audit/digests   GET …/digests/{day}
and /v1/audit/erasures: POST, list, get, timeline, retry"""

import json

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from functions.audit import digest_views, erasures, log, service
from functions.audit.models import ERASURES, DigestDetail, DigestPage, ErasureCreate, ErasureView
from kernel import timeline
from kernel.audit import Entry
from kernel.http import Api, Id, requires
from kernel.problems import NotFound
from kernel.resource import made
from kernel.timeline import Timeline, shown_entry
from kernel.verbs import mount

handler = Api()
mount(handler, ERASURES, verbs=("list", "get", "timeline", "retry"))
may_read = requires("audit.inspect")  # no `*.read` holds it: the log tells of all features, and of what is somebody's own


class Verified(BaseModel):
    """Whether a record's entries are what was written, in number and order; `first_bad` is the first version that is not."""

    intact: bool
    entries: int
    first_bad: int | None


@handler.get("/v1/audit", middlewares=may_read, operation_id="listAuditEntries")
def list_() -> Response[Timeline]:
    """The audit log, newest first; without times that of the last 30 days."""
    return _page(*log.newest(log.read(handler.query(), handler.principal.id)))


@handler.get("/v1/audit/<subject>", middlewares=may_read, operation_id="listAuditEntriesOfRecord")
def entries(subject: Id) -> Response[Timeline]:
    """What happened to one record, whatever it is, also when it was removed for good."""
    found, cursor = timeline.page(subject, handler.query(), handler.principal.id)
    if not found and "cursor" not in handler.query():
        raise NotFound(f"there is no entry about {subject}")
    return _page(found, cursor)


@handler.get("/v1/audit/<subject>/verify", middlewares=may_read, operation_id="verifyAuditEntriesOfRecord")
def verify(subject: Id) -> Verified:
    """Whether the hash chain of a record's entries holds, up to what the record itself says is its last entry."""
    verdict = service.verify(subject)
    return Verified(intact=verdict.first_bad is None, entries=verdict.entries, first_bad=verdict.first_bad)


@handler.get("/v1/audit/digests", middlewares=may_read, operation_id="listAuditDigests")
def digests() -> DigestPage:
    """The days that are sealed, newest first."""
    return digest_views.page(handler.query(), handler.principal.id)


@handler.get("/v1/audit/digests/<day>", middlewares=may_read, operation_id="readAuditDigest")
def digest(day: Id) -> DigestDetail:
    """The digest of a day, with links to its files and the key that checks its signature."""
    return digest_views.detail(day)


@handler.post("/v1/audit/erasures", middlewares=requires("audit.erase"), status_code=201)
def erase(body: ErasureCreate) -> Response[ErasureView]:
    """Has what the log tells of a record, or of all records with an e-mail address, taken out of it. Owners only, and for good."""
    return made(ERASURES, erasures.request(body, handler.principal, actor=handler.actor, at=handler.at))


def _page(found: list[Entry], cursor: str | None) -> Response[Timeline]:
    body = {"data": [shown_entry(entry) for entry in found], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]
