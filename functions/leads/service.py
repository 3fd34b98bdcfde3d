"""What can be done to a lead, before it is a customer and after it was lost."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from functions.leads import events
from functions.leads.models import Lead, LeadCreate, LeadStatus, LeadUpdate, Note, Notes, PublicLead
from functions.leads.rules import Known, company_domain, normalized, scored, transition
from functions.plans.contract import plan
from functions.staff.contract import member
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import stamp, wall
from kernel.commit import Marker, change, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, Refused, referred
from kernel.records import child
from kernel.resource import attributes, patch

MOST_NOTES = 200  # of a lead, all of which are shown at once
PUBLIC_NOTES = 20  # up to here, strangers may add to a lead that is there
SIMILAR = 10  # possible duplicates that are named
_DECIDED = (LeadStatus.WON, LeadStatus.LOST)
_EVENTS: dict[str, Callable[..., Payload]] = {
    "contact": events.Contacted, "qualify": events.Qualified, "win": events.Won, "lose": events.Lost, "abandon": events.Lost,
    "reopen": events.Reopened}


def create(body: LeadCreate, *, actor: Actor, at: datetime) -> Lead:
    """`Conflict` (`duplicate_lead`, with its `lead_id`) where the address is another lead's; `Invalid` for no owner or plan."""
    lead = Lead(ids.new(Lead.prefix), **attributes(body))
    _check(lead, body.model_fields_set)
    lead.next_action_at = lead.next_step_at
    _store(lead, actor=actor, at=at)
    return lead


def receive(body: PublicLead, *, actor: Actor, at: datetime) -> None:
    """What came by the public form: a new lead, or a note on the one whose address it is. Whoever sent it is told neither."""
    if body.website:
        return
    known = body.model_dump(exclude={"message", "website"})
    lead = Lead(ids.new(Lead.prefix), **known, source="website")
    try:
        _store(lead, message=body.message, actor=actor, at=at)
    except Conflict as taken:
        there = Lead.find(str(taken.context.get("lead_id")))
        if there is not None and body.message and there.notes < PUBLIC_NOTES:
            _note(there, body.message, actor=actor, at=at)


def update(id: str, body: LeadUpdate, *, actor: Actor, at: datetime) -> Lead:
    """Change what is sent. As `create`, for another address."""
    lead = Lead.fetch(id)
    was, due = lead.email, lead.next_step_at
    patch(lead, body)
    _check(lead, body.model_fields_set)
    if lead.next_step_at != due:
        lead.next_action_at = None if lead.status in _DECIDED else lead.next_step_at
    assess(lead)
    changed = (lead, events.Updated(status=lead.status))
    if normalized(was) == normalized(lead.email):
        change(changed, actor=actor, at=at)
        return lead
    lead.possible_duplicates = _similar(lead)
    _commit_with_address(changed, [_free(was)], actor=actor, at=at)
    return lead


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Its address is free for another."""
    lead = Lead.fetch(id)
    lead.deleted_at = wall()
    commit((lead, events.Deleted(status=lead.status)), actor=actor, at=at, writes=[_free(lead.email)])


def restore(id: str, *, actor: Actor, at: datetime) -> Lead:
    """`Conflict` for one that is not deleted, and where its address is another's by now."""
    lead = Lead.fetch(id, deleted=True)
    if lead.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    lead.deleted_at = None
    _commit_with_address((lead, events.Restored(status=lead.status)), [], actor=actor, at=at)
    return lead


def move(lead: Lead, command: str, *, actor: Actor, at: datetime, **told: Any) -> Lead:
    """Take one step in the lead's life, or `Conflict` where its state does not allow it."""
    target = transition(lead.status, command)
    if target is None:
        raise Conflict(f"a lead that is {lead.status} cannot {command}", status_now=lead.status)
    lead.status, lead.lost_reason = target, told.get("reason")
    if target in _DECIDED:
        lead.next_action_at = None
    elif command == "reopen" and lead.next_step_at is not None and lead.next_step_at > at:
        lead.next_action_at = lead.next_step_at
    commit((lead, _EVENTS[command](status=target, **told)), actor=actor, at=at)
    return lead


def add_note(id: str, text: str, *, actor: Actor, at: datetime) -> Lead:
    """`Refused` for more than 200."""
    lead = Lead.fetch(id)
    if lead.notes >= MOST_NOTES:
        raise Refused("too_many_notes", f"a lead has at most {MOST_NOTES} notes")
    _note(lead, text, actor=actor, at=at)
    return lead


def notes(id: str) -> Notes:
    """All of a lead, newest first."""
    found = dynamodb.children(Lead.table(), Lead.fetch(id).id, "note#")
    return Notes(data=[Note.model_validate_json(item["body"]["S"]) for item in found][::-1])


def remind(lead: Lead, *, actor: Actor, at: datetime) -> None:
    """The next step is to be taken. Once: the commit takes only the version that was read, and nothing is due after it."""
    lead.next_action_at = None
    told = events.Reminded(status=lead.status, name=lead.company or lead.name, owner_id=lead.owner_id, next_step=lead.next_step or "",
                              next_step_at=at)
    commit((lead, told), actor=actor, at=at)


def _store(lead: Lead, *, actor: Actor, at: datetime, message: str | None = None) -> None:
    """A new lead with its address, and its first note."""
    assess(lead)
    lead.possible_duplicates = _similar(lead)
    lead.notes = 1 if message else 0
    items = [_written(lead, message, actor=actor, at=at)] if message else []
    _commit_with_address((lead, events.Created(status=lead.status)), [], actor=actor, at=at, items=items)


def _check(lead: Lead, sent: set[str]) -> None:
    """What the body refers to is there, and a reminder says of what."""
    if "plan_id" in sent and lead.plan_id is not None:
        with referred("plan_id"):
            plan(lead.plan_id)
    if "owner_id" in sent and lead.owner_id is not None and member(lead.owner_id) is None:
        raise Invalid(f"{lead.owner_id} is no member of staff", code="unknown_reference", field="owner_id")
    if lead.next_step_at is not None and lead.next_step is None:
        raise Invalid("a reminder is of a next step: say which", field="next_step")


def assess(lead: Lead) -> None:
    """Scores what is known of the lead."""
    lead.domain = company_domain(lead.email)
    lead.score_rules = scored(Known(lead.email, lead.source, lead.company, lead.phone, lead.employees, lead.plan_id))
    lead.score = sum(lead.score_rules.values())


def _similar(lead: Lead) -> list[str]:
    """The newest others that have an address of the same company."""
    if lead.domain is None:
        return []
    path = next(path for path in Lead.paths if path.by == ("domain",))
    partition = path.partition(Lead.prefix, {"domain": lead.domain})
    found, _ = dynamodb.ask(Lead.table(), path.index, partition, forward=False, limit=SIMILAR + 1)
    return [item["pk"]["S"] for item in found if item["pk"]["S"] != lead.id][:SIMILAR]


def _commit_with_address(changed: tuple[Lead, Payload], writes: list[dict[str, Any]], *, actor: Actor, at: datetime,
                         items: list[tuple[str, dynamodb.Item]] | None = None) -> None:
    """The change, if its address is nobody else's: of two who come at once, one gets it."""
    lead = changed[0]
    mine = Marker(Lead, _address(lead.email), {"lead_id": lead.id})
    try:
        if taken := marker(Lead, mine.key):
            raise Duplicate(mine.key, taken)
        commit(changed, actor=actor, at=at, markers=[mine], writes=writes, items=items or ())
    except Duplicate as there:
        raise Conflict(f"{lead.email} is the address of another lead", code="duplicate_lead", lead_id=there.found["lead_id"]) from there


def _address(email: str) -> str:
    return f"email#{normalized(email)}"


def _free(email: str) -> dict[str, Any]:
    """From now on the address counts as nobody's; DynamoDB removes the marker."""
    return {"Update": {"TableName": Lead.table(), "Key": dynamodb.key(_address(email)), "UpdateExpression": "SET #ttl = :past",
                       "ExpressionAttributeNames": {"#ttl": "ttl"},
                       "ExpressionAttributeValues": {":past": {"N": str(int(wall().timestamp()) - 1)}}}}


def _note(lead: Lead, text: str, *, actor: Actor, at: datetime) -> None:
    lead.notes += 1
    commit((lead, events.NoteAdded(status=lead.status)), actor=actor, at=at, items=[_written(lead, text, actor=actor, at=at)])


def _written(lead: Lead, text: str, *, actor: Actor, at: datetime) -> tuple[str, dynamodb.Item]:
    """A note, by the version of its lead that it comes with: no two are the same."""
    return Lead.table(), child(lead, f"note#{lead.version + 1:010d}", {"text": text, "by": actor.id, "at": stamp(at)})
