"""What was written in a ticket, page by page. Customers never get to see internal notes."""

import json
from collections.abc import Mapping

from functions.tickets.models import Replies, Reply, ReplyKind, Ticket
from kernel import dynamodb
from kernel.audit import digest
from kernel.problems import BadRequest
from kernel.query import opened, page_size, sealed
from kernel.records import scope

REPLY = "reply#"


def replies(id: str, params: Mapping[str, str], caller: str) -> Replies:
    """Newest first. Of a customer's page, what is internal is left out before it is sent, so that it may be short."""
    if unknown := sorted(params.keys() - {"limit", "cursor"}):
        raise BadRequest(f"cannot filter by {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=[])
    ticket, size, identity = Ticket.fetch(id), page_size(params.get("limit")), digest(json.dumps(["replies", caller, id]))
    before = opened(params["cursor"], identity) if "cursor" in params else f"{REPLY}~"
    items, more = dynamodb.ask(Ticket.table(), "", ticket.id, low=REPLY, high=before, forward=False, limit=size + 2)
    items = [item for item in items if item["sk"]["S"] != before]
    rest, items = more or items[size:], items[:size]  # of long replies, the database gives fewer at once
    cursor = sealed(items[-1]["sk"]["S"], identity) if items and rest else None
    found = [Reply.model_validate_json(item["body"]["S"]) for item in items]
    return Replies(data=[each for each in found if scope.get() is None or each.kind == ReplyKind.PUBLIC], next_cursor=cursor)
