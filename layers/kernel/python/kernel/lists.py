"""The answer to a list request."""

import json

from aws_lambda_powertools.event_handler import Response

from kernel import dynamodb, query, search
from kernel.audit import digest
from kernel.http import Api
from kernel.problems import BadRequest
from kernel.resource import Page, Resource
from kernel.views import shown


def listing(resource: Resource, api: Api) -> Response[Page]:
    """The page of a list that the request's query asks for; with `q`, of what is found by it."""
    if "q" in api.query() and resource.record.searched:
        return _found(resource, api)
    asked = query.read(api.query(), kind=resource.record, filters=resource.filters, choices=resource.choices, principal=api.principal.id)
    items, cursor = query.page(resource.record, asked)
    body = {"data": [shown(resource.record, resource.view, item) for item in items], "next_cursor": cursor}
    return Response(200, "application/json", json.dumps(body))  # type: ignore[arg-type]


def _found(resource: Resource, api: Api) -> Response[Page]:
    """By relevance, which is the index's order; filters sift what it finds, so a page may be short."""
    params, kind = api.query(), resource.record
    sought = search.sought(params.pop("q"))
    if other := params.keys() & {"sort", "include_deleted"}:
        raise BadRequest("what is found by q comes in the order of relevance, without what is deleted", code="not_with_q", field=min(other))
    asked = query.read(params, kind=kind, filters=resource.filters, choices=resource.choices, principal=api.principal.id)
    identity = digest(json.dumps([asked.identity, sought.text]))
    found = search.find(kind.prefix, sought, limit=asked.limit, after=query.opened(asked.cursor, identity) if asked.cursor else "",
                        tenant_id=api.principal.tenant_id)
    items = dynamodb.many(kind.table(), [hit.id for hit in found.hits])
    data = [shown(kind, resource.view, item) for item in items if "deleted_at" not in item and query.matches(kind, item, asked)]
    body = {"data": data, "next_cursor": query.sealed(found.position, identity) if found.position else None}
    return Response(200, "application/json", json.dumps(body | ({"partial": True} if found.partial else {})))  # type: ignore[arg-type]
