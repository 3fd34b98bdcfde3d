"""The standard verbs of a resource: `mount(api, resource, verbs=…)`.

No hooks: a verb is either standard and listed, or written out as a route. What two features need becomes a field of `Resource`.
"""

import json
from collections.abc import Sequence
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from kernel import ids
from kernel.bulk import mount_bulk
from kernel.clock import resolve, wall
from kernel.commit import again, change, commit
from kernel.http import Api, Id, requires
from kernel.lists import listing
from kernel.problems import Conflict
from kernel.records import Record
from kernel.resource import Page, Resource, answer, attributes, made, patch, sees_deleted
from kernel.timeline import Timeline, page, shown_entry
from kernel.views import wanted


def mount(api: Api, resource: Resource, *, verbs: Sequence[str]) -> None:
    """Adds those that are listed of list, get, create, update, delete, restore, retry, timeline, bulk. Tenants' keys only read."""
    api.shows[resource.view] = resource.record, resource.path
    for verb in verbs:
        _MOUNT[verb](api, resource)


def _mount_list(api: Api, resource: Resource) -> None:
    @api.get(resource.path, middlewares=requires(resource.may_read, tenants=resource.for_tenants))
    def list_() -> Response[Page]:
        return listing(resource, api)


def _mount_get(api: Api, resource: Resource) -> None:
    def get(id: Id) -> Any:
        fields = wanted(resource.view, api.query())
        return answer(resource.record.fetch(id, deleted=sees_deleted(api, resource)), resource.view, fields=fields)

    get.__annotations__["return"] = Response[resource.view]  # type: ignore[name-defined]  # evaluated now: OpenAPI is made from it
    api.get(f"{resource.path}/<id>", middlewares=requires(resource.may_read, tenants=resource.for_tenants))(get)


def _mount_create(api: Api, resource: Resource) -> None:
    def create(body: Any) -> Any:
        record = resource.record(ids.new(resource.record.prefix), **attributes(body))
        commit((record, resource.events["created"]()), actor=api.actor, at=api.at)
        return made(resource, record)

    create.__annotations__ |= {"body": resource.create, "return": Response[resource.view]}  # type: ignore[name-defined]
    api.post(resource.path, middlewares=requires(resource.may_write), status_code=201)(create)


def _mount_update(api: Api, resource: Resource) -> None:
    def update(id: Id, body: Any) -> Any:
        return answer(again(lambda: _updated(api, resource, id, body)), resource.view)

    update.__annotations__ |= {"body": resource.update, "return": Response[resource.view]}  # type: ignore[name-defined]
    api.patch(f"{resource.path}/<id>", middlewares=requires(resource.may_write))(update)


def _updated(api: Api, resource: Resource, id: str, body: BaseModel) -> Record:
    record = resource.record.fetch(id)
    if resource.match_required:
        api.demand_match()
    patch(record, body)
    change((record, resource.events["updated"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
    return record


def _mount_delete(api: Api, resource: Resource) -> None:
    @api.delete(f"{resource.path}/<id>", middlewares=requires(resource.may_write), status_code=204)
    def delete(id: Id) -> Response[None]:
        record = resource.record.fetch(id)
        if resource.match_required:
            api.demand_match()
        record.deleted_at = wall()
        commit((record, resource.events["deleted"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
        return Response(204)


def _mount_restore(api: Api, resource: Resource) -> None:
    def restore(id: Id) -> Any:
        record = resource.record.fetch(id, deleted=True)
        if record.deleted_at is None:
            raise Conflict(f"{id} is not deleted")
        record.deleted_at = None
        commit((record, resource.events["restored"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
        return answer(record, resource.view)

    restore.__annotations__["return"] = Response[resource.view]  # type: ignore[name-defined]
    api.post(f"{resource.path}/<id>/restore", middlewares=requires(resource.may_write))(restore)


def _mount_retry(api: Api, resource: Resource) -> None:
    """For what time acts on: a record whose step failed five times is due again, once its cause was mended."""

    def retry(id: Id) -> Any:
        record = resource.record.fetch(id)
        if record.stuck is None:
            raise Conflict(f"{id} is not stuck", code="not_stuck")
        record.stuck = None
        commit((record, resource.events["retried"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
        return answer(record, resource.view)

    retry.__annotations__["return"] = Response[resource.view]  # type: ignore[name-defined]
    api.post(f"{resource.path}/<id>/retry", middlewares=requires(resource.may_write))(retry)


def _mount_timeline(api: Api, resource: Resource) -> None:
    @api.get(f"{resource.path}/<id>/timeline", middlewares=requires(resource.may_read, tenants=resource.for_tenants))
    def timeline(id: Id) -> Response[Timeline]:
        resource.record.fetch(id, deleted=True)
        return timeline_of(api, id)


def timeline_of(api: Api, id: str) -> Response[Timeline]:
    """A page of a record's timeline, for a caller who may see the record."""
    entries, cursor = page(id, api.query(), api.principal.id)
    body = {"data": [shown_entry(entry) for entry in entries], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]


_MOUNT = {"list": _mount_list, "get": _mount_get, "create": _mount_create, "update": _mount_update, "delete": _mount_delete,
          "restore": _mount_restore, "retry": _mount_retry, "timeline": _mount_timeline, "bulk": mount_bulk}
