"""What a result does to a check: it is counted once for its moment, and where it turns the state, that is one commit with its incident.

A result that turns nothing is no commit: it moves `next_action_at` and the child `pulse` together, on the condition that the check has
still the version and the moment that were read. Whoever comes second to the same moment finds it taken.
"""

from datetime import datetime, timedelta
from typing import Any

from functions.health import events, rules
from functions.health.models import Check, CheckKind, Incident, IncidentStatus, Pulse
from functions.health.probes import Result, aged, probe, timed
from functions.health.rules import Thresholds
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import parse, stamp, wall
from kernel.commit import commit
from kernel.paths import due_keys
from kernel.problems import Conflict
from kernel.records import Record

PULSE = "pulse"
AWAY = timedelta(minutes=5)  # a step that comes later than that: we were away, and beats still wait in the queue


def pulse_of(check: Check) -> Pulse:
    """What is kept of its results; nothing, before the first."""
    return pulse_in(dynamodb.get(Check.table(), check.id, PULSE))


def pulse_in(item: dynamodb.Item | None) -> Pulse:
    return Pulse.model_validate_json(item["body"]["S"]) if item else Pulse()


def windows(check: Check) -> list[rules.Span]:
    return [(parse(each["start"]), parse(each["end"])) for each in check.maintenance]


def step(check: Check, *, actor: Actor, at: datetime) -> None:
    """One result for the moment `at`, or, of a heartbeat, none: then it is overdue."""
    pulse, now = pulse_of(check), max(wall(), at)
    if pulse.settled is not None and pulse.settled >= at and check.kind != CheckKind.HEARTBEAT:
        _move(check, rules.next_slot(at, check.interval, now))  # a change of the check has put back what had its result
        return
    if check.kind == CheckKind.HEARTBEAT and (later := _excused(check, pulse, at, now)) is not None:
        _move(check, later)
        return
    result = timed(check, probe(check))
    if check.kind == CheckKind.HEARTBEAT:
        _record(check, pulse, result, None, actor=actor, at=at)
        return
    coming = rules.next_slot(at, check.interval, now)  # where we come late, the result is of the newest moment, not of the missed one
    _record(check, pulse, result, coming, actor=actor, at=coming - timedelta(seconds=check.interval))


def beat(check: Check, *, actor: Actor, at: datetime) -> None:
    """A sign of life, from `at`. One that is older than the newest changes nothing."""
    pulse = pulse_of(check)
    if check.status == "paused" or (pulse.settled is not None and pulse.settled >= at):
        return
    _record(check, pulse, Result("ok", None, "a beat came"), overdue(check, at), actor=actor, at=at)


def overdue(check: Check, at: datetime) -> datetime:
    """When a heartbeat is missed that came at `at`."""
    return at + timedelta(seconds=check.interval + check.grace)


def _excused(check: Check, pulse: Pulse, at: datetime, now: datetime) -> datetime | None:
    """When to look again for a beat that is not to be missed yet: one came, it is planned work, or we were away ourselves."""
    if pulse.settled is not None and overdue(check, pulse.settled) > at:
        return overdue(check, pulse.settled)
    for start, end in windows(check):
        if start <= at < end:
            return overdue(check, end)
    return now + timedelta(seconds=max(60, check.grace)) if now - at > AWAY else None


def _record(check: Check, before: Pulse, result: Result, coming: datetime | None, *, actor: Actor, at: datetime) -> None:
    spans, is_beat = windows(check), check.kind == CheckKind.HEARTBEAT
    longest = None if is_beat else timedelta(seconds=2 * check.interval + check.timeout)
    pulse = rules.settled(before, at, status=check.status, windows=spans, longest=longest)
    if result.waiting is not None:
        pulse = rules.waited(pulse, result.waiting, at)
        result = aged(check, result, pulse.waiting_since, at)
    counts = not rules.is_within(spans, at)
    pulse = rules.noted(pulse, result.outcome, result.ms, result.detail, counts=counts)
    # A beat that came or did not come leaves no doubt: it takes no second one.
    takes = Thresholds(1, 1) if is_beat else Thresholds(check.failures_to_open, check.successes_to_close)
    target = rules.decide(check.status, pulse.tail, takes)
    taken = kept(check, before, pulse)
    if target == check.status:
        _move(check, coming, taken)
        return
    check.next_action_at = coming
    commit(*_turned(check, target, result, at), actor=actor, at=at, writes=[{"Put": taken}])


def _turned(check: Check, target: str, result: Result, at: datetime) -> list[tuple[Record, Payload]]:
    """The check in its new state, and its incident."""
    was, since = check.status, check.since
    check.status, check.since, check.error = target, at, result.detail[:300] if target in ("down", "degraded") else None
    if target == "down":
        incident = Incident(ids.new(Incident.prefix), check_id=check.id, name=check.name, error=check.error or "", opened_at=at)
        check.incident_id = incident.id
        told = events.Failed(**_about(check, incident.id), error=check.error or "", since=at)
        return [(check, told), (incident, events.IncidentOpened(name=check.name, check_id=check.id))]
    if was != "down" or check.incident_id is None:
        return [(check, events.Observed(name=check.name, status=target))]
    recovered = events.Recovered(**_about(check, check.incident_id), since=since or at, seconds=int((at - (since or at)).total_seconds()))
    return [(check, recovered), *resolved(check, "recovered", at)]


def resolved(check: Check, resolution: str, at: datetime) -> list[tuple[Record, Payload]]:
    """The check's open incident, resolved; none where there is none."""
    incident = Incident.find(check.incident_id) if check.incident_id else None
    check.incident_id = None
    if incident is None or (target := rules.transition(incident.status, "resolve")) is None:
        return []
    incident.status, incident.resolved_at, incident.resolution = IncidentStatus(target), at, resolution
    return [(incident, events.IncidentResolved(name=incident.name, check_id=incident.check_id, resolution=resolution))]


def _about(check: Check, incident_id: str) -> dict[str, Any]:
    return {"name": check.name, "incident_id": incident_id, "roles": check.roles, "emails": check.emails, "phones": check.phones}


def kept(check: Check, before: Pulse, after: Pulse) -> dict[str, Any]:
    """The pulse, where nobody has written another since it was read."""
    item = dynamodb.key(check.id, PULSE) | {"body": {"S": after.model_dump_json()}, "settled": {"S": _stamp(after)}}
    unchanged = "settled = :s" if before.settled else "attribute_not_exists(pk) OR settled = :s"
    return {"TableName": Check.table(), "Item": item, "ConditionExpression": unchanged,
            "ExpressionAttributeValues": {":s": {"S": _stamp(before)}}}


def _stamp(pulse: Pulse) -> str:
    return stamp(pulse.settled) if pulse.settled else ""


def _move(check: Check, coming: datetime | None, taken: dict[str, Any] | None = None) -> None:
    """Another `next_action_at`, and the pulse that goes with it. `Conflict` where the check has another version or moment by now."""
    names = {"TableName": Check.table(), "Key": dynamodb.key(check.id)}
    values: dict[str, Any] = {":v": {"N": str(check.version)}}
    was = "attribute_not_exists(next_action_at)"
    if check.next_action_at is not None:
        was, values[":was"] = "next_action_at = :was", {"S": stamp(check.next_action_at)}
    change = "REMOVE next_action_at, gsi8pk, gsi8sk"
    if coming is not None:
        pk, sk = due_keys(check.id, coming, clock_id=None, stuck=check.stuck is not None)
        change = "SET next_action_at = :n, gsi8pk = :p, gsi8sk = :k"
        values |= {":n": {"S": stamp(coming)}, ":p": {"S": pk}, ":k": {"S": sk}}
    update = names | {"UpdateExpression": change, "ConditionExpression": f"version = :v AND {was}", "ExpressionAttributeValues": values}
    writes = [{"Update": update}, *([{"Put": taken}] if taken else [])]
    if dynamodb.held(dynamodb.client().transact_write_items, TransactItems=writes) is None:
        raise Conflict(f"{check.id} has this result already, or was changed")
    check.next_action_at = coming
