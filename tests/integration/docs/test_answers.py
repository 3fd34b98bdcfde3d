"""What the functions really answer is what the document says, with everything that may be null once null and once not."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker
from pynamodb.attributes import Attribute

from kernel import ids
from kernel.audit import Actor, Payload
from kernel.commit import commit
from kernel.records import Flag, Integer, Json, Record, Time
from kernel.resource import Resource
from local.openapi.examples import of
from local.openapi.routes import operations
from tests.callers import ask

pytestmark = pytest.mark.usefixtures("aws")

DOCUMENT: dict[str, Any] = json.loads((Path(__file__).parents[3] / "infra" / "openapi.json").read_text())
SCHEMAS = DOCUMENT["components"]["schemas"]
OPERATIONS = {(each.method, each.path): each for each in operations()}
RESOURCES: dict[str, Resource] = {each.resource.path: each.resource for each in OPERATIONS.values() if each.lists and each.resource}
AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
FULL = {"credits": {"amount": 1, "refill": None, "day": 1}}  # what may be null, and is no empty object
PRIVATE = {"/v1/staff/views"}  # nobody sees another's, and these records are of nobody
# What can be made of an example alone: it names no other record.
MADE = ["/v1/gateways", "/v1/plans", "/v1/settings/issuers", "/v1/settings/tax-rates", "/v1/staff/views", "/v1/tenants", "/v1/test-clocks"]


class Noted(Payload, event="docs.noted"):
    pass


def wrong(method: str, path: str, answer: Any) -> list[str]:
    """What of an answer is not as documented."""
    schema = DOCUMENT["paths"][path][method.lower()]["responses"][str(answer.status)]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": DOCUMENT["components"]}, format_checker=FormatChecker())
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(answer.body)]


def example(resource: Resource) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][resource.path]["get"]["responses"]["200"]["content"]["application/json"]["example"]["data"][0]
    return found


def value(resource: Resource, name: str, attribute: Attribute[Any]) -> Any:
    """A value for an attribute: that of the example, or where that is null a plain one."""
    shown = example(resource).get(name)
    if isinstance(attribute, Integer):
        return shown["amount"] if isinstance(shown, dict) else shown or 1
    if isinstance(attribute, Time):
        return AT
    if isinstance(attribute, Flag):
        return bool(shown)
    field = SCHEMAS[resource.view.__name__]["properties"].get(name, {"type": "string"})
    if isinstance(attribute, Json):
        known = FULL.get(name) if shown is None else shown
        return of(field.get("anyOf", [field])[0], SCHEMAS, name) if known is None else known
    return shown or of(field.get("anyOf", [field])[0], SCHEMAS, name)


def stored(resource: Resource, *, full: bool) -> str:
    """Id of a record with all its fields, or with those alone that it cannot be without."""
    own = {name: each for name, each in resource.record.get_attributes().items() if name not in Record.get_attributes()}
    needed = {name: each for name, each in own.items() if not each.null and (full or each.default is None)}
    more = {name: each for name, each in own.items() if each.null} if full else {}
    values = {name: value(resource, name, each) for name, each in {**needed, **more}.items()}
    if full:
        values |= {"stuck": "it failed", "next_action_at": AT, "clock_id": ids.new("clk"), "extra": {"tier": "gold"}}
    record = resource.record(ids.new(resource.record.prefix), **values)
    commit((record, Noted()), actor=Actor(id="test"), at=AT)
    return str(record.id)


def asked(method: str, path: str, headers: dict[str, str], body: Any = None, *, id: str = "", **query: str) -> Any:
    return ask(OPERATIONS[method, path].api, method, path.replace("{id}", id), body, headers=headers, **query)


@pytest.fixture(params=RESOURCES, ids=str)
def resource(request: pytest.FixtureRequest) -> Resource:
    return RESOURCES[request.param]


@pytest.mark.parametrize("full", [False, True], ids=["bare", "full"])
def test_records_are_shown_as_documented(resource: Resource, owner: dict[str, str], full: bool) -> None:
    id = stored(resource, full=full)
    listed = asked("GET", resource.path, owner)
    part = asked("GET", resource.path, owner, fields="id")
    assert [each["id"] for each in listed.body["data"] + part.body["data"]] == [id] * 2 or resource.path in PRIVATE
    assert wrong("GET", resource.path, listed) + wrong("GET", resource.path, part) == []
    for path in (f"{resource.path}/{{id}}", f"{resource.path}/{{id}}/timeline"):
        answer = asked("GET", path, owner, id=id)
        assert answer.status == (404 if resource.path in PRIVATE else 200), answer.body
        assert answer.status == 404 or wrong("GET", path, answer) == []


@pytest.mark.parametrize("path", MADE)
def test_the_examples_are_taken_and_answered_as_documented(path: str, owner: dict[str, str]) -> None:
    operation = DOCUMENT["paths"][path]["post"]
    made = asked("POST", path, owner, operation["requestBody"]["content"]["application/json"]["example"])
    assert made.status == 201, made.body
    assert wrong("POST", path, made) == []
    assert {"ETag", "Location"} <= made.headers.keys()
    assert wrong("GET", f"{path}/{{id}}", asked("GET", f"{path}/{{id}}", owner, id=made.body["id"])) == []


def test_problems_are_as_documented(owner: dict[str, str]) -> None:
    answers = [asked("GET", "/v1/plans", {}), asked("GET", "/v1/plans", owner, colour="red"), asked("POST", "/v1/plans", owner, {}),
               asked("GET", "/v1/plans/{id}", owner, id="pln_x"), asked("POST", "/v1/plans", owner, "{")]
    assert [answer.status for answer in answers] == [401, 400, 422, 404, 400]
    problem = Draft202012Validator({"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]})
    assert [error.message for answer in answers for error in problem.iter_errors(answer.body)] == []
