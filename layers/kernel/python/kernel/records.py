"""The base of every stored record: identity, version, times, free-form `extra`, and its place on the access paths."""

from __future__ import annotations

import json
from contextvars import ContextVar
from datetime import datetime, timedelta
from typing import Any, ClassVar, Self

from pynamodb.attributes import Attribute, BooleanAttribute, UnicodeAttribute
from pynamodb.constants import NUMBER, STRING
from pynamodb.models import Model

from kernel import dynamodb
from kernel.audit import GENESIS, canonical
from kernel.clock import parse, stamp
from kernel.paths import PURGE, Path, due_keys
from kernel.problems import NotFound, TooLarge

ROOT = "#"
MAX_ROOT, MAX_CHILD = 64 * 1024, 256 * 1024

# The tenant whose key makes the request, or None: of other tenants' records it is told that they do not exist.
scope: ContextVar[str | None] = ContextVar("scope", default=None)

Text = UnicodeAttribute
Flag = BooleanAttribute


class Integer(Attribute[int]):
    """A whole number. Floats and numeric texts are refused before they are stored."""

    attr_type = NUMBER

    def serialize(self, value: Any) -> str:
        if type(value) is not int:
            raise TypeError(f"{value!r} is not a whole number")
        return str(value)

    def deserialize(self, value: Any) -> int:
        return int(value)


class Time(Attribute[datetime]):
    """A moment, stored as text with six decimals."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        return stamp(value)

    def deserialize(self, value: Any) -> datetime:
        return parse(value)


class Json(Attribute[Any]):
    """Any JSON value, stored as its canonical text: DynamoDB's own maps would lose the order of numbers' digits."""

    attr_type = STRING

    def serialize(self, value: Any) -> str:
        return canonical(value)

    def deserialize(self, value: Any) -> Any:
        return json.loads(value)


class Record(Model):
    """A root item, `pk = id, sk = "#"`. A subclass names its id prefix, its paths and what must never reach the audit log."""

    prefix: ClassVar[str]
    paths: ClassVar[tuple[Path, ...]] = ()
    unaudited: ClassVar[frozenset[str]] = frozenset()
    retention: ClassVar[timedelta | None] = timedelta(days=30)  # from deletion to removal for good; None for what others refer to
    catalog: ClassVar[bool] = False  # of no tenant, and shown to all of them
    searched: ClassVar[tuple[str, ...]] = ()  # texts by which people look for it, its title first; its id needs no mention

    pk = Text(hash_key=True)
    sk = Text(range_key=True, default=ROOT)
    version = Integer(default=0)
    head = Text(default=GENESIS)  # hash of this record's last audit entry
    created_at = Time(null=True)
    updated_at = Time(null=True)
    deleted_at = Time(null=True)
    next_action_at = Time(null=True)  # when time acts on this record next
    stuck = Text(null=True)  # why its due step failed five times
    clock_id = Text(null=True)
    extra = Json(default=dict)

    _loaded: dict[str, Any]

    def __init__(self, id: str | None = None, **values: Any) -> None:
        super().__init__(id, **values)
        self._loaded = {}

    @property
    def id(self) -> str:
        return str(self.pk)

    @property
    def owner(self) -> str | None:
        """The tenant whose record this is, if any: by this the audit log and tenants' keys tell theirs from others'."""
        found: str | None = getattr(self, "tenant_id", None)
        return found

    @classmethod
    def mine(cls, tenant_id: str) -> dict[str, tuple[str, ...]] | None:
        """What a tenant's key is shown of this kind, as {field: values} of a list; None for what is none of a tenant's business."""
        if "tenant_id" in cls.get_attributes():
            return {"tenant_id": (tenant_id,)}
        return {} if cls.catalog else None

    @classmethod
    def table(cls) -> str:
        return str(cls.Meta.table_name)

    @classmethod
    def load(cls, item: dynamodb.Item) -> Self:
        record: Self = cls.from_raw_data(item)
        record._loaded = record.image()
        return record

    @classmethod
    def find(cls, id: str) -> Self | None:
        """The newest state of the record, deleted or not. An id of another kind finds nothing, though they may share a table.

        Nor does one of another tenant, or of none where others have one, if a tenant's key asks.
        """
        item = dynamodb.get(cls.table(), id) if id.startswith(cls.prefix + "_") else None
        record = cls.load(item) if item else None
        hidden = record is not None and scope.get() not in (None, record.owner) and (record.owner or "tenant_id" in cls.get_attributes())
        return None if hidden else record

    @classmethod
    def fetch(cls, id: str, *, deleted: bool = False) -> Self:
        """The newest state of a record that is not deleted, or (`deleted`) of any; or `NotFound`."""
        record = cls.find(id)
        if record is None or (record.deleted_at is not None and not deleted):
            raise NotFound(f"{cls.__name__.lower()} {id} does not exist")
        return record

    def image(self) -> dict[str, Any]:
        """What the audit log compares: every field but the bookkeeping, as plain JSON values."""
        hidden = {"pk", "sk", "version", "head", "updated_at"}
        found: dict[str, Any] = {}
        for name, attribute in self.get_attributes().items():
            value = getattr(self, name)
            if name in hidden or value is None:
                continue
            stored = attribute.serialize(value)
            plain = json.loads(stored) if isinstance(attribute, Json) else int(stored) if attribute.attr_type == NUMBER else stored
            found[name] = "[not recorded]" if name in self.unaudited else plain
        return found

    def item(self) -> dynamodb.Item:
        """The item to store: the attributes and the keys of the access paths. `TooLarge` above 64 KB."""
        values = {name: getattr(self, name) for name in self.get_attributes()}
        stored: dynamodb.Item = self.serialize()
        for path in self.paths:
            if found := path.keys(self.prefix, self.id, values):
                stored |= _pair(path.index, found)
        if self.next_action_at is not None and self.deleted_at is None:
            keys = due_keys(self.id, self.next_action_at, clock_id=self.clock_id, stuck=self.stuck is not None)
            stored |= _pair("gsi8", keys)
        if self.deleted_at is not None and self.retention is not None:
            stored |= _pair("gsi8", (PURGE, f"{stamp(self.deleted_at + self.retention)}#{self.id}"))
        _bounded(stored, MAX_ROOT)
        return stored


def child(root: Record, sk: str, body: Any) -> dynamodb.Item:
    """An item below a root, holding a JSON body that would make the root too large."""
    made: dynamodb.Item = {"pk": {"S": root.id}, "sk": {"S": sk}, "body": {"S": canonical(body)}}
    _bounded(made, MAX_CHILD)
    return made


def body_of(record: Record, sk: str) -> Any:
    """The JSON body of a child item. KeyError where there is none: a root never exists without its bodies."""
    item = dynamodb.get(record.table(), record.id, sk)
    if item is None:
        raise KeyError(f"{record.id} has no {sk}")
    return json.loads(item["body"]["S"])


def _pair(index: str, keys: tuple[str, str]) -> dynamodb.Item:
    return {f"{index}pk": {"S": keys[0]}, f"{index}sk": {"S": keys[1]}}


def _bounded(item: dynamodb.Item, limit: int) -> None:
    """DynamoDB counts names and values in UTF-8 bytes."""
    size = sum(len(name.encode()) + len(str(next(iter(value.values()))).encode()) for name, value in item.items())
    if size > limit:
        raise TooLarge(f"the record would take {size} bytes, {limit} are allowed", limit=limit)
