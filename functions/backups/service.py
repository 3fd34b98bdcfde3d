"""What can be done with backups, and what the worker writes down of its work."""

from contextlib import suppress
from datetime import datetime, timedelta

from functions.backups import events, files
from functions.backups.models import (
    Backup,
    BackupStatus,
    BackupTrigger,
    Drill,
    DrillStatus,
    Manifest,
    Plan,
    Planned,
    Restore,
    RestoreRun,
    RestoreStatus,
)
from functions.backups.rules import Kept, expired
from kernel import dynamodb, ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import stamp, wall
from kernel.commit import Marker, commit
from kernel.problems import Busy, Conflict, Duplicate, Forbidden, Invalid, Problem, Refused
from kernel.records import body_of, child

AGAIN = timedelta(minutes=20)  # after which one whose worker died is looked for
PLAN = "plan"


def request(*, note: str | None = None, requested_by: str | None = None, actor: Actor, at: datetime) -> Backup:
    """A backup that is queued: its event starts the work. `Busy` while another is made; where two ask at once, they are made in turn."""
    if going_on := [id for status in (BackupStatus.QUEUED, BackupStatus.RUNNING) for id in _of(status)]:
        raise Busy("a backup is being made", code="backup_running", backup_id=going_on[0])
    backup = Backup(ids.new(Backup.prefix), note=note, requested_by=requested_by, next_action_at=wall() + AGAIN)
    commit((backup, events.Requested(trigger=backup.trigger)), actor=actor, at=at)
    return backup


def register(manifest_key: str, note: str | None, caller: Principal, *, actor: Actor, at: datetime) -> Backup:
    """A backup of a stack that is gone, by its files. `Forbidden` but for an owner, `Conflict` for one that is known, `Damaged` where its
    manifest cannot be read."""
    _owners_only(caller)
    id = manifest_key.split("/")[1]
    if Backup.find(id) is not None:
        raise Conflict(f"{id} is known", code="backup_known")
    manifest, sha256 = files.found(id)
    backup = Backup(id, trigger=BackupTrigger.FOUND, note=note, requested_by=caller.id, started_at=manifest.started_at)
    _counted(backup, manifest, sha256)
    commit((backup, events.Registered(items=backup.items, bytes=backup.bytes)), actor=actor, at=at)
    return backup


def nightly(now: datetime, *, actor: Actor) -> None:
    """One for each slot and time, however often it is told of it."""
    backup = Backup(ids.new(Backup.prefix), trigger=BackupTrigger.NIGHTLY, next_action_at=wall() + AGAIN)
    once = Marker(Backup, f"slot#nightly#{stamp(now)}", {"backup_id": backup.id})
    with suppress(Duplicate):
        commit((backup, events.Requested(trigger=backup.trigger)), actor=actor, at=now, markers=[once])


def weekly(now: datetime, *, actor: Actor) -> None:
    """The newest backup is to be proved; once for each slot and time."""
    found = [backup for id in _of(BackupStatus.DONE)[:2] if (backup := Backup.fetch(id)).work is None]
    if found:
        with suppress(Duplicate):
            _ask_for_drill(found[0], actor=actor, at=now, markers=[Marker(Backup, f"slot#drill#{stamp(now)}", {"backup_id": found[0].id})])


def verify(id: str, *, actor: Actor, at: datetime) -> Backup:
    """`Conflict` for what is no backup, or is at work."""
    backup = _idle(id)
    _ask_for_drill(backup, actor=actor, at=at)
    return backup


def restore(id: str, body: Restore, caller: Principal, *, actor: Actor, at: datetime) -> Backup:
    """A dry run, or what one has planned. `Forbidden` but for an owner, `Conflict` for what is not the newest plan, `Refused` for one
    that is blocked."""
    _owners_only(caller)
    backup = _idle(id)
    if body.dry_run:
        if body.plan_id is not None:
            raise Invalid("a dry run makes a plan, it has none yet", field="plan_id")
        backup.restore = RestoreRun(plan_id=ids.new("rst"), tenant_id=body.tenant_id).model_dump()
        backup.restore_status = RestoreStatus.PLANNING
    else:
        _confirm(backup, body)
        backup.restore_status = RestoreStatus.QUEUED
    backup.next_action_at = wall() + AGAIN
    told = events.RestoreRequested(plan_id=backup.restore["plan_id"], tenant_id=backup.restore["tenant_id"], dry_run=body.dry_run)
    commit((backup, told), actor=actor, at=at)
    return backup


def plan(id: str) -> Plan:
    """The newest plan of a restore, and what became of it."""
    backup = Backup.fetch(id)
    of_tenant = backup.restore is not None and backup.restore["tenant_id"] is not None
    made = of_tenant and backup.restore["changes"] is not None
    found = body_of(backup, PLAN) if made else []
    return Plan.model_validate({"status": backup.restore_status, "restore": backup.restore, "data": found})


def _owners_only(caller: Principal) -> None:
    if caller.role != "owner":
        raise Forbidden("only an owner brings back what was", code="not_an_owner")


def _confirm(backup: Backup, body: Restore) -> None:
    if backup.restore_status != RestoreStatus.PLANNED or body.plan_id != backup.restore["plan_id"]:
        raise Conflict("this is not the newest plan: ask for a dry run first", code="no_plan")
    if body.tenant_id not in (None, backup.restore["tenant_id"]):
        raise Invalid("the plan is of another tenant", field="tenant_id")
    if backup.restore["blocked"]:
        raise Refused("not_empty", f"there is something in {', '.join(backup.restore['blocked'])}")


def _idle(id: str) -> Backup:
    backup = Backup.fetch(id)
    if backup.status != BackupStatus.DONE:
        raise Conflict(f"{id} is {backup.status}", code="no_backup", status_now=backup.status)
    if backup.work is not None:
        raise Busy(f"{id} is being worked on", code="backup_busy")
    return backup


def _ask_for_drill(backup: Backup, *, actor: Actor, at: datetime, markers: list[Marker] | None = None) -> None:
    backup.drill_status, backup.drill_asked_at, backup.next_action_at = DrillStatus.QUEUED, wall(), wall() + AGAIN
    commit((backup, events.VerificationRequested()), actor=actor, at=at, markers=markers or [])


# ---------- what the worker writes down ----------


def begin(backup: Backup, *, actor: Actor) -> None:
    backup.status, backup.started_at, backup.next_action_at = BackupStatus.RUNNING, wall(), wall() + AGAIN
    commit((backup, events.Started()), actor=actor, at=wall())


def complete(backup: Backup, manifest: Manifest, sha256: str, *, actor: Actor) -> None:
    """From now on it is a backup."""
    _counted(backup, manifest, sha256)
    commit((backup, events.Completed(items=backup.items, bytes=backup.bytes)), actor=actor, at=wall())


def _counted(backup: Backup, manifest: Manifest, sha256: str) -> None:
    backup.status, backup.manifest_sha256, backup.ended_at, backup.next_action_at = BackupStatus.DONE, sha256, manifest.ended_at, None
    backup.items = sum(each.items for each in manifest.tables.values())
    backup.bytes = sum(file.bytes for each in manifest.tables.values() for file in each.files)


def drilled(backup: Backup, report: Drill, *, actor: Actor) -> None:
    """The one place where a backup becomes verified, or is so no longer."""
    wrong = [each.table for each in report.tables if not each.ok]
    passed = report.error is None and not wrong
    backup.drill, backup.next_action_at = report.model_dump(), None
    backup.drill_status, backup.verified_at = (DrillStatus.PASSED, wall()) if passed else (DrillStatus.FAILED, None)
    if passed:
        told = events.Verified(items=sum(each.items for each in report.tables), seconds=report.seconds)
        commit((backup, told), actor=actor, at=wall())
    else:
        reason = report.error or f"restored, it is another content: {', '.join(wrong)}"
        commit((backup, events.VerificationFailed(reason=reason, requested_by=backup.requested_by)), actor=actor, at=wall())


def planned(backup: Backup, found: list[Planned], *, items: int, blocked: list[str], actor: Actor) -> None:
    backup.restore = backup.restore | {"changes": len(found), "items": items, "blocked": blocked}
    backup.restore_status, backup.next_action_at = RestoreStatus.PLANNED, None
    told = events.RestorePlanned(plan_id=backup.restore["plan_id"], changes=items)
    todo = child(backup, PLAN, [each.model_dump() for each in found])
    commit((backup, told), actor=actor, at=wall(), items=[(Backup.table(), todo)])


def restored(backup: Backup, *, skipped: int, actor: Actor) -> None:
    changes = backup.restore["items"] - skipped
    backup.restore, backup.restore_status, backup.next_action_at = backup.restore | {"skipped": skipped}, RestoreStatus.DONE, None
    told = events.RestoreCompleted(
        plan_id=backup.restore["plan_id"], tenant_id=backup.restore["tenant_id"], changes=changes, skipped=skipped)
    commit((backup, told), actor=actor, at=wall())


def backup_failed(backup: Backup, problem: Problem, *, actor: Actor) -> None:
    """What there is of its files goes with the next step."""
    backup.status, backup.next_action_at = BackupStatus.FAILED, wall()
    backup.error = {"status": problem.status, "code": problem.code, "detail": problem.detail}
    commit((backup, events.Failed(reason=problem.detail, requested_by=backup.requested_by)), actor=actor, at=wall())


def restore_failed(backup: Backup, problem: Problem, *, actor: Actor) -> None:
    backup.restore, backup.restore_status, backup.next_action_at = (
        backup.restore | {"error": problem.detail}, RestoreStatus.FAILED, None)
    commit((backup, events.RestoreFailed(plan_id=backup.restore["plan_id"], reason=problem.detail)), actor=actor, at=wall())


def let_go(*, actor: Actor) -> None:
    """Whatever is kept no longer. Its record goes first, so that none is taken for a backup whose files are gone."""
    there = [Backup.fetch(id) for id in _of(BackupStatus.DONE)]
    gone = expired(Kept(each.id, each.ended_at, each.verified_at is not None) for each in there)
    for backup in there:
        if backup.id in gone and backup.work is None:
            backup.status, backup.next_action_at = BackupStatus.EXPIRED, wall()
            commit((backup, events.Expired()), actor=actor, at=wall())


def clear(backup: Backup, *, actor: Actor, at: datetime) -> None:
    """The files of one that counts no longer, or never did."""
    files.drop(backup.id)
    backup.next_action_at = None
    commit((backup, events.Removed()), actor=actor, at=at)


def _of(status: str) -> list[str]:
    """Ids of those with a status, newest first. As retention keeps few, one page has them all."""
    path = next(path for path in Backup.paths if path.by == ("status",))
    partition = path.partition(Backup.prefix, {"status": status})
    items, _ = dynamodb.ask(Backup.table(), path.index, partition, forward=False, limit=200)
    return [item["pk"]["S"] for item in items]
