"""One DynamoDB client per process, with a direct parser for DynamoDB's JSON, and the few reads that everything is made of.

botocore's generic parser is half of the CPU of reading 100 items; its retries, signing and checksums are kept.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from botocore import parsers
from botocore.config import Config
from botocore.exceptions import ConnectionError as NoConnection
from botocore.exceptions import HTTPClientError

from kernel import sdk

UNREACHABLE = (NoConnection, HTTPClientError)  # no answer: nobody knows whether the call was served
Item = dict[str, dict[str, Any]]  # an item in DynamoDB's own JSON: {"pk": {"S": "ten_…"}}


class _Parser(parsers.JSONParser):
    """Takes the body as it is. No record of ours stores binary, the one type that JSON carries differently."""

    def _handle_json_body(self, raw_body: bytes, shape: Any) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(raw_body) if raw_body else {}
        return body


class _ParserFactory(parsers.ResponseParserFactory):
    def create_parser(self, protocol_name: str) -> _Parser:
        return _Parser(**self._defaults)  # type: ignore[attr-defined]


@cache
def client() -> Any:
    config = Config(connect_timeout=2, read_timeout=10, retries={"mode": "standard", "total_max_attempts": 4}, tcp_keepalive=True)
    made = sdk.client("dynamodb", config)
    made._endpoint._response_parser_factory = _ParserFactory()
    return made


def key(pk: str, sk: str = "#") -> Item:
    return {"pk": {"S": pk}, "sk": {"S": sk}}


def get(table: str, pk: str, sk: str = "#") -> Item | None:
    """The newest state of one item, or None."""
    found: Item | None = client().get_item(TableName=table, Key=key(pk, sk), ConsistentRead=True).get("Item")
    return found


def children(table: str, pk: str, prefix: str = "") -> Iterator[Item]:
    """The items of a partition whose sort key begins with `prefix`, in order."""
    start: Item | None = None
    below = {":s": {"S": prefix}} if prefix else {}
    while True:
        asked = {"TableName": table, "ConsistentRead": True, "ExpressionAttributeValues": {":p": {"S": pk}, **below},
                 "KeyConditionExpression": "pk = :p" + (" AND begins_with(sk, :s)" if prefix else "")}
        page = client().query(**asked, **({"ExclusiveStartKey": start} if start else {}))
        yield from page["Items"]
        start = page.get("LastEvaluatedKey")
        if not start:
            return


def ask(table: str, index: str, partition: str, *, low: str | None = None, high: str | None = None, forward: bool = True,
        limit: int = 100, start: Item | None = None) -> tuple[list[Item], Item | None]:
    """One Query on an index: the items of a partition with `low` <= sort <= `high`, and where the next page begins."""
    values = {":p": {"S": partition}, ":l": {"S": low or "\x00"}, ":h": {"S": high or "\U0010ffff"}}
    asked: dict[str, Any] = {
        "TableName": table, "IndexName": index, "Limit": limit, "ScanIndexForward": forward, "ExpressionAttributeValues": values,
        "KeyConditionExpression": f"{index}pk = :p AND {index}sk BETWEEN :l AND :h"}
    if start:
        asked["ExclusiveStartKey"] = start
    page = client().query(**asked)
    return page["Items"], page.get("LastEvaluatedKey")


def chunks(things: Iterable[Any], size: int) -> Iterator[list[Any]]:
    batch: list[Any] = []
    for thing in things:
        batch.append(thing)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
