"""The one place where HTTP is set up: routing, order of checks, problems, who calls. Features only declare routes."""

import base64
import hashlib
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from time import perf_counter
from typing import Annotated, Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware
from aws_lambda_powertools.event_handler.middlewares.openapi_validation import OpenAPIResponseValidationMiddleware
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path
from botocore.exceptions import BotoCoreError, ClientError
from pydantic import BaseModel, ConfigDict

from kernel import access, config
from kernel.audit import Actor
from kernel.dynamodb import UNREACHABLE
from kernel.problems import (
    BadRequest,
    Invalid,
    MethodNotAllowed,
    NotFound,
    PreconditionRequired,
    Problem,
    TooLarge,
    Unavailable,
    UnsupportedMediaType,
    error,
)
from kernel.telemetry import logger, request_id

MAX_BODY, MAX_NESTING, MAX_ERRORS = 256 * 1024, 32, 50
PROBLEM = "application/problem+json"
_BUSY = {"ThrottlingException", "ProvisionedThroughputExceededException", "RequestLimitExceeded", "InternalServerError"}
Id = Annotated[str, Path(max_length=64)]


class Body(BaseModel):
    """Base of every request body: unknown fields are refused by name."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, defer_build=True)


class _Permission:
    """What a route needs. A middleware only because that is where a route can carry it: `Api` asks before anything is read."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.__name__ = f"requires {name}"

    def __call__(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        return next_middleware(app)


def requires(permission: str) -> list[Callable[..., Response[Any]]]:
    """Route argument `middlewares=requires("plans.write")`: 403 before anything of the request is read."""
    return [_Permission(permission)]


class _AsIs(OpenAPIResponseValidationMiddleware):
    """A body that is JSON text already was made from a declared view: it is not parsed, validated and written again."""

    def handler(self, app: Any, next_middleware: NextMiddleware) -> Response[Any]:
        response = next_middleware(app)
        return response if isinstance(response.body, str) else self._handle_response(route=app.context["_route"], response=response)


class Api(APIGatewayHttpResolver):
    """A feature's HTTP entry point. `public` are the paths, with `*` as wildcard, that nobody has to sign in for."""

    def __init__(self, *, public: tuple[str, ...] = ()) -> None:
        super().__init__(enable_validation=True, json_body_deserializer=_loads)
        self._response_validation_middleware = _AsIs(validation_serializer=None)
        self._public = public
        self.exception_handler(Problem)(problem_response)
        self.exception_handler([RequestValidationError, RequestUnsupportedContentType])(_refused)
        self.exception_handler([ClientError, *UNREACHABLE])(_service_failed)
        self.exception_handler(Exception)(_unexpected)

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        started = perf_counter()
        event["headers"] = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        self.append_context(principal=None)  # type: ignore[no-untyped-call]
        http = event["requestContext"]["http"]
        token = request_id.set(event["requestContext"]["requestId"])
        try:
            self._admit(event, http["method"], event["rawPath"])
            answer = self.resolve(event, context)
        except Problem as problem:
            answer = _plain(problem_response(problem))
        except (ClientError, *UNREACHABLE) as failure:
            answer = _plain(_service_failed(failure))
        except Exception as failure:  # noqa: BLE001  # an entry point: whatever it is, nothing of it leaves
            answer = _plain(_unexpected(failure))
        finally:
            self.clear_context()  # type: ignore[no-untyped-call]
            request_id.reset(token)
        logger.info("request", method=http["method"], path=event["rawPath"], status=answer["statusCode"],
                    request=event["requestContext"]["requestId"], ms=round((perf_counter() - started) * 1000, 1))
        answer["body"] = answer.get("body") or ""  # an answer without a body has an empty one
        return answer

    def _admit(self, event: dict[str, Any], method: str, path: str) -> None:
        """401, 405/404 of the route, 403, 415, 413: in this order, before a route runs."""
        if not any(fnmatchcase(path, public) for public in self._public):
            self.append_context(principal=access.authenticate(event["headers"].get("authorization", "")))  # type: ignore[no-untyped-call]
        routes = [route for route in [*self._static_routes, *self._dynamic_routes] if route.rule.match(path)]
        if not routes:
            raise NotFound("there is nothing at this address")
        route = next((route for route in routes if route.method == method), None)
        if route is None:
            raise MethodNotAllowed(f"{method} is not possible here", allow=sorted({route.method for route in routes}))
        for each in route.middlewares:
            if isinstance(each, _Permission):
                self.principal.require(each.name)
        if method in ("POST", "PATCH", "PUT"):
            _check_body(event)
        _version(event["headers"].get("if-match"))

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
                     expects=self.if_match())

    def if_match(self) -> int | None:
        """The version in `If-Match`, or None."""
        return _version(self.current_event.headers.get("if-match"))

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


def _version(tag: str | None) -> int | None:
    if tag is None:
        return None
    found = re.fullmatch(r'"([0-9]{1,10})"', tag)
    if not found:
        raise BadRequest('If-Match must be an ETag of this resource, such as "3"', code="bad_if_match")
    return int(found[1])


def _check_body(event: dict[str, Any]) -> None:
    kind = event["headers"].get("content-type", "application/json").split(";")[0].strip().lower()
    if kind not in ("application/json", "application/merge-patch+json"):
        raise UnsupportedMediaType("send application/json")
    event["headers"]["content-type"] = "application/json"  # Powertools' validation answers 415 to any other JSON type
    text = event.get("body") or ""
    try:
        raw = base64.b64decode(text, validate=True) if event.get("isBase64Encoded") else text.encode()
        if len(raw) > MAX_BODY:
            raise TooLarge(f"a body may have {MAX_BODY} bytes", limit=MAX_BODY)
        event |= {"body": raw.decode() or "{}", "isBase64Encoded": False}
    except ValueError as failure:
        raise BadRequest("the body is not UTF-8 text", code="malformed_json") from failure


def _loads(text: str) -> Any:
    """JSON as RFC 8259 has it: no NaN or infinity, no lone surrogates; at most 32 levels deep; our bodies are objects."""
    try:
        found = json.loads(text, parse_constant=_no_constant)
        json.dumps(found, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError) as failure:
        raise BadRequest("the body is not valid JSON", code="malformed_json") from failure
    if not isinstance(found, dict):
        raise Invalid("the body must be a JSON object", field="body")
    level: list[Any] = [found]
    for _ in range(MAX_NESTING):
        level = [each for part in level if isinstance(part, dict | list) for each in (part.values() if isinstance(part, dict) else part)]
    if level:
        raise BadRequest(f"the body is more than {MAX_NESTING} levels deep", code="malformed_json")
    return found


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _plain(response: Response[str]) -> dict[str, Any]:
    return {"statusCode": response.status_code, "headers": dict(response.headers), "body": response.body, "isBase64Encoded": False}


def problem_response(problem: Problem) -> Response[str]:
    headers = {}
    if isinstance(problem, Unavailable):
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = ", ".join(problem.context["allow"])
    body = problem.body() | {"request_id": request_id.get()}
    return Response(problem.status, PROBLEM, json.dumps(body, default=str), headers=headers)


def _refused(failure: RequestValidationError | RequestUnsupportedContentType) -> Response[str]:
    """Names every field that was refused: dotted path without the part of the request it came in."""
    errors = []
    for each in failure.errors()[:MAX_ERRORS]:
        place = [str(part) for part in each["loc"]]
        parts = place[1:] if place and place[0] in ("body", "query", "path") else place
        errors.append(error(".".join(parts) or "body", str(each["type"]), str(each.get("msg", "")), parts=parts))
    return problem_response(Invalid("the request was read and is refused: see errors", errors=errors))


def _service_failed(failure: ClientError | BotoCoreError) -> Response[str]:
    """A service we stand on is busy or out of reach: 503. Anything else it says is our own mistake: 500."""
    code = failure.response["Error"]["Code"] if isinstance(failure, ClientError) else type(failure).__name__
    if not isinstance(failure, ClientError) or code in _BUSY:
        logger.warning("service failed", code=code)
        return problem_response(Unavailable("a service we depend on did not answer, try again"))
    return _unexpected(failure)


def _unexpected(failure: Exception) -> Response[str]:
    logger.exception("unexpected", exc_info=failure)
    return problem_response(Problem("something went wrong on our side"))
