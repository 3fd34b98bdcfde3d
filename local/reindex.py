"""Builds the search index anew, from the records themselves, beside the one in use: `make reindex`.

First everything is written in bulk, where nobody else writes; then the worker keeps the new generation too, and a second pass brings in
what has changed meanwhile; then searches read the new one, and the old one goes.
"""

import json
import time
from collections.abc import Iterable, Iterator
from importlib import import_module
from typing import Any

from functions.audit.subjects import FEATURES
from functions.search.postings import Told, apply
from kernel import dynamodb
from kernel.config import table
from kernel.ids import prefix_of
from kernel.records import ROOT, Record
from kernel.search import described, generations
from local.ops import scan

REQUEST = 30.0  # seconds that a function may still read the old index: as long as a request takes at most
BATCH = 25


def reindex(*, patience: float) -> int:
    """How many records the new index holds. The old one goes after `patience` seconds; what an earlier run left half done, at once."""
    live, *unfinished = generations()
    _point(live)
    _clear_all_but(live)
    new = str(max(int(each) for each in [live, *unfinished]) + 1)
    first = _in_bulk(new)
    _point(live, building=new)
    second = set()
    for told in _records():
        second.add(told.id)
        if first.get(told.id) != told.version:
            apply(new, told)
    for id in first.keys() - second:  # gone for good since
        apply(new, Told(id, first[id] + 1, id, [], None))
    _point(new)
    time.sleep(patience)
    _clear_all_but(new)
    return len(second)


def _records() -> Iterator[Told]:
    """What the newest entry of each record that can be searched for told the index."""
    for feature in sorted(set(FEATURES.values())):
        found = vars(import_module(f"functions.{feature}.models")).values()
        kinds = {each.prefix: each for each in found if isinstance(each, type) and issubclass(each, Record) and each is not Record}
        for item in scan(table(feature)):
            kind = kinds.get(prefix_of(item["pk"]["S"]))
            if kind and kind.searched and item["sk"]["S"] == ROOT and "head" in item:
                record = kind.load(item)
                yield Told(record.id, record.version, tenant_id=record.owner, **json.loads(described(record)))


def _in_bulk(generation: str) -> dict[str, int]:
    """{id: version} of what was written."""
    versions: dict[str, int] = {}

    def items() -> Iterator[dynamodb.Item]:
        for told in _records():
            versions[told.id] = told.version
            yield told.head(generation, told.posted())
            yield from (told.posting(generation, token) for token in told.posted())

    _write({"PutRequest": {"Item": item}} for item in items())
    return versions


def _point(live: str, **building: str) -> None:
    values = {name: {"S": value} for name, value in {"live": live, **building}.items()}
    dynamodb.client().put_item(TableName=table("search"), Item=dynamodb.key("generations") | values)


def _clear_all_but(generation: str) -> None:
    kept = ("generations", f"{generation}.")
    keys = ({"pk": item["pk"], "sk": item["sk"]} for item in scan(table("search")) if not item["pk"]["S"].startswith(kept))
    _write({"DeleteRequest": {"Key": key}} for key in keys)


def _write(requests: Iterable[dict[str, Any]]) -> None:
    for batch in dynamodb.chunks(requests, BATCH):
        left = {table("search"): batch}
        while left:
            left = dynamodb.client().batch_write_item(RequestItems=left)["UnprocessedItems"]
