"""Which of the gateway's movements is which of our transactions, and what is wrong with it. In which order they come is no matter."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from functions.reconciliation.models import ExceptionKind, ExceptionStatus

LATE = timedelta(days=2)
"""How long a gateway may take to book what it has told us: so long it is late, then it is missing."""
MOST_FORMER = 20


@dataclass(frozen=True, kw_only=True)
class Item:
    """What the gateway says. `entry`: the id of our transaction that it is about, None where there is none.

    `own`: it is that transaction's own movement, of which there is one; else it follows from it (a dispute), and `amiss` is what is wrong
    with it. `due`: what the amount of a payout should be by the gateway's own count, and `failed`, whether it came back.
    """

    id: str
    kind: str
    entry: str | None
    amount: int
    currency: str
    fee: int | None
    at: datetime
    own: bool = True
    due: int | None = None
    failed: bool = False
    amiss: ExceptionKind | None = None


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A transaction of ours. `amount` is negative for a refund."""

    id: str
    kind: str
    amount: int
    currency: str
    fee: int | None
    status: str
    settled: bool
    at: datetime


@dataclass(frozen=True)
class Finding:
    """One item, one entry, or both of a pair. `kind`: what is wrong; None where nothing is."""

    kind: ExceptionKind | None
    item: Item | None
    entry: Entry | None

    @property
    def subject(self) -> str:
        """What an exception of it is kept by. A pair is our transaction's: so one that was missing is the same when it has come."""
        if self.item is not None and (self.entry is None or not self.item.own or self.kind == ExceptionKind.DUPLICATE):
            return self.item.id
        assert self.entry is not None  # there is an item or an entry
        return self.entry.id

    @property
    def at(self) -> datetime:
        found = self.item or self.entry
        assert found is not None  # there is an item or an entry
        return found.at


def match(items: Sequence[Item], entries: Sequence[Entry], *, pairs: Mapping[str, str], until: datetime) -> list[Finding]:
    """Each item in exactly one finding; each entry in one that is its own. `pairs`: the item by each entry that was paired before.

    Of several items of one entry the one it was paired with counts, or else the earliest; the others are duplicates.
    """
    known = {entry.id: entry for entry in entries}
    chosen = dict(pairs)
    for item in sorted(items, key=lambda item: (item.at, item.id)):
        if item.own and item.entry in known:
            chosen.setdefault(item.entry, item.id)
    found = [_item(item, known.get(item.entry or ""), chosen) for item in sorted(items, key=lambda item: item.id)]
    own = {finding.entry.id for finding in found if finding.entry and finding.item and _is_pair(finding)}
    return found + [_entry(entry, chosen, until) for entry in sorted(entries, key=lambda entry: entry.id) if entry.id not in own]


def _is_pair(finding: Finding) -> bool:
    return finding.item is not None and finding.item.own and finding.kind != ExceptionKind.DUPLICATE


def _item(item: Item, entry: Entry | None, chosen: Mapping[str, str]) -> Finding:
    if item.due is not None:
        return Finding(_payout(item), item, None)
    if entry is None:
        return Finding(ExceptionKind.MISSING_HERE, item, None)
    if not item.own:
        return Finding(item.amiss, item, entry)
    if chosen[entry.id] != item.id:
        return Finding(ExceptionKind.DUPLICATE, item, entry)
    return Finding(differs(item, entry), item, entry)


def _entry(entry: Entry, chosen: Mapping[str, str], until: datetime) -> Finding:
    """One whose item is not among those at hand: it was paired before, it is not expected, or it is missing."""
    if entry.id in chosen or not entry.settled:
        return Finding(None, None, entry)
    return Finding(ExceptionKind.LATE if until - entry.at < LATE else ExceptionKind.MISSING_THERE, None, entry)


def _payout(item: Item) -> ExceptionKind | None:
    if item.failed:
        return ExceptionKind.STATUS
    return ExceptionKind.AMOUNT if item.amount != item.due else None


def differs(item: Item, entry: Entry) -> ExceptionKind | None:
    """The gravest difference of a pair. A fee that one side does not know is none."""
    if item.currency != entry.currency:
        return ExceptionKind.CURRENCY
    if item.amount != entry.amount:
        return ExceptionKind.AMOUNT
    if not entry.settled:
        return ExceptionKind.STATUS
    unknown = item.fee is None or entry.fee is None
    return None if unknown or item.fee == entry.fee else ExceptionKind.FEE


def reopens(status: str, was: str, now: str) -> bool:
    """Whether an exception that is found again is open (again): one that was cleared is; one that staff resolved, where it is another."""
    return status != ExceptionStatus.RESOLVED or was != now
