"""A record's timeline: the entries of the audit log about it, in order, page by page."""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from pydantic import BaseModel, Field

from kernel import dynamodb
from kernel.audit import Entry, digest
from kernel.config import table
from kernel.paths import LAST
from kernel.problems import BadRequest
from kernel.query import opened, page_size, sealed

SORTS = ("version", "-version")


class EntryView(BaseModel):
    """One audit entry: version `version` of the record `subject`. `changes` is {field: [old, new]}, null once they were erased.

    `cause` is the id of the entry that led to it, `previous` the hash of the entry before, `effective_at` the business time.
    """

    id: str
    schema_: int = Field(alias="schema")
    subject: str
    version: int
    type: str
    actor: str
    acting_for: str | None
    ip_hash: str | None
    request_id: str | None
    cause: str | None
    depth: int
    recorded_at: datetime
    effective_at: datetime
    changes_digest: str
    previous: str
    hash: str
    tenant_id: str | None
    changes: dict[str, list[Any]] | None


class Timeline(BaseModel):
    """A page of audit entries."""

    data: list[EntryView]
    next_cursor: str | None


def page(subject: str, params: Mapping[str, str], principal: str) -> tuple[list[Entry], str | None]:
    """One page of a record's entries, oldest first, or newest first with `sort=-version`; and the cursor of the next, or None."""
    if unknown := sorted(params.keys() - {"limit", "cursor", "sort"}):
        raise BadRequest(f"cannot filter by {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=[])
    sort = params.get("sort", SORTS[0])
    if sort not in SORTS:
        raise BadRequest(f"cannot sort by {sort}", code="unknown_sort", field="sort", allowed=list(SORTS))
    size, identity = page_size(params.get("limit")), digest(json.dumps(["timeline", principal, subject, sort]))
    last = opened(params["cursor"], identity) if "cursor" in params else None
    where = {"below": last or LAST} if sort.startswith("-") else {"above": last or "\x00"}
    found: list[Entry] = []
    for item in entries(subject, size=size + 1, **where):
        if len(found) == size:
            return found, sealed(f"{found[-1].version:010d}", identity)
        found.append(Entry.load(item))
    return found, None


def entries(subject: str, *, above: str | None = None, below: str | None = None, size: int) -> Iterator[dynamodb.Item]:
    """A record's entries: oldest first from behind the version `above`, or newest first from before the version `below`."""
    condition, bound = ("sk > :b", above) if above is not None else ("sk < :b", below)
    asked = {"TableName": table("audit"), "KeyConditionExpression": f"pk = :p AND {condition}", "Limit": size, "ConsistentRead": True,
             "ScanIndexForward": above is not None, "ExpressionAttributeValues": {":p": {"S": subject}, ":b": {"S": bound}}}
    start: dynamodb.Item | None = None
    while True:
        page = dynamodb.client().query(**asked, **({"ExclusiveStartKey": start} if start else {}))
        yield from (item for item in page["Items"] if "header" in item)  # the log's own records lie beside their entries
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def shown_entry(entry: Entry) -> dict[str, Any]:
    """An audit entry as the API shows it: its header with its changes, without the salt."""
    facts = entry.facts()
    return {"id": f"{entry.subject}#{entry.version}", **facts, "hash": entry.hash, "tenant_id": entry.tenant_id,
            "changes": json.loads(entry.changes) if entry.changes else None}
