"""What a caller sees of a record: a declared view, filled straight from the stored item by a projection compiled once.

A list of 50 goes from DynamoDB's JSON to the answer without building a model; OpenAPI is made from the same view.
"""

from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from kernel.dynamodb import Item
from kernel.money import Money
from kernel.problems import BadRequest
from kernel.records import Flag, Integer, Json, Record


class View(BaseModel):
    """Base of every view: the fields that all records have. A field of type `Money` joins an amount with the record's currency."""

    model_config = ConfigDict(defer_build=True)

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    extra: dict[str, Any]


COMMON = ("id", "created_at", "updated_at", "deleted_at", "extra")  # what every list can be filtered by


@cache
def projection(record: type[Record], view: type[BaseModel], only: tuple[str, ...] | None = None) -> Callable[[Item], dict[str, Any]]:
    """From an item to what is shown of it, all of the view or the fields named: one expression, compiled, since a call per field would
    cost three times as much. KeyError, when the feature is imported, for a view field that the record lacks."""
    attributes = record.get_attributes()
    fields = [f"{name!r}: {_source(name, view.model_fields[name].annotation, attributes['pk' if name == 'id' else name])}"
              for name in (view.model_fields if only is None else only)]
    made: Callable[[Item], dict[str, Any]] = eval(f"lambda item: {{{', '.join(fields)}}}", {"loads": from_json})
    return made


def _source(name: str, annotation: Any, attribute: Any) -> str:
    """The expression that reads a field from `item`."""
    column = "pk" if name == "id" else name
    if annotation is Money or Money in get_args(annotation):
        read = f"{{'amount': int(item[{column!r}]['N']), 'currency': item['currency']['S']}}"
    else:
        match attribute:
            case Integer():
                read = f"int(item[{column!r}]['N'])"
            case Flag():
                read = f"item[{column!r}]['BOOL']"
            case Json():
                read = f"loads(item[{column!r}]['S'])"
            case _:
                read = f"item[{column!r}]['S']"
    return f"{read} if {column!r} in item else None"


def shown_all(record: type[Record], view: type[BaseModel], items: Iterable[Item],
              only: Container[str] | None = None) -> list[dict[str, Any]]:
    """Many items at once, with all fields of the view or those that are named."""
    named = None if only is None else tuple(name for name in view.model_fields if name in only)
    return list(map(projection(record, view, named), items))


def wanted(view: type[BaseModel], params: Mapping[str, str]) -> frozenset[str] | None:
    """The fields that `fields=id,name` names, None without it; a 400 for what the view does not have."""
    if "fields" not in params:
        return None
    names = frozenset(params["fields"].split(","))
    if unknown := sorted(names - view.model_fields.keys()):
        raise BadRequest(f"there is no field {unknown[0][:80]!r}", code="unknown_field", field="fields", allowed=sorted(view.model_fields))
    return names
