"""What the bus took, and the queue where the relay parks."""

import json
from typing import Any

import boto3

from kernel.config import aws


class Bus:
    """Listens to the relay's own client: moto's bus checks entries, and would need one more package to deliver them to a queue."""

    def __init__(self) -> None:
        self._asked: list[dict[str, Any]] = []
        self._taken: list[dict[str, Any]] = []
        hooks = aws("events").meta.events
        hooks.register("before-parameter-build.events.PutEvents", self._ask)
        hooks.register("after-call.events.PutEvents", self._answer)

    def _ask(self, params: dict[str, Any], **_: Any) -> None:
        self._asked = params["Entries"]

    def _answer(self, parsed: dict[str, Any], **_: Any) -> None:
        for entry, result in zip(self._asked, parsed.get("Entries", []), strict=False):
            if "ErrorCode" not in result:
                assert entry["EventBusName"] == "events"
                self._taken.append({"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])})

    def heard(self) -> list[dict[str, Any]]:
        """The events since the last look."""
        heard, self._taken = self._taken, []
        return heard


def parked_queue() -> str:
    return str(boto3.client("sqs").get_queue_url(QueueName="RelayParked")["QueueUrl"])
