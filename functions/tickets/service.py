"""What can be done to a ticket: made, changed, answered, written about, moved through its life, and what time does to it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.staff.contract import member
from functions.tenants.contract import billing_profile, last_known
from functions.tickets import attachments, events, policies
from functions.tickets.models import Priority, ReplyCreate, ReplyKind, Ticket, TicketCreate, TicketStatus, TicketUpdate
from functions.tickets.rules import promises
from functions.tickets.rules.states import makes_follow_up, transition
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import resolve, stamp
from kernel.commit import change, commit
from kernel.problems import Conflict, Forbidden, Invalid, Refused, referred
from kernel.records import child
from kernel.resource import attributes, patch

COUNTER = "number"
MOST_STEPS = 2 * len(promises.KINDS)  # of a ticket's promises: each is warned of and broken
_EVENTS: dict[str, Callable[..., Payload]] = {"open": events.Opened, "wait": events.Paused, "solve": events.Solved, "close": events.Closed}


@dataclass(frozen=True)
class Written:
    """What somebody wrote. `by_customer`: through a tenant's key."""

    text: str
    kind: str
    by_customer: bool
    files: tuple[attachments.Checked, ...] = ()

    @property
    def author(self) -> str:
        return "customer" if self.by_customer else "staff"


def create(body: TicketCreate, *, by_customer: bool, actor: Actor, at: datetime) -> Ticket:
    """A new ticket with what the customer asks. `Invalid` for no tenant, no member of staff, and a customer who says who is to work."""
    with referred("tenant_id"):
        profile = billing_profile(body.tenant_id)
    if by_customer and (body.assignee_id is not None or body.tags):
        raise Invalid("only staff say who works on a ticket and how it is tagged", code="staff_only",
                      field="tags" if body.tags else "assignee_id")
    ticket = Ticket(ids.new(Ticket.prefix), **{name: value for name, value in attributes(body).items() if name != "text"},
                    clock_id=profile.clock_id)
    _check_assignee(ticket)
    at = resolve(ticket.clock_id, at)
    _begin(ticket, at=at)
    first = _child(ticket, Written(body.text, ReplyKind.PUBLIC, by_customer=True), ids.new("rep"), actor=actor, at=at)
    commit((ticket, events.Created(**_about(ticket))), actor=actor, at=at, items=first)
    return ticket


def update(id: str, body: TicketUpdate, *, actor: Actor, at: datetime) -> Ticket:
    """Change what is sent. `Conflict` for one that is closed, `Invalid` for no member of staff."""
    ticket = Ticket.fetch(id)
    _check_open(ticket)
    was, at = ticket.priority, resolve(ticket.clock_id, at)
    if "priority" in body.model_fields_set:
        _tell_late(ticket, actor=actor, at=at)
    patch(ticket, body)
    if "assignee_id" in body.model_fields_set:
        _check_assignee(ticket)
    if ticket.priority != was:
        policies.settle(ticket, at=at)
    change((ticket, events.Updated(**_about(ticket))), actor=actor, at=at)
    return ticket


def move(ticket: Ticket, command: str, *, actor: Actor, at: datetime) -> Ticket:
    """Take one step in the ticket's life, or `Conflict` where its state does not allow it."""
    at = resolve(ticket.clock_id, at)
    _tell_late(ticket, actor=actor, at=at)
    _enter(ticket, command, at=at)
    commit((ticket, _EVENTS[command](**_about(ticket))), actor=actor, at=at)
    return ticket


def reply(id: str, body: ReplyCreate, *, by_customer: bool, actor: Actor, at: datetime) -> Ticket:
    """The ticket with one reply more; of a closed one that the customer answers to, the ticket that goes on with it.

    `Forbidden` for an internal note by a customer, `Conflict` for anything else that is said of a closed ticket.
    """
    if by_customer and body.kind == ReplyKind.INTERNAL:
        raise Forbidden("internal notes are for staff", permission="tickets.write")
    ticket = Ticket.fetch(id)
    at = resolve(ticket.clock_id, at)
    command = "ask" if by_customer else "answer"
    follows = makes_follow_up(ticket.status, command)
    if follows and ticket.followed_by is not None:
        raise Refused("followed_up", f"{ticket.id} is closed: {ticket.followed_by} goes on with it")
    if not follows:
        _check_open(ticket)
    keeper_id = ids.new(Ticket.prefix) if follows else ticket.id
    written = Written(body.text, body.kind, by_customer, attachments.checked(ticket.id, body.attachments, keeper_id=keeper_id))
    if follows:
        return _follow_up(keeper_id, ticket, written, actor=actor, at=at)
    if body.kind == ReplyKind.INTERNAL:
        return _note(ticket, written, actor=actor, at=at)
    return _answer(ticket, written, command, actor=actor, at=at)


def step(ticket: Ticket, *, actor: Actor, at: datetime) -> None:
    """What time does: a solved ticket closes, a promise is warned of or broken. Once: the commit takes only the version that was read,
    and what was told is on the ticket."""
    if ticket.status == TicketStatus.SOLVED:
        _enter(ticket, "close", at=at)
        commit((ticket, events.Closed(**_about(ticket))), actor=actor, at=at)
        return
    terms, stored = policies.terms_of(ticket), promises.read(ticket.promises)
    found = promises.next_step(stored, terms) if terms else None
    if terms is None or found is None or found.at > at:  # the policy has changed meanwhile
        policies.settle(ticket, at=at)
        commit((ticket, events.Updated(**_about(ticket))), actor=actor, at=at)
        return
    due = promises.due_at(stored, found.kind, terms) or at
    policies.show(ticket, promises.told(stored, found), terms)
    kind = events.SlaWarned if found.told == "warned" else events.SlaBreached
    commit((ticket, kind(**_about(ticket), promise=found.kind, subject=ticket.subject, priority=ticket.priority,
                         assignee_id=ticket.assignee_id, due_at=due)), actor=actor, at=at)


def _tell_late(ticket: Ticket, *, actor: Actor, at: datetime) -> None:
    """What was due by `at` and no schedule has told yet is told before anything else is done: who was late stays so."""
    machine = Actor(id="system:tickets", request_id=actor.request_id)
    for _ in range(MOST_STEPS):
        if ticket.status == TicketStatus.SOLVED or ticket.stuck or ticket.next_action_at is None or ticket.next_action_at > at:
            return
        step(ticket, actor=machine, at=ticket.next_action_at)


def _begin(ticket: Ticket, *, at: datetime) -> None:
    """Gives a new ticket its number and its promises. A number that no commit follows is left out."""
    counted = dynamodb.client().update_item(
        TableName=Ticket.table(), Key=dynamodb.key(COUNTER), UpdateExpression="ADD #last :one", ReturnValues="UPDATED_NEW",
        ExpressionAttributeNames={"#last": "last"}, ExpressionAttributeValues={":one": {"N": "1"}})
    ticket.number, ticket.policy_id = int(counted["Attributes"]["last"]["N"]), policies.newest()
    policies.settle(ticket, at=at)


def _enter(ticket: Ticket, command: str, *, at: datetime, answered: bool = False) -> None:
    """The state that the command leads to, with what it means for the ticket's promises and its end."""
    target = transition(ticket.status, command)
    if target is None:
        raise Conflict(f"a ticket that is {ticket.status} cannot {command}", status_now=ticket.status)
    solved = target == TicketStatus.SOLVED
    if solved and ticket.status != target:
        ticket.solved_at, ticket.closes_at = at, policies.closes_at(ticket, at=at, zone=_zone(ticket))
    elif not solved:
        ticket.closes_at = None
        ticket.solved_at = ticket.solved_at if target == TicketStatus.CLOSED else None
    ticket.status, ticket.next_action_at = target, None
    policies.settle(ticket, at=at, answered=answered)


def _answer(ticket: Ticket, written: Written, command: str, *, actor: Actor, at: datetime) -> Ticket:
    _tell_late(ticket, actor=actor, at=at)
    if not written.by_customer and ticket.first_replied_at is None:
        ticket.first_replied_at = at
    _enter(ticket, command, at=at, answered=not written.by_customer)
    id = ids.new("rep")
    told = events.Replied(**_about(ticket), reply_id=id, author=written.author, version=ticket.version + 1)
    commit((ticket, told), actor=actor, at=at, items=_child(ticket, written, id, actor=actor, at=at))
    return ticket


def _note(ticket: Ticket, written: Written, *, actor: Actor, at: datetime) -> Ticket:
    """Nobody but staff learns of it, and it is no reply: what was promised goes on."""
    id = ids.new("rep")
    told = events.Noted(**_about(ticket), reply_id=id)
    commit((ticket, told), actor=actor, at=at, items=_child(ticket, written, id, actor=actor, at=at))
    return ticket


def _follow_up(id: str, closed: Ticket, written: Written, *, actor: Actor, at: datetime) -> Ticket:
    """A new ticket that goes on with a closed one, which from then on says so: of two that come at once, one is made."""
    ticket = Ticket(id, tenant_id=closed.tenant_id, subject=closed.subject, requester_email=closed.requester_email,
                    priority=Priority(closed.priority), tags=closed.tags, follow_up_of=closed.id, clock_id=closed.clock_id)
    _begin(ticket, at=at)
    closed.followed_by = ticket.id
    told = events.Continued(**_about(closed), ticket_id=ticket.id)
    commit((closed, told), (ticket, events.Created(**_about(ticket))), actor=actor, at=at,
           items=_child(ticket, written, ids.new("rep"), actor=actor, at=at))
    return ticket


def _child(ticket: Ticket, written: Written, id: str, *, actor: Actor, at: datetime) -> list[tuple[str, dynamodb.Item]]:
    """A reply, by the version of its ticket that it comes with: no two are the same. With the files that came with it, each by its id."""
    body: dict[str, Any] = {"id": id, "kind": written.kind, "author": written.author, "by": actor.id, "at": stamp(at), "text": written.text,
                            "attachments": [each.shown() for each in written.files]}
    internal = written.kind == ReplyKind.INTERNAL
    files = [child(ticket, f"{attachments.FILE}{each.id}", each.shown() | {"place": each.place, "internal": internal})
             for each in written.files]
    return [(Ticket.table(), item) for item in (child(ticket, f"reply#{ticket.version + 1:010d}", body), *files)]


def _check_open(ticket: Ticket) -> None:
    if ticket.status == TicketStatus.CLOSED:
        raise Conflict(f"{ticket.id} is closed, for good", status_now=ticket.status)


def _check_assignee(ticket: Ticket) -> None:
    if ticket.assignee_id is not None and member(ticket.assignee_id) is None:
        raise Invalid(f"{ticket.assignee_id} is no member of staff", code="unknown_reference", field="assignee_id")


def _zone(ticket: Ticket) -> str:
    found = last_known(ticket.tenant_id)
    return found.zone if found else "UTC"


def _about(ticket: Ticket) -> dict[str, Any]:
    return {"number": ticket.number, "status": ticket.status}
