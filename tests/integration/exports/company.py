"""Rows to be exported, the requests and messages that bring it about, and what comes of it in the bucket."""

import csv
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import count
from types import SimpleNamespace
from typing import Any

import openpyxl

from functions.exports.api import handler as api
from functions.exports.models import Export
from functions.exports.worker import handler as worker
from functions.tenants.models import Tenant
from kernel import commit, dynamodb, ids
from kernel.config import aws
from kernel.records import Record
from tests.callers import ask

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
_messages = count(1)


class Killed(BaseException):
    """The function dies at this moment: nothing in it runs any more."""


def store(*records: Record) -> None:
    """Puts records as a commit would leave them; moto is slow enough without audit entries."""
    for record in records:
        record.created_at = record.updated_at = record.created_at or AT
        item = record.item()
        commit._announce_buckets(record, item)
        dynamodb.client().put_item(TableName=record.table(), Item=item)


def tenants(n: int, **facts: Any) -> list[str]:
    """Stores tenants, each a second younger than the one before; their ids, oldest first."""
    made = [Tenant(ids.new("ten"), **{"name": f"Tenant {k}", "email": f"t{k}@example.test", "status": "active", "version": 1,
                                      "created_at": AT + timedelta(seconds=k)} | facts) for k in range(n)]
    store(*made)
    return [tenant.id for tenant in made]


def request(headers: dict[str, str], resource: str = "tenants", **body: Any) -> SimpleNamespace:
    return ask(api, "POST", f"/v1/{resource}/exports", {"format": "csv"} | body, headers=headers)


def requested(headers: dict[str, str], resource: str = "tenants", **body: Any) -> str:
    answer = request(headers, resource, **body)
    assert answer.status == 202, answer.body
    return str(answer.body["id"])


def exported(headers: dict[str, str], resource: str = "tenants", **body: Any) -> Export:
    """Asked for, and worked on until it is over."""
    id = requested(headers, resource, **body)
    assert run(event(id)) == []
    return Export.fetch(id)


def event(id: str, kind: str = "exports.requested") -> dict[str, Any]:
    """The message in which the queue brings an event."""
    data = {"resource": "tenants", "format": "csv", "columns": [], "filter": {}}
    detail = {"subject": id, "version": 1, "effective_at": "2026-01-31T12:00:00.000000Z", "depth": 0, "request_id": "req-1", "data": data}
    return message(kind, detail)


def message(kind: str, detail: Any, attempt: int = 1) -> dict[str, Any]:
    return {"messageId": f"m-{next(_messages)}", "body": json.dumps({"detail-type": kind, "detail": detail}),
            "attributes": {"ApproximateReceiveCount": str(attempt)}}


def run(*records: dict[str, Any]) -> list[str]:
    """Ids of the messages that the worker gives back to the queue."""
    return [each["itemIdentifier"] for each in worker({"Records": list(records)}, None)["batchItemFailures"]]


def content(export: Export) -> bytes:
    found: bytes = aws("s3").get_object(Bucket="files", Key=f"exports/{export.id}.{export.format}")["Body"].read()
    return found


def table(export: Export) -> list[list[str]]:
    """The lines of a CSV file, its header first."""
    return list(csv.reader(io.StringIO(content(export).decode("utf-8-sig"), newline="")))


def sheet(export: Export) -> list[list[Any]]:
    """The cells of a workbook, its header first."""
    return [list(row) for row in openpyxl.load_workbook(io.BytesIO(content(export))).worksheets[0].iter_rows()]


def keys() -> list[str]:
    return [each["Key"] for each in aws("s3").list_objects_v2(Bucket="files").get("Contents", [])]


def open_uploads() -> int:
    return len(aws("s3").list_multipart_uploads(Bucket="files").get("Uploads", []))


@contextmanager
def dying_at(call: int, *, after: bool) -> Iterator[list[str]]:
    """Within the block the process dies at its n-th call of AWS, before it is sent or after it was answered; then nothing works."""
    calls: list[str] = []
    clients = [dynamodb.client(), aws("s3"), aws("sqs")]

    def before(model: Any, **_: Any) -> None:
        calls.append(model.name)
        if len(calls) > call or (len(calls) == call and not after):
            raise Killed(model.name)

    def answered(**_: Any) -> None:
        if after and len(calls) >= call:
            raise Killed(calls[-1])

    for client in clients:
        client.meta.events.register_first("before-call.*.*", before)
        client.meta.events.register_last("after-call.*.*", answered)
    try:
        yield calls
    finally:
        for client in clients:
            client.meta.events.unregister("before-call.*.*", before)
            client.meta.events.unregister("after-call.*.*", answered)
