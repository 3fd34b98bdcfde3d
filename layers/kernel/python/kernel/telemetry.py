"""One structured log line per request or message, and metrics. No secret and no personal datum goes in here."""

import json
import sys
from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger()
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
notes: ContextVar[dict[str, Any] | None] = ContextVar("notes", default=None)


def note(**values: Any) -> None:
    """Adds to the one log line of the request that is being answered."""
    if (noted := notes.get()) is not None:
        noted.update(values)


def count(metric: str, **about: str) -> None:
    """One more of a metric: a line of the log that CloudWatch counts (embedded metric format)."""
    from kernel.clock import wall

    told = {"_aws": {"Timestamp": int(wall().timestamp() * 1000), "CloudWatchMetrics": [
        {"Namespace": "PlatformOwner", "Dimensions": [[]], "Metrics": [{"Name": metric, "Unit": "Count"}]}]}, metric: 1, **about}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()
