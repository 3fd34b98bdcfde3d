"""What is due on a test clock, in the tables of the features whose records may be bound to one, and whether their workers rest."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from kernel import dynamodb
from kernel.clock import parse, stamp
from kernel.config import aws, setting, table
from kernel.paths import LAST
from kernel.worker import enqueue

FEATURES = ("tenants", "subscriptions", "invoices", "payments", "notifications", "onboarding", "tickets", "content", "contracts")
LATE = 90  # seconds: longer than any function of ours runs
_WAITING = ("ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible")


@dataclass(frozen=True, order=True)
class Due:
    """A record that is due at `at`."""

    at: datetime
    id: str
    feature: str

    @classmethod
    def of(cls, feature: str, item: dynamodb.Item) -> Self:
        return cls(parse(item["next_action_at"]["S"]), item["pk"]["S"], feature)


def due(clock_id: str, until: datetime) -> list[Due]:
    """What falls due next on a clock: all records of the earliest instant, or none where that lies behind `until`."""
    partition = f"clock#{clock_id}"
    heads = [item for feature in FEATURES for item in _first(feature, partition, until)]
    if not heads:
        return []
    instant = min(parse(item["next_action_at"]["S"]) for item in heads)
    return sorted(Due.of(feature, item) for feature in FEATURES for item in _items(feature, partition, instant))


def stuck(clock_id: str, until: datetime, since: datetime) -> tuple[str, str] | None:
    """(id, error) of a record on the clock that was given up after the moment `since` on the wall."""
    for feature in FEATURES:
        for item in _items(feature, "stuck#", until):
            if item.get("clock_id", {}).get("S") == clock_id and item["updated_at"]["S"] >= stamp(since):
                return item["pk"]["S"], item["stuck"]["S"]
    return None


def send(found: list[Due], until: datetime) -> None:
    """Tells each record's feature that it is due, as the schedule does for records on no clock. Twice is harmless."""
    for feature in FEATURES:
        details = [{"id": each.id, "until": stamp(until)} for each in found if each.feature == feature]
        enqueue("due", details, url=setting(f"{feature.upper()}_QUEUE"))


def release(clock_id: str) -> None:
    """Tells the features to take their records off the clock; once more later, for what was being written when the clock went."""
    for feature in FEATURES:
        for delay in (0, LATE):
            enqueue("release", [{"clock": clock_id}], url=setting(f"{feature.upper()}_QUEUE"), delay=delay)


def quiet() -> bool:
    """Whether no worker has a message waiting or in hand."""
    return not any(_messages(feature) for feature in FEATURES)


def _messages(feature: str) -> int:
    url = setting(f"{feature.upper()}_QUEUE")
    counted = aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(_WAITING))["Attributes"]
    return sum(int(counted[name]) for name in _WAITING)


def _first(feature: str, partition: str, until: datetime) -> list[dynamodb.Item]:
    return dynamodb.ask(table(feature), "gsi8", partition, high=f"{stamp(until)}#{LAST}", limit=1)[0]


def _items(feature: str, partition: str, until: datetime) -> Iterator[dynamodb.Item]:
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(table(feature), "gsi8", partition, high=f"{stamp(until)}#{LAST}", limit=1000, start=start)
        yield from items
        if start is None:
            return
