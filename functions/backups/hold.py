"""Who works on which backup, and how far it has come. One at a time works, on one thing: backups, drills and restores never overlap.

The item `lock` says who; the child `progress#<work>` how far, written on the condition that the lock is still theirs.
"""

import json
import os
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from functions.backups.models import Backup
from kernel import dynamodb
from kernel.clock import stamp, wall
from kernel.problems import Conflict
from kernel.records import child

LOCK = "lock"
HOLD = timedelta(minutes=16)  # longer than a function lives: whose hold has ended is dead
KEPT = timedelta(days=7)
PROMISED = timedelta(hours=1)  # so long nobody else begins, though the one at work waits for its next message


@dataclass
class Hold:
    """The right to work, until it is given back or 16 minutes are over. `state`: what is safe. `tries`: holds since it last grew."""

    id: str
    work: str
    token: str
    state: dict[str, Any] = field(default_factory=dict)

    @property
    def tries(self) -> int:
        return int(self.state.get("tries", 0))

    def save(self, *, tries: int = 0) -> None:
        """The state, safe at once. `Conflict` where somebody else works by now."""
        self.state["tries"] = tries
        item = child(Backup(self.id), progress_of(self.work), self.state)
        item["ttl"] = {"N": str(int((wall() + KEPT).timestamp()))}
        mine = {"TableName": Backup.table(), "Key": dynamodb.key(LOCK), "ConditionExpression": "holder = :holder",
                "ExpressionAttributeValues": {":holder": {"S": self.token}}}
        writes = [{"ConditionCheck": mine}, {"Put": {"TableName": Backup.table(), "Item": item}}]
        if dynamodb.held(dynamodb.client().transact_write_items, TransactItems=writes) is None:
            raise Conflict(f"{self.id} is not ours to work on any more")

    def give_back(self, *, over: bool) -> None:
        """So that the next need not wait: whoever goes on with this or, when it is over, anybody."""
        with suppress(Conflict):
            self._update("REMOVE held_until" + (", busy_with, promised_until" if over else ""))

    def _update(self, expression: str) -> None:
        asked = {"TableName": Backup.table(), "Key": dynamodb.key(LOCK), "ConditionExpression": "holder = :holder"}
        named = {":holder": {"S": self.token}}
        if dynamodb.held(dynamodb.client().update_item, **asked, UpdateExpression=expression, ExpressionAttributeValues=named) is None:
            raise Conflict(f"{self.id} is not ours to work on any more")


def progress_of(work: str) -> str:
    return f"progress#{work}"


def take(id: str, work: str) -> Hold | None:
    """The hold, or None while somebody else has it, or has begun something and comes back to it."""
    token, now = os.urandom(12).hex(), wall()
    values = {":holder": {"S": token}, ":now": {"S": stamp(now)}, ":until": {"S": stamp(now + HOLD)}, ":work": {"S": f"{id} {work}"},
              ":promised": {"S": stamp(now + PROMISED)}}
    free = "attribute_not_exists(held_until) OR held_until < :now"
    mine = "attribute_not_exists(busy_with) OR busy_with = :work OR promised_until < :now"
    found = dynamodb.held(
        dynamodb.client().update_item, TableName=Backup.table(), Key=dynamodb.key(LOCK), ExpressionAttributeValues=values,
        UpdateExpression="SET holder = :holder, held_until = :until, busy_with = :work, promised_until = :promised",
        # The last: our own call, repeated by the SDK because its answer was lost.
        ConditionExpression=f"(({free}) AND ({mine})) OR holder = :holder")
    if found is None:
        return None
    item = dynamodb.get(Backup.table(), id, progress_of(work))
    hold = Hold(id, work, token, json.loads(item["body"]["S"]) if item else {})
    hold.save(tries=hold.tries + 1)
    return hold
