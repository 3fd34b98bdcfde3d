"""The audit entry, which is also the outbox event. Entry n of a record is its version n and holds the hash of entry n-1.

Hashed is the `header`: one canonical JSON text, stored as it was hashed (DynamoDB normalises numbers, so nothing is serialised again to
verify). `changes` and `salt` lie beside it, under a digest in the header: erasing a person removes them, and the chain still holds.
"""

import hashlib
import json
import os
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict

from kernel.clock import stamp
from kernel.config import table
from kernel.dynamodb import Item, children
from kernel.paths import SHARDS

if TYPE_CHECKING:
    from kernel.once import Once

GENESIS = "0" * 64
UNCHAINED = "denied:"  # what the subject of entries begins with that are about no record (`kernel.denials`)
MAX_TEXT = 4096
MAX_DEPTH = 16
PURGED = ".purged"  # what the type of a record's last entry ends with, once the record was removed for good


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts, and why: a caller with its request, or a worker with the event that caused it."""

    id: str
    acting_for: str | None = None
    ip_hash: str | None = None
    request_id: str | None = None
    cause: str | None = None  # "<subject>#<version>" of the entry that led here
    depth: int = 0
    expects: int | None = None  # the version of the addressed record that the caller saw (`If-Match`)
    once: "Once | None" = None  # the request's `Idempotency-Key`

    def caused_by(self, entry: str, depth: int, request_id: str | None) -> Self:
        return replace(self, cause=entry, depth=depth + 1, request_id=request_id)


class Payload(BaseModel):
    """What an event tells its consumers. Fields are only ever added; a change of meaning is a new event name."""

    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True, hide_input_in_errors=True)
    event: ClassVar[str]
    revision: ClassVar[int] = 1

    def __init_subclass__(cls, *, event: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if event:
            cls.event = event


@dataclass(frozen=True)
class Entry:
    """One audit entry, as it is stored."""

    subject: str
    version: int
    header: str
    hash: str
    salt: str
    changes: str
    data: str
    tenant_id: str | None = None
    clock_id: str | None = None
    search: str = ""  # what the index is told (`kernel.search`), beside the header and not hashed

    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.header))

    def item(self) -> Item:
        """The stored item, with the index keys by which the log is read: day and shard, actor, type and month, tenant."""
        facts = self.facts()
        at, tail = facts["recorded_at"], f"{facts['recorded_at']}#{self.subject}#{self.version:010d}"
        values = {
            "pk": self.subject, "sk": f"{self.version:010d}", "header": self.header, "hash": self.hash, "salt": self.salt,
            "changes": self.changes, "data": self.data, "tenant_id": self.tenant_id, "clock_id": self.clock_id,
            "search": self.search or None,
            "gsi1pk": f"day#{at[:10]}#{zlib.crc32(self.subject.encode()) % SHARDS:02d}", "gsi1sk": tail,
            "gsi2pk": f"actor={facts['actor']}@{at[:7]}", "gsi2sk": tail,
            "gsi3pk": f"type={facts['type']}@{at[:7]}", "gsi3sk": tail}
        if self.tenant_id:
            values |= {"gsi4pk": f"tenant_id={self.tenant_id}@{at[:7]}", "gsi4sk": tail}
        return {name: {"S": value} for name, value in values.items() if value is not None}

    @classmethod
    def load(cls, item: Item) -> Self:
        text = {name: value["S"] for name, value in item.items() if "S" in value}
        return cls(text["pk"], int(text["sk"]), text["header"], text["hash"], text.get("salt", ""), text.get("changes", ""),
                   text.get("data", "{}"), text.get("tenant_id"), text.get("clock_id"), text.get("search", ""))


def canonical(value: Any) -> str:
    """One text per value, as RFC 8785 writes it: keys sorted, no spaces. Fractions alone are Python's, and no header holds any."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def build(payload: Payload, *, subject: str, version: int, previous: str, changes: Mapping[str, Any], actor: Actor, at: datetime,
          recorded_at: datetime, tenant_id: str | None = None, clock_id: str | None = None, search: str = "") -> Entry:
    """The entry of one change of one record. `changes` is {field: [old, new]} in plain JSON values."""
    salt, text = os.urandom(16).hex(), canonical(changes)
    data = canonical({"schema": payload.revision, **payload.model_dump(mode="json")})
    header = canonical({
        "schema": 1, "subject": subject, "version": version, "type": payload.event, "actor": actor.id, "acting_for": actor.acting_for,
        "ip_hash": actor.ip_hash, "request_id": actor.request_id, "cause": actor.cause, "depth": actor.depth,
        "recorded_at": stamp(recorded_at), "effective_at": stamp(at), "changes_digest": digest(salt + text), "previous": previous})
    return Entry(subject, version, header, digest(header), salt, text, data, tenant_id, clock_id, search)


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [old, new]} of what changed, `true` and 1 being different; texts over 4 KB as their length and SHA-256."""
    names = sorted(before.keys() | after.keys())
    return {n: [_short(before.get(n)), _short(after.get(n))] for n in names if canonical(before.get(n)) != canonical(after.get(n))}


def _short(value: Any) -> Any:
    text = value if isinstance(value, str) else canonical(value)
    return value if len(text) <= MAX_TEXT else {"length": len(text), "sha256": digest(text)}


def timeline(subject: str) -> list[Item]:
    """The stored entries of a record, oldest first."""
    return list(children(table("audit"), subject, "0"))  # the log's own records lie beside theirs, at "#"


def first_bad(items: list[Item], head: str) -> int | None:
    """Version of the first entry that is missing, altered, out of the chain or unknown to the record, or None.

    `head` is what the record holds; one that was purged holds nothing. An entry whose salt and changes were both erased stands: its
    digest cannot be checked, its place in the chain can. Entries about no record are in no chain: each is checked alone.
    """
    if items and items[0]["pk"]["S"].startswith(UNCHAINED):
        return next((version for item in items if not _intact(item, version := int(item["sk"]["S"]), GENESIS)), None)
    versions = {GENESIS: 0}
    previous = GENESIS
    for expected, item in enumerate(items, start=1):
        if not _intact(item, expected, previous):
            return expected
        previous = item["hash"]["S"]
        versions[previous] = expected
    if head == GENESIS and items and Entry.load(items[-1]).facts()["type"].endswith(PURGED):
        return None
    return None if previous == head else versions.get(head, len(items)) + 1


def _intact(item: Item, expected: int, previous: str) -> bool:
    try:
        entry = Entry.load(item)
        facts = entry.facts()
        placed = entry.version == expected == facts["version"] and facts["subject"] == entry.subject and facts["previous"] == previous
        told = not (entry.salt or entry.changes) or digest(entry.salt + entry.changes) == facts["changes_digest"]
        return bool(placed and told and digest(entry.header) == entry.hash and _index_keys(item) == _index_keys(entry.item()))
    except (KeyError, ValueError, TypeError):
        return False  # something that every entry has is missing, or is not what it was


def _index_keys(item: Item) -> Item:
    return {name: value for name, value in item.items() if name.startswith("gsi")}
