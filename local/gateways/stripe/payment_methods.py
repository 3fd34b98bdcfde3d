"""Payment methods: made from test cards by number, token or well-known id; saved to a customer, listed, taken off again."""

from hashlib import sha256

from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.cards import CARDS, NAME_BY_NUMBER, TOKENS, WELL_KNOWN, Card, error_code, message
from local.gateways.stripe.errors import Json, declined, invalid, missing
from local.gateways.stripe.forms import Params
from local.gateways.stripe.store import new_id

CREATE = frozenset({"type", "card", "billing_details", "metadata"})
LIST = frozenset({"customer", "type", "limit", "starting_after", "ending_before"})


def create(call: Call) -> Json:
    if call.params.choice("type", ("card",)) is None:
        raise invalid("Missing required param: type.", param="type", code="parameter_missing")
    card = Params(call.params.mapping("card"))
    name = TOKENS.get(card.text("token") or "") or NAME_BY_NUMBER.get((card.text("number") or "").replace(" ", ""))
    if name is None:
        raise declined("incorrect_number", None, "The card number is not one of the test cards.", param="number")
    method = _method(name, year=card.integer("exp_year"), month=card.integer("exp_month"))
    method["metadata"] = call.params.metadata()
    method["billing_details"] |= {key: value for key, value in call.params.mapping("billing_details").items() if value}
    call.store.save(method)
    return method


def index(call: Call) -> Json:
    """The payment methods of one customer."""
    customer = call.reference("customer", "customer")
    if customer is None:
        raise invalid("Missing required param: customer.", param="customer", code="parameter_missing")
    call.params.choice("type", ("card",))
    return page(call, "payment_method", "/v1/payment_methods", {"customer": customer["id"]})


def attach(call: Call) -> Json:
    call.params.required("customer")
    customer = call.reference("customer", "customer")
    method = usable(call, call.id, status=404, param="payment_method")
    assert customer is not None  # it was required and found
    save_to(call, method, customer["id"])
    return method


def detach(call: Call) -> Json:
    method = call.subject("payment_method")
    if method["customer"] is None:
        raise invalid("The payment method is not attached to a customer, so it cannot be detached.", param="payment_method")
    method |= {"customer": None, "_detached": True}
    call.store.save(method)
    call.emit("payment_method.detached", method)
    return method


def usable(call: Call, id: str, *, param: str, status: int = 400) -> Json:
    """The payment method of an id, or a new one of a well-known `pm_card_…` id. What was detached cannot be used again."""
    if id in WELL_KNOWN:
        method = _method(WELL_KNOWN[id])
        call.store.save(method)
        return method
    found = call.store.get(id, "payment_method")
    if found is None:
        raise missing("PaymentMethod", id, param=param, status=status)
    if found["_detached"]:
        raise invalid("The payment method was detached from its customer and may not be used again.", param=param)
    return found


def save_to(call: Call, method: Json, customer: str) -> None:
    """Attach to a customer; the bank is asked, so a card that declines cannot be saved unless its test card says so."""
    if method["customer"] == customer:
        return
    if method["customer"]:
        raise invalid("The payment method is attached to another customer. Detach it first.", param="payment_method")
    card = card_of(method)
    if card.decline and not card.attaches:
        hint = " (To save a card that declines later, use pm_card_chargeCustomerFail.)"
        raise declined(error_code(card.decline), card.decline, message(card.decline) + hint)
    method["customer"] = customer
    call.store.save(method)
    call.emit("payment_method.attached", method)


def card_of(method: Json) -> Card:
    return CARDS[method["_card"]]


def details(method: Json) -> Json:
    """What a charge tells about the card that paid."""
    shown = ("brand", "country", "exp_month", "exp_year", "fingerprint", "funding", "last4", "wallet")
    card = {name: method["card"][name] for name in shown}
    return {"type": "card", "card": card | {"network": method["card"]["brand"], "three_d_secure": None}}


def _method(name: str, *, year: int | None = None, month: int | None = None) -> Json:
    card = CARDS[name]
    month = 12 if month is None else month
    if not 1 <= month <= 12:
        raise declined("invalid_expiry_month", None, "Your card's expiration month is invalid.", param="exp_month")
    return {
        "id": new_id("pm"),
        "object": "payment_method",
        "billing_details": {"address": None, "email": None, "name": None, "phone": None, "tax_id": None},
        "card": {
            "brand": card.brand,
            "checks": {"address_line1_check": None, "address_postal_code_check": None, "cvc_check": "pass"},
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": month,
            "exp_year": year or 2040,
            "fingerprint": sha256(card.number.encode()).hexdigest()[:16],
            "funding": card.funding,
            "last4": card.number[-4:],
            "networks": {"available": [card.brand], "preferred": None},
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": now(),
        "customer": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
        "_card": name,
        "_detached": False,
        "_set_up": False,
    }
