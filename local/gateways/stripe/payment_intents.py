"""Payment intents: create, confirm (also off-session), retrieve, cancel, list. Confirming is what takes the money."""

from local.gateways.stripe import charges, confirmation, currencies, disputes
from local.gateways.stripe.call import Call, now, page
from local.gateways.stripe.cards import Card
from local.gateways.stripe.confirmation import ask_customer, check_confirmable, choose_method, fail, must_authenticate, unexpected_state
from local.gateways.stripe.errors import Json, Refusal, invalid
from local.gateways.stripe.payment_methods import card_of, save_to

OWN = frozenset({"off_session", "receipt_email", "setup_future_usage"})
CREATE = confirmation.CREATE | OWN | {"amount", "currency", "capture_method", "statement_descriptor", "statement_descriptor_suffix"}
CONFIRM = confirmation.CONFIRM | OWN
CANCEL = frozenset({"cancellation_reason", "expand"})
LIST = frozenset({"customer", "created", "limit", "starting_after", "ending_before", "expand"})
REASONS = ("duplicate", "fraudulent", "requested_by_customer", "abandoned")


def create(call: Call) -> Json:
    params = call.params
    currency = currencies.currency(params)
    amount = currencies.chargeable(params, currency)
    params.choice("capture_method", ("automatic", "automatic_async"))
    if params.boolean("off_session") and not params.boolean("confirm"):
        raise invalid("off_session can only be used with confirm=true", param="off_session")
    intent = confirmation.new_intent(call, "pi", "payment_intent") | {
        "amount": amount,
        "amount_capturable": 0,
        "amount_received": 0,
        "capture_method": params.text("capture_method") or "automatic_async",
        "confirmation_method": "automatic",
        "currency": currency,
        "last_payment_error": None,
        "latest_charge": None,
        "receipt_email": params.text("receipt_email"),
        "setup_future_usage": params.choice("setup_future_usage", ("off_session", "on_session")),
        "shipping": None,
        "statement_descriptor": params.text("statement_descriptor"),
        "statement_descriptor_suffix": params.text("statement_descriptor_suffix"),
    }
    choose_method(call, intent)
    call.store.save(intent)
    call.emit("payment_intent.created", intent)
    return _confirmed(call, intent) if params.boolean("confirm") else intent


def retrieve(call: Call) -> Json:
    return call.subject("payment_intent")


def index(call: Call) -> Json:
    customer = call.reference("customer", "customer")
    return page(call, "payment_intent", "/v1/payment_intents", {"customer": customer and customer["id"]})


def confirm(call: Call) -> Json:
    intent = call.subject("payment_intent")
    if intent["status"] not in confirmation.OPEN:
        raise unexpected_state(intent, "confirmed")
    choose_method(call, intent)
    return _confirmed(call, intent)


def cancel(call: Call) -> Json:
    intent = call.subject("payment_intent")
    if intent["status"] not in confirmation.OPEN:
        raise unexpected_state(intent, "canceled")
    reason = call.params.choice("cancellation_reason", REASONS)
    intent |= {"status": "canceled", "canceled_at": now(), "cancellation_reason": reason, "next_action": None}
    call.store.save(intent)
    call.emit("payment_intent.canceled", intent)
    return intent


def authenticated(call: Call, intent: Json) -> Json:
    """The customer passed 3-D Secure: the payment goes on, and may still be declined."""
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "authenticated")
    method = call.store.get(intent["payment_method"], "payment_method")
    assert method is not None  # an intent only ever holds ids that were found
    return _charged(call, intent, method)


def _confirmed(call: Call, intent: Json) -> Json:
    method = check_confirmable(call, intent)
    if must_authenticate(method):
        if call.params.boolean("off_session"):
            raise _declined(call, intent, method, "authentication_required")
        ask_customer(call, intent)
        return intent
    return _charged(call, intent, method)


def _charged(call: Call, intent: Json, method: Json) -> Json:
    card: Card = card_of(method)
    if card.decline:
        raise _declined(call, intent, method, card.decline)
    charge = charges.take(call, intent, method)
    intent |= {"status": "succeeded", "amount_received": intent["amount"], "latest_charge": charge["id"], "next_action": None}
    intent["last_payment_error"] = None
    call.store.save(intent)
    call.emit("payment_intent.succeeded", intent)
    if intent["setup_future_usage"] and intent["customer"]:
        save_to(call, method, intent["customer"])
    if card.disputes != "never":
        disputes.open_dispute(call, charge, reason="fraudulent", inquiry=card.disputes == "inquiry")
    return intent


def _declined(call: Call, intent: Json, method: Json, decline_code: str) -> Refusal:
    charge = charges.refuse(call, intent, method, decline_code)
    intent["latest_charge"] = charge["id"]
    event = "payment_intent.payment_failed"
    return fail(call, intent, method, decline_code, last_error="last_payment_error", event=event, charge=charge["id"])
