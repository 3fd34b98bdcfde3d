"""The one place where HTTP is set up: routing, order of checks, problems, who calls. Features only declare routes."""

import hashlib
import json
from collections.abc import Callable
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
from kernel.dynamodb import UNREACHABLE
from kernel.failures import passed_on, problem_response, refused, service_failed, unexpected
from kernel.problems import Busy, Forbidden, MethodNotAllowed, NotFound, PreconditionRequired, Problem, Repeated
from kernel.reading import check_body, loads, version
from kernel.records import Record, scope
from kernel.telemetry import logger, notes, request_id

if TYPE_CHECKING:
    from kernel.once import Once

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

    def __init__(self, name: str, outside: bool, tenants: bool) -> None:
        self.name, self.outside, self.tenants = name, outside, tenants
        self.__name__ = f"requires {name}"

    def __call__(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        return next_middleware(app)


def requires(permission: str, *, outside: bool = False, tenants: bool = False) -> list[Callable[..., Response[Any]]]:
    """Route argument `middlewares=requires("plans.write")`: 403 before anything of the request is read.

    `outside`: the use case asks someone else between two commits, so a repeat with the same `Idempotency-Key` may meet it at work.
    `tenants`: tenants' keys may come here too. What they are shown is narrowed by `Record.find` and by lists.
    """
    return [_Permission(permission, outside, tenants)]


class _AsIs(OpenAPIResponseValidationMiddleware):
    """A body that is JSON text already was made from a declared view: it is not parsed, validated and written again."""

    def handler(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        response = next_middleware(app)
        return response if isinstance(response.body, str) else self._handle_response(route=app.context["_route"], response=response)


class Api(APIGatewayHttpResolver):
    """A feature's HTTP entry point. `public` are the paths, with `*` as wildcard, that nobody has to sign in for."""

    def __init__(self, *, public: tuple[str, ...] = ()) -> None:
        super().__init__(enable_validation=True, json_body_deserializer=loads)
        self._response_validation_middleware = _AsIs(validation_serializer=None)
        self._public = public
        self.shows: dict[Any, tuple[type[Record], str]] = {}  # of each view, the record and the address of the collection
        self.exception_handler(Problem)(problem_response)
        self.exception_handler([RequestValidationError, RequestUnsupportedContentType])(refused)
        self.exception_handler([ClientError, *UNREACHABLE])(service_failed)
        self.exception_handler(Repeated)(passed_on)
        self.exception_handler(Exception)(unexpected)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = perf_counter()
        event["headers"] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.append_context(principal=None)  # type: ignore[no-untyped-call]
        http = event["requestContext"]["http"]
        token = request_id.set(event["requestContext"]["requestId"])
        noted: dict[str, Any] = {}
        notes.set(noted)
        scope.set(None)
        try:
            answer = self._served(event, context, self._admit(event, http["method"], event["rawPath"]))
        except Problem as problem:
            answer = _plain(problem_response(problem))
        except (ClientError, *UNREACHABLE) as failure:
            answer = _plain(service_failed(failure))
        except Exception as failure:  # noqa: BLE001  # an entry point: whatever it is, nothing of it leaves
            answer = _plain(unexpected(failure))
        finally:
            self.clear_context()  # type: ignore[no-untyped-call]
            request_id.reset(token)
            scope.set(None)
        logger.info("request", method=http["method"], path=event["rawPath"], status=answer["statusCode"],
                    request=event["requestContext"]["requestId"], ms=round((perf_counter() - started) * 1000, 1), **noted)
        answer["headers"] = GUARDED | answer["headers"]
        answer["body"] = answer.get("body") or ""  # an answer without a body has an empty one
        return answer

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
        """401, 405/404 of the route, 403, 415, 413: in this order, before a route runs."""
        if not any(fnmatchcase(path, public) for public in self._public):
            caller = access.authenticate(event["headers"].get("authorization", ""))
            self.append_context(principal=caller)  # type: ignore[no-untyped-call]
            scope.set(caller.tenant_id)
        routes = [route for route in [*self._static_routes, *self._dynamic_routes] if route.rule.match(path)]
        if not routes:
            raise NotFound("there is nothing at this address")
        route = next((route for route in routes if route.method == method), None)
        if route is None:
            raise MethodNotAllowed(f"{method} is not possible here", allow=sorted({route.method for route in routes}))
        self.allow(route)
        if method in ("POST", "PATCH", "PUT"):
            check_body(event)
        version(event["headers"].get("if-match"))
        return route

    def allow(self, route: Route) -> None:
        """`Forbidden` where the caller lacks what the route needs, or is a tenant's key where none may come."""
        needs = [each for each in route.middlewares if isinstance(each, _Permission)]
        for each in needs:
            self.principal.require(each.name)
        if self.context["principal"] is not None and self.principal.tenant_id and not any(each.tenants for each in needs):
            raise Forbidden("this is not for tenants' keys")

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
            return self._served(event, self.lambda_context, route)
        except Problem as problem:
            return _plain(problem_response(problem))
        finally:
            BaseRouter.current_event = self._to_proxy_event(outer)
            self.append_context(**context)  # type: ignore[no-untyped-call]

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
        context = self.current_event.request_context
        salted = config.setting("STACK_ID") + context.http.source_ip
        return Actor(id=self.principal.id, ip_hash=hashlib.sha256(salted.encode()).hexdigest()[:32], request_id=context.request_id,
                     expects=self.if_match(), once=self.context.get("once"))

    def if_match(self) -> int | None:
        """The version in `If-Match`, or None."""
        return version(self.current_event.headers.get("if-match"))

    def demand_match(self) -> None:
        """428 where a change without `If-Match` would overwrite what the caller has not seen."""
        if self.if_match() is None:
            raise PreconditionRequired("send If-Match with the ETag that you read")

    def cookie(self, name: str) -> str | None:
        """HTTP APIs deliver cookies in `cookies`; the local cloud leaves them in the header."""
        event = self.current_event.raw_event
        pairs = event.get("cookies") or event["headers"].get("cookie", "").split(";")
        return dict(pair.strip().split("=", 1) for pair in pairs if "=" in pair).get(name)

    def query(self) -> dict[str, str]:
        return dict(self.current_event.query_string_parameters or {})


def _plain(response: Response[str]) -> dict[str, Any]:
    return {"statusCode": response.status_code, "headers": dict(response.headers), "body": response.body, "isBase64Encoded": False}


