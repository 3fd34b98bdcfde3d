"""Counts the write units of everything that this process asks of DynamoDB, step by step, by a hook in botocore.

The emulator reports them by DynamoDB's rules: a unit per KB that was begun of the larger of the old and the new item, twice that in a
transaction; of an index entry a unit per KB when it appears, changes or goes, two such when it moves, once also in a transaction
(https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html and GSI.html, section on writes).
"""

from collections import Counter
from typing import Any

from kernel import dynamodb
from kernel.config import table
from kernel.dynamodb import Item

_WRITES = {"PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem", "TransactWriteItems"}


class Meter:
    """`spent[step, "table" | "index" | "audit"]`, the last being the audit log's part of the two others; `entries`: what it has to relay."""

    def __init__(self) -> None:
        self.step = ""
        self.spent: Counter[tuple[str, str]] = Counter()
        self.entries: list[Item] = []
        events = dynamodb.client().meta.events
        events.register("provide-client-params.dynamodb", self._ask)
        events.register("after-call.dynamodb", self._note)

    def reset(self) -> None:
        self.spent.clear()

    def steps(self) -> list[str]:
        """In the order in which they first came."""
        return list(dict.fromkeys(step for step, _ in self.spent))

    def _ask(self, params: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> dict[str, Any]:
        if model.name not in _WRITES:
            return params
        puts = [write["Put"] for write in params.get("TransactItems", []) if "Put" in write]
        context["entries"] = [put["Item"] for put in puts if put["TableName"] == table("audit")]
        return params | {"ReturnConsumedCapacity": "INDEXES"}

    def _note(self, parsed: dict[str, Any], model: Any, context: dict[str, Any], **_: Any) -> None:
        if model.name not in _WRITES or "ConsumedCapacity" not in parsed:
            return  # a read, or refused
        self.entries += context["entries"]
        consumed = parsed["ConsumedCapacity"]
        for each in consumed if isinstance(consumed, list) else [consumed]:
            index = sum(part["CapacityUnits"] for part in each.get("GlobalSecondaryIndexes", {}).values())
            self.spent[self.step, "index"] += index
            self.spent[self.step, "table"] += each["CapacityUnits"] - index
            self.spent[self.step, "audit"] += each["CapacityUnits"] if each["TableName"] == table("audit") else 0
