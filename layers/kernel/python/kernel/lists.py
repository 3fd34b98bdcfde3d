"""The answer to a list request."""

import json
from collections.abc import Mapping

from aws_lambda_powertools.event_handler import Response

from kernel import query
from kernel.http import Api
from kernel.resource import Page, Resource
from kernel.views import shown


def listing(resource: Resource, api: Api, *, only: Mapping[str, tuple[str, ...]] | None = None) -> Response[Page]:
    """The page of a list that the request's query asks for; `only` {field: values} narrows it, whatever is asked."""
    narrowed = {name: ",".join(values) for name, values in (only or {}).items()}
    asked = query.read(api.query() | narrowed, kind=resource.record, filters=resource.filters, choices=resource.choices,
                       principal=api.principal.id)
    items, cursor = query.page(resource.record, asked)
    body = {"data": [shown(resource.record, resource.view, item) for item in items], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]
