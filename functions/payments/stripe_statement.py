"""Stripe's balance transactions and payouts in our terms.

https://docs.stripe.com/reports/balance-transaction-types: `reporting_category` says what moved, `source` is the object behind it, in the
currency of the customer, while fee and net are in that of the account.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from functions.payments.statements import Booked, BookedKind, Payout, Statement
from functions.payments.stripe_amounts import from_stripe

PAGE = 100
_KINDS = {"charge": BookedKind.CHARGE, "refund": BookedKind.REFUND,
          "refund_failure": BookedKind.REFUND_FAILURE, "dispute": BookedKind.DISPUTE,
          "dispute_reversal": BookedKind.DISPUTE_REVERSAL, "payout": BookedKind.PAYOUT}
_OUT = {BookedKind.REFUND: -1, BookedKind.DISPUTE: -1}

Json = dict[str, Any]


def statement(api: Any, since: datetime, until: datetime) -> Statement:
    """All that was booked from `since` on and before `until`. What a payout paid may be older."""
    created = {"gte": int(since.timestamp()), "lt": int(until.timestamp())}
    moved = _all(api.balance_transactions, {"created": created, "expand": ["data.source"]})
    payouts = [_payout(api, each) for each in _all(api.payouts, {"created": created})]
    booked = [_booked(each) for each in moved]
    return Statement(tuple(each for each in booked if each.kind != BookedKind.PAYOUT), tuple(payouts))


def _all(kind: Any, asked: Json) -> Iterator[Json]:
    for each in kind.list({**asked, "limit": PAGE}).auto_paging_iter():
        yield each.to_dict()


def _booked(moved: Json) -> Booked:
    kind = _KINDS.get(moved["reporting_category"], BookedKind.OTHER)
    source = moved["source"] if isinstance(moved["source"], dict) else {}
    if kind == BookedKind.OTHER or not source:
        source = {"amount": moved["amount"], "currency": moved["currency"]}
    currency, settlement = source["currency"].upper(), moved["currency"].upper()
    ref = source.get("id") if kind in (BookedKind.REFUND, BookedKind.REFUND_FAILURE) else source.get("payment_intent")
    return Booked(
        id=moved["id"], kind=kind, ref=ref, transaction_id=(source.get("metadata") or {}).get("transaction_id"),
        amount=_OUT.get(kind, 1) * from_stripe(source["amount"], currency), currency=currency, fee=from_stripe(moved["fee"], settlement),
        settlement_currency=settlement, at=datetime.fromtimestamp(moved["created"], UTC))


def _payout(api: Any, payout: Json) -> Payout:
    """The movements that it paid, without its own, should come to what it sent.

    Of one that the owner asked for by hand, an instant one too, Stripe does not say which those are, and refuses the question:
    https://docs.stripe.com/api/balance_transactions/list#balance_transaction_list-payout. So nothing else is expected of it.
    """
    currency, due = payout["currency"].upper(), payout["amount"]
    if payout["automatic"]:
        due = sum(each["net"] for each in _all(api.balance_transactions, {"payout": payout["id"]}) if each["type"] != "payout")
    return Payout(id=payout["id"], amount=from_stripe(payout["amount"], currency), expected=from_stripe(due, currency),
                  currency=currency, failed=payout["status"] in ("failed", "canceled"), at=datetime.fromtimestamp(payout["created"], UTC))
