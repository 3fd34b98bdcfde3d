"""For tests of limits: what DynamoDB is asked, what it may answer, and callers that come at once."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.client import BaseClient

from kernel import dynamodb
from kernel.config import table
from kernel.dynamodb import Item
from kernel.limits import Limit
from tests.integration.kernel.things import hooked

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
MINUTE = Limit("minute", 100, 60)


def later(**passed: float) -> datetime:
    return NOW + timedelta(**passed)


def stored(holder: str) -> Item | None:
    return dynamodb.get(table("principals"), f"usage#{holder}")


@contextmanager
def counted() -> Iterator[Counter[str]]:
    """Calls of DynamoDB within the block, by name."""
    found: Counter[str] = Counter()
    with hooked("before-call.dynamodb", lambda model, **_: found.update([model.name])):
        yield found


class _Body:
    def __init__(self, text: str) -> None:
        self.text = text

    def stream(self, **_: Any) -> Iterator[bytes]:
        yield self.text.encode()


@contextmanager
def answering(code: str, status: int) -> Iterator[Counter[str]]:
    """Within the block DynamoDB has no other answer to an UpdateItem. Yields how often each call was sent."""
    sent: Counter[str] = Counter()

    def answer(request: Any, **_: Any) -> AWSResponse | None:
        target = request.headers["X-Amz-Target"]
        name = (target.decode() if isinstance(target, bytes) else target).rpartition(".")[2]
        sent[name] += 1
        body = json.dumps({"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "no"})
        return AWSResponse(request.url, status, {}, _Body(body)) if name == "UpdateItem" else None

    with hooked("before-send.dynamodb", answer):
        yield sent


def one_call_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """moto is not safe for threads. The threads still race, but from call to call, as callers of DynamoDB do."""
    call, lock = BaseClient._make_request, Lock()

    def alone(*args: Any) -> Any:
        with lock:
            return call(*args)

    monkeypatch.setattr(BaseClient, "_make_request", alone)
