"""/v1/leads: standard verbs, GET …/funnel   POST …/{id}/contact|qualify|lose|reopen|convert|notes   GET …/{id}/notes|trial
and the public POST /v1/public/leads"""

from aws_lambda_powertools.event_handler import Response

from functions.leads import conversion, funnel, service
from functions.leads.models import (
    LEADS,
    Convert,
    Funnel,
    Lead,
    LeadCreate,
    LeadUpdate,
    LeadView,
    Lose,
    NoteCreate,
    Notes,
    PublicLead,
    Received,
    Trial,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.quotas import Limit
from kernel.resource import answer, made
from kernel.verbs import mount

NOBODY = "anonymous"
# One address is a whole office that fills in a form, or a machine that fills it in all day.
handler = Api(public=("/v1/public/leads",), per_ip={"/v1/public/leads": Limit("public-lead", 10, 60, closed=True)})
mount(handler, LEADS, verbs=("list", "get", "retry", "timeline", "bulk"))
may_read, may_write = requires("leads.read"), requires("leads.write")


@handler.post("/v1/public/leads", status_code=202, operation_id="receiveLead")
def receive(body: PublicLead) -> Response[Received]:
    """Takes what somebody has put into a form on the owner's website. The answer is the same, whoever asks."""
    again(lambda: service.receive(body, actor=handler.acting(NOBODY), at=handler.at))
    return Response(202, "application/json", Received(received=True))


@handler.get("/v1/leads/funnel", middlewares=may_read, operation_id="readFunnel")
def read_funnel() -> Funnel:
    """How many leads are in each state, and how many of those that are decided were won."""
    return funnel.read()


@handler.post("/v1/leads", middlewares=may_write, status_code=201)
def post(body: LeadCreate) -> Response[LeadView]:
    return made(LEADS, service.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/leads/<id>", middlewares=may_write)
def patch(id: Id, body: LeadUpdate) -> Response[LeadView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), LeadView)


@handler.delete("/v1/leads/<id>", middlewares=may_write, status_code=204)
def delete(id: Id) -> Response[None]:
    again(lambda: service.delete(id, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/leads/<id>/restore", middlewares=may_write)
def restore(id: Id) -> Response[LeadView]:
    return answer(service.restore(id, actor=handler.actor, at=handler.at), LeadView)


@handler.post("/v1/leads/<id>/contact", middlewares=may_write)
def contact(id: Id) -> Response[LeadView]:
    """Somebody has spoken with it."""
    return answer(service.move(Lead.fetch(id), "contact", actor=handler.actor, at=handler.at), LeadView)


@handler.post("/v1/leads/<id>/qualify", middlewares=may_write)
def qualify(id: Id) -> Response[LeadView]:
    """It is worth our time."""
    return answer(service.move(Lead.fetch(id), "qualify", actor=handler.actor, at=handler.at), LeadView)


@handler.post("/v1/leads/<id>/lose", middlewares=may_write)
def lose(id: Id, body: Lose) -> Response[LeadView]:
    """It does not become a customer, for that reason."""
    return answer(service.move(Lead.fetch(id), "lose", reason=body.reason, actor=handler.actor, at=handler.at), LeadView)


@handler.post("/v1/leads/<id>/reopen", middlewares=may_write)
def reopen(id: Id) -> Response[LeadView]:
    """It was lost, and we try again."""
    return answer(service.move(Lead.fetch(id), "reopen", actor=handler.actor, at=handler.at), LeadView)


@handler.post("/v1/leads/<id>/convert", middlewares=requires("leads.convert"))
def convert(id: Id, body: Convert) -> Response[LeadView]:
    """Makes a tenant of it, with a contact and a subscription in trial: all of them or nothing."""
    return answer(conversion.convert(id, body, actor=handler.actor, at=handler.at), LeadView)


@handler.get("/v1/leads/<id>/trial", middlewares=may_read)
def read_trial(id: Id) -> Trial:
    """How many days of its trial are left."""
    return conversion.trial(id, at=handler.at)


@handler.post("/v1/leads/<id>/notes", middlewares=may_write)
def post_note(id: Id, body: NoteCreate) -> Response[LeadView]:
    """Writes something down about it."""
    return answer(again(lambda: service.add_note(id, body.text, actor=handler.actor, at=handler.at)), LeadView)


@handler.get("/v1/leads/<id>/notes", middlewares=may_read)
def read_notes(id: Id) -> Notes:
    """What was written down about it, newest first."""
    return service.notes(id)
