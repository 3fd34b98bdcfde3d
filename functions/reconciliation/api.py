"""/v1/reconciliation (exceptions): list, get, timeline, bulk, POST …/{id}/resolve|reopen
/v1/reconciliation/runs: list, get, timeline, bulk, create, retry"""

from aws_lambda_powertools.event_handler import Response

from functions.reconciliation import findings, service
from functions.reconciliation.models import DIFFERENCES, RUNS, DifferenceView, Resolve, RunCreate, RunView
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, RUNS, verbs=("list", "get", "retry", "timeline", "bulk"))
mount(handler, DIFFERENCES, verbs=("list", "get", "timeline", "bulk"))
may_write = requires("reconciliation.write")


@handler.post("/v1/reconciliation/runs", middlewares=may_write, status_code=201)
def post_run(body: RunCreate) -> Response[RunView]:
    """Compares a gateway's books with ours. It has begun when this answers, and is completed a little later."""
    return made(RUNS, service.start(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/reconciliation/<id>/resolve", middlewares=may_write)
def resolve(id: Id, body: Resolve) -> Response[DifferenceView]:
    """Somebody has dealt with an exception. The same finding does not open it again; another one about the same thing does."""
    return answer(findings.resolve(id, body.reason, actor=handler.actor, at=handler.at), DifferenceView)


@handler.post("/v1/reconciliation/<id>/reopen", middlewares=may_write)
def reopen(id: Id) -> Response[DifferenceView]:
    """It was not dealt with after all."""
    return answer(findings.reopen(id, actor=handler.actor, at=handler.at), DifferenceView)
