"""The answer to a list request, which also says how it was found."""

import json
from collections.abc import Mapping
from datetime import datetime
from time import perf_counter
from typing import Any

from aws_lambda_powertools.event_handler import Response
from pydantic_core import to_json

from kernel import dynamodb, query
from kernel.audit import digest
from kernel.clock import parse, stamp
from kernel.http import Api
from kernel.problems import BadRequest
from kernel.records import Record
from kernel.resource import Page, Resource, sees_deleted
from kernel.telemetry import note
from kernel.views import shown_all, wanted

Only = Mapping[str, tuple[Any, ...]]


def listing(resource: Resource, api: Api, *, only: Only | None = None) -> Response[Page]:
    """The page of a list that the request's query asks for; `only` {field: values} narrows it, whatever is asked. `q` searches."""
    sees_deleted(api, resource)
    params, only = api.query(), visible(resource.record, api, only)
    if "q" in params and resource.record.searched:
        return _found(resource, api, params, only)
    fields = wanted(resource.view, params)
    asked = _asked(resource, api, params, only)
    found = query.page(resource.record, asked)
    body = {"data": shown_all(resource.record, resource.view, found.items, fields), "next_cursor": found.cursor}
    headers = timing(api, found.plan, found.examined, found.seconds)
    return Response(200, "application/json", to_json(body).decode(), headers=headers)  # type: ignore[arg-type]


def visible(kind: type[Record], api: Api, only: Only | None = None) -> Only | None:
    """`only`, narrowed to what a tenant's key may be shown."""
    tenant_id = api.principal.tenant_id
    return only if tenant_id is None else {**(only or {}), **(kind.mine(tenant_id) or {})}


def _asked(resource: Resource, api: Api, params: Mapping[str, str], only: Only | None, now: datetime | None = None) -> query.Asked:
    return query.read(params, kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id,
                      only=only, now=now)


def _found(resource: Resource, api: Api, params: dict[str, str], only: Only | None) -> Response[Page]:
    """By relevance, which is the index's order; filters sift what it finds, so a page may be short."""
    from kernel import search  # late: most lists are not searched

    sought, cursor, kind = search.sought(params.pop("q")), params.pop("cursor", None), resource.record
    if other := params.keys() & {"sort", "include_deleted"}:
        raise BadRequest("what is found by q comes in the order of relevance, without what is deleted", code="not_with_q", field=min(other))
    fields, asked = wanted(resource.view, params), _asked(resource, api, params, only)
    identity, after = digest(json.dumps([asked.identity, sought.text])), ""
    if cursor is not None:
        text = query.opened(cursor, identity)
        after, asked = text[27:], _asked(resource, api, params, only, parse(text[:27]))
    began = perf_counter()
    found = search.find(kind.prefix, sought, limit=asked.limit, after=after, tenant_id=api.principal.tenant_id)
    items = dynamodb.many(kind.table(), [hit.id for hit in found.hits])
    headers = timing(api, "search", found.examined + len(items), perf_counter() - began)
    kept = [item for item in items if query.matches(kind, item, asked)]
    body = {"data": shown_all(kind, resource.view, kept, fields),
            "next_cursor": query.sealed(stamp(asked.now) + found.position, identity) if found.position else None}
    return Response(200, "application/json", to_json(body | ({"partial": True} if found.partial else {})).decode(),  # type: ignore[arg-type]
                    headers=headers)


def timing(api: Api, plan: str, examined: int, seconds: float) -> dict[str, str]:
    """How a list was found, how many items were read, how long the database took: in the log, and as `Server-Timing` (W3C), but not for a
    tenant's key: how many were looked at would tell it of others'."""
    ms = round(seconds * 1000, 1)
    note(plan=plan, examined=examined, db_ms=ms)
    return {} if api.principal.tenant_id else {"Server-Timing": f'plan;desc="{plan}", examined;desc="{examined}", db;dur={ms}'}
