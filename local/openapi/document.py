"""The whole document: Powertools' schema of every feature's handler, merged, with what it leaves out."""

import importlib
import inspect
import json
import tomllib
from typing import Any

from aws_lambda_powertools.event_handler.openapi.models import APIKey, SecurityScheme

from kernel.bulk import actions
from kernel.http import Api
from local.openapi import answers, examples, names, parameters, schemas
from local.openapi.routes import Operation, apis, operations
from local.settings import ROOT

PATH = ROOT / "infra" / "openapi.json"
_ABOUT = """The back office of a SaaS company: plans, tenants, subscriptions, invoices, payments, and who did what.

JSON in `snake_case`; times are RFC 3339 in UTC; money is `{"amount": 4900, "currency": "EUR"}` in minor units, unit prices are decimal
texts in minor units. Errors are RFC 9457 problems. `PATCH` is JSON Merge Patch. An `ETag` is a record's version; `If-Match` is honoured
wherever it is sent."""
_SECURITY = {
    "staff": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The `access_token` of `POST /v1/auth/login`."},
    "session": {"type": "apiKey", "in": "cookie", "name": "__Secure-session", "description": "What renews it, set by signing in."},
}


def text() -> str:
    """The document as it is checked in: sorted and indented."""
    return json.dumps(document(), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def document() -> dict[str, Any]:
    """ValueError where something that the document must say cannot be derived and is not declared."""
    generated = {feature: _generated(module.handler) for feature, module in apis().items()}
    components = schemas.merged({feature: each["components"]["schemas"] for feature, each in generated.items()})
    found = list(operations())
    for each in found:
        if each.lists:
            name, page = schemas.page_of(each)
            components[name] = page
        if each.selects and each.resource:
            view = each.resource.view.__name__
            name, part = schemas.part_of(view, components[view])
            components[name] = part
    paths: dict[str, dict[str, Any]] = {}
    for each in found:
        plain = generated[each.feature]["paths"][each.path][each.method.lower()]
        paths.setdefault(each.path, {})[each.method.lower()] = _operation(each, plain)
    asked = schemas.reached([operation.get("requestBody", {}) for path in paths.values() for operation in path.values()], components)
    answered = schemas.reached([operation["responses"] for path in paths.values() for operation in path.values()], components)
    schemas.close(components, answered, asked)
    _exemplify(found, paths, components)
    _link(paths)
    shared = parameters.share([operation for path in paths.values() for operation in path.values()])
    used = asked | answered | schemas.OWN.keys()
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return {
        "openapi": "3.1.1",
        "info": {"title": "Platform Owner", "version": project["version"], "description": _ABOUT},
        "servers": [{"url": "/"}],
        "tags": [{"name": feature, "description": _about(feature)} for feature in apis()],
        "paths": paths,
        "components": {
            "schemas": {name: schema for name, schema in components.items() if name in used},
            "parameters": shared,
            "responses": answers.shared(),
            "headers": answers.HEADERS,
            "securitySchemes": _SECURITY,
        },
    }


def _generated(handler: Api) -> dict[str, Any]:
    """Powertools checks that the schemes which routes name are there; ours are put in later."""
    schemes: dict[str, SecurityScheme] = {"session": APIKey.model_validate({"name": "session", "in": "cookie"})}
    return dict(json.loads(handler.get_openapi_json_schema(title="", version="1", security_schemes=schemes)))


def _about(feature: str) -> str:
    """What a feature's package, or else its models, say first of themselves."""
    modules = (f"functions.{feature}", f"functions.{feature}.models")
    said = next((doc for name in modules if (doc := inspect.getdoc(importlib.import_module(name)))), "")
    if not said:
        raise ValueError(f"{feature} says nothing of itself: give functions/{feature}/__init__.py a docstring")
    return said.split("\n\n")[0].replace("\n", " ")


def _operation(operation: Operation, plain: dict[str, Any]) -> dict[str, Any]:
    """One operation, from what Powertools says of it. Examples come when all schemas are known."""
    name = names.operation_id(operation)
    query = parameters.of_query(operation)
    declared = [schemas.tidy(each) for each in plain.get("parameters", [])]
    for each in declared:
        if each["in"] == "path":
            own = "examples" in each["schema"] or each["schema"].get("type") == "integer"
            each |= {"example": examples.of(each["schema"], {}, each["name"]) if own else examples.path_id(operation)}
    checked = [each for each in declared if each["in"] == "query"]
    found: dict[str, Any] = {
        "operationId": name,
        "summary": operation.route.summary or names.summary(name),
        "description": names.description(operation),
        "tags": [operation.feature],
        "security": operation.route.security or ([] if operation.public else [{"staff": []}]),
        "responses": answers.success(operation, _content(operation, plain))
        | answers.problems(operation, name, query=bool(query or checked), checked=bool(checked) or "requestBody" in plain)
        | _declared(operation, plain),
    }
    if listed := [*declared, *query, *parameters.headers(operation)]:
        found["parameters"] = listed
    if "requestBody" in plain:
        content = {kind: schemas.tidy(each) for kind, each in plain["requestBody"]["content"].items()}
        if operation.tail == "/bulk" and operation.resource:
            known = {"properties": {"action": {"enum": sorted(actions(operation.api, operation.resource))}}}
            content["application/json"]["schema"] = {"allOf": [content["application/json"]["schema"], known]}
        fields = operation.route.func.__annotations__["body"].model_fields.values()
        found["requestBody"] = {"required": any(field.is_required() for field in fields), "content": content}
    return found


def _content(operation: Operation, plain: dict[str, Any]) -> dict[str, Any] | None:
    declared = (operation.route.responses or {}).get(operation.route.status_code, {}).get("content", {})
    if any("schema" in each for each in declared.values()):
        return dict(declared)
    if operation.shown in (None, type(None)):
        return None
    if operation.lists:
        return {"application/json": {"schema": {"$ref": schemas.PREFIX + schemas.page_of(operation)[0]}}}
    if operation.selects:
        return {"application/json": {"schema": schemas.shown(operation.shown.__name__)}}
    return {kind: schemas.tidy(each) for kind, each in plain["responses"][str(operation.route.status_code)]["content"].items()}


def _declared(operation: Operation, plain: dict[str, Any]) -> dict[str, Any]:
    """Answers that are neither the usual success nor a problem: a 304, or what a protocol of others has in a problem's place."""
    others = {status: each for status, each in (operation.route.responses or {}).items() if status >= 300}
    found: dict[str, Any] = {}
    for status, each in others.items():
        found[str(status)] = schemas.tidy(plain["responses"][str(status)]) if "content" in each else each
        if status >= 400:  # the kernel's own, where the request did not get as far as the protocol
            found[str(status)]["content"] |= answers.problem_content(status)
    return found


def _exemplify(found: list[Operation], paths: dict[str, Any], components: dict[str, Any]) -> None:
    """Requests first: an answer shows what was sent."""
    sent: dict[str, dict[str, Any]] = {}
    for each in sorted(found, key=lambda each: each.route.status_code != 201):
        operation = paths[each.path][each.method.lower()]
        for part in operation.get("requestBody", {}).get("content", {}).values():
            part["example"] = examples.asked(each, part["schema"], components)
            if each.route.status_code == 201:
                sent.setdefault(each.shown.__name__, part["example"])
    for each in found:
        answer = paths[each.path][each.method.lower()]["responses"][str(each.route.status_code)]
        view = each.resource.view if each.lists and each.resource else each.shown
        for kind, part in answer.get("content", {}).items():
            if kind == "application/json" and "example" not in part:
                part["example"] = examples.answered(each, part["schema"], components, sent.get(getattr(view, "__name__", ""), {}))
        for status in each.route.responses or {}:
            for part in paths[each.path][each.method.lower()]["responses"][str(status)].get("content", {}).values():
                part.setdefault("example", examples.of(part.get("schema", {}), components, ""))


def _link(paths: dict[str, Any]) -> None:
    """Where a record that was made can be read."""
    readers: dict[str, str] = {}
    for path in paths.values():
        schema = path.get("get", {}).get("responses", {}).get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
        if shown := schema.get("$ref") or schema.get("anyOf", [{}])[0].get("$ref"):
            readers.setdefault(shown, path["get"]["operationId"])
    for path in paths.values():
        for operation in path.values():
            made = operation["responses"].get("201", {})
            shown = made.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
            if shown in readers:
                made["links"] = {"it": {"operationId": readers[shown], "parameters": {"id": "$response.body#/id"}}}
