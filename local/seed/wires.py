"""Bus, queues and schedules in one process: while the history is made, they bring the workers what they get from AWS later.

Nothing of ours is replaced. The clients themselves tell what has been written (so which entries are news, and what is due when) and
what is sent to which queue; the workers' own handlers are called with messages as the relay and SQS make them.
"""

import json
import os
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from importlib import import_module
from types import SimpleNamespace
from typing import Any

from functions.relay.worker import envelope
from kernel import dynamodb
from kernel.audit import Entry
from kernel.clock import frozen, parse
from kernel.config import aws, table
from kernel.paths import PURGE

# Not the notifications: nobody gets a mail for what was long ago.
FEATURES = ("clocks", "invoices", "payments", "subscriptions", "tenants")
RUN = timedelta(days=1)  # what falls due within it is taken up together, as by a nightly run
BATCH = 10  # messages that SQS gives a function at once


class Wires:
    """Between one process and the workers; within `connected`, every commit of the process is seen."""

    def __init__(self, queues: dict[str, str]) -> None:
        """`queues`: the stack's outputs, where the queues' URLs are."""
        self._workers = {feature: import_module(f"functions.{feature}.worker").handler for feature in FEATURES}
        self._own = {feature: queues[f"{feature.title()}Queue"] for feature in FEATURES}
        self._read_by = {url: feature for feature, url in self._own.items()} | {queues["InvoicesSeries"]: "invoices"}
        self._news: deque[Entry] = deque()
        self._sent: deque[tuple[str, str]] = deque()
        self._due: dict[str, str] = {}  # id: the key of its place in time

    @contextmanager
    def connected(self) -> Iterator[None]:
        hooks = [(dynamodb.client(), "before-parameter-build.dynamodb.TransactWriteItems", self._keep),
                 (dynamodb.client(), "after-call.dynamodb.TransactWriteItems", self._written),
                 (aws("sqs"), "before-parameter-build.sqs.SendMessageBatch", self._keep),
                 (aws("sqs"), "before-call.sqs.SendMessageBatch", self._taken)]
        for client, event, hook in hooks:
            client.meta.events.register(event, hook)
        try:
            yield
        finally:
            for client, event, hook in hooks:
                client.meta.events.unregister(event, hook)
            os.environ.pop("QUEUE_URL", None)

    def catch_up(self, until: datetime) -> None:
        """Time passes: everything that falls due by `until` is done, day by day, each with what follows from it."""
        while due := self._due_by(until):
            end = parse(due[0][0]) + RUN
            together = [(at, id) for at, id in due if parse(at) < end]
            with frozen(parse(together[-1][0])):
                for at, id in together:
                    self._give(_feature_of(id), [json.dumps({"detail-type": "due", "detail": {"id": id, "until": at}})])
                self.settle()
            if self._due_by(until)[: len(together)] == together:
                raise RuntimeError(f"nothing has become of what was due: {together}")

    def settle(self) -> None:
        """All that is on its way arrives, and what follows from it, until nothing is left."""
        while self._news or self._sent:
            while self._news:
                self._publish(self._news.popleft())
            for feature in FEATURES:
                self._give(feature, [body for reader, body in self._sent if reader == feature])
                self._sent = deque((reader, body) for reader, body in self._sent if reader != feature)

    def _due_by(self, until: datetime) -> list[tuple[str, str]]:
        """(due instant, id), earliest first."""
        found = sorted((key.split("#")[0], id) for id, key in self._due.items())
        return [(at, id) for at, id in found if parse(at) <= until]

    def _publish(self, entry: Entry) -> None:
        """To each feature that subscribes, as EventBridge does by the template's rules."""
        sent = envelope(entry)
        body = json.dumps({"detail-type": sent["DetailType"], "source": sent["Source"], "detail": json.loads(sent["Detail"])})
        for feature, worker in self._workers.items():
            if sent["DetailType"] in worker.subscriptions:
                self._give(feature, [body])

    def _give(self, feature: str, bodies: list[str]) -> None:
        """A parked or refused message is a mistake in the history: RuntimeError (or KeyError, for there is no place to park)."""
        os.environ["QUEUE_URL"] = self._own[feature]
        for batch in dynamodb.chunks(bodies, BATCH):
            records = [{"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for n, body in enumerate(batch)]
            if refused := self._workers[feature]({"Records": records}, None)["batchItemFailures"]:
                raise RuntimeError(f"{feature} refused {[batch[int(each['itemIdentifier'])] for each in refused]}")

    def _keep(self, params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
        context["asked"] = params

    def _written(self, http_response: Any, context: dict[str, Any], **_: Any) -> None:
        if http_response.status_code != 200:
            return
        for put in (write["Put"] for write in context["asked"]["TransactItems"]):
            item = put["Item"]
            if put["TableName"] == table("audit"):
                self._news.append(Entry.load(item))
            elif "gsi8pk" in item and item["gsi8pk"]["S"] != PURGE:  # what is removed for good is no part of the plot
                self._due[item["pk"]["S"]] = item["gsi8sk"]["S"]
            elif item["sk"]["S"] == "#":
                self._due.pop(item["pk"]["S"], None)

    def _taken(self, context: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        """SQS's answer, without SQS."""
        asked = context["asked"]
        if reader := self._read_by.get(asked["QueueUrl"]):
            self._sent += [(reader, entry["MessageBody"]) for entry in asked["Entries"]]
        return SimpleNamespace(status_code=200), {"Successful": [], "ResponseMetadata": {"HTTPStatusCode": 200}}


def _feature_of(id: str) -> str:
    return {"inv": "invoices", "txn": "payments", "sub": "subscriptions", "ten": "tenants"}[id.split("_")[0]]
