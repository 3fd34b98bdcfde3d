"""Charges: the attempts to take money for a payment intent, successful or not."""

from local.gateways.stripe import balance
from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.cards import error_code, message
from local.gateways.stripe.errors import Json
from local.gateways.stripe.payment_methods import details
from local.gateways.stripe.store import new_id

LIST = frozenset({"customer", "payment_intent", "created", "limit", "starting_after", "ending_before", "expand"})


def retrieve(call: Call) -> Json:
    return call.subject("charge")


def index(call: Call) -> Json:
    customer, intent = call.reference("customer", "customer"), call.reference("payment_intent", "payment_intent")
    filters = {"customer": customer and customer["id"], "payment_intent": intent and intent["id"]}
    return page(call, "charge", "/v1/charges", filters)


def take(call: Call, intent: Json, method: Json) -> Json:
    """The money is taken: a successful charge and its balance transaction."""
    charge = _charge(intent, method) | {"paid": True, "captured": True, "status": "succeeded", "amount_captured": intent["amount"]}
    charge["outcome"] |= {"network_status": "approved_by_network", "seller_message": "Payment complete.", "type": "authorized"}
    fee = balance.charge_fee(charge["amount"], charge["currency"])
    booked = balance.book(call, "charge", charge["amount"], charge["currency"], charge["id"], fee=fee)
    charge["balance_transaction"] = booked["id"]
    call.store.save(charge)
    call.emit("charge.succeeded", charge)
    return charge


def refuse(call: Call, intent: Json, method: Json, decline_code: str) -> Json:
    """The bank says no: a failed charge that moves nothing."""
    charge = _charge(intent, method) | {"failure_code": error_code(decline_code), "failure_message": message(decline_code)}
    charge["outcome"] |= {"network_status": "declined_by_network", "reason": decline_code, "type": "issuer_declined"}
    call.store.save(charge)
    call.emit("charge.failed", charge)
    return charge


def _charge(intent: Json, method: Json) -> Json:
    copied = ("amount", "currency", "customer", "description", "livemode", "metadata", "receipt_email", "statement_descriptor")
    return {name: intent[name] for name in copied} | {
        "id": new_id("ch"),
        "object": "charge",
        "amount_captured": 0,
        "amount_refunded": 0,
        "balance_transaction": None,
        "billing_details": method["billing_details"],
        "captured": False,
        "created": now(),
        "disputed": False,
        "failure_balance_transaction": None,
        "failure_code": None,
        "failure_message": None,
        "fraud_details": {},
        "outcome": {"network_status": None, "reason": None, "risk_level": "normal", "seller_message": None, "type": None},
        "paid": False,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": details(method),
        "receipt_number": None,
        "receipt_url": None,
        "refunded": False,
        "status": "failed",
    }
