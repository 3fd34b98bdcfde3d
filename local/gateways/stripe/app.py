"""The ASGI application: keys, parameters, idempotency, errors, and answers that get lost after the money was taken."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from local.gateways.stripe import errors, faults, forms
from local.gateways.stripe.call import API_VERSION, Call, expanded, public
from local.gateways.stripe.control import CONTROLS, Control
from local.gateways.stripe.dispatcher import Dispatcher
from local.gateways.stripe.errors import Json, Refusal
from local.gateways.stripe.hang_up import HangUp, with_raw_send
from local.gateways.stripe.routes import ENDPOINTS, Endpoint
from local.gateways.stripe.store import Answer, Store, new_id

Responder = Callable[[Request], Awaitable[Response]]
Handler = Callable[[Request, Exception], Awaitable[Response]]


def create_app(state_file: Path | None) -> ASGIApp:
    """The simulator; its state lives in `state_file` (an SQLite file, made when missing) or in memory."""
    store = Store(state_file)
    front = Front(store, Dispatcher(store))

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        front.dispatcher.wake()
        yield
        await front.dispatcher.stop()
        store.close()

    routes = [Route(one.path, front.answers(one), methods=[one.method]) for one in ENDPOINTS]
    routes += [Route(one.path, front.obeys(one), methods=[one.method]) for one in CONTROLS]
    handlers: dict[int | type[Exception], Handler] = {404: front.unknown, 405: front.unknown, Refusal: refused}
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=handlers)
    app.router.redirect_slashes = False
    return with_raw_send(only_for_programs(app))


@dataclass(frozen=True)
class Front:
    """Between HTTP and the operations. `running` holds the idempotency keys whose request has not been answered yet."""

    store: Store
    dispatcher: Dispatcher
    running: set[str] = field(default_factory=set)

    def answers(self, endpoint: Endpoint) -> Responder:
        async def respond(request: Request) -> Response:
            check_key(request.headers.get("authorization", ""))
            writes = endpoint.method == "POST"
            params = forms.Params(forms.decode((await request.body()).decode(errors="replace") if writes else request.url.query))
            params.refuse_others_than(endpoint.params)
            key = request.headers.get("idempotency-key") if writes else None
            call = Call(self.store, params, request.path_params.get("id", ""), {"id": new_id("req"), "idempotency_key": key})
            running = key or call.request["id"]
            if running in self.running:
                raise errors.key_in_use(running)
            self.running.add(running)
            try:
                await asyncio.sleep(faults.read(self.store).latency_seconds)
                return self._perform(endpoint, call, f"{request.url.path} {json.dumps(params.values, sort_keys=True)}")
            finally:
                self.running.discard(running)

        return respond

    def _perform(self, endpoint: Endpoint, call: Call, asked: str) -> Response:
        """One transaction: the operation, its events, and the answer remembered under the idempotency key."""
        key = call.request["idempotency_key"]
        with self.store.transaction():
            past = self.store.recall(key) if key else None
            if past and past.request != asked:
                raise errors.other_body(key)
            if past:
                return reply(past.status, past.body, call, {"Idempotent-Replayed": "true", "Original-Request": past.request_id})
            status, body = outcome(endpoint, call)
            if key:
                self.store.remember(key, Answer(asked, status, body, call.request["id"]))
            lost = endpoint.money and faults.strikes(self.store, "drop_connection")
        self.dispatcher.wake()
        return HangUp() if lost else reply(status, body, call, {"Original-Request": call.request["id"]} if key else {})

    def obeys(self, control: Control) -> Responder:
        async def respond(request: Request) -> Response:
            body = json_object(await request.body()) if control.method != "GET" else dict(request.query_params)
            call = Call(self.store, forms.Params({}), request.path_params.get("id", ""), {"id": None, "idempotency_key": None})
            with self.store.transaction():
                answer = public(control.run(call, body))
            self.dispatcher.wake()
            return Response(json.dumps(answer), media_type="application/json")

        return respond

    async def unknown(self, request: Request, _: Exception) -> Response:
        path = request.url.path.removeprefix(request.scope.get("root_path", ""))
        with self.store.transaction():
            self.store.note_unknown(request.method, path)
        return await refused(request, errors.unknown_url(request.method, path))


def outcome(endpoint: Endpoint, call: Call) -> tuple[int, str]:
    """Status and body. A refusal that is kept is an answer like any other; any other refusal undoes the transaction."""
    try:
        result = endpoint.run(call)
        for path in call.params.texts("expand"):
            result = expanded(call.store, result, path.split("."))
    except Refusal as refusal:
        if not refusal.kept:
            raise
        return refusal.status, error_body(refusal)
    return 200, json.dumps(public(result))


def reply(status: int, body: str, call: Call, more: dict[str, str]) -> Response:
    key = call.request["idempotency_key"]
    headers = {"Request-Id": call.request["id"], "Stripe-Version": API_VERSION} | ({"Idempotency-Key": key} if key else {}) | more
    return Response(body, status, headers, media_type="application/json")


async def refused(_: Request, refusal: Exception) -> Response:
    assert isinstance(refusal, Refusal)  # what this handler is registered for
    return Response(error_body(refusal), refusal.status, {"Request-Id": new_id("req")}, media_type="application/json")


def error_body(refusal: Refusal) -> str:
    return json.dumps({"error": public(refusal.error)})


def json_object(body: bytes) -> Json:
    try:
        value = json.loads(body or b"{}")
    except ValueError:
        value = None
    if not isinstance(value, dict):
        raise errors.invalid("Send a JSON object")
    return value


def check_key(authorization: str) -> None:
    """Any secret key will do, as bearer token or as the user of basic authentication; none is a 401."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() == "basic":
        token = base64.b64decode(token + "==").decode(errors="replace").partition(":")[0]
    if not token.startswith(("sk_", "rk_")):
        raise errors.unauthorized()


def only_for_programs(app: ASGIApp) -> ASGIApp:
    """Refuse what a browser sends from a web page: no page has business here, but any page could reach a loopback port."""

    async def guarded(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and any(name == b"origin" for name, _ in scope["headers"]):
            await Response("Not for browsers\n", 403)(scope, receive, send)
        else:
            await app(scope, receive, send)

    return guarded
