"""A restore: first what it would change, then, confirmed, the change."""

from functions.backups import files, service, tenant, whole
from functions.backups.desk import Desk
from functions.backups.drill import are_whole
from functions.backups.models import Planned
from kernel.problems import Refused
from kernel.records import body_of


def plan(desk: Desk) -> bool:
    """Whether it is planned; False when time has run out. Nothing is written."""
    backup = desk.backup
    manifest = files.manifest(backup)
    if not are_whole(desk, manifest):
        return False
    found, refused = [], []
    if (tenant_id := backup.restore["tenant_id"]) is None:
        refused = whole.blocked(manifest)
        count = sum(content.items for content in manifest.tables.values())
    else:
        found = tenant.planned(manifest, tenant_id)
        count = len(found)
    service.planned(backup, found, items=count, blocked=refused, actor=desk.actor)
    return True


def restore(desk: Desk) -> bool:
    """Whether it is done; False when time has run out."""
    backup = desk.backup
    manifest = files.manifest(backup)
    if (tenant_id := backup.restore["tenant_id"]) is not None:
        if not are_whole(desk, manifest):
            return False
        todo = [Planned.model_validate(each) for each in body_of(backup, service.PLAN)]
        skipped = tenant.bring_back(backup, manifest, todo, tenant_id, actor=desk.actor, at=backup.updated_at)
        service.restored(backup, skipped=skipped, actor=desk.actor)
        return True
    if not desk.state.get("empty") and (used := whole.blocked(manifest)):
        raise Refused("not_empty", f"there is something in {', '.join(used)}")
    desk.state["empty"] = True
    desk.hold.save()
    if not whole.bring_back(desk, manifest):
        return False
    service.restored(backup, skipped=0, actor=desk.actor)
    return True
