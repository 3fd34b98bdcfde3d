"""Removes for good what was deleted long enough ago: the record with all that hangs on it, and the entry that says so, in one transaction.

It works on items, not on models, since it serves all features. What the audit log has told about the record stays there.
"""

from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from functions.audit.subjects import FEATURES
from kernel import audit, dynamodb
from kernel.audit import Actor, Payload
from kernel.clock import stamp, wall
from kernel.config import table
from kernel.ids import prefix_of
from kernel.paths import LAST, PURGE
from kernel.telemetry import logger

MOST = 1000  # records of a feature in one run: the next one goes on
_TOGETHER = 90  # items that hang on a record, removed in its transaction; what is more goes before


def purge(now: datetime) -> int:
    """How many records were removed, of those whose retention is over by `now`. One that was restored meanwhile stays."""
    gone = 0
    for feature in sorted(set(FEATURES.values()) - {"audit"}):  # what the log has itself, nobody deletes
        items, _ = dynamodb.ask(table(feature), "gsi8", PURGE, high=f"{stamp(now)}#{LAST}", limit=MOST)
        gone += sum(_remove(table(feature), item["pk"]["S"], now) for item in items)
    return gone


def _remove(name: str, id: str, now: datetime) -> bool:
    root = dynamodb.get(name, id)
    if root is None or root.get("gsi8pk", {}).get("S") != PURGE:
        return False
    hanging: list[dict[str, Any]] = [{"Delete": {"TableName": name, "Key": {"pk": item["pk"], "sk": item["sk"]}}}
                                     for item in dynamodb.children(name, id) if item["sk"]["S"] != "#"]
    entry = {"TableName": table("audit"), "Item": _entry(root, now).item(), "ConditionExpression": "attribute_not_exists(pk)"}
    unchanged = {"TableName": name, "Key": dynamodb.key(id), "ConditionExpression": "version = :v",
                 "ExpressionAttributeValues": {":v": root["version"]}}
    try:
        for batch in dynamodb.chunks(hanging[_TOGETHER:], _TOGETHER):
            dynamodb.client().transact_write_items(TransactItems=[{"ConditionCheck": unchanged}, *batch])
        dynamodb.client().transact_write_items(TransactItems=[{"Put": entry}, {"Delete": unchanged}, *hanging[:_TOGETHER]])
    except ClientError as failure:  # it was restored, or is being worked on: the next run looks again
        if failure.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        logger.info("not purged", subject=id)
        return False
    return True


def _entry(root: dynamodb.Item, now: datetime) -> audit.Entry:
    """It tells no values: what is to be forgotten must not be written down once more."""
    id, version = root["pk"]["S"], int(root["version"]["N"])
    before = audit.Entry.load(dynamodb.get(table("audit"), id, f"{version:010d}") or {})
    return audit.build(_purged(FEATURES[prefix_of(id)])(), subject=id, version=version + 1, previous=root["head"]["S"], changes={},
                       actor=Actor(id="system:audit"), at=now, recorded_at=wall(), tenant_id=before.tenant_id, clock_id=before.clock_id)


@cache
def _purged(feature: str) -> type[Payload]:
    return type("Purged", (Payload,), {"__module__": __name__}, event=f"{feature}{audit.PURGED}")
