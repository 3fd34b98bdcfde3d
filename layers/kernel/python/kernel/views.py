"""What a caller sees of a record: a declared view, filled straight from the stored item by a projection compiled once.

A list of 50 goes from DynamoDB's JSON to the answer without building a model; OpenAPI is made from the same view.
"""

from collections.abc import Callable
from datetime import datetime
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel, ConfigDict
from pydantic_core import from_json

from kernel.dynamodb import Item
from kernel.money import Money
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


@cache
def projection(record: type[Record], view: type[BaseModel]) -> Callable[[Item], dict[str, Any]]:
    """From an item to what is shown of it: one expression, compiled, since a call per field would cost three times as much.

    KeyError, when the feature is imported, for a view field that the record lacks."""
    attributes = record.get_attributes()
    fields = [f"{name!r}: {_source(name, info.annotation, attributes['pk' if name == 'id' else name])}"
              for name, info in view.model_fields.items()]
    made: Callable[[Item], dict[str, Any]] = eval(f"lambda item: {{{', '.join(fields)}}}", {"loads": from_json})
    return made


def _source(name: str, annotation: Any, attribute: Any) -> str:
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


def shown(record: type[Record], view: type[BaseModel], item: Item) -> dict[str, Any]:
    return projection(record, view)(item)
