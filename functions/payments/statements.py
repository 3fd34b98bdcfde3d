"""What a gateway has booked in its balance, in our terms: the other side of a reconciliation."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class BookedKind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"
    REFUND_FAILURE = "refund_failure"  # it did not reach the customer: the money is back
    DISPUTE = "dispute"
    DISPUTE_REVERSAL = "dispute_reversal"
    PAYOUT = "payout"
    OTHER = "other"  # its own fees, corrections


@dataclass(frozen=True, kw_only=True)
class Booked:
    """One movement. `amount` in minor units of `currency`, negative where it left; `fee` of `settlement_currency`, None where it is not
    known. `ref`: the gateway's reference of the charge or refund; `transaction_id`: ours, where the gateway carries it."""

    id: str
    kind: BookedKind
    ref: str | None
    transaction_id: str | None
    amount: int
    currency: str
    fee: int | None
    settlement_currency: str | None
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Payout:
    """What was sent to the owner's bank account. `expected`: what the movements that it paid come to, where the gateway
    says which those are, else the same; minor units of `currency`."""

    id: str
    amount: int
    expected: int
    currency: str
    failed: bool
    at: datetime


@dataclass(frozen=True)
class Statement:
    """Of some days: what moved, and what was paid out."""

    booked: tuple[Booked, ...] = ()
    payouts: tuple[Payout, ...] = ()
