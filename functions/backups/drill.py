"""Proves a backup: restores it into scratch tables, reads them back, and compares that with the manifest. Table by table, in steps.

Every file is read and compared before the first table is made, so that what is damaged is written nowhere.
"""

import json
from typing import Any

from functions.backups import files, scratch, service, tables
from functions.backups.desk import Desk
from functions.backups.models import Drill, DrilledTable, Manifest
from functions.backups.rules import canonical, shown, sum_of
from kernel.clock import parse, stamp, wall

PAGES = 16  # of a scratch table, after which the sum so far is saved


def work(desk: Desk) -> bool:
    """Whether it is over, well or not; False when time has run out."""
    desk.state.setdefault("began", stamp(wall()))
    manifest = files.manifest(desk.backup)
    if not are_whole(desk, manifest):
        return False
    for feature in manifest.tables:
        if feature not in _done(desk) and not _table(desk, manifest, feature):
            return False
    report = Drill(seconds=seconds(desk), tables=[DrilledTable.model_validate(each) for each in _done(desk).values()])
    service.drilled(desk.backup, report, actor=desk.actor)
    return True


def failed(desk: Desk, reason: str) -> None:
    """What was made is removed."""
    if now := desk.state.get("now"):
        scratch.drop(scratch.name_of(desk.backup, now["table"]))
    report = Drill(seconds=seconds(desk), tables=[DrilledTable.model_validate(each) for each in _done(desk).values()], error=reason)
    service.drilled(desk.backup, report, actor=desk.actor)


def are_whole(desk: Desk, manifest: Manifest) -> bool:
    """Reads all files, before anything is written; `Damaged`, or False when time has run out."""
    checked: list[str] = desk.state.setdefault("checked", [])
    for feature in manifest.tables:
        if feature in checked:
            continue
        if desk.is_over:
            desk.hold.save()
            return False
        files.checked(manifest, feature)
        checked.append(feature)
    desk.hold.save()
    return True


def seconds(desk: Desk) -> int:
    return int((wall() - parse(desk.state["began"])).total_seconds()) if "began" in desk.state else 0


def _done(desk: Desk) -> dict[str, Any]:
    found: dict[str, Any] = desk.state.setdefault("done", {})
    return found


def _table(desk: Desk, manifest: Manifest, feature: str) -> bool:
    content, name = manifest.tables[feature], scratch.name_of(desk.backup, feature)
    if not content.files:
        _done(desk)[feature] = _report(manifest, feature, 0, 0)
        return True
    now = desk.state.get("now")
    if now is None or now["table"] != feature:
        now = desk.state["now"] = {"table": feature, "file": -1, "after": None, "items": 0, "sum": shown(0), "read": False}
        desk.hold.save()
    if now["file"] < 0:
        scratch.make(name)
        now["file"] = 0
        desk.hold.save()
    if not _filled(desk, manifest, name) or not _read(desk, name):
        return False
    scratch.drop(name)
    _done(desk)[feature] = _report(manifest, feature, now["items"], int(now["sum"], 16))
    desk.hold.save()
    return True


def _filled(desk: Desk, manifest: Manifest, name: str) -> bool:
    now = desk.state["now"]
    content = manifest.tables[now["table"]]
    while now["file"] < len(content.files):
        if desk.is_over:
            return False
        scratch.fill(name, [json.loads(line) for line in files.lines(content.files[now["file"]])])
        now["file"] += 1
        desk.hold.save()
    return True


def _read(desk: Desk, name: str) -> bool:
    """The sum of what is in the scratch table."""
    now = desk.state["now"]
    while not now["read"]:
        if desk.is_over:
            return False
        for _ in range(PAGES):
            items, now["after"] = tables.page(name, now["after"])
            now["items"] += len(items)
            now["sum"] = shown(sum_of(map(canonical, items), int(now["sum"], 16)))
            if now["after"] is None:
                now["read"] = True
                break
        desk.hold.save()
    return True


def _report(manifest: Manifest, feature: str, items: int, total: int) -> dict[str, Any]:
    content = manifest.tables[feature]
    is_same = (items, shown(total)) == (content.items, content.hash)
    return DrilledTable(table=feature, items=items, hash=shown(total), ok=is_same).model_dump()
