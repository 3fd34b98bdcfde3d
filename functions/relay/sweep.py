"""What has been sent, and what has not: the relay remembers each batch, the sweep compares it with the audit log's index of days."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from kernel.clock import stamp, wall
from kernel.config import table
from kernel.dynamodb import Item, ask, children, client, key
from kernel.ids import new
from kernel.paths import SHARDS

REACH, MARGIN, KEPT = timedelta(hours=2), timedelta(minutes=5), timedelta(days=3)


def remember(items: list[Item]) -> None:
    """One small item a batch and hour of recording: that these entries were sent, or parked. A batch may span an hour's turn."""
    by_hour: dict[str, list[str]] = {}
    for item in items:
        by_hour.setdefault(item["gsi1sk"]["S"][:13], []).append(f"{item['pk']['S']}#{item['sk']['S']}")
    for hour, entries in by_hour.items():
        kept = {"entries": {"SS": entries}, "ttl": {"N": str(int((wall() + KEPT).timestamp()))}}
        client().put_item(TableName=table("relay"), Item=key(f"sent#{hour}", new("bat")) | kept)


def missed(now: datetime) -> Iterator[Item]:
    """Entries recorded in the two hours before `now` that were not sent; the newest five minutes belong to the stream."""
    start, end = now - REACH, now - MARGIN
    hours = {stamp(start + timedelta(hours=n))[:13] for n in range(3)}
    sent = {entry for hour in hours for item in children(table("relay"), f"sent#{hour}") for entry in item["entries"]["SS"]}
    return (item for item in between(start, end) if f"{item['pk']['S']}#{item['sk']['S']}" not in sent)


def between(start: datetime, end: datetime) -> Iterator[Item]:
    """Entries with start <= recorded_at < end, day by day and shard by shard."""
    day = start.replace(hour=0, minute=0, second=0, microsecond=0)
    while day < end:
        for shard in range(SHARDS):
            yield from _of(f"day#{stamp(day)[:10]}#{shard:02d}", stamp(start), stamp(end))
        day += timedelta(days=1)


def _of(partition: str, low: str, high: str) -> Iterator[Item]:
    position: Item | None = None
    while True:
        items, position = ask(table("audit"), "gsi1", partition, low=low, high=high, limit=500, start=position)
        yield from items
        if position is None:
            return
