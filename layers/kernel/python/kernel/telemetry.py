"""One structured log line per request or message, and metrics. No secret and no personal datum goes in here."""

import json
import sys
import traceback
from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools import Logger
from botocore.exceptions import ClientError

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


def brief(failure: BaseException) -> str:
    """A failure in one line that anyone may read: what we raise ourselves in its own words, all else by its kind and AWS's code."""
    if type(failure).__module__.partition(".")[0] in ("kernel", "functions"):
        return repr(failure)
    code = f": {failure.response['Error']['Code']} in {failure.operation_name}" if isinstance(failure, ClientError) else ""
    return type(failure).__name__ + code


def described(failure: BaseException) -> dict[str, Any]:
    """What a log may say of a failure: its kind and where it came from. What it says itself may quote what somebody has sent, be it a
    password; only AWS's refusal of a right is in its own words alone."""
    found: dict[str, Any] = {"error": type(failure).__name__}
    if isinstance(failure, ClientError):
        said = failure.response["Error"]
        found |= {"code": said["Code"], "operation": failure.operation_name}
        found |= {"said": said.get("Message")} if said["Code"].startswith("AccessDenied") else {}
    before = failure.__cause__ or failure.__context__
    trace = traceback.extract_tb(failure.__traceback__, limit=-20)
    found["trace"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in trace]
    return found | ({"because": described(before)} if before else {})
