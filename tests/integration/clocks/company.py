"""A small company on a test clock: two kinds of records in the real tables, a worker for each, and one who empties their queues."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from functions.clocks import service
from functions.clocks.models import Clock, ClockCreate
from functions.clocks.worker import handler as clocks_worker
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.commit import commit
from kernel.config import aws, table
from kernel.records import Integer, Record, Time
from kernel.worker import Worker
from tests.cloud import received
from tests.conftest import AT

DAY = timedelta(days=1)
ME = Actor(id="stf_1")
KINDS: dict[str, type[Record]] = {}


class Changed(Payload, event="test.changed"):
    """Something was done to a record."""


class Sub(Record):
    """Steps `left` times, every `every` days."""

    class Meta:
        table_name = table("subscriptions")

    prefix = "sub"
    left = Integer(default=1)
    every = Integer(default=1)
    done_at = Time(null=True)


class Inv(Sub):
    class Meta:
        table_name = table("invoices")

    prefix = "inv"


def clock(at: datetime = AT) -> Clock:
    return service.create(ClockCreate(now=at.isoformat()), actor=ME)


def due(kind: type[Record], held_by: Clock, at: datetime, **values: Any) -> Any:
    record = kind(ids.new(kind.prefix), clock_id=held_by.id, next_action_at=at, **values)
    commit((record, Changed()), actor=ME, at=AT)
    return record


def step(record: Any, at: datetime, actor: Actor) -> None:
    """The ordinary step: counts down, and is due again until nothing is left."""
    record.left, record.done_at = record.left - 1, at
    record.next_action_at = at + record.every * DAY if record.left else None
    commit((record, Changed()), actor=actor, at=at)


class Company:
    """What the company's workers did: (id, due instant, what the clock showed just then), in order."""

    def __init__(self, act: Callable[[Any, datetime, Actor], None] = step) -> None:
        self.steps: list[tuple[str, datetime, datetime]] = []
        self.act = act
        self.workers = {"subscriptions": Worker("subscriptions"), "invoices": Worker("invoices")}
        self.workers["subscriptions"].due(Sub)(self._step)
        self.workers["invoices"].due(Inv)(self._step)

    def _step(self, record: Any, at: datetime, actor: Actor) -> None:
        shown = Clock.fetch(record.clock_id).now
        version = record.version
        self.act(record, at, actor)
        if record.version != version:
            self.steps.append((record.id, at, shown))

    def consume(self, feature: str) -> int:
        """One look into a feature's queue: what is there goes to its worker, and what the worker gives back is visible again at once."""
        url = os.environ[f"{feature.upper()}_QUEUE"]
        found = aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
        records = [{"messageId": m["MessageId"], "body": m["Body"], "attributes": m["Attributes"]} for m in found]
        answer = self.workers[feature]({"Records": records}, None)
        failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
        for message in found:
            if message["MessageId"] in failed:
                aws("sqs").change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
            else:
                aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return len(found)

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Within the block the company's workers do what comes."""
        stop = threading.Event()

        def loop() -> None:
            while not stop.is_set():
                if not sum([self.consume(feature) for feature in self.workers]):
                    stop.wait(0.01)

        thread = threading.Thread(target=loop, daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(timeout=10)


def job(id: str, **still: Any) -> None:
    """The advance job's message, through the real worker, and what it sends itself on, until there is none."""
    details: list[dict[str, Any]] = [{"id": id, **still}]
    for _ in range(20):
        if not details:
            return
        details = run(*details)
    raise AssertionError("the job does not come to an end")


def run(*details: dict[str, Any]) -> list[dict[str, Any]]:
    """One invocation for each message; returns what the job sent itself."""
    bodies = [json.dumps({"detail-type": "advance", "detail": detail}) for detail in details]
    records = [{"messageId": "m-1", "attributes": {"ApproximateReceiveCount": "1"}, "body": body} for body in bodies]
    assert clocks_worker({"Records": records}, None) == {"batchItemFailures": []}
    assert not [body for body in received(queue("CLOCKS_PARKED")) if "advance" in body]
    while _delayed(queue("CLOCKS_QUEUE")):
        time.sleep(0.05)
    return [json.loads(body)["detail"] for body in received(queue("CLOCKS_QUEUE"))]


def queue(name: str) -> str:
    return os.environ[name]


def _delayed(url: str) -> bool:
    name = "ApproximateNumberOfMessagesDelayed"
    return bool(aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=[name])["Attributes"][name] != "0")
