"""The one place where HTTP is set up: routing, order of checks, problems, who calls. Features only declare routes."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from time import perf_counter
from typing import TYPE_CHECKING, Annotated, Any, get_args

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter, Route
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIResponseValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path
from botocore.exceptions import ClientError
from pydantic import BaseModel, ConfigDict

from kernel import access, config
from kernel.audit import Actor
from kernel.clock import wall
from kernel.dynamodb import UNREACHABLE
from kernel.failures import passed_on, problem_response, refused, service_failed, unexpected
from kernel.problems import Busy, Forbidden, MethodNotAllowed, NotFound, PreconditionRequired, Problem, Repeated
from kernel.reading import check_body, loads, version
from kernel.records import Record, scope
from kernel.telemetry import logger, notes, request_id

if TYPE_CHECKING:
    from kernel.once import Once
    from kernel.quotas import Decision, Limit

Id = Annotated[str, Path(max_length=64)]
# On every answer, unless the route says something else: a browser must not guess, frame, keep or pass on what it is sent.
GUARDED = {
    "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'", "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin", "Strict-Transport-Security": "max-age=63072000; includeSubDomains",
    "X-Content-Type-Options": "nosniff"}


class Body(BaseModel):
    """Base of every request body: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, defer_build=True, hide_input_in_errors=True)


class _Permission:
    """What a route needs. A middleware only because that is where a route can carry it: `Api` asks before anything is read."""

    def __init__(self, name: str, outside: bool, tenants: bool, alone: bool) -> None:
        self.name, self.outside, self.tenants, self.alone = name, outside, tenants, alone
        self.__name__ = f"requires {name}"

    def __call__(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        return next_middleware(app)


def requires(permission: str = "", *, outside: bool = False, tenants: bool = False, alone: bool = False) -> list[Any]:
    """Route argument `middlewares=requires("plans.write")`: 403 before anything of the request is read.

    `outside`: the use case asks someone else between two commits, so a repeat with the same `Idempotency-Key` may meet it at work.
    `tenants`: tenants' keys may come here too. What they are shown is narrowed by `Record.find` and by lists.
    `alone`: no part of a bulk request, since its answer cannot be done without.
    """
    return [_Permission(permission, outside, tenants, alone)]


def is_alone(route: Route) -> bool:
    return any(isinstance(each, _Permission) and each.alone for each in route.middlewares)


class _AsIs(OpenAPIResponseValidationMiddleware):
    """A body that is JSON text already was made from a declared view: it is not parsed, validated and written again."""

    def handler(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        response = next_middleware(app)
        return response if isinstance(response.body, str) else self._handle_response(route=app.context["_route"], response=response)


class Api(APIGatewayHttpResolver):
    """A feature's HTTP entry point. `public` are the paths, with `*` as wildcard, that nobody has to sign in for; `per_ip` says how often
    one address may ask some of them."""

    def __init__(self, *, public: Iterable[str] = (), per_ip: "dict[str, Limit] | None" = None) -> None:
        super().__init__(enable_validation=True, json_body_deserializer=loads)
        self._response_validation_middleware = _AsIs(validation_serializer=None)
        self._public, self._per_ip = tuple(public), per_ip or {}
        self._caller: access.Principal | None = None  # as `principal`, which the router forgets with its answer
        self.shows: dict[Any, tuple[type[Record], str]] = {}  # of each view, the record and the address of the collection
        self.exception_handler(Problem)(problem_response)
        self.exception_handler([RequestValidationError, RequestUnsupportedContentType])(refused)
        self.exception_handler([ClientError, *UNREACHABLE])(service_failed)
        self.exception_handler(Repeated)(passed_on)
        self.exception_handler(Exception)(unexpected)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = perf_counter()
        event["headers"] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        told: dict[str, str] = {}  # headers of whatever is answered
        secrets: dict[str, str] = {}
        self.append_context(principal=None, told=told, secrets=secrets)  # type: ignore[no-untyped-call]
        http = event["requestContext"]["http"]
        token = request_id.set(event["requestContext"]["requestId"])
        noted: dict[str, Any] = {}
        notes.set(noted)
        scope.set(None)
        self._caller = None
        try:
            answer = self._answered(event, context)
            if secrets and answer["statusCode"] < 300:
                answer["body"] = json.dumps(json.loads(answer["body"]) | secrets)
            self._denied(event, answer)
        finally:
            self.clear_context()  # type: ignore[no-untyped-call]
            request_id.reset(token)
            scope.set(None)
        logger.info("request", method=http["method"], path=str(event["rawPath"]).partition(".")[0], status=answer["statusCode"],
                    request=event["requestContext"]["requestId"], ms=round((perf_counter() - started) * 1000, 1), **noted)
        answer["headers"] = GUARDED | answer["headers"] | told
        answer["body"] = answer.get("body") or ""  # an answer without a body has an empty one
        return answer

    def _answered(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        try:
            return self._served(event, context, self._admit(event, event["requestContext"]["http"]["method"], event["rawPath"]))
        except Problem as problem:
            self._caller = problem.caller or self._caller
            return _plain(problem_response(problem))
        except (ClientError, *UNREACHABLE) as failure:
            return _plain(service_failed(failure))
        except Exception as failure:  # noqa: BLE001  # an entry point: whatever it is, nothing of it leaves
            return _plain(unexpected(failure))

    def _denied(self, event: dict[str, Any], answer: dict[str, Any]) -> None:
        """Writes down that someone who has signed in was refused. Whatever becomes of that, the answer stays what it is."""
        caller = self._caller
        if answer["statusCode"] != 403 or caller is None:
            return
        from kernel import denials  # late: most functions never refuse anybody

        try:
            denials.record(_actor(caller.id, event, **caller.behalf), route="{method} {path}".format(**event["requestContext"]["http"]),
                           permission=json.loads(answer["body"]).get("permission"), tenant_id=caller.tenant_id)
        except Exception as failure:  # noqa: BLE001  # as above
            logger.exception("denial not recorded", exc_info=failure)

    def _served(self, event: dict[str, Any], context: Any, route: Route) -> dict[str, Any]:
        """Runs the route, or answers what it has answered to the same `Idempotency-Key` before."""
        once = self._once(event, route)
        if once is None:
            return dict(self.resolve(event, context))
        if left := once.found():
            return once.replay(left)
        self.append_context(once=once)  # type: ignore[no-untyped-call]
        try:
            answer = dict(self.resolve(event, context))
        except Repeated:
            answer = _plain(problem_response(Busy("the same request has just been worked on")))
        # Who was slower by a moment may have been refused by what the quicker one did.
        if 400 <= answer["statusCode"] < 500 and (left := once.found()):
            return once.replay(left)
        once.settle(answer)
        return answer

    def _once(self, event: dict[str, Any], route: Route) -> "Once | None":
        """The request's key, where it is a POST whose answer shows a record of ours."""
        header, caller = event["headers"].get("idempotency-key"), self.context["principal"]
        view = next(iter(get_args(route.func.__annotations__.get("return"))), None)
        shown = self.shows.get(route.func) or self.shows.get(view)
        if header is None or caller is None or shown is None or route.method != "POST":
            return None
        from kernel.once import Once, identity

        kind, place = shown
        path, outside = event["rawPath"], any(isinstance(each, _Permission) and each.outside for each in route.middlewares)
        named = route.rule.match(path)
        addressed = named["id"] if named and "id" in named.groupdict() and route.status_code != 201 else None
        return Once(identity(header, caller.id, path), hashlib.sha256((event["body"] or "").encode()).hexdigest(), kind,
                    None if route.func in self.shows else view, route.status_code, addressed, place, outside)

    def _admit(self, event: dict[str, Any], method: str, path: str) -> Route:
        """401, 405/404 of the route, 403, 429, 415, 413: in this order, before a route runs."""
        if not any(fnmatchcase(path, public) for public in self._public):
            caller = access.authenticate(event["headers"].get("authorization", ""), event["requestContext"]["http"]["sourceIp"])
            self.append_context(principal=caller)  # type: ignore[no-untyped-call]
            self._caller = caller
            scope.set(caller.tenant_id)
        routes = [route for route in [*self._static_routes, *self._dynamic_routes] if route.rule.match(path)]
        if not routes:
            raise NotFound("there is nothing at this address")
        route = next((route for route in routes if route.method == method), None)
        if route is None:
            raise MethodNotAllowed(f"{method} is not possible here", allow=sorted({route.method for route in routes}))
        self.allow(route)
        self._limit(event, route)
        if method in ("POST", "PATCH", "PUT"):
            check_body(event)
        version(event["headers"].get("if-match"))
        return route

    def allow(self, route: Route) -> None:
        """`Forbidden` where the caller lacks what the route needs, or is a tenant's key where none may come."""
        needs = [each for each in route.middlewares if isinstance(each, _Permission)]
        for name in filter(None, (each.name for each in needs)):
            self.principal.require(name)
        if self.context["principal"] is not None and self.principal.tenant_id and not any(each.tenants for each in needs):
            raise Forbidden("this is not for tenants' keys")

    def _limit(self, event: dict[str, Any], route: Route) -> None:
        """Once for each request: 429 where the caller, or of a public route the address, has asked too often."""
        if (limit := self._per_ip.get(route.path)) is not None:
            from kernel.limits import per_ip

            self._decided(per_ip(event["requestContext"]["http"]["sourceIp"], limit, now=wall()))
        else:
            self.charge(1)

    def charge(self, cost: int, *, paid: int = 0) -> None:
        """Takes what the request costs its caller, of which `paid` were taken already: all of the rest, or nothing and a 429."""
        caller = self.context["principal"]
        if caller is not None and caller.holder is not None and cost > paid:
            from kernel.limits import take

            self._decided(take(caller.holder, caller.limits, now=wall(), cost=cost, paid=paid, credits=caller.credits, by=caller.id,
                               lasting=True))

    def _decided(self, decision: "Decision") -> None:
        self.context["told"].update(decision.headers())
        if not decision.admitted:
            raise decision.problem()

    def inner(self, method: str, path: str, body: dict[str, Any], *, etag: str | None = None) -> dict[str, Any]:
        """What another route of this function answers the same caller, whom it has been allowed to (`allow`).

        An `Idempotency-Key` counts for it too, at its own address: what was done before a crash is not done again.
        """
        outer, context = self.current_event.raw_event, dict(self.context)
        headers = {name: value for name, value in outer["headers"].items() if name != "if-match"}
        about = outer["requestContext"]
        event = outer | {
            "rawPath": path, "rawQueryString": "", "queryStringParameters": None, "body": json.dumps(body),
            "headers": headers | ({"if-match": etag} if etag is not None else {}),
            "requestContext": about | {"http": about["http"] | {"method": method, "path": path}}}
        route = next(each for each in self._dynamic_routes if each.method == method and each.rule.match(path))
        context.pop("once", None)
        try:
            self.context.pop("once", None)
            answer = self._served(event, self.lambda_context, route)
        except Problem as problem:
            answer = _plain(problem_response(problem))
        finally:
            BaseRouter.current_event = self._to_proxy_event(outer)
            self.append_context(**context)  # type: ignore[no-untyped-call]
        self._denied(event, answer)
        return answer

    @property
    def principal(self) -> access.Principal:
        found: access.Principal = self.context["principal"]
        return found

    @property
    def at(self) -> datetime:
        """When the gateway took the request: business time of everything it does, unless a test clock holds the record."""
        return datetime.fromtimestamp(self.current_event.request_context.time_epoch / 1000, UTC)

    @property
    def actor(self) -> Actor:
        return self.acting(self.principal.id, **self.principal.behalf)

    def acting(self, id: str, **behalf: str | None) -> Actor:
        """Who acts by this request, where nobody has signed in for it."""
        return replace(_actor(id, self.current_event.raw_event, **behalf), expects=self.if_match(), once=self.context.get("once"))

    def show_once(self, **secrets: str) -> None:
        """What joins the body of this answer, and of no repeat of it: it is kept nowhere."""
        self.context["secrets"].update(secrets)

    def if_match(self) -> int | None:
        """The version in `If-Match`, or None."""
        return version(self.current_event.headers.get("if-match"))

    def demand_match(self) -> None:
        """428 where a change without `If-Match` would overwrite what the caller has not seen."""
        if self.if_match() is None:
            raise PreconditionRequired("send If-Match with the ETag that you read")

    def query(self) -> dict[str, str]:
        return dict(self.current_event.query_string_parameters or {})


def _actor(id: str, event: dict[str, Any], *, acting_for: str | None = None, cause: str | None = None) -> Actor:
    about = event["requestContext"]
    return Actor(id=id, acting_for=acting_for, cause=cause, ip_hash=config.hashed(about["http"]["sourceIp"]), request_id=about["requestId"])


def _plain(response: Response[str]) -> dict[str, Any]:
    return {"statusCode": response.status_code, "headers": dict(response.headers), "body": response.body, "isBase64Encoded": False}
