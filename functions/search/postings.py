"""Keeps the index: each change of a record in one transaction with its head, which knows the version and the tokens that are in.

A change applies only to a head that is older, so messages may come twice and in any order. What does not fit into one transaction is
left to a second one, and the head names tokens that are yet to go: whoever comes next, this message again or a later version, goes on.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from kernel import dynamodb
from kernel.config import table
from kernel.dynamodb import Item
from kernel.problems import Unavailable
from kernel.search import generations, is_posted, key

MAX_WRITES, TRIES = 100, 8
_SAID = ("title", "tokens", "tenant_id")


@dataclass(frozen=True)
class Told:
    """What an entry says of its record; without tokens the record is not found."""

    id: str
    version: int
    title: str
    tokens: Sequence[str]
    tenant_id: str | None

    @classmethod
    def by_head(cls, id: str, head: Item) -> Self:
        text = {name: value["S"] for name, value in head.items() if "S" in value}
        return cls(id, int(head["version"]["N"]), text["title"], text.get("tokens", "").split(), text.get("tenant_id"))

    def posted(self) -> set[str]:
        return {token for token in self.tokens if is_posted(token)}

    def posting(self, generation: str, token: str) -> Item:
        return key(generation, self.id, token) | self._said() | {"id": {"S": self.id}}

    def head(self, generation: str, held: set[str]) -> Item:
        """`held`: the tokens whose postings exist."""
        kept = self._said() | {"version": {"N": str(self.version)}, "held": {"S": " ".join(sorted(held))}}
        return dynamodb.key(f"{generation}.{self.id}") | kept

    def _said(self) -> Item:
        said = dict(zip(_SAID, (self.title, " ".join(self.tokens), self.tenant_id or ""), strict=True))
        return {name: {"S": value} for name, value in said.items() if value}


def index(told: Told) -> None:
    """In every generation that is kept. One whose building begins meanwhile may have read the record before the change."""
    done: set[str] = set()
    while missing := [each for each in generations() if each not in done]:
        for generation in missing:
            apply(generation, told)
        done |= set(missing)


def apply(generation: str, told: Told) -> None:
    """Raises `Unavailable` where others get in between again and again."""
    for _ in range(TRIES):
        head = dynamodb.get(table("search"), f"{generation}.{told.id}") or {}
        known, held = (int(head["version"]["N"]), set(head["held"]["S"].split())) if head else (0, set())
        if known == told.version:
            told = Told.by_head(told.id, head)  # what was begun is finished, whichever rules made this message's tokens
        wanted = told.posted()
        if known > told.version or (known == told.version and held == wanted):
            return
        same = told._said() == {name: head[name] for name in _SAID if name in head}
        puts = [] if same else [told.posting(generation, token) for token in sorted(wanted)]
        gone = sorted(held - wanted)[:MAX_WRITES - 1 - len(puts)]
        left = (wanted | held) - set(gone)
        if _write(told.head(generation, left), known, puts, [key(generation, told.id, token) for token in gone]) and left == wanted:
            return
    raise Unavailable(f"the index of {told.id} is being changed, try again")


def _write(head: Item, known: int, puts: list[Item], keys: list[Item]) -> bool:
    """Whether the head was still the one that was read."""
    name: dict[str, Any] = {"TableName": table("search")}
    condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
    if known:
        condition = {"ConditionExpression": "version = :v", "ExpressionAttributeValues": {":v": {"N": str(known)}}}
    writes: list[Any] = [{"Put": name | condition | {"Item": head}}]
    writes += [{"Put": name | {"Item": item}} for item in puts] + [{"Delete": name | {"Key": each}} for each in keys]
    return dynamodb.held(dynamodb.client().transact_write_items, TransactItems=writes) is not None
