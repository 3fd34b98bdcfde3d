"""/v1/tickets: standard verbs, POST …/{id}/open|wait|solve|close|replies|uploads   GET …/{id}/replies|files/{file_id}
and /v1/sla-policies with its standard verbs. Tenants' keys ask for help, answer and attach; the rest is for staff."""

from aws_lambda_powertools.event_handler import Response

from functions.tickets import attachments, policies, service, thread
from functions.tickets.models import (
    SLA_POLICIES,
    TICKETS,
    FileLink,
    Replies,
    ReplyCreate,
    SlaPolicyCreate,
    SlaPolicyUpdate,
    SlaPolicyView,
    Ticket,
    TicketCreate,
    TicketUpdate,
    TicketView,
    Upload,
)
from kernel.commit import again
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api()
mount(handler, TICKETS, verbs=("list", "get", "delete", "restore", "retry", "timeline", "bulk"))
mount(handler, SLA_POLICIES, verbs=("list", "get", "timeline", "bulk"))
may_read, may_write = requires("tickets.read", tenants=True), requires("tickets.write")
may_ask = requires("tickets.write", tenants=True)


def by_customer() -> bool:
    """Whether it is a tenant's key that asks."""
    return handler.principal.tenant_id is not None


@handler.post("/v1/tickets", middlewares=may_ask, status_code=201)
def post(body: TicketCreate) -> Response[TicketView]:
    return made(TICKETS, service.create(body, by_customer=by_customer(), actor=handler.actor, at=handler.at))


@handler.patch("/v1/tickets/<id>", middlewares=may_write)
def patch(id: Id, body: TicketUpdate) -> Response[TicketView]:
    return answer(again(lambda: service.update(id, body, actor=handler.actor, at=handler.at)), TicketView)


@handler.post("/v1/tickets/<id>/open", middlewares=may_write)
def open_(id: Id) -> Response[TicketView]:
    """Somebody works on it, also again."""
    return answer(service.move(Ticket.fetch(id), "open", actor=handler.actor, at=handler.at), TicketView)


@handler.post("/v1/tickets/<id>/wait", middlewares=may_write)
def wait(id: Id) -> Response[TicketView]:
    """It waits for the customer: the time until its solution stands still."""
    return answer(service.move(Ticket.fetch(id), "wait", actor=handler.actor, at=handler.at), TicketView)


@handler.post("/v1/tickets/<id>/solve", middlewares=may_write)
def solve(id: Id) -> Response[TicketView]:
    """It is answered. It closes itself some days later, unless the customer says something."""
    return answer(service.move(Ticket.fetch(id), "solve", actor=handler.actor, at=handler.at), TicketView)


@handler.post("/v1/tickets/<id>/close", middlewares=may_write)
def close(id: Id) -> Response[TicketView]:
    """It is done with, for good."""
    return answer(service.move(Ticket.fetch(id), "close", actor=handler.actor, at=handler.at), TicketView)


@handler.post("/v1/tickets/<id>/replies", middlewares=may_ask)
def post_reply(id: Id, body: ReplyCreate) -> Response[TicketView]:
    """Answers, or leaves a note for staff. A customer who answers to a closed ticket gets another one that goes on with it."""
    return answer(again(lambda: service.reply(id, body, by_customer=by_customer(), actor=handler.actor, at=handler.at)), TicketView)


@handler.get("/v1/tickets/<id>/replies", middlewares=may_read)
def read_replies(id: Id) -> Replies:
    """What was written in it, newest first. A page may be short; only `next_cursor: null` ends the list."""
    return thread.replies(id, handler.query(), handler.principal.id)


@handler.post("/v1/tickets/<id>/uploads", middlewares=may_ask)
def post_upload(id: Id) -> Upload:
    """A form by which a file can be uploaded straight to the store, to be named by a reply within ten minutes."""
    return attachments.form(Ticket.fetch(id))


@handler.get("/v1/tickets/<id>/files/<file_id>", middlewares=may_read, operation_id="readTicketFile")
def read_file(id: Id, file_id: Id) -> FileLink:
    """Where a file that came with a reply can be had, for a minute."""
    return attachments.link(Ticket.fetch(id), file_id)


@handler.post("/v1/sla-policies", middlewares=may_write, status_code=201)
def post_policy(body: SlaPolicyCreate) -> Response[SlaPolicyView]:
    return made(SLA_POLICIES, policies.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/sla-policies/<id>", middlewares=may_write)
def patch_policy(id: Id, body: SlaPolicyUpdate) -> Response[SlaPolicyView]:
    return answer(again(lambda: policies.update(id, body, actor=handler.actor, at=handler.at)), SlaPolicyView)


@handler.delete("/v1/sla-policies/<id>", middlewares=may_write, status_code=204)
def delete_policy(id: Id) -> Response[None]:
    again(lambda: policies.delete(id, actor=handler.actor, at=handler.at))
    return Response(204)


@handler.post("/v1/sla-policies/<id>/restore", middlewares=may_write)
def restore_policy(id: Id) -> Response[SlaPolicyView]:
    return answer(policies.restore(id, actor=handler.actor, at=handler.at), SlaPolicyView)
