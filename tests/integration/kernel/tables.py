"""DynamoDB's answers from memory, for tests that ask for thousands of pages: moto takes 20 ms for each call and 1 ms for each item.

It stands in for AWS at botocore's own hook and knows the calls that lists make. `short` is the most that one answer holds, as 1 MB is in AWS.
"""

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

from tests.integration.kernel.things import hooked

Item = dict[str, dict[str, Any]]


class Tables:
    def __init__(self, short: int) -> None:
        self.short = short
        self.items: dict[tuple[str, str], Item] = {}
        self.runs: dict[tuple[str, str], list[tuple[str, str, Item]]] = {}
        self.read = 0

    def answer(self, model: Any, params: dict[str, Any], **_: Any) -> tuple[Any, dict[str, Any]]:
        asked = json.loads(params["body"])
        found: dict[str, Any] = getattr(self, f"_{model.name}")(asked)
        return SimpleNamespace(status_code=200), found | {"ResponseMetadata": {}}

    def _GetItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        item = self.items.get((asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"]))
        return {"Item": item} if item else {}

    def _UpdateItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        key = (asked["Key"]["pk"]["S"], asked["Key"]["sk"]["S"])
        months = self.items.setdefault(key, {**asked["Key"], "months": {"SS": []}})["months"]["SS"]
        months += [month for month in asked["ExpressionAttributeValues"][":m"]["SS"] if month not in months]
        return {}

    def _BatchWriteItem(self, asked: dict[str, Any]) -> dict[str, Any]:
        for writes in asked["RequestItems"].values():
            for write in writes:
                item = write["PutRequest"]["Item"] if "PutRequest" in write else None
                key = item or write["DeleteRequest"]["Key"]
                self.items.pop((key["pk"]["S"], key["sk"]["S"]), None)
                if item:
                    self.items[item["pk"]["S"], item["sk"]["S"]] = item
        self.runs.clear()
        return {}

    def _Query(self, asked: dict[str, Any]) -> dict[str, Any]:
        index, values = asked["IndexName"], {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
        assert asked["KeyConditionExpression"] == f"{index}pk = :p AND {index}sk BETWEEN :l AND :h"
        assert values[":l"] <= values[":h"], "DynamoDB would refuse it"
        run = self._run(index, values[":p"])
        first, behind = bisect_left(run, (values[":l"],)), bisect_right(run, (values[":h"], "\U0010ffff"))
        found = run[first:behind] if asked["ScanIndexForward"] else run[first:behind][::-1]
        if start := asked.get("ExclusiveStartKey"):
            at = (start[f"{index}sk"]["S"], start["pk"]["S"])
            found = [one for one in found if (one[:2] > at if asked["ScanIndexForward"] else one[:2] < at)]
        size = min(asked["Limit"], self.short)
        items = [item for *_, item in found[:size]]
        self.read += len(items)
        names = ("pk", "sk", f"{index}pk", f"{index}sk")
        more = {"LastEvaluatedKey": {name: items[-1][name] for name in names}} if len(items) == size else {}
        return {"Items": items, "Count": len(items), "ScannedCount": len(items), **more}

    def _run(self, index: str, partition: str) -> list[tuple[str, str, Item]]:
        if (index, partition) not in self.runs:
            own = [item for item in self.items.values() if item.get(f"{index}pk", {}).get("S") == partition]
            self.runs[index, partition] = sorted((item[f"{index}sk"]["S"], item["pk"]["S"], item) for item in own)
        return self.runs[index, partition]


@contextmanager
def in_memory(short: int = 1000) -> Iterator[Tables]:
    """Within the block no call reaches moto."""
    made = Tables(short)
    with hooked("before-call.dynamodb", made.answer):
        yield made
