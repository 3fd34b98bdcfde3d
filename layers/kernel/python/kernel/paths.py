"""Access paths: the declared ways in which records are read, and the keys that make them so.

A path gives a record a place in one of its table's eight sparse indexes: partition `<prefix>#<by>=<value>[&…][@<month>]`
(or `<prefix>#all`), sort `<encoded value>#<id>`. Encodings sort as bytes the way their values do, and `#`, which ends them, sorts
before all that they may hold. What has no sort value is encoded as the empty text: it comes first, ties with "" (the id decides),
and lies in a month of its own.
"""

import re
import unicodedata
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from kernel.clock import stamp

SHARDS = 16
PURGE = "purge#"  # partition of `gsi8` for what was deleted, by the time at which it is removed for good
NO_MONTH = "#"  # where a bucketed path keeps what has no sort value: before every month
LAST = "\U0010ffff"  # sorts behind every character of a key
_SIGNS = re.compile(r"[#&=@~%]")
_LOW = re.compile(r"[\x00-%]")  # what sorts before `#`, which ends a value, or begins an escape
_OFFSET, _WIDTH = 10**19, 20


@dataclass(frozen=True)
class Path:
    """One way to read records of a kind: those with equal values of `by`, in order of `sort`.

    `where` keeps the path sparse: only records whose fields have one of the values. `bucket` splits a partition that grows with
    time by the month of its sort value, which must be a time.
    """

    index: str
    by: tuple[str, ...] = ()
    sort: str = "created_at"
    where: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    bucket: bool = False

    def partition(self, prefix: str, values: Mapping[str, Any]) -> str:
        """Without the month. `values` holds each field of `by`."""
        parts = "&".join(f"{name}={escape(str(values[name]))}" for name in self.by)
        return f"{prefix}#{parts or 'all'}"

    def keys(self, prefix: str, id: str, values: Mapping[str, Any]) -> tuple[str, str] | None:
        """Partition and sort key of a record with these values, or None where it has no place on this path."""
        if any(values.get(name) not in allowed for name, allowed in self.where.items()):
            return None
        if any(values.get(name) is None for name in self.by):
            return None
        value, partition = values.get(self.sort), self.partition(prefix, values)
        if self.bucket:
            partition += f"@{NO_MONTH if value is None else month(value)}"
        if values.get("deleted_at") is not None:
            partition = "~" + partition
        return partition, f"{encode(value)}#{id}"


def month(at: datetime) -> str:
    return stamp(at)[:7]


def escape(text: str) -> str:
    """The signs that structure a key, and nothing else, as %XX."""
    return _SIGNS.sub(lambda found: f"%{ord(found[0]):02X}", text)


def plain(text: str) -> str:
    """Case and diacritics folded away (Unicode NFKD): what a person means by the same text."""
    if text.isascii():
        return text.lower()
    return "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if c != LAST and not unicodedata.combining(c))


def fold(text: str) -> str:
    """The first 64 characters of the plain text: what a person means by alphabetical order."""
    return plain(text)[:64]


def encode(value: Any) -> str:
    """A value as text that sorts like it; the empty text for None. Integers must lie within ±10^19 (ValueError)."""
    match value:
        case None:
            return ""
        case bool():
            return "1" if value else "0"
        case int():
            if not -_OFFSET <= value < 9 * _OFFSET:
                raise ValueError(f"{value} is out of the range of a sort key")
            return str(value + _OFFSET).zfill(_WIDTH)
        case datetime():
            return stamp(value)
        case str():
            return _LOW.sub(lambda found: f"%{ord(found[0]):02X}", fold(value))
    raise TypeError(f"{type(value).__name__} has no sort order")


def due_keys(id: str, at: datetime, *, clock_id: str | None, stuck: bool) -> tuple[str, str]:
    """Time's own path, always `gsi8`: one of 16 shards, or the record's test clock, or those that failed five times."""
    if stuck:
        return "stuck#", f"{stamp(at)}#{id}"
    if clock_id is not None:
        return f"clock#{clock_id}", f"{stamp(at)}#{id}"
    return f"due#{zlib.crc32(id.encode()) % SHARDS:02d}", f"{stamp(at)}#{id}"
