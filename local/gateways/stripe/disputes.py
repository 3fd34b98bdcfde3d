"""Disputes: a customer's bank takes the money back, and gives it again when the dispute is won. An inquiry comes before: the bank asks."""

from local.gateways.stripe import balance
from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.store import new_id

LIST = frozenset({"charge", "payment_intent", "created", "limit", "starting_after", "ending_before", "expand"})
ANSWER_WITHIN_SECONDS = 9 * 24 * 3600


def retrieve(call: Call) -> Json:
    return call.subject("dispute")


def index(call: Call) -> Json:
    charge, intent = call.reference("charge", "charge"), call.reference("payment_intent", "payment_intent")
    filters = {"charge": charge and charge["id"], "payment_intent": intent and intent["id"]}
    return page(call, "dispute", "/v1/disputes", filters)


def close(call: Call) -> Json:
    """Give in: the dispute is lost."""
    return end(call, call.subject("dispute"), won=False)


def is_refundable(call: Call, charge: Json) -> bool:
    """Whether a charge that was disputed is only being asked about."""
    return all(each["is_charge_refundable"] for each in call.store.find("dispute", {"charge": charge["id"]}))


def open_dispute(call: Call, charge: Json, *, reason: str, inquiry: bool = False) -> Json:
    """The bank withdraws the charge's amount, and the dispute fee of 20.00 with it; an inquiry moves nothing, and one that was closed
    keeps no customer from a dispute."""
    before = call.store.find("dispute", {"charge": charge["id"]})
    if charge["status"] != "succeeded" or charge["refunded"] or any(each["status"] != "warning_closed" for each in before):
        raise invalid("Only a successful charge that is neither disputed nor refunded can be disputed.", param="charge")
    dispute = {
        "id": new_id("dp"),
        "object": "dispute",
        "amount": charge["amount"] - charge["amount_refunded"],
        "balance_transactions": [],
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "enhanced_eligibility_types": [],
        "evidence": {},
        "evidence_details": {"due_by": now() + ANSWER_WITHIN_SECONDS, "has_evidence": False, "past_due": False, "submission_count": 0},
        "is_charge_refundable": inquiry,
        "livemode": False,
        "metadata": {},
        "payment_intent": charge["payment_intent"],
        "payment_method_details": {"type": "card", "card": {"brand": charge["payment_method_details"]["card"]["brand"]}},
        "reason": reason,
        "status": "warning_needs_response" if inquiry else "needs_response",
    }
    if not inquiry:
        _move(call, dispute, -dispute["amount"], fee=balance.DISPUTE_FEE)
    call.store.save(dispute)
    call.store.save(charge | {"disputed": True})
    call.emit("charge.dispute.created", dispute)
    if not inquiry:
        call.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def escalate(call: Call, dispute: Json) -> Json:
    """An inquiry was not answered, or not well enough."""
    if dispute["status"] != "warning_needs_response":
        raise invalid(f"The dispute is no inquiry: {dispute['status']}.", param="dispute")
    dispute |= {"status": "needs_response", "is_charge_refundable": False}
    _move(call, dispute, -dispute["amount"], fee=balance.DISPUTE_FEE)
    call.emit("charge.dispute.updated", dispute)
    call.emit("charge.dispute.funds_withdrawn", dispute)
    return dispute


def end(call: Call, dispute: Json, *, won: bool) -> Json:
    """Won returns amount and fee; lost leaves things as they are. An ended dispute stays ended."""
    inquiry = dispute["status"] == "warning_needs_response"
    if dispute["status"] in ("won", "lost", "warning_closed"):
        raise invalid(f"The dispute is already closed: {dispute['status']}.", param="dispute")
    dispute["status"] = "warning_closed" if inquiry else "won" if won else "lost"
    if won and not inquiry:
        _move(call, dispute, dispute["amount"], fee=-balance.DISPUTE_FEE)
        call.emit("charge.dispute.funds_reinstated", dispute)
    call.store.save(dispute)
    call.emit("charge.dispute.closed", dispute)
    return dispute


def _move(call: Call, dispute: Json, amount: int, *, fee: int) -> None:
    category = "dispute" if amount < 0 else "dispute_reversal"
    booked = balance.book(call, "adjustment", amount, dispute["currency"], dispute["id"], fee=fee, category=category)
    dispute["balance_transactions"].append(booked)
    call.store.save(dispute)
