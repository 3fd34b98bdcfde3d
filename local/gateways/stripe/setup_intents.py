"""Setup intents: save a card for later off-session charges, with 3-D Secure where the card wants it."""

from local.gateways.stripe import confirmation
from local.gateways.stripe.call import Call
from local.gateways.stripe.confirmation import ask_customer, check_confirmable, choose_method, fail, unexpected_state
from local.gateways.stripe.errors import Json
from local.gateways.stripe.payment_methods import card_of, save_to

CREATE = confirmation.CREATE | {"usage"}
CONFIRM = confirmation.CONFIRM


def create(call: Call) -> Json:
    usage = call.params.choice("usage", ("off_session", "on_session")) or "off_session"
    intent = confirmation.new_intent(call, "seti", "setup_intent")
    intent |= {"last_setup_error": None, "latest_attempt": None, "mandate": None, "usage": usage}
    choose_method(call, intent)
    call.store.save(intent)
    call.emit("setup_intent.created", intent)
    return _confirmed(call, intent) if call.params.boolean("confirm") else intent


def retrieve(call: Call) -> Json:
    return call.subject("setup_intent")


def confirm(call: Call) -> Json:
    intent = call.subject("setup_intent")
    if intent["status"] not in confirmation.OPEN:
        raise unexpected_state(intent, "confirmed")
    choose_method(call, intent)
    return _confirmed(call, intent)


def authenticated(call: Call, intent: Json) -> Json:
    """The customer passed 3-D Secure: the card is saved, and off-session charges need it no more where the card says so."""
    if intent["status"] != "requires_action":
        raise unexpected_state(intent, "authenticated")
    method = call.store.get(intent["payment_method"], "payment_method")
    assert method is not None  # an intent only ever holds ids that were found
    return _saved(call, intent, method)


def _confirmed(call: Call, intent: Json) -> Json:
    method = check_confirmable(call, intent)
    card = card_of(method)
    if card.decline and not card.attaches:
        raise fail(call, intent, method, card.decline, last_error="last_setup_error", event="setup_intent.setup_failed")
    if card.authentication != "never":
        ask_customer(call, intent)
        return intent
    return _saved(call, intent, method)


def _saved(call: Call, intent: Json, method: Json) -> Json:
    method["_set_up"] = True
    call.store.save(method)
    if intent["customer"]:
        save_to(call, method, intent["customer"])
    intent |= {"status": "succeeded", "next_action": None, "last_setup_error": None}
    call.store.save(intent)
    call.emit("setup_intent.succeeded", intent)
    return intent
