"""Component schemas: what Pydantic says of our models, made exact and without noise."""

from collections.abc import Iterator, Mapping
from typing import Any

from kernel.money import CURRENCIES
from local.openapi.routes import Operation

Schema = dict[str, Any]
PREFIX = "#/components/schemas/"
TEXT: Schema = {"type": "string"}

PROBLEM: Schema = {
    "description": "What went wrong (RFC 9457). `code` is for machines, `detail` a sentence for people; `errors` names the fields."
                   " Further members depend on `code`, such as `allowed` with the values that would have been taken.",
    "type": "object",
    "required": ["type", "title", "status", "code", "detail", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference", "description": "`/problems/` and the code."},
        "title": TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "code": {"type": "string", "pattern": "^[a-z][a-z0-9_]*$"},
        "detail": TEXT,
        "request_id": {"type": "string", "description": "By which the request is found in our log."},
        "errors": {"type": "array", "items": {"$ref": PREFIX + "FieldError"}},
    },
}
FIELD_ERROR: Schema = {
    "description": "One field that was refused: as a dotted path and as a JSON pointer (RFC 6901).",
    "type": "object",
    "required": ["field", "pointer", "code", "detail"],
    "additionalProperties": False,
    "properties": {"field": TEXT, "pointer": TEXT, "code": TEXT, "detail": TEXT},
}
THROTTLED: Schema = {
    "description": "What the gateway itself says, before a request reaches us.",
    "type": "object",
    "required": ["message"],
    "properties": {"message": TEXT},
}
CURRENCY: Schema = {"description": "An active ISO 4217 code.", "type": "string", "enum": sorted(CURRENCIES), "examples": ["EUR"]}
OWN = {"Problem": PROBLEM, "FieldError": FIELD_ERROR, "GatewayMessage": THROTTLED, "Currency": CURRENCY}
_POWERTOOLS = {"HTTPValidationError", "ValidationError", "ResponseValidationError", "Page"}


def merged(parts: Mapping[str, Mapping[str, Schema]]) -> dict[str, Schema]:
    """The schemas of all features {feature: {name: schema}}. ValueError where two different ones have one name."""
    found: dict[str, Schema] = dict(OWN)
    owner = dict.fromkeys(OWN, "the document itself")
    for feature, schemas in parts.items():
        for name, schema in schemas.items():
            if name in _POWERTOOLS:
                continue
            exact = tidy(schema)
            if found.setdefault(name, exact) != exact:
                raise ValueError(f"{owner[name]} and {feature} have different models called {name}: rename one")
            owner.setdefault(name, feature)
    return found


def tidy(schema: Schema) -> Schema:
    """Without titles that repeat names, bounds as whole numbers, integers as int64, currencies as their codes."""
    if schema.get("pattern") == "^[A-Z]{3}$":
        return {"$ref": PREFIX + "Currency"} | {key: schema[key] for key in ("default",) if key in schema}
    found: Schema = {}
    for key, value in schema.items():
        if key == "title" and isinstance(value, str):
            continue
        if key in ("properties", "$defs", "patternProperties"):
            found[key] = {name: tidy(inner) for name, inner in value.items()}
        elif key in ("default", "examples", "enum", "const"):
            found[key] = value
        elif isinstance(value, dict):
            found[key] = tidy(value)
        elif isinstance(value, list):
            found[key] = [tidy(inner) if isinstance(inner, dict) else inner for inner in value]
        else:
            found[key] = int(value) if isinstance(value, float) and value.is_integer() else value
    if found.get("type") == "integer":
        found.setdefault("format", "int64")
    if found.get("description"):
        found["description"] = " ".join(found["description"].split())
    return found


def close(schemas: dict[str, Schema], answered: set[str], asked: set[str]) -> None:
    """An answer always has all members of its schema and no other. A patch is of something, and has no defaults: what is not sent stays.
    What is sent is stripped of space around it before it is measured."""
    for name in answered - asked - OWN.keys():
        if "properties" in schemas[name] and not name.endswith(("Fields", "Page")):
            schemas[name]["required"] = sorted(schemas[name]["properties"])
            schemas[name].setdefault("additionalProperties", False)
    for name in asked:
        fields = schemas[name].get("properties", {}).values()
        if name.endswith("Update"):
            schemas[name]["minProperties"] = 1
            for each in fields:
                each.pop("default", None)
        for each in [option for field in fields for option in (field, *field.get("anyOf", []))]:
            if each.get("minLength"):
                each.setdefault("pattern", "\\S")


def shown(view: str) -> Schema:
    """A view, whole or in part."""
    return {"anyOf": [{"$ref": PREFIX + view}, {"$ref": PREFIX + view.removesuffix("View") + "Fields"}]}


def reached(start: Any, schemas: Mapping[str, Schema]) -> set[str]:
    """Names of all components that a piece of the document leads to."""
    found: set[str] = set()
    waiting = list(_references(start))
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += _references(schemas[name])
    return found


def _references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str) and value["$ref"].startswith(PREFIX):
            yield value["$ref"].removeprefix(PREFIX)
        for inner in value.values():
            yield from _references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _references(inner)


def part_of(view: str, schema: Schema) -> tuple[str, Schema]:
    """Name and schema of a view of which `fields=` shows some members only."""
    fields = {"description": f"The members of {view} that `fields` names."} | {key: schema[key] for key in ("type", "properties")}
    return view.removesuffix("View") + "Fields", fields | {"additionalProperties": False}


def page_of(operation: Operation) -> tuple[str, Schema]:
    """Name and schema of a page of a resource's views."""
    assert operation.resource is not None
    view = operation.resource.view.__name__
    return view.removesuffix("View") + "Page", {
        "type": "object",
        "required": ["data", "next_cursor"],
        "additionalProperties": False,
        "properties": {
            "data": {"type": "array", "maxItems": 100, "items": shown(view)},
            "next_cursor": {"type": ["string", "null"], "description": "What `cursor` is for the next page; null where there is none."},
            "partial": {"const": True, "description": "A search had too much to look at for filling the page."},
        },
    }
