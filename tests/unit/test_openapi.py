"""The checked-in OpenAPI document: it is fresh, whole and consistent with itself and with what lists take."""

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from kernel import asked, filters
from kernel.problems import BadRequest
from kernel.records import Json
from kernel.resource import Resource
from local.openapi import examples, schemas
from local.openapi.document import PATH, text
from local.openapi.names import singular, summary
from local.openapi.routes import apis, operations

DOCUMENT: dict[str, Any] = json.loads(PATH.read_text())
SCHEMAS: dict[str, Any] = DOCUMENT["components"]["schemas"]
OPERATIONS = [(method.upper(), path, operation) for path, methods in DOCUMENT["paths"].items() for method, operation in methods.items()]
RESOURCES = {each.resource.path: each.resource for each in operations() if each.lists and each.resource}
AT = datetime(2026, 1, 31, tzinfo=UTC)


def resolved(thing: dict[str, Any]) -> dict[str, Any]:
    if "$ref" not in thing:
        return thing
    found: Any = DOCUMENT
    for part in thing["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """(where, content) of everything that is sent and answered."""
    for kind, content in operation.get("requestBody", {}).get("content", {}).items():
        yield f"request {kind}", content
    for status, response in operation["responses"].items():
        for kind, content in resolved(response).get("content", {}).items():
            yield f"{status} {kind}", content


def test_what_is_checked_in_is_what_the_code_says() -> None:
    assert PATH.read_text() == text(), "run make openapi"


def test_every_route_is_in_it_and_nothing_else() -> None:
    routes = {(route.method, route.openapi_path) for module in apis().values()
              for route in [*module.handler._static_routes, *module.handler._dynamic_routes]}
    assert {(method, path) for method, path, _ in OPERATIONS} == routes


def test_it_names_no_host() -> None:
    assert (DOCUMENT["openapi"], DOCUMENT["servers"]) == ("3.1.1", [{"url": "/"}])


def test_operations_have_unique_readable_names_and_say_what_they_do() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    assert [name for name in names if not re.fullmatch("[a-z]+([A-Z][A-Za-z]*)?", name)] == []
    tags = {tag["name"] for tag in DOCUMENT["tags"]}
    for _, _, operation in OPERATIONS:
        assert operation["summary"] and len(operation["description"]) > 10
        assert len(operation["tags"]) == 1 and operation["tags"][0] in tags
    assert {"listTenants", "getTenant", "createPlan", "suspendTenant", "bulkTenants", "exportInvoices", "markInvoicePaid"} <= set(names)


def test_every_reference_leads_somewhere_and_every_component_is_used() -> None:
    references = set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(DOCUMENT)))
    parts = {f"{kind}/{name}" for kind in ("schemas", "parameters", "responses", "headers") for name in DOCUMENT["components"][kind]}
    assert references - parts == set()
    assert parts - references == set()


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=lambda value: value if isinstance(value, str) else "")
def test_examples_are_what_their_schemas_say(method: str, path: str, operation: dict[str, Any]) -> None:
    for where, content in contents(operation):
        if "html" not in where and path != "/v1/openapi.json":
            schema = {**content["schema"], "components": DOCUMENT["components"]}
            assert [error.message for error in Draft202012Validator(schema).iter_errors(content["example"])] == [], where


def test_success_has_its_real_status_and_problems_are_problems() -> None:
    for method, path, operation in OPERATIONS:
        good = [status for status in operation["responses"] if status.startswith("2")]
        assert len(good) == 1, path
        assert method != "DELETE" or good == ["204"]
        for status in operation["responses"]:
            content = resolved(operation["responses"][status]).get("content", {})
            assert status < "400" or status == "429" or "application/problem+json" in content, f"{path} {status}"
        if good == ["201"]:
            assert {"ETag", "Location"} <= operation["responses"]["201"]["headers"].keys(), path


def test_who_is_asked_to_sign_in_and_who_is_not() -> None:
    free = {operation["operationId"] for _, _, operation in OPERATIONS if operation["security"] == []}
    assert free == {
        "login", "acceptInvitation", "answerChallenge", "readPublicStatus", "readArticle", "readArticles", "voteOnArticle", "receiveLead",
        "readContract", "requestContractCode", "signContract", "declineContract", "receiveRazorpayEventOfGateway", "receiveStripeEvent",
        "receiveStripeEventOfGateway", "getOpenAPIDocument", "getDocumentation"}
    cookie = {operation["operationId"] for _, _, operation in OPERATIONS if operation["security"] == [{"session": []}]}
    assert cookie == {"refresh", "logout"}
    for _, path, operation in OPERATIONS:
        assert ("401" in operation["responses"]) == (operation["security"] != [] or path in ("/v1/auth/login", "/v1/auth/mfa")), path


def test_a_body_says_that_it_takes_no_other_fields() -> None:
    sent = schemas.reached([operation.get("requestBody") for _, _, operation in OPERATIONS], SCHEMAS) - {"Evaluation"}  # OFREP may grow
    assert [name for name in sent if "properties" in SCHEMAS[name] and SCHEMAS[name].get("additionalProperties") is not False] == []


@pytest.mark.parametrize("resource", RESOURCES.values(), ids=lambda resource: resource.path)
def test_a_list_takes_every_parameter_that_is_documented_and_documents_every_one_that_it_takes(resource: Resource) -> None:
    listed = {each["name"]: each for each in map(resolved, DOCUMENT["paths"][resource.path]["get"]["parameters"])}

    def read(name: str, value: str) -> None:
        asked.read({name: value}, kind=resource.record, filters=resource.filters, choices=resource.choices, principal="p", now=AT)

    own = listed.keys() - {"q", "cursor", "fields"}
    for name in own:
        schema = listed[name]["schema"]
        for value in schema.get("enum") or [examples.of(schema.get("items", schema), SCHEMAS, name)]:
            read(name, json.dumps(value).strip('"'))
    plain = [field for field in resource.filters if not isinstance(filters.attribute_of(resource.record, field), Json)]
    for name in {f"{field}__{operator}" for field in plain for operator in filters.OPERATORS} - own:
        with pytest.raises(BadRequest):
            read(name, "1")


def test_two_different_models_of_one_name_are_refused() -> None:
    one, other = {"type": "object", "properties": {"a": {"type": "string"}}}, {"type": "object", "properties": {"a": {"type": "integer"}}}
    assert schemas.merged({"plans": {"Same": one}, "tenants": {"Same": one}})["Same"] == one
    with pytest.raises(ValueError, match="plans and tenants have different models called Same"):
        schemas.merged({"plans": {"Same": one}, "tenants": {"Same": other}})


@pytest.mark.parametrize(("many", "one"), [("tenants", "tenant"), ("test-clocks", "test-clock"), ("entries", "entry"), ("staff", "staff")])
def test_one_of_many(many: str, one: str) -> None:
    assert singular(many) == one


@pytest.mark.parametrize(("name", "words"), [
    ("markInvoicePaid", "Mark invoice paid"), ("getInvoicePDF", "Get invoice PDF")])
def test_a_summary_is_the_name_in_words(name: str, words: str) -> None:
    assert summary(name) == words
