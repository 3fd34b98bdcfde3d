"""Failures as answers: problem documents (RFC 9457), and what leaves of anything unexpected, which is nothing."""

import json

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestUnsupportedContentType, RequestValidationError
from botocore.exceptions import BotoCoreError, ClientError

from kernel.dynamodb import BUSY
from kernel.problems import Invalid, MethodNotAllowed, Problem, Repeated, Unavailable, error
from kernel.telemetry import described, logger, request_id

MAX_ERRORS = 50
PROBLEM = "application/problem+json"


def problem_response(problem: Problem) -> Response[str]:
    headers = {}
    if problem.retry_after is not None:
        headers["Retry-After"] = str(problem.retry_after)
    if isinstance(problem, MethodNotAllowed):
        headers["Allow"] = ", ".join(problem.context["allow"])
    body = problem.body() | {"request_id": request_id.get()}
    return Response(problem.status, PROBLEM, json.dumps(body, default=str), headers=headers)


def refused(failure: RequestValidationError | RequestUnsupportedContentType) -> Response[str]:
    """Names every field that was refused: dotted path without the part of the request it came in."""
    if any(each["loc"][:1] == ("response",) for each in failure.errors()):
        return unexpected(failure)  # an answer of ours that is not what we say it is
    errors = []
    for each in failure.errors()[:MAX_ERRORS]:
        place = [str(part) for part in each["loc"]]
        parts = place[1:] if place and place[0] in ("body", "query", "path") else place
        errors.append(error(".".join(parts) or "body", str(each["type"]), str(each.get("msg", "")), parts=parts))
    return problem_response(Invalid("the request was read and is refused: see errors", errors=errors))


def service_failed(failure: ClientError | BotoCoreError) -> Response[str]:
    """A service we stand on is busy or out of reach: 503. Anything else it says is our own mistake: 500."""
    code = failure.response["Error"]["Code"] if isinstance(failure, ClientError) else type(failure).__name__
    if not isinstance(failure, ClientError) or code in BUSY:
        logger.warning("service failed", code=code)
        return problem_response(Unavailable("a service we depend on did not answer, try again"))
    return unexpected(failure)


def unexpected(failure: Exception) -> Response[str]:
    logger.error("unexpected", **described(failure))
    return problem_response(Problem("something went wrong on our side"))


def passed_on(failure: Repeated) -> Response[str]:
    """What the router must not answer itself."""
    raise failure
