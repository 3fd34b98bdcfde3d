"""What Razorpay has booked, in our terms: payments that were captured, refunds that were made, disputes and settlements."""

from datetime import UTC, datetime, timedelta
from typing import Any

from functions.payments.razorpay_client import Client
from functions.payments.statements import Booked, BookedKind, Payout, Statement

_IN_INDIA = timedelta(hours=5, minutes=30)  # a settlement's day is one of India's

Json = dict[str, Any]


def statement(api: Client, since: datetime, until: datetime) -> Statement:
    """From `since` on and before `until`. Disputes are not among it: Razorpay lists none by the day on which the money moved."""
    window = {"from": int(since.timestamp()), "to": int(until.timestamp()) - 1}
    paid = [_paid(each) for each in api.all("/v1/payments", **window) if each["status"] in ("captured", "refunded")]
    back = [_back(each) for each in api.all("/v1/refunds", **window) if each["status"] != "failed"]
    return Statement(tuple(paid + back), tuple(_payout(api, each) for each in api.all("/v1/settlements", **window)))


def _at(entity: Json) -> datetime:
    return datetime.fromtimestamp(entity["created_at"], UTC)


def _ours(entity: Json) -> str | None:
    notes = entity.get("notes")
    return notes.get("transaction_id") if isinstance(notes, dict) else None


def _paid(payment: Json) -> Booked:
    return Booked(id=payment["id"], kind=BookedKind.CHARGE, ref=payment["id"], transaction_id=_ours(payment), amount=payment["amount"],
                  currency=payment["currency"], fee=payment.get("fee"), settlement_currency=payment["currency"], at=_at(payment))


def _back(refund: Json) -> Booked:
    return Booked(id=refund["id"], kind=BookedKind.REFUND, ref=refund["id"], transaction_id=_ours(refund), amount=-refund["amount"],
                  currency=refund["currency"], fee=None, settlement_currency=None, at=_at(refund))


def _payout(api: Client, settlement: Json) -> Payout:
    """What the settlement's own lines come to, credits less debits."""
    day = _at(settlement) + _IN_INDIA
    lines = api.all("/v1/settlements/recon/combined", year=day.year, month=day.month, day=day.day)
    expected = sum(each["credit"] - each["debit"] for each in lines if each["settlement_id"] == settlement["id"])
    return Payout(id=settlement["id"], amount=settlement["amount"], expected=expected, currency=settlement.get("currency") or "INR",
                  failed=settlement["status"] == "failed", at=_at(settlement))
