"""What people can do with checks and incidents."""

import os
from datetime import datetime, timedelta
from typing import Any

from functions.health import events, guard, rules, schedules, watch
from functions.health.models import Check, CheckCreate, CheckKind, CheckStatus, CheckUpdate, Incident, IncidentStatus, Method
from functions.health.probes import queues
from functions.payments.contract import gateway_address
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.problems import Conflict, Invalid, Refused, referred
from kernel.resource import attributes, patch


def create(body: CheckCreate, *, actor: Actor, at: datetime) -> Check:
    """A check that is looked at for the first time at once. `Invalid` for a target that its kind does not have."""
    check = Check(ids.new(Check.prefix), **attributes(body))
    _verify(check)
    check.next_action_at = _first(check, at)
    commit((check, events.Created(name=check.name)), actor=actor, at=at)
    return check


def update(id: str, body: CheckUpdate, *, actor: Actor, at: datetime) -> Check:
    """Change what is sent. As `create`, for another target."""
    check = Check.fetch(id)
    target, settled = check.target, watch.pulse_of(check).settled
    patch(check, body)
    _verify(check)
    if check.next_action_at is not None and settled is not None:
        is_beat, next_look = check.kind == CheckKind.HEARTBEAT, settled + timedelta(seconds=check.interval)
        check.next_action_at = watch.overdue(check, settled) if is_beat else min(check.next_action_at, next_look)
    if check.target != target:
        commit((check, events.Updated(name=check.name)), actor=actor, at=at, writes=[_forgotten(check)])
    else:
        change((check, events.Updated(name=check.name)), actor=actor, at=at)
    return check


def pause(id: str, *, actor: Actor, at: datetime) -> Check:
    """Nobody looks at it, and its incident is over. `Conflict` for one that is paused."""
    check = Check.fetch(id)
    if check.status == CheckStatus.PAUSED:
        raise Conflict(f"{id} is paused", status_now=check.status)
    _stop(check, at)
    commit((check, events.Paused(name=check.name)), *watch.resolved(check, "paused", at), actor=actor, at=at)
    return check


def resume(id: str, *, actor: Actor, at: datetime) -> Check:
    """It is looked at again, at once. `Conflict` for one that is not paused."""
    check = Check.fetch(id)
    if check.status != CheckStatus.PAUSED:
        raise Conflict(f"{id} is not paused", status_now=check.status)
    check.status, check.since, check.next_action_at = CheckStatus.UNKNOWN, at, _first(check, at)
    commit((check, events.Resumed(name=check.name)), actor=actor, at=at, writes=[_forgotten(check)])
    return check


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """`Refused` for that of a schedule of ours: it can be paused."""
    check = Check.fetch(id)
    if check.schedule is not None and schedules.is_watched_by(check):
        raise Refused("built_in", f"{id} watches a schedule of ours: it can be paused, but not deleted")
    remove(check, actor=actor, at=at)


def remove(check: Check, *, actor: Actor, at: datetime) -> None:
    _stop(check, at)
    check.deleted_at = wall()
    commit((check, events.Deleted(name=check.name)), *watch.resolved(check, "deleted", at), actor=actor, at=at)


def restore(id: str, *, actor: Actor, at: datetime) -> Check:
    """It is there again, paused. `Conflict` for one that is not deleted."""
    check = Check.fetch(id, deleted=True)
    if check.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    check.deleted_at = None
    commit((check, events.Restored(name=check.name)), actor=actor, at=at)
    return check


def beat(id: str, *, actor: Actor, at: datetime) -> Check:
    """A sign of life. `Refused` for what is no heartbeat, or is one of our own schedules', which beat themselves."""
    check = Check.fetch(id)
    if check.kind != CheckKind.HEARTBEAT or check.schedule is not None:
        raise Refused("no_heartbeat", f"{id} waits for no beat from outside")
    watch.beat(check, actor=actor, at=at)
    return check


def acknowledge(id: str, *, actor: Actor, at: datetime) -> Incident:
    """Somebody looks after it: the caller. `Conflict` unless it has just been opened."""
    incident = Incident.fetch(id)
    target = rules.transition(incident.status, "acknowledge")
    if target is None:
        raise Conflict(f"an incident that is {incident.status} cannot acknowledge", status_now=incident.status)
    incident.status, incident.acknowledged_at, incident.acknowledged_by = IncidentStatus(target), at, actor.id
    commit((incident, events.IncidentAcknowledged(name=incident.name, check_id=incident.check_id)), actor=actor, at=at)
    return incident


def _first(check: Check, at: datetime) -> datetime:
    return watch.overdue(check, at) if check.kind == CheckKind.HEARTBEAT else at


def _forgotten(check: Check) -> dict[str, Any]:
    """Without what says nothing about now: outcomes from before."""
    before = watch.pulse_of(check)
    return {"Put": watch.kept(check, before, before.model_copy(update={"tail": [], "waiting_since": None}))}


def _stop(check: Check, at: datetime) -> None:
    check.status, check.since, check.error, check.next_action_at, check.stuck = CheckStatus.PAUSED, at, None, None, None


def _verify(check: Check) -> None:
    """A target that the kind has, and nothing that can never come true."""
    target = check.target or ""
    if bool(target) == (check.kind == CheckKind.HEARTBEAT):
        raise Invalid("a heartbeat has no target" if target else f"a check of the kind {check.kind} has a target", field="target")
    match CheckKind(check.kind):
        case CheckKind.HTTP:
            _verify_url(check, target)
        case CheckKind.DYNAMODB if f"{target.upper()}_TABLE" not in os.environ or target != target.lower():
            raise Invalid(f"no table is called {target[:40]!r}: it is named by its feature", code="unknown_reference", field="target")
        case CheckKind.QUEUE if target not in queues():
            raise Invalid(f"no queue is called {target[:40]!r}: it is named by its feature", code="unknown_reference", field="target")
        case CheckKind.GATEWAY:
            with referred("target"):
                gateway_address(target)


def _verify_url(check: Check, target: str) -> None:
    try:
        guard.parts(target)
    except ValueError as error:
        raise Invalid(str(error), field="target") from error
    if check.contains is not None and check.method == Method.HEAD:
        raise Invalid("an answer to HEAD has no text", field="contains")
