"""Looks at one thing, once: within its time, and whatever it answers."""

import json
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse
from ssl import SSLError, create_default_context
from threading import Timer
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from functions.health.guard import Place, Unreachable, locate
from functions.health.models import Check, CheckKind, Method
from functions.payments.contract import gateway_address
from kernel import dynamodb
from kernel.config import aws, setting, table
from kernel.problems import Problem

MOST = 1024 * 1024  # bytes of a body that are read
PROBE = "probe#health"  # key of an item that no table has


@dataclass(frozen=True)
class Result:
    """`outcome`: ok, slow or failed. `ms` is how long an answer took, None where there was none. `waiting`: messages that nobody has done
    with, where a queue was asked."""

    outcome: str
    ms: int | None
    detail: str
    waiting: int | None = None


class _Pinned(HTTPConnection):
    """Connects to the address that was looked at, and is cut off when its time is over, however slowly the other side drips."""

    def __init__(self, place: Place, seconds: float) -> None:
        super().__init__(place.host, place.port, timeout=seconds)
        self._place, self._ends = place, time.monotonic() + seconds
        self._timer: Timer | None = None
        self._twin: socket.socket | None = None

    def connect(self) -> None:
        raw = socket.create_connection((self._place.address, self._place.port), timeout=self.timeout)
        self._twin = raw.dup()  # TLS takes the first one over
        self._timer = Timer(max(0.0, self._ends - time.monotonic()), _cut, [self._twin])
        self._timer.daemon = True
        self._timer.start()
        self.sock = create_default_context().wrap_socket(raw, server_hostname=self._place.host) if self._place.tls else raw

    def end(self) -> None:
        if self._timer is not None and self._twin is not None:
            self._timer.cancel()
            self._twin.close()
        self.close()

    def is_over(self) -> bool:
        return time.monotonic() >= self._ends


def _cut(twin: socket.socket) -> None:
    with suppress(OSError):
        twin.shutdown(socket.SHUT_RDWR)


def probe(check: Check) -> Result:
    """How the check's target is now. Whatever is wrong with it, this returns, within its timeout and a second."""
    match CheckKind(check.kind):
        case CheckKind.HTTP:
            return http(check.target, method=check.method, seconds=check.timeout, judge=lambda found, text: _judged(check, found, text))
        case CheckKind.DYNAMODB:
            return _measured(check, lambda: _read(check.target))
        case CheckKind.QUEUE:
            return _measured(check, lambda: _queue(check))
        case CheckKind.GATEWAY:
            return _gateway(check)
        case CheckKind.HEARTBEAT:
            return Result("failed", None, "no beat came in time")


def http(url: str, *, method: str, seconds: float, judge: Callable[[HTTPResponse, bytes], Result]) -> Result:
    """One request. Redirects are not followed: what is expected of an address is what this very address answers."""
    begun = time.monotonic()
    try:
        connection = _Pinned(locate(url, within=seconds), seconds - (time.monotonic() - begun))
    except (Unreachable, ValueError) as error:
        return Result("failed", None, str(error))
    try:
        connection.request(method, connection._place.path, headers={"User-Agent": "platform-owner-health/1", "Accept": "*/*"})
        answer = connection.getresponse()
        body = b"" if method == Method.HEAD else answer.read(MOST)
    except (OSError, HTTPException) as error:
        return Result("failed", None, _why(error, seconds, late=connection.is_over()))
    finally:
        late = connection.is_over()
        connection.end()
    if late:
        return Result("failed", None, f"no whole answer within {seconds} s")
    found = judge(answer, body)
    return Result(found.outcome, int((time.monotonic() - begun) * 1000), found.detail)


def _why(error: Exception, seconds: float, *, late: bool) -> str:
    if late or isinstance(error, TimeoutError):
        return f"no whole answer within {seconds} s"
    if isinstance(error, SSLError):
        return f"TLS failed: {error.reason or 'no secure connection'}"[:200]
    return "nobody answers there" if isinstance(error, OSError) else "the answer is no HTTP"


def _judged(check: Check, answer: HTTPResponse, body: bytes) -> Result:
    if answer.status != check.expected_status:
        return Result("failed", None, f"status {answer.status} instead of {check.expected_status}")
    if check.contains is not None and check.contains.encode() not in body:
        return Result("failed", None, "the text is not in the answer")
    return Result("ok", None, f"status {answer.status}")


def timed(check: Check, result: Result) -> Result:
    """A good answer that took too long is a slow one."""
    if result.outcome == "ok" and check.max_ms is not None and (result.ms or 0) > check.max_ms:
        return Result("slow", result.ms, f"{result.ms} ms instead of {check.max_ms}")
    return result


def _measured(check: Check, look: Callable[[], Result]) -> Result:
    """How long AWS takes for an answer, of its own clients with their own limits of time."""
    begun = time.monotonic()
    try:
        found = look()
    except (ClientError, BotoCoreError, Problem) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
        return Result("failed", None, f"{check.kind}: {code}")
    return replace(found, ms=int((time.monotonic() - begun) * 1000))


def _read(feature: str) -> Result:
    """A consistent read: an answer is one, whether or not the item is there."""
    dynamodb.get(table(feature), PROBE)
    return Result("ok", None, "read")


def _queue(check: Check) -> Result:
    """What waits, and what was parked: the queue's own redrive policy names where."""
    held = "ApproximateNumberOfMessagesNotVisible"
    told = _attributes(queues()[check.target], "ApproximateNumberOfMessages", held, "RedrivePolicy")
    waiting, policy = int(told["ApproximateNumberOfMessages"]), told.get("RedrivePolicy")
    parked = 0
    if policy:
        name = json.loads(policy)["deadLetterTargetArn"].rpartition(":")[2]
        parked = int(_attributes(name, "ApproximateNumberOfMessages")["ApproximateNumberOfMessages"])
    outcome = "failed" if waiting > check.max_depth else "slow" if parked else "ok"
    return Result(outcome, None, f"{waiting} waiting, {parked} parked", waiting + int(told[held]))


def aged(check: Check, result: Result, since: datetime | None, at: datetime) -> Result:
    """SQS tells the age of the oldest message to its metrics alone. It is no older than the time since the queue was empty."""
    age = (at - since).total_seconds() if since is not None else 0
    if check.max_age is None or age <= check.max_age:
        return result
    return replace(result, outcome="failed", detail=f"its oldest message has waited for up to {age:.0f} s, instead of {check.max_age}")


def queues() -> dict[str, str]:
    """Names of our queues, by feature."""
    return dict(json.loads(setting("QUEUES")))


def _attributes(name: str, *names: str) -> dict[str, Any]:
    url = f"{setting('QUEUE_URL').rpartition('/')[0]}/{name}"
    return dict(aws("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=list(names))["Attributes"])


def _gateway(check: Check) -> Result:
    """Whether it answers at all, whoever asks: no key of ours is shown to it."""
    try:
        url = gateway_address(check.target)
    except Problem as error:
        return Result("failed", None, str(error)[:200])
    return http(url, method=Method.GET, seconds=check.timeout, judge=lambda found, _: Result(
        "failed" if found.status >= 500 else "ok", None, f"status {found.status}"))
