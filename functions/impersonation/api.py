"""/v1/impersonation: who acts, or has acted, as which tenant   POST /v1/impersonation   POST …/{id}/end"""

from aws_lambda_powertools.event_handler import Response

from functions.impersonation import service
from functions.impersonation.models import IMPERSONATIONS, Impersonation, ImpersonationCreate, ImpersonationMade, ImpersonationView
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer
from kernel.verbs import mount

handler = Api()
mount(handler, IMPERSONATIONS, verbs=("list", "get", "timeline", "retry", "bulk"))
handler.shows[ImpersonationMade] = Impersonation, IMPERSONATIONS.path


@handler.post("/v1/impersonation", middlewares=requires("impersonation.write"), status_code=201)
def post(body: ImpersonationCreate) -> Response[ImpersonationMade]:
    """Begins to act as a tenant: to see what it sees or, with `writing`, to do what it can. No more than one at a time."""
    began, token = service.start(body, handler.principal, actor=handler.actor, at=handler.at)
    handler.show_once(token=token)
    found = answer(began, ImpersonationMade, status=201)
    found.headers["Location"] = f"{IMPERSONATIONS.path}/{began.id}"
    return found


@handler.post("/v1/impersonation/<id>/end", middlewares=requires("impersonation.read", tenants=True))
def end(id: Id) -> Response[ImpersonationView]:
    """Ends it at once. Who began it can do this too."""
    return answer(again(lambda: service.leave(id, handler.principal, actor=handler.actor, at=handler.at)), ImpersonationView)
