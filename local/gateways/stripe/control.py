"""`/_sim/`: what a test or the demo does to the simulator that no client of Stripe can do."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from random import Random
from time import time
from typing import Any

from local.gateways.stripe import balance, disputes, faults, payment_intents, refunds, setup_intents, webhooks
from local.gateways.stripe.call import Call
from local.gateways.stripe.cards import CARDS
from local.gateways.stripe.errors import Json, invalid, missing


def state(call: Call, body: Json) -> Json:
    """The faults that are set, the unknown paths that were asked, and the webhooks still to be delivered."""
    told = {name: value for name, value in asdict(faults.read(call.store)).items() if name != "draws"}
    return {"faults": told, "unknown": call.store.unknown(), "pending_webhooks": call.store.pending()}


def unknown(call: Call, body: Json) -> Json:
    return {"unknown": call.store.unknown()}


def charged(call: Call, body: Json) -> Json:
    """Successful charges per value of one metadata key: `{"charged": {"inv_1": {"count": 1, "amount": 4900}}}`."""
    return {"charged": call.store.charged(_text(body, "key"))}


def set_faults(call: Call, body: Json) -> Json:
    faults.change(call.store, body)
    return state(call, body)


def pay_out(call: Call, body: Json) -> Json:
    return balance.pay_out(call, _text(body, "currency").lower(), automatic=body.get("automatic") is not False)


def dispute(call: Call, body: Json) -> Json:
    return disputes.open_dispute(call, _named(call, body, "charge"), reason=body.get("reason", "fraudulent"),
                                 inquiry=body.get("inquiry") is True)


def escalate_dispute(call: Call, body: Json) -> Json:
    return disputes.escalate(call, call.subject("dispute"))


def end_dispute(call: Call, body: Json) -> Json:
    if body.get("outcome") not in ("won", "lost"):
        raise invalid("outcome is won or lost", param="outcome")
    return disputes.end(call, call.subject("dispute"), won=body["outcome"] == "won")


def fail_refund(call: Call, body: Json) -> Json:
    return refunds.fail(call, call.subject("refund"))


def authenticate(call: Call, body: Json) -> Json:
    """Play the customer who passes 3-D Secure of a payment or setup intent."""
    intent = call.store.get(_text(body, "intent"))
    if intent is None or intent["object"] not in ("payment_intent", "setup_intent"):
        raise missing("intent", body["intent"], param="intent")
    if intent["object"] == "payment_intent":
        return payment_intents.authenticated(call, intent)
    return setup_intents.authenticated(call, intent)


def change_card(call: Call, body: Json) -> Json:
    """Let a saved card behave like another test card from now on: a good one goes bad, a bad one is good again."""
    method, name = _named(call, body, "payment_method"), _text(body, "card")
    if name not in CARDS:
        raise invalid(f"Unknown card: {name}; there are {', '.join(CARDS)}", param="card")
    call.store.save(method | {"_card": name})
    return method


def redeliver(call: Call, body: Json) -> Json:
    """Send events again, one after the other, `times` times, whatever the faults say: `given`, `reversed` or `shuffled` order."""
    events, times, order = body.get("events"), body.get("times", 1), body.get("order", "given")
    if not isinstance(events, list) or not isinstance(times, int) or order not in ("given", "reversed", "shuffled"):
        raise invalid("Needs events (a list of ids), and may have times and order (given, reversed, shuffled)", param="events")
    for id in events:
        if call.store.get(id, "event") is None:
            raise missing("event", id, param="events")
    sequence = events * times
    if order == "reversed":
        sequence.reverse()
    if order == "shuffled":
        Random(body.get("seed", 1)).shuffle(sequence)
    endpoints = call.store.find("webhook_endpoint", {}, newest_first=False)
    for id in sequence:
        for endpoint in endpoints:
            call.store.schedule(id, endpoint["id"], due=time(), direction=1)
    return {"deliveries": len(sequence) * len(endpoints)}


def set_webhook_endpoint(call: Call, body: Json) -> Json:
    """Make this the only webhook endpoint, with a secret of the caller's choice."""
    call.store.remove("webhook_endpoint")
    return webhooks.register(call, _text(body, "url"), body.get("enabled_events", ["*"]), secret=_text(body, "secret"))


def reset(call: Call, body: Json) -> Json:
    """Forget everything; webhook endpoints only with `{"webhook_endpoints": true}`."""
    call.store.forget(endpoints=bool(body.get("webhook_endpoints")))
    return state(call, body)


def _text(body: Json, name: str) -> str:
    value: Any = body.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"Missing required param: {name}.", param=name, code="parameter_missing")
    return value


def _named(call: Call, body: Json, kind: str) -> Json:
    found = call.store.get(_text(body, kind), kind)
    if found is None:
        raise missing(kind, body[kind], param=kind)
    return found


@dataclass(frozen=True)
class Control:
    method: str
    path: str
    run: Callable[[Call, Json], Json]


CONTROLS = (
    Control("GET", "/_sim/state", state),
    Control("GET", "/_sim/unknown", unknown),
    Control("GET", "/_sim/charged", charged),
    Control("POST", "/_sim/faults", set_faults),
    Control("POST", "/_sim/payouts", pay_out),
    Control("POST", "/_sim/disputes", dispute),
    Control("POST", "/_sim/disputes/{id}/escalate", escalate_dispute),
    Control("POST", "/_sim/disputes/{id}/close", end_dispute),
    Control("POST", "/_sim/refunds/{id}/fail", fail_refund),
    Control("POST", "/_sim/authenticate", authenticate),
    Control("POST", "/_sim/cards", change_card),
    Control("POST", "/_sim/redeliver", redeliver),
    Control("PUT", "/_sim/webhook_endpoint", set_webhook_endpoint),
    Control("POST", "/_sim/reset", reset),
)
