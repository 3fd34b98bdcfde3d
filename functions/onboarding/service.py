"""What can be done to a tenant's checklist, by events, by staff and by time.

What has happened for a tenant is kept as facts, whether or not it has a checklist by then. A fact is written before the checklist is looked
for, and read again after a checklist was made: in whichever order the two come, one of them sees the other.
"""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from functions.onboarding import events, templates
from functions.onboarding.models import Checklist, ChecklistCreate, ChecklistStatus, OnboardingTemplate
from functions.onboarding.rules import (
    Fact,
    Item,
    completed_at,
    happened,
    life,
    moved,
    next_overdue,
    progress,
    transition,
    valued_at,
    waits_for,
)
from functions.tenants.contract import billing_profile, last_known, standing
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.calendar import add_days
from kernel.clock import parse, resolve, stamp
from kernel.commit import Marker, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, Refused, referred

_ENDS = (("first", ">"), ("last", "<"))  # of a fact, and what makes another moment replace it


def create(body: ChecklistCreate, *, actor: Actor, at: datetime) -> Checklist:
    """A checklist for a tenant that has none; its days count from now on. `Refused` for one that has, or has left."""
    with referred("tenant_id"):
        left = standing(body.tenant_id).left
    if left:
        raise Refused("tenant_left", "the tenant has left")
    with referred("template_id"):
        template = OnboardingTemplate.fetch(body.template_id) if body.template_id else templates.default()
    if template is None:
        raise Invalid("there is no default template: name one", code="template_missing", field="template_id")
    clock_id = billing_profile(body.tenant_id).clock_id
    checklist = _start(body.tenant_id, template, actor=actor, at=resolve(clock_id, at), clock_id=clock_id)
    if checklist is None:
        raise Refused("has_checklist", "the tenant has a checklist already")
    return settle(checklist, actor=replace(actor, expects=None, once=None), at=checklist.started_at)  # what the request asked for is done


def begin(tenant_id: str, *, actor: Actor, at: datetime, clock_id: str | None) -> None:
    """The tenant was activated at `at`. Without a default template there is no checklist. Idempotent: by the tenant's marker."""
    if of(tenant_id) is None:
        template = templates.default()
        if template is None or standing(tenant_id).left:
            return
        _start(tenant_id, template, actor=actor, at=at, clock_id=clock_id)
    _settle(tenant_id, actor=actor, at=at)


def note(tenant_id: str, event: str, *, actor: Actor, at: datetime, clock_id: str | None) -> None:
    """The event has happened at `at`: a fact, which ticks the items that wait for it. Idempotent: only its first and last moment count.
    What is on no clock itself, such as a key, is dated by its tenant's, where that has one."""
    if clock_id is None and (found := last_known(tenant_id)):
        at = resolve(found.clock_id, at)
    for end, sign in _ENDS:
        dynamodb.held(dynamodb.client().update_item, TableName=Checklist.table(), Key=dynamodb.key(_facts(tenant_id)),
                      UpdateExpression="SET #end = :at", ConditionExpression=f"attribute_not_exists(#end) OR #end {sign} :at",
                      ExpressionAttributeNames={"#end": f"{event}#{end}"}, ExpressionAttributeValues={":at": {"S": stamp(at)}})
    _settle(tenant_id, actor=actor, at=at)


def end(tenant_id: str, *, actor: Actor, at: datetime) -> None:
    """The tenant has left. Idempotent: by the checklist's state."""
    checklist = of(tenant_id)
    if checklist is not None:
        _cancel(checklist, actor=actor, at=at)


def tick(id: str, key: str, *, actor: Actor, at: datetime) -> Checklist:
    """`Conflict` (`item_blocked`, with what it `waits_for`) while items that come before it are open."""
    checklist, item = _asked(id, key, "tick")
    if waiting := waits_for(items_of(checklist), key):
        raise Conflict(f"{key} waits for {', '.join(waiting)}", code="item_blocked", waits_for=waiting)
    return _move(checklist, item, "tick", actor=actor, at=at)


def skip(id: str, key: str, reason: str, *, actor: Actor, at: datetime) -> Checklist:
    """It need not be done; what comes after it can be."""
    return _move(*_asked(id, key, "skip"), "skip", reason=reason, actor=actor, at=at)


def reopen(id: str, key: str, *, actor: Actor, at: datetime) -> Checklist:
    """It is to be done after all, and so the checklist is open."""
    return _move(*_asked(id, key, "reopen"), "reopen", actor=actor, at=at)


def lapse(checklist: Checklist, *, actor: Actor, at: datetime) -> None:
    """The next item is overdue. Once: it is marked as such in the commit that tells it."""
    if standing(checklist.tenant_id).left:
        _cancel(checklist, actor=actor, at=at)
        return
    items, found = items_of(checklist), next_overdue(items_of(checklist))
    if found is None:
        raise ValueError(f"{checklist.id} is due, and nothing in it is")
    key, titles = found[1], {item.key: item.title for item in items}
    item = next(item for item in items if item.key == key)
    _set(checklist, [replace(each, overdue_at=stamp(at)) if each.key == key else each for each in items])
    told = events.Overdue(**_about(checklist), item=key, title=item.title, due_at=parse(str(item.due_at)),
                          waits_for=[titles[need] for need in waits_for(items, key)])
    commit((checklist, told), actor=actor, at=at)


def settle(checklist: Checklist, *, actor: Actor, at: datetime) -> Checklist:
    """What has happened so far ticks its items; that the tenant has left ends it. Nothing new: nothing is written."""
    if checklist.status == ChecklistStatus.CANCELED:
        return checklist
    if checklist.status == ChecklistStatus.OPEN and standing(checklist.tenant_id).left:
        return _cancel(checklist, actor=actor, at=at)
    before = items_of(checklist)
    after = happened(before, facts(checklist.tenant_id))
    ticked = [item.key for item, was in zip(after, before, strict=True) if item != was]
    if ticked:
        completes = _set(checklist, after)
        told = _completed(checklist, ticked) if completes else events.ItemsTicked(**_about(checklist), items=ticked)
        commit((checklist, told), actor=actor, at=at)
    return checklist


def of(tenant_id: str) -> Checklist | None:
    found = marker(Checklist, _of(tenant_id))
    return Checklist.find(str(found["checklist_id"])) if found else None


def items_of(checklist: Checklist) -> list[Item]:
    return [Item(**item | {"needs": tuple(item["needs"])}) for item in checklist.items]


def facts(tenant_id: str) -> dict[str, Fact]:
    """What has happened for a tenant, by the event's name. Between the two writes of the first one there is no last: it is no fact yet."""
    found = dynamodb.get(Checklist.table(), _facts(tenant_id)) or {}
    names = {name.partition("#")[0] for name in found if name.endswith("#last")}
    return {name: Fact(found[f"{name}#first"]["S"], found[f"{name}#last"]["S"]) for name in names}


def _start(tenant_id: str, template: OnboardingTemplate, *, actor: Actor, at: datetime, clock_id: str | None) -> Checklist | None:
    """The tenant's checklist, a copy of the template; None where there is one already."""
    zone = billing_profile(tenant_id).zone
    checklist = Checklist(ids.new(Checklist.prefix), tenant_id=tenant_id, template_id=template.id, started_at=at, clock_id=clock_id)
    items = [Item(**{name: value for name, value in each.items() if name not in ("due_days", "needs")}, needs=tuple(each["needs"]),
                  due_at=None if each["due_days"] is None else stamp(add_days(at, each["due_days"], zone)))
             for each in template.items]
    _set(checklist, items)
    told = events.Started(**_about(checklist), template_id=template.id)
    try:
        commit((checklist, told), actor=actor, at=at, markers=[Marker(Checklist, _of(tenant_id), {"checklist_id": checklist.id})])
    except Duplicate:
        return None
    return checklist


def _settle(tenant_id: str, *, actor: Actor, at: datetime) -> None:
    checklist = of(tenant_id)
    if checklist is not None:
        settle(checklist, actor=actor, at=at)


def _asked(id: str, key: str, command: str) -> tuple[Checklist, Item]:
    """`Invalid` for an item that there is not, `Conflict` where its state, or the checklist's, does not allow the command."""
    checklist = Checklist.fetch(id)
    item = next((item for item in items_of(checklist) if item.key == key), None)
    if item is None:
        raise Invalid(f"there is no item {key}", code="unknown_reference", field="item")
    if checklist.status == ChecklistStatus.CANCELED or standing(checklist.tenant_id).left:
        raise Conflict("the tenant has left", code="tenant_left", status_now=checklist.status)
    if transition(item.status, command) is None:
        raise Conflict(f"an item that is {item.status} cannot {command}", status_now=item.status)
    return checklist, item


def _move(checklist: Checklist, item: Item, command: str, *, actor: Actor, at: datetime, reason: str | None = None) -> Checklist:
    at = resolve(checklist.clock_id, at)
    after = moved(item, command, at=stamp(at), by=actor.id, reason=reason)
    completes = _set(checklist, [after if each.key == item.key else each for each in items_of(checklist)])
    told = _completed(checklist, [item.key]) if completes else _told(checklist, item.key, command)
    commit((checklist, told), actor=actor, at=at)
    return checklist


def _told(checklist: Checklist, key: str, command: str) -> Payload:
    about = _about(checklist)
    if command == "tick":
        return events.ItemsTicked(**about, items=[key])
    return events.ItemSkipped(**about, item=key) if command == "skip" else events.ItemReopened(**about, item=key)


def _completed(checklist: Checklist, keys: list[str]) -> Payload:
    """That it is completed says more than by what."""
    return events.Completed(**_about(checklist), items=keys, time_to_value=checklist.time_to_value)


def _cancel(checklist: Checklist, *, actor: Actor, at: datetime) -> Checklist:
    target = life(checklist.status, "cancel")
    if target is not None:
        checklist.status, checklist.next_action_at = target, None
        commit((checklist, events.Canceled(**_about(checklist))), actor=actor, at=at)
    return checklist


def _set(checklist: Checklist, items: Sequence[Item]) -> bool:
    """These are its items from now on, with all that follows from them. Whether it is completed by that."""
    checklist.items = [asdict(item) | {"needs": list(item.needs)} for item in items]
    known, completed, valued, due = progress(items), completed_at(items), valued_at(items), next_overdue(items)
    checklist.total, checklist.done, checklist.skipped, checklist.percent, checklist.overdue = (
        known.total, known.done, known.skipped, known.percent, known.overdue)
    moved_on = life(checklist.status, "complete" if completed else "reopen")
    checklist.status = moved_on or checklist.status
    checklist.completed_at, checklist.valued_at = parse(completed) if completed else None, parse(valued) if valued else None
    # What was done before the start took no time.
    checklist.time_to_value = max(0, int((parse(valued) - checklist.started_at).total_seconds())) if valued else None
    checklist.next_action_at = parse(due[0]) if due else None
    return moved_on == ChecklistStatus.COMPLETED


def _about(checklist: Checklist) -> dict[str, Any]:
    return {"tenant_id": checklist.tenant_id, "status": checklist.status, "percent": checklist.percent}


def _of(tenant_id: str) -> str:
    return f"tenant#{tenant_id}"


def _facts(tenant_id: str) -> str:
    return f"facts#{tenant_id}"
