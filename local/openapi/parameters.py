"""Parameters: those of lists, derived from the declared filters and access paths, and the headers that count."""

import json
from collections import Counter
from typing import Any

from functions.audit import log
from kernel import asked, filters, search
from kernel.records import Flag, Integer, Time
from kernel.resource import Resource
from kernel.timeline import SORTS
from local.openapi.examples import prefix_of_name
from local.openapi.routes import Operation

Parameter = dict[str, Any]
_ONE = f"one of these, at most {filters.MAX_VALUES} different ones"
_WORDS = {"gte": "not below this", "lte": "not above this", "gt": "above this", "lt": "below this", "contains": "a text that holds this",
          "startswith": "a text that begins with this", "isnull": "null, or with `false` not null", "in": _ONE}
_MOMENT = {"anyOf": [{"type": "string", "format": "date-time"}, {"type": "string", "pattern": "^[-+]?[0-9]{1,4}[mhdw]$"}],
           "examples": ["2026-01-31T12:00:00Z", "-30d"]}

_SOUGHT = {
    "name": "q", "in": "query", "schema": {"type": "string", "minLength": 1, "maxLength": search.MAX_QUERY}, "example": "acme",
    "description": "Words, or beginnings of words, that all are found. Case and diacritics do not count."}
_AFTER = {"name": "after", "in": "query", "schema": {"type": "string"}, "example": "2026-01-31T12:00:00.000000Z",
          "description": "The newest `cursor` that one was told. Without it the answer says only where one stands."}
_CURRENCY = {"name": "currency", "in": "query", "schema": {"type": "string", "minLength": 3, "maxLength": 3}, "example": "EUR",
             "description": "Without it the company's own."}
_DAY = {"type": "string", "format": "date", "examples": ["2026-01-31"]}
_OF_FIGURES: dict[str, list[Parameter]] = {
    "/v1/insights/forecast": [_CURRENCY],
    "/v1/insights/revenue": [
        {"name": "from", "in": "query", "schema": _DAY, "description": "The first day; without it that of the eleventh month before."},
        {"name": "to", "in": "query", "schema": _DAY, "description": "The last day; without it today."},
        {"name": "interval", "in": "query", "schema": {"type": "string", "enum": ["day", "month"], "default": "month"},
         "description": "How long each part is; of days, at most 400 are shown."}, _CURRENCY]}
# Lists of what lies below a record, by what can be said of their pages.
_PAGED = {"/v1/tickets/{id}/replies": ("limit", "cursor"), "/v1/contracts/{id}/versions": ("cursor",)}
_TAG = {"type": "string", "minLength": 3, "maxLength": 12, "pattern": '^"[0-9]{1,10}"$'}

SHARED: dict[str, Parameter] = {
    "cursor": {
        "name": "cursor", "in": "query", "schema": {"type": "string", "maxLength": 2000},
        "description": "`next_cursor` of the page before. It fits the same query by the same caller, for a day."},
    "include_deleted": {
        "name": "include_deleted", "in": "query", "schema": {"type": "boolean", "default": False},
        "description": "Also what was deleted, for those who may change the resource."},
    "limit": {
        "name": "limit", "in": "query", "schema": {
            "type": "integer", "format": "int64", "minimum": 1, "maximum": 999_999_999, "default": asked.DEFAULT_LIMIT},
        "description": f"How many at most; more than {asked.MAX_LIMIT} are never answered at once."},
    "If-Match": {
        "name": "If-Match", "in": "header", "schema": _TAG, "example": '"3"',
        "description": "The `ETag` that the change is meant for; 412 when there is a newer version."},
    "If-Match-Required": {
        "name": "If-Match", "in": "header", "required": True, "schema": _TAG, "example": '"3"',
        "description": "The `ETag` that the change is meant for; 412 when there is a newer version, 428 without it."},
    "Idempotency-Key": {
        "name": "Idempotency-Key", "in": "header", "schema": {
            "type": "string", "minLength": 1, "maxLength": 257, "pattern": '^(?!""?$)"?[\\x21-\\x7e]{1,255}"?$'},
        "example": "8e03978e-40d5-43dd-bc93-6894a57f9324",
        "description": "A POST that comes twice with one key has one effect and one answer, for 24 hours. Quoted or bare."},
    "Origin": {
        "name": "Origin", "in": "header", "required": True, "schema": {"type": "string"},
        "description": "The cookie is only listened to from our own pages, and sockets only open there; browsers send this by themselves."},
}


def headers(operation: Operation) -> list[Parameter]:
    names = []
    if operation.addressed:
        names.append("If-Match-Required" if operation.match_required else "If-Match")
    if operation.repeatable:
        names.append("Idempotency-Key")
    if {"session": []} in (operation.route.security or []) or operation.path == "/v1/realtime/ticket":
        names.append("Origin")
    return [_shared(name) for name in names]


def of_query(operation: Operation) -> list[Parameter]:
    """Parameters of the query that the route does not declare itself."""
    if operation.lists and operation.resource is not None:
        own = [each for name in operation.resource.filters for each in _filters(operation.resource, name)]
        own += [_SOUGHT] if operation.resource.record.searched else []
        return [*own, _sort(operation.resource), _fields(operation.resource), *map(_shared, ("limit", "cursor", "include_deleted"))]
    if operation.tells or (operation.feature, operation.path) == ("audit", "/v1/audit/{subject}"):
        sort = {"name": "sort", "in": "query", "schema": {"type": "string", "enum": list(SORTS), "default": SORTS[0]},
                "description": "By version: oldest first, or with a minus newest first."}
        return [sort, _shared("limit"), _shared("cursor")]
    if (operation.feature, operation.path) == ("audit", "/v1/audit"):
        return [*_of_the_audit_log(), _shared("limit"), _shared("cursor")]
    if operation.path == "/v1/search":
        return [_SOUGHT | {"required": True}, SHARED["limit"] | {"description": "How many at most; more than 50 are never answered."}]
    if operation.path in _OF_FIGURES:
        return list(_OF_FIGURES[operation.path])
    if operation.method == "GET" and operation.path in _PAGED:
        return [_shared(name) for name in _PAGED[operation.path]]
    if operation.path == "/v1/realtime/events":
        return [_AFTER]
    if operation.gets and operation.resource is not None:
        deleted = [_shared("include_deleted")] if operation.shows_deleted else []
        return [*deleted, *([_fields(operation.resource)] if operation.selects else [])]
    return []


def share(operations: list[dict[str, Any]]) -> dict[str, Parameter]:
    """Puts references where operations have equal parameters of a name; returns what they refer to."""
    counted = Counter(json.dumps(each, sort_keys=True) for operation in operations for each in operation.get("parameters", [])
                      if each.get("in") == "query")
    found: dict[str, Parameter] = {}
    for text, times in sorted(counted.items(), key=lambda item: (-item[1], item[0])):
        parameter = json.loads(text)
        if times > 1 and parameter["name"] not in SHARED:
            found.setdefault(parameter["name"], parameter)
    for operation in operations:
        for index, each in enumerate(operation.get("parameters", [])):
            if each == found.get(each.get("name", "")):
                operation["parameters"][index] = _shared(each["name"])
    return SHARED | found


def _shared(name: str) -> Parameter:
    return {"$ref": f"#/components/parameters/{name}"}


def _filters(resource: Resource, name: str) -> list[Parameter]:
    """Equality and the operators of a filter. What lies within JSON has no parameter, for nobody knows its name."""
    if filters.is_object(filters.attribute_of(resource.record, name)):
        return []
    one = _value(resource, name)
    item = {key: each for key, each in one.items() if key != "maxLength"}  # one with a comma in it arrives as two
    several = {"schema": {"type": "array", "items": item, "minItems": 1}, "style": "form", "explode": False}
    many = several if filters._takes_several(resource.record, name, resource.choices) else {"schema": one}
    this = _ONE if many is several else "this"
    found = [{"name": name, "in": "query", "description": f"Whose `{name}` is {this}.", **many},
             {"name": f"{name}__ne", "in": "query", "description": f"Whose `{name}` is null or not {this}.", **many}]
    for operator in sorted(filters._possible(resource.record, name, resource.choices) - {"ne"}):
        how = several if operator == "in" else {"schema": {"type": "boolean"} if operator == "isnull" else _narrowed(one, operator)}
        found.append({"name": f"{name}__{operator}", "in": "query", "description": f"Whose `{name}` is {_WORDS[operator]}.", **how})
    return found


def _narrowed(schema: dict[str, Any], operator: str) -> dict[str, Any]:
    return schema | {"minLength": 1} if operator in ("contains", "startswith") else schema


def _value(resource: Resource, name: str) -> dict[str, Any]:
    """Schema of one value of a filter."""
    if name in resource.choices:
        return {"type": "string", "enum": sorted(resource.choices[name])}
    match filters.attribute_of(resource.record, name):
        case Integer():
            return {"type": "integer", "format": "int64", "minimum": 1 - 10**18, "maximum": 10**18 - 1}
        case Time():
            return _MOMENT
        case Flag():
            return {"type": "boolean"}
    id = prefix_of_name(resource.record.prefix if name == "id" else name)
    return {"type": "string", "maxLength": filters.MAX_TEXT} | ({"examples": [id]} if id else {})


def _sort(resource: Resource) -> Parameter:
    names = asked._sorts(resource.record, resource.filters)
    return {"name": "sort", "in": "query", "schema": {"type": "string", "enum": [sign + name for name in names for sign in ("", "-")]},
            "description": "A field, with a minus in descending order. Without it the newest come first."}


def _fields(resource: Resource) -> Parameter:
    schema = {"type": "array", "minItems": 1, "items": {"type": "string", "enum": sorted(resource.view.model_fields)}}
    return {"name": "fields", "in": "query", "style": "form", "explode": False, "schema": schema, "description": "Show these fields only."}


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
