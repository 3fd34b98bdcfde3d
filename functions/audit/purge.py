"""Removes for good what was deleted long enough ago: the record with all that hangs on it, and the entry that says so, in one transaction.

It works on items, not on models, since it serves all features. What the audit log has told about the record stays there. Its files, and
items that the transaction does not hold, go after it, so that half a record is never taken for a whole one: a message says so before the
record is removed, and comes when it has been.
"""

from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from functions.audit.subjects import FEATURES
from kernel import audit, dynamodb
from kernel.audit import Actor, Payload
from kernel.clock import stamp, wall
from kernel.config import aws, setting, table
from kernel.ids import prefix_of
from kernel.paths import LAST, PURGE
from kernel.telemetry import logger
from kernel.worker import enqueue

MOST = 1000  # records of a feature in one run: the next one goes on
FILES = {"content": "content/files/", "contracts": "contracts/", "tickets": "tickets/"}
"""Where a feature keeps the files of its records, each record's in a folder of its own. The terms of a contract share one, but of contracts
only drafts are deleted, and they have no other term."""
LATER = 600  # seconds until the rest goes: by then a run has ended, and the record is gone or stays
_TOGETHER = 90  # items that hang on a record, removed in its transaction; what is more goes after


def purge(now: datetime) -> int:
    """How many records were removed, of those whose retention is over by `now`. One that was restored meanwhile stays."""
    gone = 0
    for feature in sorted(set(FEATURES.values()) - {"audit"}):  # what the log has itself, nobody deletes
        items, _ = dynamodb.ask(table(feature), "gsi8", PURGE, high=f"{stamp(now)}#{LAST}", limit=MOST)
        gone += sum(_remove(table(feature), item["pk"]["S"], now) for item in items)
    return gone


def _remove(name: str, id: str, now: datetime) -> bool:
    root = dynamodb.get(name, id)
    if root is None or "deleted_at" not in root or root.get("gsi8pk", {}).get("S") != PURGE:
        return False
    hanging = [{"Delete": each} for each in _hanging(name, id)]
    if len(hanging) > _TOGETHER or FEATURES[prefix_of(id)] in FILES:
        enqueue("rest", [{"id": id}], delay=LATER)
    entry = {"TableName": table("audit"), "Item": _entry(root, now).item(), "ConditionExpression": "attribute_not_exists(pk)"}
    unchanged = {"TableName": name, "Key": dynamodb.key(id), "ConditionExpression": "version = :v",
                 "ExpressionAttributeValues": {":v": root["version"]}}
    try:
        dynamodb.client().transact_write_items(TransactItems=[{"Put": entry}, {"Delete": unchanged}, *hanging[:_TOGETHER]])
    except ClientError as failure:  # it was restored, or is being worked on: the next run looks again
        if failure.response["Error"]["Code"] != "TransactionCanceledException":
            raise
        logger.info("not purged", subject=id)
        return False
    return True


def remove_rest(id: str) -> int:
    """How many items and files of a record that was removed for good were deleted. Of one that is there, none: it was restored, or is left
    for another run, which will say so again."""
    feature = FEATURES[prefix_of(id)]
    if dynamodb.get(table(feature), id) is not None:
        return 0
    rest = _hanging(table(feature), id)
    for each in rest:
        dynamodb.client().delete_item(**each)
    return len(rest) + (_remove_files(f"{FILES[feature]}{id}/") if feature in FILES else 0)


def _hanging(name: str, id: str) -> list[dict[str, Any]]:
    """What hangs on a record, as a deletion names it."""
    below = (item["sk"]["S"] for item in dynamodb.children(name, id))
    return [{"TableName": name, "Key": dynamodb.key(id, sk)} for sk in below if sk != "#"]


def _remove_files(folder: str) -> int:
    s3, bucket, gone = aws("s3"), setting("FILES"), 0
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=folder):
        for each in page.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=each["Key"])
            gone += 1
    return gone


def _entry(root: dynamodb.Item, now: datetime) -> audit.Entry:
    """It tells no values: what is to be forgotten must not be written down once more."""
    id, version = root["pk"]["S"], int(root["version"]["N"])
    before = audit.Entry.load(dynamodb.get(table("audit"), id, f"{version:010d}") or {})
    return audit.build(_purged(FEATURES[prefix_of(id)])(), subject=id, version=version + 1, previous=root["head"]["S"], changes={},
                       actor=Actor(id="system:audit"), at=now, recorded_at=wall(), tenant_id=before.tenant_id, clock_id=before.clock_id)


@cache
def _purged(feature: str) -> type[Payload]:
    return type("Purged", (Payload,), {"__module__": __name__}, event=f"{feature}{audit.PURGED}")
