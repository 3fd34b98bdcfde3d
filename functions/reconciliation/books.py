"""Both sides of a comparison as the rules want them: what the gateway has booked, and our transactions that it can be about."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from functions.payments import contract as payments
from functions.payments.contract import Booked, BookedKind, Dispute, Payout, Transaction, TransactionStatus
from functions.reconciliation.models import Difference, ExceptionKind
from functions.reconciliation.rules import Entry, Item
from kernel import dynamodb
from kernel.clock import parse, stamp

BEFORE = timedelta(hours=1)  # a gateway's clock may be behind ours
AFTER = timedelta(days=3)  # a customer may take a day to confirm what we have stored, and the gateway another to book it
_OWN = (BookedKind.CHARGE, BookedKind.REFUND)
_NOTHING_TAKEN = (Dispute.NONE, Dispute.INQUIRY, Dispute.INQUIRY_CLOSED)
_DISPUTES = (BookedKind.DISPUTE, BookedKind.DISPUTE_REVERSAL)

Json = dict[str, Any]


class Books:
    """Of one gateway from `since` on and before `until`, and what the `open` exceptions are about. Reads; writes nothing."""

    def __init__(self, gateway_id: str, since: datetime, until: datetime, open: Sequence[Difference]) -> None:
        self.gateway_id = gateway_id
        self.entries: dict[str, Entry] = {}
        self.raw: dict[str, Json] = {}
        self._transactions = {each.id: each for each in payments.made_between(gateway_id, since, until)}
        for id in {each.transaction_id for each in open if each.transaction_id}:
            self._known(Transaction.find(id))
        told = payments.statement(gateway_id, since - BEFORE, until + AFTER)
        items = [self._moved(each) for each in told.booked] + [self._paid_out(each) for each in told.payouts]
        again = [self._seen(each.raw) for each in open if each.raw]
        self.items = list({each.id: each for each in again + items}.values())
        came_again = {each.entry for each in self.items if each.kind == BookedKind.REFUND_FAILURE}
        self.entries = {id: _entry(each, moved=id in came_again) for id, each in self._transactions.items()}

    def _known(self, found: Transaction | None) -> Transaction | None:
        if found is None or found.gateway_id != self.gateway_id:
            return None
        return self._transactions.setdefault(found.id, found)

    def _transaction(self, booked: Booked) -> Transaction | None:
        """By the id that the gateway carries for us, or by its own reference."""
        id = booked.transaction_id
        if id is not None and (found := self._transactions.get(id) or self._known(Transaction.find(id))):
            return found
        return self._known(payments.by_reference(self.gateway_id, booked.ref)) if booked.ref else None

    def _moved(self, booked: Booked) -> Item:
        about = self._transaction(booked)
        self.raw[booked.id] = {"booked": asdict(booked) | {"at": stamp(booked.at)}}
        return Item(id=booked.id, kind=booked.kind, entry=about.id if about else None, amount=booked.amount, currency=booked.currency,
                    fee=booked.fee, at=booked.at, own=booked.kind in _OWN, amiss=_amiss(booked, about))

    def _paid_out(self, payout: Payout) -> Item:
        self.raw[payout.id] = {"payout": asdict(payout) | {"at": stamp(payout.at)}}
        return Item(id=payout.id, kind=BookedKind.PAYOUT, entry=None, amount=payout.amount, currency=payout.currency, fee=None,
                    at=payout.at, own=False, due=payout.expected, failed=payout.failed)

    def _seen(self, raw: Json) -> Item:
        [(kind, fields)] = raw.items()
        fields = fields | {"at": parse(fields["at"])}
        if kind == "payout":
            return self._paid_out(Payout(**fields))
        return self._moved(Booked(**fields | {"kind": BookedKind(fields["kind"])}))


def pairs_of(ids: Iterable[str]) -> dict[str, str]:
    """The item by each entry that was paired before."""
    keys = [f"pair#{id}" for id in ids]
    found = [item for some in dynamodb.chunks(keys, 100) for item in dynamodb.many(Difference.table(), some)]
    return {item["pk"]["S"].removeprefix("pair#"): item["item_id"]["S"] for item in found}


def keep_pair(entry_id: str, item_id: str) -> None:
    """What was paired first stays so."""
    dynamodb.held(dynamodb.client().put_item, TableName=Difference.table(), ConditionExpression="attribute_not_exists(pk)",
                  Item=dynamodb.key(f"pair#{entry_id}") | {"item_id": {"S": item_id}})


def _amiss(booked: Booked, about: Transaction | None) -> ExceptionKind | None:
    """What follows from another movement should find here: that we know of the dispute and of its end, or that a refund has failed."""
    if booked.kind == BookedKind.REFUND_FAILURE and about is not None:
        return None if about.status == TransactionStatus.FAILED else ExceptionKind.STATUS
    if booked.kind not in _DISPUTES or about is None:
        return None if about is None or booked.kind in _OWN else ExceptionKind.MISSING_HERE
    if booked.kind == BookedKind.DISPUTE:
        return ExceptionKind.MISSING_HERE if about.dispute in _NOTHING_TAKEN else None
    if about.dispute == Dispute.NONE:
        return ExceptionKind.MISSING_HERE
    return ExceptionKind.STATUS if about.dispute != Dispute.WON else None


def _entry(found: Transaction, *, moved: bool) -> Entry:
    """`moved`: the gateway has booked it, however it ended."""
    assert found.created_at is not None  # it was read from the database
    sign = -1 if found.kind == "refund" else 1
    return Entry(id=found.id, kind=found.kind, amount=sign * found.amount, currency=found.currency, fee=found.fee, status=found.status,
                 settled=moved or found.status == TransactionStatus.SUCCEEDED, at=found.created_at)
