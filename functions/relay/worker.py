"""Audit stream -> EventBridge bus; and the hourly sweep, which sends again what the stream may have missed.

An entry that cannot be sent is parked with its error: a raised exception would block the shard. Idempotent by the entry's own id
(`subject#version`): consumers drop repeats, so sending twice is always right.
"""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from functions.relay.sweep import missed, remember
from kernel.audit import Entry
from kernel.clock import parse
from kernel.config import aws, setting
from kernel.dynamodb import Item, chunks
from kernel.telemetry import logger
from kernel.worker import enqueue, park

_PASSING = {"ThrottlingException", "InternalFailure", "InternalException", "ServiceUnavailable"}


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    if "slot" in event:
        sent = sweep(parse(event["time"]))
        enqueue("beat", [{"schedule": f"relay.{event['slot']}", "time": event["time"]}], url=setting("BEATS_URL"))
        logger.info("schedule", slot=event["slot"], time=event["time"], sent=sent)
        return {"sent": sent}
    items = [record["dynamodb"]["NewImage"] for record in event["Records"] if record["eventName"] == "INSERT"]
    relay(item for item in items if "header" in item)
    return {"batchItemFailures": []}


def sweep(now: datetime) -> int:
    """Send what was recorded in the last two hours and not sent, whatever kept the stream from it."""
    return relay(missed(now))


def relay(items: Iterable[Item]) -> int:
    """Send entries to the bus, ten at a time, as PutEvents takes them. Returns how many went."""
    sent = 0
    for batch in chunks(items, 10):
        ready = []
        for item in batch:
            if "pk" in item and "data" not in item:
                continue  # what it told was erased
            try:
                ready.append((item, envelope(Entry.load(item))))
            except (KeyError, ValueError, TypeError) as error:  # an item that is no entry of ours
                park(json.dumps(item), repr(error))
        sent += _put(ready)
    return sent


def envelope(entry: Entry) -> dict[str, Any]:
    """What consumers get: the entry's facts and its payload, without its changes; and what the index is told."""
    facts = entry.facts()
    names = ("subject", "version", "effective_at", "recorded_at", "actor", "request_id", "cause", "depth")
    detail = {name: facts[name] for name in names} | {
        "data": json.loads(entry.data), "tenant_id": entry.tenant_id, "clock_id": entry.clock_id}
    if entry.search:
        detail["search"] = json.loads(entry.search)
    return {"EventBusName": setting("BUS"), "Source": "platform-owner", "DetailType": facts["type"], "Detail": json.dumps(detail)}


def _put(ready: list[tuple[Item, dict[str, Any]]]) -> int:
    """How many of these were taken. What is refused is parked, and alone: a call that is too large as a whole is made in halves."""
    if not ready:
        return 0
    try:
        results = aws("events").put_events(Entries=[event for _, event in ready])["Entries"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ValidationException":
            raise
        if len(ready) > 1:
            half = len(ready) // 2
            return _put(ready[:half]) + _put(ready[half:])
        results = [{"ErrorCode": "ValidationException", "ErrorMessage": str(error)}]
    settled = []
    for (item, _), result in zip(ready, results, strict=True):
        code = result.get("ErrorCode")
        if code in _PASSING:
            continue  # neither sent nor parked: the sweep finds it
        if code:
            park(json.dumps(item), f"{code}: {result.get('ErrorMessage')}")
        settled.append(item)
    remember(settled)
    return sum("ErrorCode" not in result for result in results)
