"""Makes a backup: table by table, file by file, each safe before the next begins, the manifest last.

A scan is no snapshot. Reads are strongly consistent, so whatever was committed before `started_at` is in the backup; what was committed
while it was being made may be in it or not, each item for itself. The audit log is read last: it tells what happened meanwhile.
"""

from typing import Any

from functions.backups import files, service, tables
from functions.backups.desk import Desk
from functions.backups.models import BackupStatus, File, Manifest, TableContent
from functions.backups.rules import shown, sum_of
from kernel.clock import wall
from kernel.problems import Problem

MOST_FILES = 1500  # their list is one item: about 24 GB before it is compressed


class GaveUp(Problem):
    status, code = 500, "backup_failed"


def work(desk: Desk) -> bool:
    """Whether it is done; False when time has run out."""
    if desk.backup.status == BackupStatus.QUEUED:
        service.begin(desk.backup, actor=desk.actor)
    for feature in tables.TABLES:
        if not _table(desk, feature):
            return False
    content = {feature: TableContent.model_validate(desk.state[feature]) for feature in tables.TABLES}
    manifest = Manifest(format=files.FORMAT, backup_id=desk.backup.id, started_at=desk.backup.started_at, ended_at=wall(), tables=content)
    service.complete(desk.backup, manifest, files.put_manifest(manifest), actor=desk.actor)
    service.let_go(actor=desk.actor)
    return True


def _table(desk: Desk, feature: str) -> bool:
    begun: dict[str, Any] = desk.state.setdefault(feature, {"items": 0, "hash": shown(0), "files": [], "after": None, "over": False})
    while not begun["over"]:
        if desk.is_over:
            return False
        if sum(len(each["files"]) for each in desk.state.values() if isinstance(each, dict)) >= MOST_FILES:
            raise GaveUp(f"the backup would have more than {MOST_FILES} files")
        lines, after = tables.lines(feature, begun["after"], files.PART)
        if lines:
            made: File = files.put(desk.backup, feature, len(begun["files"]) + 1, lines)
            begun["files"].append(made.model_dump())
        begun["items"] += len(lines)
        begun["hash"] = shown(sum_of(lines, int(begun["hash"], 16)))
        begun["after"], begun["over"] = after, after is None
        desk.hold.save()
    return True
