"""Refunds: create, retrieve, list. Never more than was captured, never of a disputed charge."""

from local.gateways.stripe import balance, disputes
from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.errors import Json, invalid
from local.gateways.stripe.store import new_id

CREATE = frozenset({"amount", "charge", "payment_intent", "reason", "metadata", "expand"})
LIST = frozenset({"charge", "payment_intent", "created", "limit", "starting_after", "ending_before", "expand"})
REASONS = ("duplicate", "fraudulent", "requested_by_customer")


def create(call: Call) -> Json:
    charge = _charge(call)
    amount = _amount(call, charge)
    refund = {
        "id": new_id("re"),
        "object": "refund",
        "amount": amount,
        "balance_transaction": None,
        "charge": charge["id"],
        "created": now(),
        "currency": charge["currency"],
        "destination_details": {"card": {"reference_status": "pending", "type": "refund"}, "type": "card"},
        "metadata": call.params.metadata(),
        "payment_intent": charge["payment_intent"],
        "reason": call.params.choice("reason", REASONS),
        "receipt_number": None,
        "status": "succeeded",
    }
    refund["balance_transaction"] = balance.book(call, "refund", -amount, charge["currency"], refund["id"])["id"]
    charge["amount_refunded"] += amount
    charge["refunded"] = charge["amount_refunded"] == charge["amount_captured"]
    call.store.save(refund)
    call.store.save(charge)
    call.emit("refund.created", refund)
    call.emit("charge.refunded", charge)
    return refund


def fail(call: Call, refund: Json) -> Json:
    """The customer's bank cannot take it: the money is in the balance again, and the charge can be refunded anew."""
    charge = call.store.get(refund["charge"], "charge")
    if refund["status"] != "succeeded" or charge is None:
        raise invalid(f"The refund is {refund['status']} already.", param="refund")
    booked = balance.book(call, "refund_failure", refund["amount"], refund["currency"], refund["id"])
    refund |= {"status": "failed", "failure_reason": "expired_or_canceled_card", "failure_balance_transaction": booked["id"]}
    call.store.save(refund)
    call.store.save(charge | {"amount_refunded": charge["amount_refunded"] - refund["amount"], "refunded": False})
    call.emit("charge.refund.updated", refund)
    call.emit("refund.failed", refund)
    return refund


def retrieve(call: Call) -> Json:
    return call.subject("refund")


def index(call: Call) -> Json:
    charge, intent = call.reference("charge", "charge"), call.reference("payment_intent", "payment_intent")
    filters = {"charge": charge and charge["id"], "payment_intent": intent and intent["id"]}
    return page(call, "refund", "/v1/refunds", filters)


def _charge(call: Call) -> Json:
    """The successful charge that `charge` or `payment_intent` names."""
    intent = call.reference("payment_intent", "payment_intent")
    charge = call.store.get(intent["latest_charge"] or "", "charge") if intent else call.reference("charge", "charge")
    if charge is None and intent is None:
        raise invalid("One of charge or payment_intent is needed.", param="charge", code="parameter_missing")
    if charge is None or charge["status"] != "succeeded":
        raise invalid("There is no successful charge to refund.", param="payment_intent" if intent else "charge")
    if charge["disputed"] and not disputes.is_refundable(call, charge):
        raise invalid("The charge has been disputed, so it cannot be refunded.", param="charge", code="charge_disputed")
    return charge


def _amount(call: Call, charge: Json) -> int:
    left: int = charge["amount_captured"] - charge["amount_refunded"]
    if left == 0:
        raise invalid(f"Charge {charge['id']} has already been refunded.", param="charge", code="charge_already_refunded")
    amount = call.params.integer("amount")
    amount = left if amount is None else amount
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount > left:
        raise invalid(f"Refund amount ({amount}) is greater than the unrefunded amount on the charge ({left})", param="amount")
    return amount
