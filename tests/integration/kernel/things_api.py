"""An API over the things, some of it broken; requests as API Gateway builds them; and what every problem has."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic import BaseModel

from kernel.http import Api, Body, Id, requires
from kernel.resource import Resource
from kernel.verbs import mount
from kernel.views import View
from tests.callers import ask
from tests.integration.kernel.things import Thing

WHOLE = {"type", "title", "status", "detail", "code", "request_id"}


class ThingView(View):
    name: str
    rank: int


class ThingBody(Body):
    name: str = ""
    rank: int = 0
    extra: dict[str, Any] = {}


things = Api(public=("/v1/open",))
THINGS = Resource(
    name="things", record=Thing, view=ThingView, create=ThingBody, update=ThingBody, filters=("id", "name", "rank", "status", "group_id", "extra")
)
mount(
    things,
    THINGS,
    verbs=("list", "get", "create", "update", "delete", "restore", "timeline"),
)


@things.get("/v1/broken", middlewares=requires("things.read"))
def broken() -> Response[None]:
    raise RuntimeError("secret arn:aws:dynamodb:us-east-1:123:table/tenants")


class Promise(BaseModel):
    number: int


@things.get("/v1/promise", middlewares=requires("things.read"))
def promise() -> Promise:
    return {"number": "none"}  # type: ignore[return-value]


@things.post("/v1/open")
def open_to_all() -> Response[None]:
    return Response(204)


@things.post("/v1/things/<id>/poke", middlewares=requires("things.write"))
def poke(id: Id) -> Response[None]:
    Thing.fetch(id)
    return Response(204)


def event_of(method: str, path: str, body: Any, headers: dict[str, str], **more: Any) -> dict[str, Any]:
    """An event as API Gateway builds it, seen by `ask` on its way in."""
    seen: list[dict[str, Any]] = []
    ask(lambda event, _: seen.append(event) or {"statusCode": 200, "headers": {}}, method, path, body, headers=headers)
    return seen[0] | more


def assert_is_problem(answer: Any, status: int, code: str | None = None) -> None:
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.body) >= WHOLE
    assert answer.body["status"] == status
    assert answer.body["type"] == f"/problems/{answer.body['code']}"
    assert answer.body["request_id"] == "req-1"
    assert code is None or answer.body["code"] == code
    for each in answer.body.get("errors", []):
        assert set(each) == {"field", "pointer", "code", "detail"}
