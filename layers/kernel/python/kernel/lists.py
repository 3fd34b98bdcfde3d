"""The answer to a list request."""

from aws_lambda_powertools.event_handler import Response
from pydantic_core import to_json

from kernel import query
from kernel.http import Api
from kernel.resource import Page, Resource
from kernel.views import shown


def listing(resource: Resource, api: Api) -> Response[Page]:
    """The page of a list that the request's query asks for."""
    asked = query.read(api.query(), kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id)
    items, cursor = query.page(resource.record, asked)
    body = {"data": [shown(resource.record, resource.view, item) for item in items], "next_cursor": cursor}
    return Response(200, "application/json", to_json(body).decode())  # type: ignore[arg-type]
