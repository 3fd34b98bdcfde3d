"""POST /v1/{resource}/exports of every resource   GET /v1/exports   GET|DELETE /v1/exports/{id}   GET …/{id}/timeline"""

import json
from typing import Any

from aws_lambda_powertools.event_handler import Response

from functions.exports import files, progress, service
from functions.exports.models import EXPORTS, Export, ExportCreate, ExportDetail, ExportStatus, ExportView
from functions.exports.resources import RESOURCES
from kernel.clock import stamp, wall
from kernel.http import Api, Id, requires
from kernel.lists import listing
from kernel.problems import Forbidden, NotFound
from kernel.resource import Page, Resource, answer
from kernel.timeline import Timeline
from kernel.verbs import mount, timeline_of
from kernel.views import projection

handler = Api()
mount(handler, EXPORTS, verbs=())  # each of them asks whose export it is
may_read = requires("exports.read")  # who may have an export made may look at it and take it back


def _mount(resource: Resource) -> None:
    @handler.post(f"{resource.path}/exports", middlewares=requires(resource.may_read), status_code=202)
    def post(body: ExportCreate) -> Response[ExportView]:
        """All rows that the list would show, as a file. This is a job: `Location` says where its progress and the link will be."""
        if handler.principal.tenant_id is not None:
            raise Forbidden("an export shows the data of all tenants")
        made = service.request(resource, body, requested_by=handler.principal.id, actor=handler.actor, at=handler.at)
        found = answer(made, ExportView, status=202)
        found.headers["Location"] = f"{EXPORTS.path}/{made.id}"
        return found


for _each in RESOURCES.values():
    _mount(_each)


@handler.get("/v1/exports", middlewares=may_read)
def list_() -> Response[Page]:
    return listing(EXPORTS, handler, only=None if _sees_all() else {"requested_by": (handler.principal.id,)})


@handler.get("/v1/exports/<id>", middlewares=may_read)
def get(id: Id) -> Response[ExportDetail]:
    """How far an export has come, and once it is done a link to its file that expires."""
    export = _own(id)
    is_there = export.status == ExportStatus.DONE and export.expires_at is not None and export.expires_at > wall()
    url, until = files.link(export) if is_there else (None, None)
    more: dict[str, Any] = {"progress": progress.seen(id) if export.rows is None else export.rows, "url": url,
                            "url_expires_at": until and stamp(until)}
    body = json.dumps(projection(Export, ExportView)(export.serialize()) | more)
    return Response(200, "application/json", body, headers={"ETag": f'"{export.version}"'})  # type: ignore[arg-type]


@handler.get("/v1/exports/<id>/timeline", middlewares=may_read)
def timeline(id: Id) -> Response[Timeline]:
    return timeline_of(handler, _own(id).id)


@handler.delete("/v1/exports/<id>", middlewares=may_read, status_code=204)
def delete(id: Id) -> Response[None]:
    """Takes an export back, done or not: its file is removed."""
    service.cancel(_own(id), actor=handler.actor, at=handler.at)
    return Response(204)


def _own(id: str) -> Export:
    """Another's export does not exist, but for those who may do everything."""
    export = Export.fetch(id)
    if export.requested_by != handler.principal.id and not _sees_all():
        raise NotFound(f"export {id} does not exist")
    return export


def _sees_all() -> bool:
    return handler.principal.may("exports.all")
