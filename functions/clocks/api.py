"""/v1/test-clocks: list, get, timeline, create, delete   POST /v1/test-clocks/{id}/advance"""

from aws_lambda_powertools.event_handler import Response

from functions.clocks import service
from functions.clocks.models import CLOCKS, Advance, ClockCreate, ClockView
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, CLOCKS, verbs=("list", "get", "timeline", "bulk"))
may_write = requires("clocks.write")


@handler.post("/v1/test-clocks", middlewares=may_write, status_code=201)
def post(body: ClockCreate) -> Response[ClockView]:
    return made(CLOCKS, service.create(body, actor=handler.actor))


@handler.post("/v1/test-clocks/<id>/advance", middlewares=may_write, status_code=202)
def advance(id: Id, body: Advance) -> Response[ClockView]:
    """Lets the clock's time go on to `to`: all that falls due until then happens, in order. This is a job: `status` is of it."""
    return answer(service.request_advance(id, body.to, actor=handler.actor), ClockView, status=202)


@handler.delete("/v1/test-clocks/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    service.delete(id, actor=handler.actor)
    return Response(204)
