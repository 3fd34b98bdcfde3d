"""What a caller sees of a record: a declared view, filled straight from the stored item by a projection compiled once.

A list of 50 goes from DynamoDB's JSON to the answer without building a model; OpenAPI is made from the same view.
"""

import json
from collections.abc import Callable, Container, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from kernel.dynamodb import Item
from kernel.money import Money
from kernel.problems import BadRequest
from kernel.records import Flag, Integer, Json, Record


class View(BaseModel):
    """Base of every view: the fields that all records have. A field of type `Money` joins an amount with the record's currency."""

    id: str
    version: int
    created_at: datetime
    updated_at: datetime
    deleted_at: datetime | None = None
    extra: dict[str, Any]


COMMON = ("id", "created_at", "updated_at", "deleted_at", "extra")  # what every list can be filtered by

_Reader = Callable[[Item], Any]


@cache
def projection(record: type[Record], view: type[BaseModel]) -> Mapping[str, _Reader]:
    """{field: how to read it from an item}. KeyError, when the feature is imported, for a view field that the record lacks."""
    attributes = record.get_attributes()
    return {name: _reader(name, info.annotation, attributes["pk" if name == "id" else name]) for name, info in view.model_fields.items()}


def _reader(name: str, annotation: Any, attribute: Any) -> _Reader:
    column = "pk" if name == "id" else name
    if annotation is Money or Money in get_args(annotation):
        return lambda item: {"amount": int(item[column]["N"]), "currency": item["currency"]["S"]} if column in item else None
    match attribute:
        case Integer():
            return lambda item: int(item[column]["N"]) if column in item else None
        case Flag():
            return lambda item: item[column]["BOOL"] if column in item else None
        case Json():
            return lambda item: json.loads(item[column]["S"]) if column in item else None
    return lambda item: item[column]["S"] if column in item else None


def shown(record: type[Record], view: type[BaseModel], item: Item) -> dict[str, Any]:
    return {name: read(item) for name, read in projection(record, view).items()}


def shown_all(record: type[Record], view: type[BaseModel], items: Iterable[Item],
              only: Container[str] | None = None) -> list[dict[str, Any]]:
    """Many items at once, with all fields of the view or those that are named."""
    readers = [(name, read) for name, read in projection(record, view).items() if only is None or name in only]
    return [{name: read(item) for name, read in readers} for item in items]


def wanted(view: type[BaseModel], params: Mapping[str, str]) -> frozenset[str] | None:
    """The fields that `fields=id,name` names, None without it; a 400 for what the view does not have."""
    if "fields" not in params:
        return None
    names = frozenset(params["fields"].split(","))
    if unknown := sorted(names - view.model_fields.keys()):
        raise BadRequest(f"there is no field {unknown[0][:80]!r}", code="unknown_field", field="fields", allowed=sorted(view.model_fields))
    return names
