"""The answer to a list request, which also says how it was found."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.event_handler import Response

from kernel import query
from kernel.http import Api
from kernel.resource import Page, Resource, sees_deleted
from kernel.telemetry import note
from kernel.views import shown_all, wanted


def listing(resource: Resource, api: Api, *, only: Mapping[str, tuple[Any, ...]] | None = None) -> Response[Page]:
    """The page of a list that the request's query asks for; `only` {field: values} narrows it, whatever is asked."""
    sees_deleted(api, resource)
    params = api.query()
    fields = wanted(resource.view, params)
    asked = query.read(params, kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id,
                       only=only)
    found = query.page(resource.record, asked)
    body = {"data": shown_all(resource.record, resource.view, found.items, fields), "next_cursor": found.cursor}
    headers = {"Server-Timing": timing(found.plan, found.examined, found.seconds)}
    return Response(200, "application/json", json.dumps(body), headers=headers)  # type: ignore[arg-type]


def timing(plan: str, examined: int, seconds: float) -> str:
    """How a list was found, how many items were read, how long the database took: a `Server-Timing` header (W3C), and the log's."""
    ms = round(seconds * 1000, 1)
    note(plan=plan, examined=examined, db_ms=ms)
    return f'plan;desc="{plan}", examined;desc="{examined}", db;dur={ms}'
