"""Pure rules: what an item's content is, what a table's is, and which backups are kept."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

DAILY, WEEKLY, MONTHLY = 7, 4, 12
_FRESH = timedelta(days=1)
_MODULUS = 2**256
_SETS = ("SS", "NS")  # which DynamoDB gives in any order


@dataclass(frozen=True)
class Kept:
    """A backup that is complete: when it was complete (UTC), and whether a drill has passed."""

    id: str
    at: datetime
    verified: bool


def expired(backups: Iterable[Kept], *, daily: int = DAILY, weekly: int = WEEKLY, monthly: int = MONTHLY) -> set[str]:
    """Ids of the backups that are kept no longer: grandfather, father, son.

    The newest of each of the last so many days, ISO weeks and months (UTC) that have one are kept. So are the newest of all with what was
    made within a day before it, and the newest that is verified. Days without a backup do not count: when none is made, none expires.
    """
    newest_first = sorted(backups, key=lambda each: (each.at, each.id), reverse=True)
    kept = {each.id for each in newest_first if newest_first[0].at - each.at < _FRESH}
    kept |= {each.id for each in [each for each in newest_first if each.verified][:1]}
    for most, period in ((daily, _day), (weekly, _week), (monthly, _month)):
        of_period: dict[Any, str] = {}
        for each in newest_first:
            of_period.setdefault(period(each.at.date()), each.id)
        kept |= set(list(of_period.values())[:most])
    return {each.id for each in newest_first} - kept


def _day(at: date) -> Any:
    return at


def _week(at: date) -> Any:
    return at.isocalendar()[:2]


def _month(at: date) -> Any:
    return at.year, at.month


def canonical(item: dict[str, dict[str, Any]]) -> str:
    """One text per content of an item, whatever order DynamoDB gives its sets and attributes in."""
    ordered = {name: {kind: sorted(inner) if kind in _SETS else inner for kind, inner in value.items()} for name, value in item.items()}
    return json.dumps(ordered, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def sum_of(lines: Iterable[str], begin: int = 0) -> int:
    """The sum of the lines' SHA-256 modulo 2^256: the same in any order, another when one is missing, doubled or different."""
    return sum((int.from_bytes(hashlib.sha256(line.encode()).digest()) for line in lines), begin) % _MODULUS


def shown(total: int) -> str:
    return f"{total:064x}"


# What is no content of a record: its place in its history and on access paths, and what time has planned with it.
_BESIDE = {"version", "head", "updated_at", "next_action_at", "stuck", "clock_id"}


def differing(live: dict[str, Any], kept: dict[str, Any]) -> list[str]:
    """The fields of a record whose content is another than in the backup."""
    names = {name for name in live.keys() | kept.keys() if name not in _BESIDE and not name.startswith("gsi")}
    return sorted(name for name in names if live.get(name) != kept.get(name))


def reverted(live: dict[str, Any] | None, kept: dict[str, Any], *, stuck: str) -> dict[str, Any]:
    """The content that takes the place of the live one: that of the backup. What it waits for belongs to the state that it is in again, and
    is the backup's too; which test clock holds it is as it is now. Its place on time's own path follows from that, and is not in it.

    Where there is none any more, time does not go on with it by itself: its periods may have been billed since.
    """
    new = {name: value for name, value in kept.items() if name not in _BESIDE - {"next_action_at"} and not name.startswith("gsi8")}
    if live is not None:
        return new | _some(kept, "stuck") | _some(live, "clock_id")
    return new | ({"stuck": {"S": stuck}} if "next_action_at" in kept else {})


def _some(item: dict[str, Any], name: str) -> dict[str, Any]:
    return {name: item[name]} if name in item else {}
