"""Our own schedules: each has a heartbeat, so that one which stops is missed. They make themselves, at the first run of health's own."""

from datetime import datetime

from functions.health import events
from functions.health.models import Check, CheckKind
from functions.health.watch import beat, overdue
from kernel import ids
from kernel.audit import Actor
from kernel.commit import Marker, commit, marker
from kernel.problems import Duplicate

# Seconds between two runs. A test compares this with the template. That of health itself is watched from outside, by an alarm.
SCHEDULES = {
    "announcements.due": 300, "audit.digest": 3600, "audit.due": 300, "audit.purge": 3600, "backups.drill": 604800, "backups.due": 300,
    "backups.nightly": 86400, "content.due": 300, "contracts.due": 300, "exports.due": 300, "impersonation.due": 300,
    "insights.churn": 86400, "invoices.due": 300, "leads.due": 300, "notifications.due": 300, "onboarding.due": 300, "payments.due": 300,
    "reconciliation.due": 300, "reconciliation.nightly": 86400, "relay.sweep": 3600, "subscriptions.due": 300, "tenants.due": 300,
    "tickets.due": 300}
ROLES = ["owner", "admin"]  # who is told, until somebody says otherwise
_made: set[str] = set()  # known to this process


def install(*, actor: Actor, at: datetime) -> None:
    """A heartbeat for each schedule that has none."""
    for schedule in SCHEDULES.keys() - _made:
        _check_of(schedule, actor=actor, at=at)
        _made.add(schedule)


def beaten(schedule: str, *, actor: Actor, at: datetime) -> None:
    """One of our schedules has run. Of those that no check is meant for (health's own), nothing is kept."""
    if schedule in SCHEDULES:
        beat(Check.fetch(_check_of(schedule, actor=actor, at=at), deleted=True), actor=actor, at=at)


def is_watched_by(check: Check) -> bool:
    """Whether the schedule's beats go to this check. After a restore of everything there may be two: of the stack, and of the backup."""
    found = marker(Check, _key(check.schedule))
    return found is not None and bool(found["check_id"] == check.id)


def _check_of(schedule: str, *, actor: Actor, at: datetime) -> str:
    """The id of its heartbeat, by a marker: however many ask at once, one is made."""
    found = marker(Check, _key(schedule))
    if found is not None:
        return str(found["check_id"])
    every = SCHEDULES[schedule]
    check = Check(ids.new(Check.prefix), name=f"Schedule {schedule}", kind=CheckKind.HEARTBEAT, schedule=schedule, roles=ROLES,
                  interval=every, grace=max(every, 600))
    check.next_action_at = overdue(check, at)
    once = Marker(Check, _key(schedule), {"check_id": check.id})
    try:
        commit((check, events.Created(name=check.name)), actor=actor, at=at, markers=[once])
    except Duplicate as there:
        return str(there.found["check_id"])
    return check.id


def _key(schedule: str) -> str:
    return f"schedule#{schedule}"
