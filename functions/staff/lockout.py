"""Who guesses passwords or codes of an account must wait, the longer the more often it was wrong: 1 s after five, then 2, 4 … 15 min.

An attempt is counted before the user pool is asked, so that guesses sent at once do not get more; whoever gets in resets the count in
the commit that opens the session. Accounts that do not exist are counted like all others. Where the count cannot be kept, nobody gets in.
"""

import hashlib
import math
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from kernel import dynamodb
from kernel.clock import parse, stamp
from kernel.config import table
from kernel.problems import Problem, Unavailable

FREE, LONGEST = 5, timedelta(minutes=15)
_KEPT = timedelta(days=1)  # after the last attempt
_TRIES = 6  # to be counted among others who try at the same moment


class TooManyAttempts(Problem):
    status, code = 429, "too_many_attempts"

    def __init__(self, wait: timedelta) -> None:
        super().__init__("too many attempts to sign in, wait")
        self.retry_after = max(1, math.ceil(wait.total_seconds()))


@dataclass(frozen=True)
class Attempt:
    """One that was counted. `epoch` moves on with each new password: what began with the old one comes to nothing."""

    key: str
    epoch: int

    def passed(self, *, new_epoch: bool = False) -> dict[str, Any]:
        """The part of a commit that forgets the failures; a `Conflict` where the password was changed since the attempt."""
        values = {":zero": {"N": "0"}, ":epoch": {"N": str(self.epoch)}, ":next": {"N": str(self.epoch + new_epoch)}}
        return {"Update": {
            "TableName": table("principals"), "Key": dynamodb.key(self.key), "ConditionExpression": "epoch = :epoch",
            "UpdateExpression": "SET failures = :zero, epoch = :next REMOVE wait_until", "ExpressionAttributeValues": values}}


def attempt(email: str, *, at: datetime) -> Attempt:
    """Count an attempt for the account of an address, or `TooManyAttempts`. `Unavailable` where it cannot be counted."""
    key = f"signin#{hashlib.sha256(_folded(email).encode()).hexdigest()}"
    with _closed_without_storage():
        for _ in range(_TRIES):
            found = dynamodb.get(table("principals"), key) or {}
            until = parse(found["wait_until"]["S"]) if "wait_until" in found else at
            if until > at:
                raise TooManyAttempts(until - at)
            if _counted(key, found, at):
                return Attempt(key, int(found.get("epoch", {"N": "0"})["N"]))
    raise TooManyAttempts(timedelta(seconds=1))


def waiting(failures: int) -> timedelta:
    """How long nobody is heard after so many attempts without success."""
    if failures < FREE:
        return timedelta(0)
    return min(timedelta(seconds=2 ** min(failures - FREE, 10)), LONGEST)


def _counted(key: str, found: dynamodb.Item, at: datetime) -> bool:
    """False where someone else was counted meanwhile: what we read is not so any more."""
    before = found.get("failures")
    forgotten = before is None or int(found["ttl"]["N"]) <= at.timestamp()  # the table may take days to remove what has expired
    failures = 1 if before is None or forgotten else int(before["N"]) + 1
    wait = waiting(failures)  # none is not "until now": who asks at the same time may have come a moment earlier
    values = {":count": {"N": str(failures)}, ":zero": {"N": "0"}, ":ttl": {"N": str(int((at + _KEPT).timestamp()))},
              **({":before": before} if before else {}), **({":until": {"S": stamp(at + wait)}} if wait else {})}
    return dynamodb.held(
        dynamodb.client().update_item, TableName=table("principals"), Key=dynamodb.key(key), ExpressionAttributeValues=values,
        ExpressionAttributeNames={"#ttl": "ttl"}, ConditionExpression="failures = :before" if before else "attribute_not_exists(failures)",
        UpdateExpression="SET failures = :count, #ttl = :ttl, epoch = if_not_exists(epoch, :zero)"
                         + (", wait_until = :until" if wait else " REMOVE wait_until")) is not None


def _folded(email: str) -> str:
    """The pool does not tell upper from lower case: nor may the count."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


@contextmanager
def _closed_without_storage() -> Iterator[None]:
    try:
        yield
    except (ClientError, *dynamodb.UNREACHABLE) as failure:
        raise Unavailable("nobody can sign in at the moment, try again") from failure
