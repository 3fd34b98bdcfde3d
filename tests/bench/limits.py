"""What a limiter's decision costs: its writes, and the processor's time of it beside a bare UpdateItem by the same SDK.

DynamoDB is the local cloud's, in another process, over HTTP. The clock is an argument, so that any pace of requests can be had at once.
Several processes of a function are several memories of what was last seen, of which each request meets one by chance.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

from local import inprocess
from tests.bench.clouds import local_cloud
from tests.bench.figures import Figure, exactly

if TYPE_CHECKING:
    from kernel.limits import Limit

N, WARM = 1000, 100
START = datetime(2026, 11, 25, 12, tzinfo=UTC)
PACES = {"half as often as its limit": 0.2, "as often": 0.1, "twice as often": 0.05}  # seconds between requests, on average
BAR_MS, BAR_WRITES = 1.0, 1.05


def figures() -> list[Figure]:
    with local_cloud() as cloud:
        os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
        inprocess.enter(cloud.facts["aws_endpoint_url"])
        from kernel.limits import Limit

        asked = [("minute", Limit("minute", 600, 60)), ("hour", Limit("hour", 100_000, 3600))]
        found = [exactly("limits: admitted of 300 requests by 16 callers at once, of 100 that may", crowd(Limit("a", 100, 60)), 100)]
        for processes in (1, 4):
            for pace, seconds in PACES.items():
                writes = course(f"{processes}-{seconds}", asked, seconds, processes) / N
                must = f"<= {BAR_WRITES}" if processes == 1 else ""
                found.append(Figure(f"limits: writes of a decision, two limits, asked {pace}, processes: {processes}", writes, "", 1,
                                    "one write", must, not must or writes <= BAR_WRITES))
        return [*found, *processor(asked)]


def crowd(limit: "Limit") -> int:
    from kernel.limits import take

    with ThreadPoolExecutor(16) as callers:
        return sum(callers.map(lambda _: take("bench-crowd", [("a", limit)], now=START).admitted, range(300)))


def course(holder: str, asked: "list[tuple[str, Limit]]", seconds: float, processes: int) -> int:
    """Writes of N decisions."""
    from kernel import dynamodb, limits

    calls: Counter[str] = Counter()

    def note(model: Any, **_: Any) -> None:
        calls[model.name] += 1

    dice, now = Random(7), START
    memories: list[dict[str, Any]] = [{} for _ in range(processes)]
    dynamodb.client().meta.events.register("before-call.dynamodb", note)
    for _ in range(N):
        now += timedelta(seconds=dice.expovariate(1 / seconds))
        limits._known = dice.choice(memories)
        limits.take(holder, asked, now=now)
    dynamodb.client().meta.events.unregister("before-call.dynamodb", note)
    assert calls.keys() == {"UpdateItem"}, "a decision reads nothing"
    return calls["UpdateItem"]


def processor(asked: "list[tuple[str, Limit]]") -> list[Figure]:
    """Milliseconds of this process's own work, in turns, so that a busy moment of the machine meets both."""
    from kernel import dynamodb, limits
    from kernel.config import table

    bare = {"TableName": table("principals"), "Key": dynamodb.key("usage#bench-bare"), "UpdateExpression": "ADD n :one",
            "ExpressionAttributeValues": {":one": {"N": "1"}}, "ReturnValues": "ALL_NEW"}
    at = [START + timedelta(seconds=n) for n in range(WARM + N)]
    asks: list[Callable[[int], object]] = [lambda n: limits.take("bench", asked, now=at[n]), lambda n: dynamodb.client().update_item(**bare)]
    spent = [0.0, 0.0]
    for n in range(WARM + N):
        for which, ask in enumerate(asks):
            began = time.process_time()
            ask(n)
            spent[which] += time.process_time() - began if n >= WARM else 0
    decision, base = (each * 1000 / N for each in spent)
    return [Figure("limits: processor's time of a decision", decision, "ms", base, "a bare UpdateItem", f"<= {BAR_MS:.0f} ms", decision <= BAR_MS)]
