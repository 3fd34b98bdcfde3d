"""DynamoDB's reads over real HTTP on loopback, from items kept in memory in order; also the secret and the key document of a list.

The emulator sorts an index partition anew at every page, so it can serve neither a hundred thousand items nor a stop-watch. What a Query
means is DynamoDB's: one partition, a condition on the sort key, an order, Limit and 1 MB, ExclusiveStartKey, ScannedCount. A request with
anything else, such as a filter, is refused, so nothing is ever measured that this server does not understand. Answers carry their CRC-32.
"""

import json
import re
import zlib
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

LAST, MEGABYTE = "\U0010ffff", 1024 * 1024
_KNOWN = {"TableName", "IndexName", "Limit", "ScanIndexForward", "ExpressionAttributeValues", "ExpressionAttributeNames", "ConsistentRead",
          "KeyConditionExpression", "ExclusiveStartKey", "ReturnConsumedCapacity"}
_SORT = re.compile(r"\(?(?:begins_with ?\((?P<name>\S+), ?(?P<prefix>:\S+)\)"
                   r"|(?P<sort>\S+) (?:BETWEEN (?P<low>:\S+) AND (?P<high>:\S+)|(?P<sign>[<>=]=?) (?P<value>:[^\s)]+)))\)?")
Item = dict[str, dict[str, Any]]


class Refused(Exception):
    """A request that this server does not understand."""


class Tables:
    """Items as the JSON that they are answered with. `calls` counts operations, `examined` the items that `Query` or `get` read."""

    def __init__(self) -> None:
        self.items: dict[tuple[str, str, str], bytes] = {}
        self.partitions: dict[tuple[str, str, str], list[tuple[str, str, str]]] = defaultdict(list)
        self.calls: Counter[str] = Counter()
        self.examined: Counter[str] = Counter()
        self.keys: dict[str, Any] = {}

    def load(self, table: str, items: Iterable[Item]) -> None:
        """Adds items, each once."""
        touched = set()
        for item in items:
            place = (table, item["pk"]["S"], item["sk"]["S"])
            self.items[place] = json.dumps(item, ensure_ascii=False, separators=(",", ":")).encode()
            for index in ("", *(f"gsi{n}" for n in range(1, 9))):
                if f"{index}pk" in item:
                    partition = (table, index, item[f"{index}pk"]["S"])
                    self.partitions[partition].append((item[f"{index}sk"]["S"], *place[1:]))
                    touched.add(partition)
        for partition in touched:
            self.partitions[partition].sort()

    def answer(self, operation: str, asked: dict[str, Any]) -> bytes:
        self.calls[operation] += 1
        match operation:
            case "GetItem":
                found = self._found(asked["TableName"], asked["Key"])
                return b'{"Item":%b}' % found if found else b"{}"
            case "BatchGetItem":
                [(table, wanted)] = asked["RequestItems"].items()
                there = [found for each in wanted["Keys"] if (found := self._found(table, each))]
                return b'{"Responses":{"%b":[%b]},"UnprocessedKeys":{}}' % (table.encode(), b",".join(there))
            case "Query":
                return self._query(asked)
            case "GetSecretValue":
                return json.dumps({"ARN": asked["SecretId"], "Name": asked["SecretId"], "SecretString": "of-the-benchmark"}).encode()
        raise Refused(operation)

    def _found(self, table: str, key: Item) -> bytes | None:
        self.examined["get"] += 1
        return self.items.get((table, key["pk"]["S"], key["sk"]["S"]))

    def _query(self, asked: dict[str, Any]) -> bytes:
        if unknown := asked.keys() - _KNOWN:
            raise Refused(str(unknown))
        table, index = asked["TableName"], asked.get("IndexName", "")
        value, low, high = condition(asked, index)
        entries = self.partitions.get((table, index, value), [])
        first, end = bisect_left(entries, (low,)), bisect_right(entries, (high, LAST, LAST))
        forward = asked.get("ScanIndexForward", True)
        if start := asked.get("ExclusiveStartKey"):
            behind = (start[f"{index}sk"]["S"], start["pk"]["S"], start["sk"]["S"])
            first, end = (max(first, bisect_right(entries, behind)), end) if forward else (first, min(end, bisect_left(entries, behind)))
        found: list[bytes] = []
        size, last = 0, None
        for at in range(first, end) if forward else range(end - 1, first - 1, -1):
            last = entries[at]
            found.append(self.items[table, last[1], last[2]])
            size += len(found[-1])
            if len(found) == asked.get("Limit") or size >= MEGABYTE:
                break
        else:
            last = None
        self.examined["Query"] += len(found)
        more = b"" if last is None else b',"LastEvaluatedKey":' + json.dumps(where(index, value, last)).encode()
        return b'{"Items":[%b],"Count":%d,"ScannedCount":%d%b}' % (b",".join(found), len(found), len(found), more)


def condition(asked: dict[str, Any], index: str) -> tuple[str, str, str]:
    """Partition, lowest and highest sort key (both included) of a KeyConditionExpression."""
    text, names = asked["KeyConditionExpression"], asked.get("ExpressionAttributeNames", {})
    values = {name: value["S"] for name, value in asked["ExpressionAttributeValues"].items()}
    for name, real in names.items():
        text = re.sub(re.escape(name) + r"\b", real, text)
    partition, _, rest = (text[1:-1] if text.startswith("(") else text).partition(" AND ")
    left, equals, right = partition.split()
    if left != f"{index}pk" or equals != "=":
        raise Refused(text)
    if not rest:
        return values[right], "", LAST
    found = _SORT.fullmatch(rest)
    if not found or (found["sort"] or found["name"]) != f"{index}sk":
        raise Refused(text)
    if found["prefix"]:
        return values[right], values[found["prefix"]], values[found["prefix"]] + LAST
    if found["low"]:
        return values[right], values[found["low"]], values[found["high"]]
    bound = values[found["value"]]
    low, high = {">=": (bound, LAST), "<=": ("", bound), "=": (bound, bound)}.get(found["sign"], (None, None))
    if low is None or high is None:
        raise Refused(text)
    return values[right], low, high


def where(index: str, partition: str, entry: tuple[str, str, str]) -> Item:
    key = {"pk": {"S": entry[1]}, "sk": {"S": entry[2]}}
    return key | ({f"{index}pk": {"S": partition}, f"{index}sk": {"S": entry[0]}} if index else {})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    tables: Tables

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        operation = self.headers["x-amz-target"].rpartition(".")[2]
        try:
            self._send(200, self.tables.answer(operation, asked))
        except Refused as refused:
            text = {"__type": "com.amazon.coral.validate#ValidationException", "message": f"not understood: {refused}"}
            self._send(400, json.dumps(text).encode())

    def do_GET(self) -> None:
        self._send(200, json.dumps(self.tables.keys).encode())

    def _send(self, status: int, body: bytes) -> None:
        head = (f"HTTP/1.1 {status} OK\r\ncontent-type: application/x-amz-json-1.0\r\ncontent-length: {len(body)}\r\n"
                f"x-amzn-requestid: {'0' * 52}\r\nx-amz-crc32: {zlib.crc32(body)}\r\n\r\n")
        self.wfile.write(head.encode() + body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


@contextmanager
def serve(tables: Tables) -> Iterator[str]:
    """The server, as a thread of this process. Yields its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"tables": tables, "disable_nagle_algorithm": True}))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
