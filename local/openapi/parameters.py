"""Parameters: those of lists, derived from the declared filters and access paths, and the headers that count."""

from typing import Any

from functions.audit import log
from kernel import query
from kernel.records import Flag, Integer, Time
from kernel.resource import Resource
from kernel.timeline import SORTS
from local.openapi.examples import prefix_of_name
from local.openapi.routes import Operation

Parameter = dict[str, Any]
_WORDS = {"gte": "not below", "lte": "not above", "gt": "above", "lt": "below"}

SHARED: dict[str, Parameter] = {
    "cursor": {
        "name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 2000},
        "description": "`next_cursor` of the page before. It fits the same query by the same caller, for a day."},
    "include_deleted": {
        "name": "include_deleted", "in": "query", "schema": {"type": "boolean", "default": False},
        "description": "Also what was deleted, for those who may change the resource."},
    "limit": {
        "name": "limit", "in": "query", "schema": {
            "type": "integer", "format": "int64", "minimum": 1, "maximum": 999_999_999, "default": query.DEFAULT_LIMIT},
        "description": f"How many at most; more than {query.MAX_LIMIT} are never answered at once."},
    "If-Match": {
        "name": "If-Match", "in": "header", "schema": {"type": "string", "pattern": '^"[0-9]{1,10}"$'}, "example": '"3"',
        "description": "The `ETag` that the change is meant for; 412 when there is a newer version."},
    "If-Match-Required": {
        "name": "If-Match", "in": "header", "required": True, "schema": {"type": "string", "pattern": '^"[0-9]{1,10}"$'}, "example": '"3"',
        "description": "The `ETag` that the change is meant for; 412 when there is a newer version, 428 without it."},
    "Idempotency-Key": {
        "name": "Idempotency-Key", "in": "header", "schema": {"type": "string", "pattern": "^[\\x21\\x23-\\x7e]{1,255}$"},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
        "description": "A POST that comes twice with one key has one effect and one answer, for 24 hours. Quoted or bare."},
    "Origin": {
        "name": "Origin", "in": "header", "required": True, "schema": {"type": "string"},
        "description": "The cookie is only listened to from our own pages; browsers send this by themselves."},
}


def headers(operation: Operation) -> list[Parameter]:
    names = []
    if operation.addressed:
        names.append("If-Match-Required" if operation.match_required else "If-Match")
    if operation.repeatable:
        names.append("Idempotency-Key")
    if {"session": []} in (operation.route.security or []):
        names.append("Origin")
    return [_shared(name) for name in names]


def of_query(operation: Operation) -> list[Parameter]:
    """Parameters of the query that the route does not declare itself."""
    if operation.lists and operation.resource is not None:
        return [*_filters(operation.resource), _sort(operation.resource), *map(_shared, ("limit", "cursor", "include_deleted"))]
    if operation.tells or (operation.feature, operation.path) == ("audit", "/v1/audit/{subject}"):
        sort = {"name": "sort", "in": "query", "schema": {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
                "description": "By version: oldest first, or with a minus newest first."}
        return [sort, _shared("limit"), _shared("cursor")]
    if (operation.feature, operation.path) == ("audit", "/v1/audit"):
        return [*_of_the_audit_log(), _shared("limit"), _shared("cursor")]
    if operation.method == "GET" and operation.tail == "/<id>" and operation.shows_record:
        return [_shared("include_deleted")]
    return []


def _shared(name: str) -> Parameter:
    return {"$ref": f"#/components/parameters/{name}"}


def _filters(resource: Resource) -> list[Parameter]:
    found = []
    for name in resource.filters:
        schema, several = _value(resource, name)
        equal: Parameter = {"name": name, "in": "query", "schema": schema, "description": f"Whose `{name}` is this."}
        if several:
            equal |= {"schema": {"type": "array", "items": schema, "minItems": 1, "maxItems": query.MAX_VALUES, "uniqueItems": True},
                      "style": "form", "explode": False, "description": f"Whose `{name}` is one of these."}
        found.append(equal)
        for operator in operators(resource, name):
            about = f"Whose `{name}` is {_WORDS[operator]} this."
            found.append({"name": f"{name}__{operator}", "in": "query", "schema": schema, "description": about})
    return found


def operators(resource: Resource, name: str) -> list[str]:
    """The operators of a filter beside equality."""
    return sorted(query._OPERATORS)


def _value(resource: Resource, name: str) -> tuple[dict[str, Any], bool]:
    """Schema of one value of a filter, and whether a comma separates several."""
    several = query._takes_several(resource.record, name, resource.choices)
    if name in resource.choices:
        return {"type": "string", "enum": sorted(resource.choices[name])}, several
    match resource.record.get_attributes()["pk" if name == "id" else name]:
        case Integer():
            return {"type": "integer", "format": "int64", "minimum": 1 - 10**18, "maximum": 10**18 - 1}, several
        case Time():
            return {"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00Z"]}, several
        case Flag():
            return {"type": "boolean"}, several
    length = {"minLength": 1, "maxLength": query.MAX_TEXT}
    if several:  # an id: a comma would end it
        id = prefix_of_name(resource.record.prefix if name == "id" else name)
        return {"type": "string", **length, "pattern": "^[^,]+$"} | ({"examples": [id]} if id else {}), several
    return {"type": "string", **length}, several


def _sort(resource: Resource) -> Parameter:
    names = sorted({path.sort for path in resource.record.paths})
    return {"name": "sort", "in": "query", "schema": {"type": "string", "enum": [sign + name for name in names for sign in ("", "-")]},
            "description": "A field, with a minus in descending order. Without it the newest come first."}


def _of_the_audit_log() -> list[Parameter]:
    """Its filters are of a kind of their own: `functions.audit.log` declares them."""
    moment = {"type": "string", "format": "date-time", "examples": ["2026-01-31T12:00:00Z"]}
    return [{"name": name, "in": "query", "schema": moment if name.startswith("recorded_at") else {
        "type": "string", "minLength": 1, "maxLength": log.MAX_TEXT}, "description": _AUDIT[name]} for name in log.ALLOWED]


_AUDIT = {
    "actor": "Who did it: an id of staff, or a worker's name.",
    "recorded_at__gte": "Not before; without it 30 days back.",
    "recorded_at__lt": "Before that.",
    "subject": "The id of a record.",
    "tenant_id": "The tenant whose record it was.",
    "type": "The name of the event, such as `plans.updated`.",
}
