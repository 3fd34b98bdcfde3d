"""What it costs to know who calls: the calls to DynamoDB, and the processor's time of it beside a bare GetItem by the same SDK.

A member of staff has signed in at the local cloud, a key was made there; both are asked for as any request asks, with a warm process.
"""

import os
import time
from collections import Counter
from collections.abc import Callable
from typing import Any

from local import inprocess
from tests.bench.clouds import local_cloud
from tests.bench.figures import Figure, exactly

N, WARM = 1000, 50
BAR_MS = 1.0


def figures() -> list[Figure]:
    with local_cloud() as cloud:
        os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
        bearer = f"Bearer {cloud.sign_in()[1]['access_token']}"
        made = cloud.ask("POST", "/v1/api-keys", {"name": "Bench", "scopes": ["plans.read"]}, authorization=bearer)[1]
        inprocess.enter(cloud.facts["aws_endpoint_url"])
        return measured({"a member of staff": (bearer, "BatchGetItem"), "a key": (f"Bearer {made['key']}", "GetItem")})


def measured(callers: dict[str, tuple[str, str]]) -> list[Figure]:
    from kernel import dynamodb
    from kernel.access import authenticate
    from kernel.config import table

    def asks(authorization: str) -> Callable[[], object]:
        return lambda: authenticate(authorization, "127.0.0.1").require("plans.read")

    calls: Counter[str] = Counter()
    dynamodb.client().meta.events.register("before-call.dynamodb", lambda model, **_: calls.update([model.name]))
    found = []
    bare: dict[str, Any] = {"TableName": table("principals"), "Key": dynamodb.key("nobody"), "ConsistentRead": True}
    for who, (authorization, call) in callers.items():
        spent = in_turns(asks(authorization), lambda: dynamodb.client().get_item(**bare))
        ours = calls[call] - (WARM + N if call == "GetItem" else 0)
        found += [exactly(f"access: {call} for {who}, {WARM + N:,} requests", ours, WARM + N),
                  Figure(f"access: processor's time to know {who}", spent[0], "ms", spent[1], "a bare GetItem", f"<= {BAR_MS:.0f} ms",
                         spent[0] <= BAR_MS)]
        calls.clear()
    return found


def in_turns(*asked: Callable[[], object]) -> list[float]:
    """Milliseconds of this process's own work for each, in turns, so that a busy moment of the machine meets all."""
    spent = [0.0] * len(asked)
    for n in range(WARM + N):
        for which, ask in enumerate(asked):
            began = time.process_time()
            ask()
            spent[which] += time.process_time() - began if n >= WARM else 0
    return [each * 1000 / N for each in spent]
