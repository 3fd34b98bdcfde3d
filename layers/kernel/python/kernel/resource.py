"""A resource is declared, not copied: `Resource(…)` and `mount(api, resource, verbs=…)`.

No hooks: a verb is either standard and listed, or written out as a route. What two features need becomes a field of `Resource`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeVar, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from kernel import audit, ids, query
from kernel.audit import Payload
from kernel.clock import resolve, wall
from kernel.commit import again, commit
from kernel.http import Api, Id, requires
from kernel.problems import BadRequest, Conflict, NotFound
from kernel.records import Record
from kernel.views import View, shown

V = TypeVar("V", bound=BaseModel)


class Page(BaseModel):
    """A page of a list, or of a timeline."""

    data: list[dict[str, Any]]
    next_cursor: str | None


@dataclass(frozen=True, kw_only=True)
class Resource:
    """`name` is the feature's folder: permission and event prefix; the URL is the same with hyphens."""

    name: str
    record: type[Record]
    view: type[View]
    create: type[BaseModel] | None = None
    update: type[BaseModel] | None = None
    filters: tuple[str, ...] = ()
    segment: str = ""  # of the URL, where a feature has more than one resource
    match_required: bool = False  # a change without If-Match is a 428

    @property
    def path(self) -> str:
        return f"/v1/{self.segment or self.name.replace('_', '-')}"

    @cached_property
    def choices(self) -> Mapping[str, frozenset[str]]:
        """The values of each enum field of the view, by which a filter is checked."""
        return {name: values for name, info in self.view.model_fields.items() if (values := _values(info.annotation))}

    @cached_property
    def events(self) -> Mapping[str, type[Payload]]:
        """The payload types of the standard verbs."""
        noun = self.record.__name__
        return {verb: type(f"{noun}{verb.title()}", (Payload,), {"__module__": __name__}, event=f"{self.name}.{verb}")
                for verb in ("created", "updated", "deleted", "restored", "retried")}


def _values(annotation: Any) -> frozenset[str]:
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        return frozenset(annotation)
    if get_origin(annotation) is Literal:
        return frozenset(get_args(annotation))
    return frozenset(value for part in get_args(annotation) for value in _values(part)) if get_args(annotation) else frozenset()


def answer(record: Record, view: type[V], *, status: int = 200) -> Response[V]:
    """The representation of a record with its version as `ETag`; a new one (201) also says where it is."""
    stored = record.serialize()
    headers = {"ETag": f'"{record.version}"'}
    return Response(status, "application/json", json.dumps(shown(type(record), view, stored)), headers=headers)  # type: ignore[arg-type]


def made(resource: Resource, record: Record) -> Response[Any]:
    found = answer(record, resource.view, status=201)
    found.headers["Location"] = f"{resource.path}/{record.id}"
    return found


def listing(resource: Resource, api: Api) -> Response[Page]:
    """The page of a list that the request's query asks for."""
    asked = query.read(api.query(), kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id)
    items, cursor = query.page(resource.record, asked)
    body = {"data": [shown(resource.record, resource.view, item) for item in items], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]


def mount(api: Api, resource: Resource, *, verbs: Sequence[str]) -> None:
    """Adds the standard verbs that are listed: list, get, create, update, delete, restore, retry, timeline."""
    for verb in verbs:
        _MOUNT[verb](api, resource)


def _mount_list(api: Api, resource: Resource) -> None:
    @api.get(resource.path, middlewares=requires(f"{resource.name}.read"))
    def list_() -> Response[Page]:
        return listing(resource, api)


def _mount_get(api: Api, resource: Resource) -> None:
    def get(id: Id) -> Any:
        return answer(_visible(api, resource, id), resource.view)

    get.__annotations__["return"] = Response[resource.view]  # type: ignore[name-defined]  # evaluated now: OpenAPI is made from it
    api.get(f"{resource.path}/<id>", middlewares=requires(f"{resource.name}.read"))(get)


def _mount_create(api: Api, resource: Resource) -> None:
    def create(body: Any) -> Any:
        record = resource.record(ids.new(resource.record.prefix), **_attributes(body))
        commit((record, resource.events["created"]()), actor=api.actor, at=api.at)
        return made(resource, record)

    create.__annotations__ |= {"body": resource.create, "return": Response[resource.view]}  # type: ignore[name-defined]
    api.post(resource.path, middlewares=requires(f"{resource.name}.write"), status_code=201)(create)


def _mount_update(api: Api, resource: Resource) -> None:
    def update(id: Id, body: Any) -> Any:
        return answer(again(lambda: _updated(api, resource, id, body)), resource.view)

    update.__annotations__ |= {"body": resource.update, "return": Response[resource.view]}  # type: ignore[name-defined]
    api.patch(f"{resource.path}/<id>", middlewares=requires(f"{resource.name}.write"))(update)


def _updated(api: Api, resource: Resource, id: str, body: BaseModel) -> Record:
    record = resource.record.fetch(id)
    if resource.match_required:
        api.demand_match()
    patch(record, body)
    commit((record, resource.events["updated"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
    return record


def patch(record: Record, body: BaseModel) -> None:
    """Sets what was sent on the record, as RFC 7396 merges: objects member by member, null removes. 400 `empty_patch` for nothing."""
    if not body.model_fields_set:
        raise BadRequest("nothing to change", code="empty_patch")
    for name, value in _attributes(body, only_sent=True).items():
        setattr(record, name, _merged(getattr(record, name), value))


def _merged(old: Any, new: Any) -> Any:
    if not isinstance(new, dict):
        return new
    found = dict(old) if isinstance(old, dict) else {}
    for name, value in new.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = _merged(found.get(name), value)
    return found


def _mount_delete(api: Api, resource: Resource) -> None:
    @api.delete(f"{resource.path}/<id>", middlewares=requires(f"{resource.name}.write"), status_code=204)
    def delete(id: Id) -> Response[None]:
        record = resource.record.fetch(id)
        if resource.match_required:
            api.demand_match()
        record.deleted_at = wall()
        commit((record, resource.events["deleted"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
        return Response(204)


def _mount_restore(api: Api, resource: Resource) -> None:
    def restore(id: Id) -> Any:
        record = resource.record.find(id)
        if record is None:
            raise NotFound(f"{id} does not exist")
        if record.deleted_at is None:
            raise Conflict(f"{id} is not deleted")
        record.deleted_at = None
        commit((record, resource.events["restored"]()), actor=api.actor, at=resolve(record.clock_id, api.at))
        return answer(record, resource.view)

    restore.__annotations__["return"] = Response[resource.view]  # type: ignore[name-defined]
    api.post(f"{resource.path}/<id>/restore", middlewares=requires(f"{resource.name}.write"))(restore)


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
    api.post(f"{resource.path}/<id>/retry", middlewares=requires(f"{resource.name}.write"))(retry)


def _mount_timeline(api: Api, resource: Resource) -> None:
    @api.get(f"{resource.path}/<id>/timeline", middlewares=requires(f"{resource.name}.read"))
    def timeline(id: Id) -> Response[Page]:
        record = resource.record.find(id)
        if record is None:
            raise NotFound(f"{id} does not exist")
        entries = [shown_entry(audit.Entry.load(item)) for item in audit.timeline(id)]
        return Response(200, "application/json", json.dumps({"data": entries, "next_cursor": None}))  # type: ignore[arg-type]


def shown_entry(entry: audit.Entry) -> dict[str, Any]:
    """An audit entry as the API shows it: its header with its changes, without the salt."""
    facts = entry.facts()
    return {"id": f"{entry.subject}#{entry.version}", **facts, "hash": entry.hash, "tenant_id": entry.tenant_id,
            "changes": json.loads(entry.changes) if entry.changes else None}


def _visible(api: Api, resource: Resource, id: str) -> Record:
    if api.query().get("include_deleted") != "true":
        return resource.record.fetch(id)
    record = resource.record.find(id)
    if record is None:
        raise NotFound(f"{id} does not exist")
    return record


def _attributes(body: BaseModel, *, only_sent: bool = False) -> dict[str, Any]:
    """Attribute values of a body: its own fields, nested bodies as plain JSON."""
    sent = body.model_fields_set if only_sent else type(body).model_fields.keys()
    plain = body.model_dump(mode="json", exclude_unset=only_sent)
    return {name: plain[name] if isinstance(plain[name], (dict, list)) else getattr(body, name) for name in sent}


_MOUNT = {"list": _mount_list, "get": _mount_get, "create": _mount_create, "update": _mount_update, "delete": _mount_delete,
          "restore": _mount_restore, "retry": _mount_retry, "timeline": _mount_timeline}
