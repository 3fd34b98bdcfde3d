"""GET /v1/audit   GET /v1/audit/{subject}   GET /v1/audit/{subject}/verify"""

import json

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from functions.audit import log, service
from kernel import timeline
from kernel.audit import Entry
from kernel.http import Api, Id, requires
from kernel.problems import NotFound
from kernel.resource import Page
from kernel.timeline import shown_entry

handler = Api()
may_read = requires("audit.read")


class Verified(BaseModel):
    """Whether a record's entries are what was written, in number and order; `first_bad` is the first version that is not."""

    intact: bool
    entries: int
    first_bad: int | None


@handler.get("/v1/audit", middlewares=may_read)
def list_() -> Response[Page]:
    return _page(*log.newest(log.read(handler.query(), handler.principal.id)))


@handler.get("/v1/audit/<subject>", middlewares=may_read)
def entries(subject: Id) -> Response[Page]:
    found, cursor = timeline.page(subject, handler.query(), handler.principal.id)
    if not found and "cursor" not in handler.query():
        raise NotFound(f"there is no entry about {subject}")
    return _page(found, cursor)


@handler.get("/v1/audit/<subject>/verify", middlewares=may_read)
def verify(subject: Id) -> Verified:
    verdict = service.verify(subject)
    return Verified(intact=verdict.first_bad is None, entries=verdict.entries, first_bad=verdict.first_bad)


def _page(found: list[Entry], cursor: str | None) -> Response[Page]:
    body = {"data": [shown_entry(entry) for entry in found], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]
