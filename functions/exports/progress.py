"""How far an export has come, and who works on it: the child item `progress`, written on the condition that the hold still stands.

The log of what happened would drown in this, and a version of the record would stand in the way of whoever cancels it.
"""

import json
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from functions.exports.models import Export
from kernel import dynamodb
from kernel.clock import stamp, wall
from kernel.problems import Conflict

SK = "progress"
HOLD = timedelta(minutes=16)  # longer than a function lives: whose hold has ended is dead
KEPT = timedelta(days=7)


@dataclass
class State:
    """What is safe: the parts that S3 has taken (their tags), rows and bytes in them, and the position behind which the next begins."""

    upload: str | None = None
    tags: list[str] = field(default_factory=list)
    after: str | None = None
    rows: int = 0
    bytes: int = 0
    whole: bool = False  # every row is in a part


@dataclass
class Hold:
    """The right to work on an export, until it is given back or 16 minutes are over. `tries`: holds taken since the last part."""

    id: str
    token: str
    tries: int
    state: State

    def save(self) -> None:
        """The state, safe at once. `Conflict` where somebody else holds the export, or it was deleted."""
        tries = 0 if self.state.tags else self.tries
        self._update("SET body = :b, seen = :n, tries = :t", b={"S": json.dumps(asdict(self.state))}, n={"N": str(self.state.rows)},
                     t={"N": str(tries)})

    def note(self, rows: int) -> None:
        """What people see of it. `Conflict` as in `save`."""
        self._update("SET seen = :n", n={"N": str(rows)})

    def give_back(self) -> None:
        """So that the next need not wait. Nothing happens where it is not ours any more."""
        with suppress(Conflict):
            self._update("REMOVE held_until")

    def _update(self, expression: str, **values: Any) -> None:
        named = {":holder": {"S": self.token}, **{f":{name}": value for name, value in values.items()}}
        asked = {"TableName": Export.table(), "Key": dynamodb.key(self.id, SK), "ConditionExpression": "holder = :holder"}
        if dynamodb.held(dynamodb.client().update_item, **asked, UpdateExpression=expression, ExpressionAttributeValues=named) is None:
            raise Conflict(f"{self.id} is not ours to work on any more")


def take(id: str) -> Hold | None:
    """The hold, or None where somebody else has it."""
    token, now = os.urandom(12).hex(), wall()
    values = {":holder": {"S": token}, ":now": {"S": stamp(now)}, ":until": {"S": stamp(now + HOLD)}, ":one": {"N": "1"},
              ":ttl": {"N": str(int((now + KEPT).timestamp()))}}
    found = dynamodb.held(
        dynamodb.client().update_item, TableName=Export.table(), Key=dynamodb.key(id, SK), ReturnValues="ALL_NEW",
        ExpressionAttributeValues=values, ExpressionAttributeNames={"#ttl": "ttl"},
        UpdateExpression="SET holder = :holder, held_until = :until, #ttl = :ttl ADD tries :one",
        # The last: our own call, repeated by the SDK because its answer was lost.
        ConditionExpression="attribute_not_exists(held_until) OR held_until < :now OR holder = :holder")
    if found is None:
        return None
    item = found["Attributes"]
    return Hold(id, token, int(item["tries"]["N"]), _state(item))


def seen(id: str) -> int:
    """Rows written so far."""
    item = dynamodb.get(Export.table(), id, SK) or {}
    return int(item["seen"]["N"]) if "seen" in item else 0


def forget(id: str) -> State:
    """Takes the hold from whoever has it, for good; returns how far they had come."""
    item = dynamodb.client().delete_item(TableName=Export.table(), Key=dynamodb.key(id, SK), ReturnValues="ALL_OLD").get("Attributes", {})
    return _state(item)


def _state(item: dynamodb.Item) -> State:
    return State(**json.loads(item["body"]["S"])) if "body" in item else State()
