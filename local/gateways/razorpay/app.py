"""The ASGI application: keys, JSON, idempotent refunds, errors, answers that get lost, and webhooks."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from local.gateways.razorpay.ledger import Json, Ledger, Refused
from local.gateways.razorpay.webhooks import Webhooks
from local.gateways.stripe.app import only_for_programs
from local.gateways.stripe.hang_up import HangUp, with_raw_send
from local.gateways.stripe.store import Store

IDEMPOTENCY = "x-refund-idempotency"


@dataclass(frozen=True)
class Call:
    """One request: the ids of the path, and what was sent in the body or the query."""

    ledger: Ledger
    webhooks: Webhooks
    store: Store
    ids: Json
    sent: Json

    @property
    def payment(self) -> Json:
        return self.ledger.get(self.ids.get("id") or self.sent["payment"], "payment")

    def page(self, kind: str, **where: Any) -> Json:
        """A collection, newest first; `from` and `to` are seconds since 1970, both included."""
        bounds = {"created_at__gte": "from", "created_at__lte": "to"}
        where |= {name: int(self.sent[sent]) for name, sent in bounds.items() if sent in self.sent}
        return collection(self.ledger.every(kind, **where), self.sent)


Operation = Callable[[Call], Json]


def collection(found: list[Json], sent: Json) -> Json:
    count, skip = int(sent.get("count", 10)), int(sent.get("skip", 0))
    shown = found[skip : skip + count]
    return {"object": "collection", "count": len(shown), "items": shown}


def days_of(call: Call) -> Json:
    lines = call.ledger.lines(*(int(call.sent[part]) for part in ("year", "month", "day")))
    return collection(lines, call.sent)


def reset(call: Call) -> Json:
    call.store.forget(endpoints=True)
    return {}


def fault(call: Call) -> Json:
    """`drop_next`: so many answers of writes are lost, after their work was done."""
    call.store.set("drop_next", call.sent["drop_next"])
    return {}


OPERATIONS: dict[tuple[str, str], Operation] = {
    ("POST", "/v1/customers"): lambda call: call.ledger.customer(call.sent),
    ("GET", "/v1/customers/{id}"): lambda call: call.ledger.get(call.ids["id"], "customer"),
    ("GET", "/v1/customers/{id}/tokens/{token}"): lambda call: call.ledger.token_of(call.ids["id"], call.ids["token"]),
    ("DELETE", "/v1/customers/{id}/tokens/{token}"): lambda call: call.ledger.forget(
        call.ledger.token_of(call.ids["id"], call.ids["token"])),
    ("POST", "/v1/orders"): lambda call: call.ledger.order(call.sent),
    ("GET", "/v1/orders"): lambda call: call.page("order", receipt=call.sent["receipt"]),
    ("GET", "/v1/orders/{id}/payments"): lambda call: call.page("payment", order_id=call.ids["id"]),
    ("POST", "/v1/payments/create/recurring"): lambda call: call.ledger.recurring(call.sent),
    ("GET", "/v1/payments"): lambda call: call.page("payment"),
    ("GET", "/v1/payments/{id}"): lambda call: call.payment,
    ("POST", "/v1/payments/{id}/capture"): lambda call: call.ledger.capture(call.payment),
    ("POST", "/v1/payments/{id}/refund"): lambda call: call.ledger.refund(call.payment, call.sent),
    ("GET", "/v1/payments/{id}/refunds"): lambda call: call.page("refund", payment_id=call.ids["id"]),
    ("GET", "/v1/refunds"): lambda call: call.page("refund"),
    ("GET", "/v1/settlements"): lambda call: call.page("settlement"),
    ("GET", "/v1/settlements/recon/combined"): days_of,
    ("POST", "/_sim/tokens"): lambda call: call.ledger.token(call.sent["customer"], declines=call.sent.get("declines")),
    ("POST", "/_sim/authorize"): lambda call: call.ledger.authorize(call.payment),
    ("POST", "/_sim/settlements"): lambda call: call.ledger.settle(),
    ("POST", "/_sim/disputes"): lambda call: call.ledger.dispute(call.payment, call.sent.get("reason", "fraud"),
                                                                call.sent.get("phase", "chargeback")),
    ("POST", "/_sim/disputes/{id}/close"): lambda call: call.ledger.end(call.ledger.get(call.ids["id"], "dispute"), call.sent["outcome"]),
    ("POST", "/_sim/refunds/{id}/fail"): lambda call: call.ledger.fail(call.ledger.get(call.ids["id"], "refund")),
    ("GET", "/_sim/events"): lambda call: {"items": call.ledger.every("event")[::-1]},
    ("PUT", "/_sim/webhook_endpoint"): lambda call: call.webhooks.register(call.sent["url"], call.sent["secret"]),
    ("POST", "/_sim/faults"): fault,
    ("POST", "/_sim/reset"): reset,
}


def create_app(state_file: Path | None) -> ASGIApp:
    """The simulator; its state lives in `state_file` (an SQLite file, made when missing) or in memory."""
    store = Store(state_file)
    webhooks = Webhooks(store)
    ledger = Ledger(store, webhooks.emit)
    routes = [Route(path, _answers(ledger, webhooks, store, run), methods=[method]) for (method, path), run in OPERATIONS.items()]
    return with_raw_send(only_for_programs(Starlette(routes=routes)))


def _answers(ledger: Ledger, webhooks: Webhooks, store: Store, run: Operation) -> Callable[[Request], Any]:
    async def respond(request: Request) -> Response:
        ours = request.url.path.removeprefix(request.scope.get("root_path", "")).startswith("/_sim")
        if not ours and not _has_keys(request.headers.get("authorization", "")):
            return JSONResponse({"error": {"code": "BAD_REQUEST_ERROR", "description": "Authentication failed"}}, 401)
        sent = dict(request.query_params) if request.method == "GET" else json.loads(await request.body() or b"{}")
        call = Call(ledger, webhooks, store, request.path_params, sent)
        try:
            with store.transaction():
                done = _once(store, request.headers.get(IDEMPOTENCY), sent, lambda: run(call))
                lost = not ours and request.method == "POST" and _is_lost(store)
        except Refused as refused:
            return JSONResponse({"error": refused.error}, 400)
        webhooks.send()
        return HangUp() if lost else JSONResponse(public(done))

    return respond


def _has_keys(authorization: str) -> bool:
    scheme, _, token = authorization.partition(" ")
    return scheme.lower() == "basic" and base64.b64decode(token + "==").startswith(b"rzp_")


def _once(store: Store, key: str | None, sent: Json, run: Callable[[], Json]) -> Json:
    """The same key does the work once; with another body it is refused."""
    past = store.setting(f"once#{key}") if key else None
    if past and past["sent"] != sent:
        raise Refused("Different request body sent for the same idempotency key")
    done: Json = past["done"] if past else run()
    if key:
        store.set(f"once#{key}", {"sent": sent, "done": done})
    return done


def _is_lost(store: Store) -> bool:
    left = store.setting("drop_next") or 0
    if left:
        store.set("drop_next", left - 1)
    return bool(left)


def public(value: Any) -> Any:
    """Without what only the simulator knows; what something is, Razorpay calls its entity."""
    if isinstance(value, dict):
        return {"entity" if name == "object" else name: public(inner) for name, inner in value.items() if not name.startswith("_")}
    return [public(inner) for inner in value] if isinstance(value, list) else value
