"""A resource is declared, not copied: `Resource(…)` here, its standard verbs by `kernel.verbs.mount`. How its records are answered."""

import json
from collections.abc import Container, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Literal, TypeVar, get_args, get_origin

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel, ConfigDict

from kernel.audit import Payload
from kernel.http import Api
from kernel.problems import BadRequest
from kernel.records import Record
from kernel.views import View, shown_all

V = TypeVar("V", bound=BaseModel)


class Page(BaseModel):
    """A page of a list; the OpenAPI document says of which view. `partial`: a search (`q`) had too much to look at for filling the page."""

    model_config = ConfigDict(defer_build=True)

    data: list[dict[str, Any]]
    next_cursor: str | None
    partial: bool | None = None


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
    permission: str = ""  # for reading and for writing, where one is enough

    @property
    def may_read(self) -> str:
        return self.permission or f"{self.name}.read"

    @property
    def may_write(self) -> str:
        return self.permission or f"{self.name}.write"

    @property
    def for_tenants(self) -> bool:
        """Whether a tenant's key may come here at all: what it is shown are its own records, and the catalogue."""
        return self.record.mine("") is not None

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


def answer(record: Record, view: type[V], *, status: int = 200, fields: Container[str] | None = None) -> Response[V]:
    """The representation of a record, or `fields` of it, with its version as `ETag`; a new one (201) also says where it is."""
    [body] = shown_all(type(record), view, [record.serialize()], fields)
    headers = {"ETag": f'"{record.version}"'}
    return Response(status, "application/json", json.dumps(body), headers=headers)  # type: ignore[arg-type]


def made(resource: Resource, record: Record) -> Response[Any]:
    found = answer(record, resource.view, status=201)
    found.headers["Location"] = f"{resource.path}/{record.id}"
    return found


def sees_deleted(api: Api, resource: Resource) -> bool:
    """Whether `include_deleted` is asked for. Who may change a resource may see what was deleted of it; others are `Forbidden` to."""
    asked = api.query().get("include_deleted", "false")
    if asked not in ("true", "false"):
        raise BadRequest("include_deleted is true or false", code="bad_value", field="include_deleted")
    if asked == "true":
        api.principal.require(resource.may_write)
    return asked == "true"


def patch(record: Record, body: BaseModel) -> None:
    """Sets what was sent on the record, as RFC 7396 merges: objects member by member, null removes. 400 `empty_patch` for nothing."""
    if not body.model_fields_set:
        raise BadRequest("nothing to change", code="empty_patch")
    for name, value in attributes(body, only_sent=True).items():
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


def attributes(body: BaseModel, *, only_sent: bool = False) -> dict[str, Any]:
    """Attribute values of a body: its own fields, nested bodies as plain JSON."""
    sent = body.model_fields_set if only_sent else type(body).model_fields.keys()
    plain = body.model_dump(mode="json", exclude_unset=only_sent)
    return {name: plain[name] if isinstance(plain[name], (dict, list)) else getattr(body, name) for name in sent}
