"""The table of insights: what was heard of each subject, and sums over all of them, changed together in one transaction.

| pk | sk | |
|---|---|---|
| `ten_…#EUR` | `#` | a tenant in one currency: `mrr`, and a revision that each change checks; on `gsi1` while it pays, `gsi7` has all |
| `ten_…#EUR` | `sub_…#0000000003` | what version 3 of a subscription said |
| `ten_…#EUR` | `heard#<time>#inv_…#0000000003` | what version 3 of an invoice said |
| `inv_…`, `ten_…` | `#` | the newest version heard of an invoice, a tenant's status, and what it adds to sums |
| `totals` | `EUR` | what holds now: mrr, paying tenants, subscriptions by status, open invoices |
| `days#EUR` | `2026-11-03` | movements of a day, by kind: amount and number |
| `months#EUR` | `2026-11` | of the tenants that were paying when a month began: what they lost, gained, and how many left |
| `due#EUR` | `2026-11-03` | open invoices that were to be paid by that day; gone once there is none |
| `tenants` | `#` | tenants by status |
| `facts#07` | `ten_…#EUR` | what was known of a tenant on the days of its past, and now, as of a nightly run |
| `model` | `#` | the model of who leaves |
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kernel import dynamodb
from kernel.config import table
from kernel.dynamodb import Item
from kernel.paths import LAST
from kernel.problems import Unavailable

TRIES = 8
Sums = dict[tuple[str, str, str], int]  # by (pk, sk, attribute)


@dataclass(frozen=True)
class Change:
    """`puts` are written if `head`, the first of them, is still as it was `read`; the sums change by what is `new` less what is `old`."""

    read: Item | None
    head: Item
    guard: str  # the number of the head that tells whether it has changed
    old: Sums
    new: Sums
    puts: list[Item] = field(default_factory=list)


def apply(change: Callable[[], Change | None]) -> Sums:
    """Reads, decides and writes, from the start where others were quicker; by how much sums have changed. None: nothing is to be done."""
    for _ in dynamodb.tries(TRIES):
        found = change()
        if found is None:
            return {}
        moved = {key: by for key in found.old | found.new if (by := found.new.get(key, 0) - found.old.get(key, 0))}
        if _written(found, moved):
            return moved
    raise Unavailable("these sums are being changed, try again")


def rows(pk: str, *, low: str = "", high: str = LAST) -> Iterator[Item]:
    """The items of a partition between two sort keys, both included, in order."""
    start: Item | None = None
    while True:
        items, start = dynamodb.ask(table("insights"), "", pk, low=low or None, high=high, limit=1000, start=start)
        yield from items
        if start is None:
            return


def get(pk: str, sk: str = "#") -> Item | None:
    return dynamodb.get(table("insights"), pk, sk)


def number(item: Mapping[str, Any] | None, name: str) -> int:
    """0 for what is not there."""
    return int(item[name]["N"]) if item and name in item else 0


def remove_empty(pk: str, sk: str, count: str) -> None:
    """Takes a sum away that counts nothing any more, so that reading them costs what there is."""
    dynamodb.held(dynamodb.client().delete_item, TableName=table("insights"), Key=dynamodb.key(pk, sk), ConditionExpression="#n = :none",
                  ExpressionAttributeNames={"#n": count}, ExpressionAttributeValues={":none": {"N": "0"}})


def _written(change: Change, moved: Sums) -> bool:
    """Whether the head was still the one that was read, and no other transaction was in the way."""
    name: dict[str, Any] = {"TableName": table("insights")}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if change.read is not None:
        condition = {"ConditionExpression": "#g = :g", "ExpressionAttributeNames": {"#g": change.guard},
                     "ExpressionAttributeValues": {":g": change.read[change.guard]}}
    writes: list[Any] = [{"Put": name | condition | {"Item": change.head}}, *({"Put": name | {"Item": each}} for each in change.puts)]
    writes += [{"Update": name | each} for each in _additions(moved)]
    return dynamodb.held(dynamodb.client().transact_write_items, TransactItems=writes) is not None


def _additions(moved: Sums) -> Iterator[dict[str, Any]]:
    """One update for each item of sums."""
    for pk, sk in dict.fromkeys((pk, sk) for pk, sk, _ in moved):
        own = {name: by for (one, two, name), by in moved.items() if (one, two) == (pk, sk)}
        yield {"Key": dynamodb.key(pk, sk), "UpdateExpression": "ADD " + ", ".join(f"#{n} :{n}" for n in range(len(own))),
               "ExpressionAttributeNames": {f"#{n}": name for n, name in enumerate(own)},
               "ExpressionAttributeValues": {f":{n}": {"N": str(by)} for n, by in enumerate(own.values())}}
