"""What a payment intent and a setup intent share: their parameters, and how a card answers when it is confirmed."""

from typing import Literal

from local.gateways.stripe.call import Call, now
from local.gateways.stripe.cards import error_code, message
from local.gateways.stripe.errors import Json, Refusal, declined, invalid
from local.gateways.stripe.payment_methods import card_of, usable
from local.gateways.stripe.store import new_id

CREATE = frozenset(
    {
        "automatic_payment_methods",
        "confirm",
        "customer",
        "description",
        "expand",
        "metadata",
        "payment_method",
        "payment_method_types",
        "return_url",
    }
)
CONFIRM = frozenset({"expand", "payment_method", "return_url"})
OPEN = ("requires_payment_method", "requires_confirmation", "requires_action")


def new_intent(call: Call, prefix: str, kind: Literal["payment_intent", "setup_intent"]) -> Json:
    """The fields that both kinds have. A method named here is only looked up when the intent is saved with it."""
    params = call.params
    customer = call.reference("customer", "customer")
    id = new_id(prefix)
    types = params.texts("payment_method_types") or ["card"]
    if types != ["card"]:
        raise invalid("The simulator knows cards only", param="payment_method_types")
    named = "payment_method_types" in params.values
    automatic = {"enabled": True} | params.mapping("automatic_payment_methods")
    automatic["enabled"] = automatic["enabled"] in (True, "true")
    return {
        "id": id,
        "object": kind,
        "automatic_payment_methods": None if named else automatic,
        "canceled_at": None,
        "cancellation_reason": None,
        "client_secret": f"{id}_secret_{new_id('')[1:]}",
        "created": now(),
        "customer": customer["id"] if customer else None,
        "description": params.text("description"),
        "livemode": False,
        "metadata": params.metadata(),
        "next_action": None,
        "payment_method": None,
        "payment_method_options": {"card": {"request_three_d_secure": "automatic"}},
        "payment_method_types": types,
        "status": "requires_payment_method",
    }


def choose_method(call: Call, intent: Json) -> None:
    """Put the `payment_method` parameter on the intent. It must not belong to another customer, or to one that is not named."""
    id = call.params.text("payment_method")
    if id is None:
        return
    method = usable(call, id, param="payment_method")
    if method["customer"] not in (None, intent["customer"]):
        raise invalid("The payment method belongs to a customer other than the intent's; pass that customer.", param="payment_method")
    intent |= {"payment_method": method["id"], "status": "requires_confirmation"}


def check_confirmable(call: Call, intent: Json) -> Json:
    """The method to confirm with; 400 in a state that ends it, without a method, or without a way back from a redirect."""
    kind = intent["object"]
    if intent["status"] not in OPEN:
        raise unexpected_state(intent, "confirmed")
    if intent["payment_method"] is None:
        raise invalid(f"Provide a payment method to confirm this {kind}.", param="payment_method", code=f"{kind}_unexpected_state")
    automatic = intent["automatic_payment_methods"]
    if automatic and automatic.get("allow_redirects") != "never" and not call.params.text("return_url"):
        ways = "payment_method_types[]=card, automatic_payment_methods[allow_redirects]=never or a return_url"
        raise invalid(f"Automatic payment methods may redirect: pass {ways}.", param="return_url")
    method = call.store.get(intent["payment_method"], "payment_method")
    assert method is not None  # an intent only ever holds ids that were found
    return method


def unexpected_state(intent: Json, verb: str) -> Refusal:
    kind = intent["object"]
    text = f"This {kind} cannot be {verb} because its status is {intent['status']}."
    objects: Json = {kind: intent}
    return invalid(text, code=f"{kind}_unexpected_state", **objects)


def must_authenticate(method: Json) -> bool:
    wanted = card_of(method).authentication
    return wanted == "always" or (wanted == "until_set_up" and not method["_set_up"])


def ask_customer(call: Call, intent: Json) -> None:
    """3-D Secure: the customer must act before the intent goes on (`POST /_sim/authenticate` plays the customer)."""
    action = {"type": "use_stripe_sdk", "use_stripe_sdk": {"type": "three_d_secure_redirect"}}
    if call.params.text("return_url"):
        action = {"type": "redirect_to_url", "redirect_to_url": {"return_url": call.params.text("return_url"), "url": None}}
    intent |= {"status": "requires_action", "next_action": action}
    call.store.save(intent)
    call.emit(f"{intent['object']}.requires_action", intent)


def fail(call: Call, intent: Json, method: Json, decline_code: str, *, last_error: str, event: str, charge: str | None = None) -> Refusal:
    """The intent goes back to `requires_payment_method`, keeps the error, and the caller gets it as `card_error`."""
    error: Json = {"type": "card_error", "code": error_code(decline_code), "decline_code": decline_code, "message": message(decline_code)}
    error |= {"payment_method": method} | ({"charge": charge} if charge else {})
    intent |= {"status": "requires_payment_method", "payment_method": None, "next_action": None, last_error: error}
    call.store.save(intent)
    call.emit(event, intent)
    more = {"charge": charge, intent["object"]: intent, "payment_method": method}
    return declined(error["code"], decline_code, error["message"], **more)
