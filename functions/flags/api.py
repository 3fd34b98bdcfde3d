"""/v1/flags with its standard verbs   POST …/{id}/kill|enable|preview   GET …/{id}/versions/{version}
and by the OpenFeature Remote Evaluation Protocol POST /ofrep/v1/evaluate/flags[/{key}]"""

from typing import Annotated, Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.openapi.exceptions import RequestValidationError
from aws_lambda_powertools.event_handler.openapi.params import Path

from functions.flags import evaluation, service
from functions.flags.models import (
    FLAGS,
    AllEvaluated,
    ContextRefused,
    Evaluated,
    Evaluation,
    EvaluationError,
    Flag,
    FlagCreate,
    FlagPreview,
    FlagUpdate,
    FlagVersion,
    FlagView,
    NotEvaluated,
    Preview,
)
from kernel.commit import again
from kernel.failures import problem_response, refused
from kernel.http import Api, Id, requires
from kernel.problems import Invalid, Problem
from kernel.resource import answer, made
from kernel.verbs import mount

OFREP = "/ofrep/v1/evaluate/flags"
JSON = "application/json"
_Key = Annotated[str, Path(examples=["new-checkout"])]
_Version = Annotated[int, Path(ge=1, le=10**9)]

handler = Api()
mount(handler, FLAGS, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write, may_evaluate = requires("flags.read"), requires("flags.write"), requires("flags.evaluate", tenants=True)


@handler.post("/v1/flags", middlewares=may_write, status_code=201)
def post(body: FlagCreate) -> Response[FlagView]:
    return _seen(made(FLAGS, service.create(body, actor=handler.actor, at=handler.at)))


@handler.patch("/v1/flags/<id>", middlewares=may_write)
def patch(id: Id, body: FlagUpdate) -> Response[FlagView]:
    Flag.fetch(id)
    handler.demand_match()
    return _seen(answer(service.update(id, body, actor=handler.actor, at=handler.at), FlagView))


@handler.delete("/v1/flags/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    Flag.fetch(id)
    handler.demand_match()
    service.delete(id, actor=handler.actor, at=handler.at)
    return _seen(Response(204))


@handler.post("/v1/flags/<id>/restore", middlewares=may_write)
def restore(id: Id) -> Response[FlagView]:
    return _seen(answer(service.restore(id, actor=handler.actor, at=handler.at), FlagView))


@handler.post("/v1/flags/<id>/kill", middlewares=may_write)
def kill(id: Id) -> Response[FlagView]:
    """From now on everybody is served the off variant, whatever the rules say. In need nobody has to have read it before."""
    return _seen(answer(again(lambda: service.switch(id, "kill", actor=handler.actor, at=handler.at)), FlagView))


@handler.post("/v1/flags/<id>/enable", middlewares=may_write)
def enable(id: Id) -> Response[FlagView]:
    """Takes a kill back: the rules decide again."""
    return _seen(answer(again(lambda: service.switch(id, "enable", actor=handler.actor, at=handler.at)), FlagView))


@handler.post("/v1/flags/<id>/preview", middlewares=requires("flags.read", alone=True))
def preview(id: Id, body: Preview) -> FlagPreview:
    """What tenants and sample contexts are served, by the rules as they are or as they might become, and the share of each variant."""
    if body.tenant_ids:
        handler.principal.require("tenants.read")
    return evaluation.preview(id, body)


@handler.get("/v1/flags/<id>/versions/<version>", middlewares=may_read, operation_id="getFlagVersion")
def read_version(id: Id, version: _Version) -> FlagVersion:
    """What the flag was at a version. Sent as a PATCH, without `version` and `status`, it is so again."""
    return service.version(id, version)


def _told(model: Any, about: str) -> Any:
    return {"description": about, "content": {JSON: {"model": model}}}


@handler.post(f"{OFREP}/<key>", middlewares=may_evaluate, operation_id="evaluateFlag", responses={
    200: _told(Evaluated, "What the context is served."),
    400: _told(NotEvaluated, "The context cannot be read, or lacks what a rollout needs."),
    404: _told(NotEvaluated, "There is no such flag.")})
def evaluate_one(key: _Key, body: Evaluation) -> Response[Evaluated]:
    """One flag for a context (OFREP). A tenant's key evaluates for its own tenant, whatever the context says."""
    found = evaluation.one(key, _context(body))
    failed = isinstance(found, NotEvaluated)
    status = 200 if not failed else 404 if found.errorCode == EvaluationError.FLAG_NOT_FOUND else 400  # type: ignore[union-attr]
    return Response(status, JSON, found.model_dump_json())  # type: ignore[arg-type]


@handler.post(OFREP, middlewares=may_evaluate, operation_id="evaluateFlags", responses={
    200: _told(AllEvaluated, "What the context is served of every flag."),
    304: {"description": "It is still what `If-None-Match` names."}, 400: _told(ContextRefused, "The context cannot be read.")})
def evaluate_every(body: Evaluation) -> Response[AllEvaluated]:
    """All flags for a context (OFREP). The ETag changes with any flag and with the context."""
    context = _context(body)
    tag = evaluation.tag(context, handler.principal.tenant_id or "")
    known = handler.current_event.headers.get("if-none-match", "")
    if known.strip() == "*" or tag in {each.strip().removeprefix("W/") for each in known.split(",")}:
        return Response(304, body="", headers={"ETag": tag})  # type: ignore[arg-type]
    found = AllEvaluated(flags=evaluation.every(context))
    return Response(200, JSON, found.model_dump_json(), headers={"ETag": tag})  # type: ignore[arg-type]


def _context(body: Evaluation) -> dict[str, Any]:
    return evaluation.context_of(body.context, handler.principal.tenant_id)


def _seen(found: Response[Any]) -> Response[Any]:
    """What was done here decides here from now on."""
    evaluation.forget()
    return found


def problem(failure: Problem) -> Response[str]:
    """Of the protocol's routes, what cannot be read is answered as the protocol has it."""
    if failure.status not in (400, 422) or not _asked_by_protocol():
        return problem_response(failure)
    about_context = isinstance(failure, Invalid) and bool(failure.field) and str(failure.field).startswith("context")
    return _refused(EvaluationError.INVALID_CONTEXT if about_context else EvaluationError.PARSE_ERROR, failure.detail)


def invalid(failure: RequestValidationError) -> Response[str]:
    of_answer = any(each["loc"][:1] == ("response",) for each in failure.errors())
    if of_answer or not _asked_by_protocol():
        return refused(failure)
    return _refused(EvaluationError.INVALID_CONTEXT, "the context must be a JSON object")


def _asked_by_protocol() -> bool:
    return handler.current_event.path.startswith(OFREP)


def _refused(code: EvaluationError, details: str) -> Response[str]:
    key = handler.current_event.path.removeprefix(OFREP).removeprefix("/")
    told = NotEvaluated(key=key, errorCode=code, errorDetails=details) if key else ContextRefused(errorCode=code, errorDetails=details)
    return Response(400, JSON, told.model_dump_json())


handler.exception_handler(Problem)(problem)
handler.exception_handler(RequestValidationError)(invalid)
