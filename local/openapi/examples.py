"""Examples: request bodies from the samples in `events/`, everything else from what the schemas say."""

import json
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from kernel.records import Record
from local.openapi.routes import Operation
from local.openapi.schemas import PREFIX, Schema
from local.settings import ROOT

MOMENT = "2026-01-31T12:00:00.000000Z"
_ULID = "01KG9CPJ00Z3CTVKTZZX3PQN7M"
# Ids that are named after what they are to the record, not after what they are.
_ROLES = {"owner": "stf", "parent": "txn", "clock": "clk", "issuer": "set", "message": "msg"}
_TEXTS = (("email", "billing@example.com"), ("url", "https://example.com/"), ("sha256", "0" * 64), ("digest", "0" * 64), ("hash", "0" * 64))


@cache
def _prefixes() -> dict[str, str]:
    """{"payment_method": "pmt"} of every record."""
    return {re.sub("(?<!^)(?=[A-Z])", "_", kind.__name__).lower(): kind.prefix for kind in Record.__subclasses__()} | _ROLES


def prefix_of_name(name: str) -> str | None:
    """An id for a field such as `tenant_id`, or for the prefix `ten` itself."""
    prefix = name if len(name) == 3 else _prefixes().get(name.removesuffix("_id"))
    return f"{prefix}_{_ULID}" if prefix else None


def path_id(operation: Operation) -> str:
    kind = operation.resource.record if operation.resource else None
    return f"{kind.prefix if kind else 'pln'}_{_ULID}"


@cache
def _samples(feature: str) -> list[dict[str, Any]]:
    """The sample requests of a feature that are JSON, in order of their names."""
    found = []
    for path in sorted((ROOT / "events" / feature).glob("api-*.json")):
        event = json.loads(path.read_text())
        try:
            found.append(event["requestContext"]["http"] | {"body": json.loads(event.get("body") or "null")})
        except ValueError:
            continue
    return found


def asked(operation: Operation, schema: Schema, schemas: Mapping[str, Schema]) -> Any:
    """An example of a request body: a sample that the schema takes, or the least that can be sent."""
    for sample in _samples(operation.feature):
        if sample["method"] == operation.method and operation.route.rule.match(sample["path"]) and valid(sample["body"], schema, schemas):
            return sample["body"]
    model, *narrower = (_resolved(each, schemas) for each in schema.get("allOf", [schema]))
    fields = model["properties"] | {name: each for part in narrower for name, each in part["properties"].items()}
    made = {name: of(fields[name], schemas, name) for name in model.get("required") or list(fields)[:1]}
    return made | ({"ids": [path_id(operation)]} if "ids" in fields else {})


def answered(operation: Operation, schema: Schema, schemas: Mapping[str, Schema], known: Mapping[str, Any]) -> Any:
    """An example of an answer: what the schema says, with the values of `known`, an example of what was sent."""
    made = of(schema, schemas, "")
    view = operation.resource.view if operation.lists and operation.resource else operation.shown
    if view in operation.api.shows:
        each, fields = made["data"][0] if operation.lists else made, schemas[view.__name__]["properties"]
        each["id"] = f"{operation.api.shows[view][0].prefix}_{_ULID}"
        each |= {name: value for name, value in known.items() if name in fields and valid(value, fields[name], schemas)}
    return made


def valid(value: Any, schema: Schema, schemas: Mapping[str, Schema]) -> bool:
    return bool(Draft202012Validator({**schema, "components": {"schemas": dict(schemas)}}).is_valid(value))


def of(schema: Schema, schemas: Mapping[str, Schema], name: str) -> Any:
    """The plainest value of a schema; `name` is the field's."""
    schema = _resolved(schema, schemas)
    if "examples" in schema:
        return schema["examples"][0]
    for key in ("default", "const"):
        if key in schema:
            return schema[key]
    if "enum" in schema:
        return schema["enum"][0]
    if "anyOf" in schema:
        options = [_resolved(each, schemas) for each in schema["anyOf"]]
        return None if {"type": "null"} in options else of(options[0], schemas, name)
    kind = schema.get("type")
    match kind[-1] if isinstance(kind, list) else kind:
        case "null":
            return None
        case "object":
            return {inner: of(each, schemas, inner) for inner, each in schema.get("properties", {}).items()}
        case "array":
            filled = schema.get("items") and (schema.get("minItems") or name in ("data", "lines"))
            return [of(schema["items"], schemas, name)] if filled else []
        case "integer" | "number":
            return max(1, schema.get("minimum", 1))
        case "boolean":
            return False
    return _text(schema, name)


def _text(schema: Schema, name: str) -> str:
    match schema.get("format"):
        case "date-time":
            return MOMENT
        case "date":
            return MOMENT[:10]
    if (name == "id" or name.endswith("_id")) and (id := prefix_of_name("pln" if name == "id" else name)):
        return id
    return next((text for part, text in _TEXTS if part in name), name.replace("_", " ").capitalize() or "…")


def _resolved(schema: Schema, schemas: Mapping[str, Schema]) -> Schema:
    if "$ref" not in schema:
        return schema
    beside = {key: value for key, value in schema.items() if key != "$ref"}
    return _resolved(schemas[schema["$ref"].removeprefix(PREFIX)], schemas) | beside
