"""/v1/health/checks: standard verbs, POST …/{id}/pause|resume|beat, GET …/{id}/uptime   /v1/health/incidents: POST …/{id}/acknowledge
GET /v1/health/wall   and the public GET /v1/public/status"""

from aws_lambda_powertools.event_handler import Response

from functions.health import board, service
from functions.health.models import (
    CHECKS,
    INCIDENTS,
    CheckCreate,
    CheckUpdate,
    CheckView,
    IncidentView,
    PublicStatus,
    Tile,
    Wall,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.quotas import Limit
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api(public=("/v1/public/status",), per_ip={"/v1/public/status": Limit("public-status", 60, 60)})
mount(handler, CHECKS, verbs=("list", "get", "retry", "timeline", "bulk"))
mount(handler, INCIDENTS, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write = requires("health.read"), requires("health.write")


@handler.get("/v1/public/status", operation_id="readPublicStatus")
def read_public_status() -> Response[PublicStatus]:
    """How what the owner shows to everybody is: names and states, nothing else."""
    return Response(200, "application/json", board.public(), headers={"Cache-Control": "public, max-age=30"})


@handler.get("/v1/health/wall", middlewares=may_read, operation_id="readHealthWall")
def read_wall() -> Wall:
    """How everything is that is watched, with its uptime and how long answers take."""
    return board.wall(handler.at)


@handler.post("/v1/health/checks", middlewares=may_write, status_code=201)
def post(body: CheckCreate) -> Response[CheckView]:
    return made(CHECKS, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/health/checks/<id>", middlewares=may_write)
def patch(id: Id, body: CheckUpdate) -> Response[CheckView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), CheckView)


@handler.delete("/v1/health/checks/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    again(lambda: service.delete(id, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/health/checks/<id>/restore", middlewares=may_write)
def restore(id: Id) -> Response[CheckView]:
    return answer(service.restore(id, actor=handler.actor, at=handler.at), CheckView)


@handler.post("/v1/health/checks/<id>/pause", middlewares=may_write)
def pause(id: Id) -> Response[CheckView]:
    """Nobody looks at it for the time being; its incident is over."""
    return answer(service.pause(id, actor=handler.actor, at=handler.at), CheckView)


@handler.post("/v1/health/checks/<id>/resume", middlewares=may_write)
def resume(id: Id) -> Response[CheckView]:
    """It is looked at again, at once."""
    return answer(service.resume(id, actor=handler.actor, at=handler.at), CheckView)


@handler.post("/v1/health/checks/<id>/beat", middlewares=requires("health.beat"))
def beat(id: Id) -> Response[CheckView]:
    """A sign of life of what this heartbeat waits for."""
    return answer(again(lambda: service.beat(id, actor=handler.actor, at=handler.at)), CheckView)


@handler.get("/v1/health/checks/<id>/uptime", middlewares=may_read)
def read_uptime(id: Id) -> Tile:
    """Its uptime, and how long its answers take."""
    return board.tile(id, handler.at)


@handler.post("/v1/health/incidents/<id>/acknowledge", middlewares=may_write)
def acknowledge(id: Id) -> Response[IncidentView]:
    """Somebody looks after it: whoever says so."""
    return answer(service.acknowledge(id, actor=handler.actor, at=handler.at), IncidentView)
