"""What tickets are promised: policies, and what one means for a ticket at the moment."""

from datetime import date, datetime, timedelta
from typing import Any

from functions.tickets import events
from functions.tickets.models import DAYS, Priority, Sla, SlaPolicy, SlaPolicyCreate, SlaPolicyUpdate, Ticket, TicketStatus
from functions.tickets.rules import promises
from functions.tickets.rules.hours import Hours, spans
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.calendar import add_days
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Conflict, Invalid
from kernel.resource import attributes, patch

MOST_WEEKS = 260  # that anything can be promised for
CLOSE_AFTER_DAYS = 7  # where there is no policy that says otherwise


def create(body: SlaPolicyCreate, *, actor: Actor, at: datetime) -> SlaPolicy:
    """`Invalid` for opening hours that make no sense, and for what takes more than five years of them."""
    policy = SlaPolicy(ids.new(SlaPolicy.prefix), **attributes(body))
    _checked(policy)
    commit((policy, events.PolicyCreated(name=policy.name)), actor=actor, at=at)
    return policy


def update(id: str, body: SlaPolicyUpdate, *, actor: Actor, at: datetime) -> SlaPolicy:
    """As `create`."""
    policy = SlaPolicy.fetch(id)
    patch(policy, body)
    _checked(policy)
    change((policy, events.PolicyUpdated(name=policy.name)), actor=actor, at=at)
    return policy


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Tickets that came under it keep it."""
    policy = SlaPolicy.fetch(id)
    policy.deleted_at = wall()
    commit((policy, events.PolicyDeleted(name=policy.name)), actor=actor, at=at)


def restore(id: str, *, actor: Actor, at: datetime) -> SlaPolicy:
    """`Conflict` for one that is not deleted."""
    policy = SlaPolicy.fetch(id, deleted=True)
    if policy.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    policy.deleted_at = None
    commit((policy, events.PolicyRestored(name=policy.name)), actor=actor, at=at)
    return policy


def newest() -> str | None:
    """The policy that counts for a new ticket."""
    items, _ = dynamodb.ask(SlaPolicy.table(), "gsi1", f"{SlaPolicy.prefix}#all", forward=False, limit=1)
    return items[0]["pk"]["S"] if items else None


def terms_of(ticket: Ticket) -> promises.Terms | None:
    """What the ticket was promised, by its policy and its priority."""
    policy = SlaPolicy.find(ticket.policy_id) if ticket.policy_id else None
    if policy is None:
        return None
    targets = {kind: timedelta(minutes=getattr(policy, f"{ticket.priority}_{kind}")) for kind in promises.KINDS}
    return promises.Terms(_hours(policy), targets, policy.warn_percent)


def settle(ticket: Ticket, *, at: datetime, answered: bool = False) -> None:
    """Brings the ticket's promises to what it is from `at` on, and says when time acts on it next."""
    terms = terms_of(ticket)
    if terms is not None:
        stored = promises.moved(promises.read(ticket.promises), ticket.status, terms, at, answered=answered)
        show(ticket, stored, terms)
    if ticket.status == TicketStatus.SOLVED:
        ticket.next_action_at = ticket.closes_at
    elif ticket.next_action_at is not None:
        ticket.next_action_at = max(ticket.next_action_at, at)  # a shorter promise may be broken already, but nobody was late before


def show(ticket: Ticket, stored: promises.Promises, terms: promises.Terms) -> None:
    """Writes promises onto the ticket, with what follows from them."""
    step = promises.next_step(stored, terms)
    ticket.promises, ticket.sla, ticket.next_action_at = promises.written(stored), Sla(promises.standing(stored)), step and step.at
    ticket.first_reply_due_at = promises.due_at(stored, "first_reply", terms)
    ticket.resolution_due_at = promises.due_at(stored, "resolution", terms)
    ticket.due_at = min(filter(None, (ticket.first_reply_due_at, ticket.resolution_due_at)), default=None)


def closes_at(ticket: Ticket, *, at: datetime, zone: str) -> datetime:
    """When the ticket, solved at `at`, closes itself: so many days later in the policy's zone, or else the tenant's."""
    policy: Any = SlaPolicy.find(ticket.policy_id) if ticket.policy_id else None
    return add_days(at, policy.close_after_days, policy.zone) if policy else add_days(at, CLOSE_AFTER_DAYS, zone)


def _hours(policy: SlaPolicy) -> Hours:
    return Hours(policy.zone, tuple(spans(getattr(policy, day)) for day in DAYS), frozenset(map(date.fromisoformat, policy.holidays)))


def _checked(policy: SlaPolicy) -> None:
    for day in DAYS:
        try:
            Hours(policy.zone, (spans(getattr(policy, day)) or ((0, 1),),) * 7)
        except ValueError as error:
            raise Invalid(str(error), code="invalid_hours", field=day) from error
    week = sum(end - start for day in DAYS for start, end in spans(getattr(policy, day)))
    if not week:
        raise Invalid("a week opens on one of its days at least", code="invalid_hours", field=DAYS[0])
    for name in (f"{priority}_{kind}" for priority in Priority for kind in promises.KINDS):
        if getattr(policy, name) > MOST_WEEKS * week:
            raise Invalid(f"with these opening hours that takes more than {MOST_WEEKS} weeks", field=name)
