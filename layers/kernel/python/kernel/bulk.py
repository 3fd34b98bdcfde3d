"""One verb for many records: each is asked for on its own, with its own result, as if it had come alone."""

import json
import time
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Route
from pydantic import BaseModel, Field

from kernel import query
from kernel.http import Api, Body, is_alone, requires
from kernel.problems import BadRequest, Invalid, Unavailable
from kernel.resource import Resource

MOST = 100
BUDGET = 12  # seconds: what is not reached by then is left for another request
_Id = Annotated[str, Field(pattern="^[a-z]{3}_[A-Za-z0-9_]{1,60}$")]


class Bulk(Body):
    """`action`: `update`, `delete`, or the last part of a POST's address, such as `suspend`; `body` is what each of them is sent.

    It counts as often as there are records: towards limits and credits that have no room for all of them, none is touched (429).
    Which records: `ids`, or up to 100 that a `filter` finds, with the names and values of the list's query; then `cursor` goes on.
    `etags` are the versions that must still be the newest, where that matters, by id.
    """

    action: str = Field(pattern="^[a-z]+(-[a-z]+)*$", max_length=40, examples=["delete"])
    ids: list[_Id] | None = Field(default=None, min_length=1, max_length=MOST)
    filter: dict[str, str] | None = Field(default=None, min_length=1, max_length=20)
    cursor: str | None = Field(default=None, max_length=1000)
    body: dict[str, Any] = {}
    etags: dict[_Id, str] = Field(default={}, max_length=MOST)


class BulkItem(BaseModel):
    """What became of one record: the status that it would have been answered alone, its new ETag, or the problem."""

    id: str
    status: int
    etag: str | None = None
    problem: dict[str, Any] | None = None


class BulkResult(BaseModel):
    """One result for each record, in the order in which they were asked for."""

    data: list[BulkItem]
    next_cursor: str | None


def mount_bulk(api: Api, resource: Resource) -> None:
    def bulk(body: Bulk) -> Response[BulkResult]:
        method, suffix = _route(api, resource, body.action)
        ids, cursor = _chosen(api, resource, body)
        api.charge(len(ids), paid=1)  # as many as if each had come alone, before anything is done to one of them
        if (once := api.context.get("once")) is not None:
            once.begin()
        until = time.monotonic() + BUDGET
        items = [_one(api, method, f"{resource.path}/{id}{suffix}", id, body) if time.monotonic() < until else _left(id) for id in ids]
        if once is not None and any(item["status"] >= 500 for item in items):
            once.give_up()  # asked again with the same key, those are done and the others only answered
        return Response(200, "application/json", json.dumps({"data": items, "next_cursor": cursor}))  # type: ignore[arg-type]

    api.shows[bulk] = resource.record, resource.path
    api.post(f"{resource.path}/bulk", middlewares=requires(resource.may_read))(bulk)


def actions(api: Api, resource: Resource) -> dict[str, tuple[tuple[str, str], Route]]:
    """What can be done to a record of the resource: {action: ((method, what follows the id in its address), its route)}."""
    found: dict[str, tuple[tuple[str, str], Route]] = {}
    for route in api._dynamic_routes:
        tail = route.path.removeprefix(f"{resource.path}/<id>")
        if route.method in ("PATCH", "DELETE") and tail == "" and route.path != tail:
            found["update" if route.method == "PATCH" else "delete"] = (route.method, ""), route
        elif route.method == "POST" and tail.count("/") == 1 and tail.startswith("/") and not is_alone(route):
            found[tail[1:]] = ("POST", tail), route
    return found


def _route(api: Api, resource: Resource, action: str) -> tuple[str, str]:
    """Method and what follows the id in the address of an action; the caller must be allowed it. `Invalid` where there is no such one."""
    found = actions(api, resource)
    if action not in found:
        raise Invalid(f"there is no action {action}", code="unknown_action", field="action", allowed=sorted(found))
    address, route = found[action]
    api.allow(route)
    return address


def _chosen(api: Api, resource: Resource, body: Bulk) -> tuple[list[str], str | None]:
    if (body.ids is None) == (body.filter is None):
        raise Invalid("name either ids or a filter", code="ids_or_filter", field="ids")
    if body.ids is not None:
        return list(dict.fromkeys(body.ids)), None
    filters = body.filter or {}
    if filters.get("sort", "created_at").removeprefix("-") not in ("created_at", "id"):
        raise BadRequest("what is changed on the way keeps its place by created_at or id alone", code="unknown_sort", field="sort")
    if filters.get("include_deleted") == "true":
        api.principal.require(resource.may_write)
    params = {"limit": str(MOST)} | (body.filter or {}) | ({"cursor": body.cursor} if body.cursor else {})
    asked = query.read(params, kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id)
    found = query.page(resource.record, asked)
    return [item["pk"]["S"] for item in found.items], found.cursor


def _one(api: Api, method: str, path: str, id: str, body: Bulk) -> dict[str, Any]:
    answer = api.inner(method, path, body.body, etag=body.etags.get(id))
    status, headers = answer["statusCode"], answer["headers"]
    problem = json.loads(answer["body"]) if status >= 400 else None
    return {"id": id, "status": status, "etag": headers.get("ETag"), "problem": problem}


def _left(id: str) -> dict[str, Any]:
    problem = Unavailable("there was no time left for this one, ask for it again")
    return {"id": id, "status": problem.status, "etag": None, "problem": problem.body()}
