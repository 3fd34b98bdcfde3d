"""The life of a payment: states only move forward, so that news in any order, any number of times, end in the same state."""

from datetime import datetime, timedelta
from types import MappingProxyType

from functions.payments.models import Dispute, Kind, TransactionStatus
from kernel.problems import Refused

ASK_AGAIN = timedelta(minutes=1)
"""When an unanswered question to the gateway is put again."""
LEASE = timedelta(minutes=2)
"""How long whoever asks the gateway is left alone with it, on the wall: longer than any function that asks may run (90 s, the template)."""
SELDOM = timedelta(hours=1)
"""How often at least a gateway is asked what became of what is open."""
ACTION_TIME = timedelta(hours=24)
"""How long a customer has to confirm a payment (3-D Secure) before it counts as refused."""

# A failure may still turn out to be a success (the customer confirmed after all), never the other way round: money taken is the truth.
_STATUS = MappingProxyType({
    TransactionStatus.PENDING: 0, TransactionStatus.PROCESSING: 1, TransactionStatus.REQUIRES_ACTION: 2, TransactionStatus.FAILED: 3,
    TransactionStatus.SUCCEEDED: 4})
# What the bank has only asked about it may still take back: https://docs.stripe.com/disputes/how-disputes-work.
_DISPUTE = MappingProxyType({
    Dispute.NONE: 0, Dispute.INQUIRY: 1, Dispute.INQUIRY_CLOSED: 2, Dispute.OPEN: 3, Dispute.LOST: 4, Dispute.WON: 5})
AWAITED = (Dispute.INQUIRY, Dispute.OPEN)
"""Of disputes those that wait for our answer."""


def is_asked(asked_at: datetime | None, now: datetime, *, since: datetime | None = None) -> bool:
    """Whether someone may still be waiting for the gateway's answer. Not every gateway knows a question by its key: at Razorpay two
    who ask at the same moment both find nothing, and both take the money.

    What has been open `since` long ago (a refund may be pending for days) is asked less often, in the end once an hour.
    """
    if asked_at is None:
        return False
    return now < asked_at + (LEASE if since is None else max(LEASE, min((asked_at - since) / 8, SELDOM)))


def forward(now: str, told: TransactionStatus) -> TransactionStatus:
    """The later of two states of a transaction. Total, commutative, associative, idempotent."""
    return max(TransactionStatus(now), told, key=_STATUS.__getitem__)


def forward_dispute(now: str, told: Dispute) -> Dispute:
    """The later of two states of a dispute."""
    return max(Dispute(now), told, key=_DISPUTE.__getitem__)


def dispute_fee(now: int | None, told: int | None, *, dispute: Dispute, news: bool) -> int | None:
    """What a dispute costs, in minor units, by what is told of its furthest state (`news`: for the first time): the fee is withdrawn after
    it was opened, and given back, where it is, after it was won."""
    if told is None or now is None or news:
        return now if told is None else told
    return min(now, told) if dispute == Dispute.WON else max(now, told)


def respond_by(now: datetime | None, told: datetime | None, *, dispute: Dispute, news: bool) -> datetime | None:
    """Until when evidence is taken, by what is told of a dispute's furthest state (`news`: for the first time), in any order: a deadline
    may be moved back, who names none takes none away, and none is left when the bank has decided."""
    if dispute not in AWAITED:
        return None
    if news or now is None:
        return told
    return now if told is None else max(now, told)


def words(text: str) -> list[str]:
    """What of a transfer's text may be a reference, as it was written and in capitals, the longest first; at most ten."""
    found = {word.strip(".,;:()") for word in text.split()}
    both = {each for word in found if len(word) >= 3 for each in (word, word.upper())}
    return sorted(both, key=lambda word: (-len(word), word))[:10]


def refund_amount(asked: int | None, *, kind: str, status: str, dispute: str, captured: int, refunded: int, reserved: int) -> int:
    """What a refund takes, in minor units: the amount asked for, or all that is left. `Refused` beyond captured minus refunded."""
    if kind != Kind.CHARGE or status != TransactionStatus.SUCCEEDED:
        raise Refused("not_refundable", "only a charge that succeeded can be refunded")
    if dispute in (Dispute.OPEN, Dispute.LOST):
        raise Refused("charge_disputed", "the customer's bank has taken this money back already")
    left = captured - refunded - reserved
    if left <= 0:
        raise Refused("already_refunded", "nothing of this charge is left to refund")
    if asked is not None and asked > left:
        raise Refused("refund_exceeds_charge", f"{left} of this charge are left to refund, in minor units")
    return asked or left
