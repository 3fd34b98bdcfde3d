"""Brings everything back, into a stack in which nobody but its owner is: records keep their versions, the log its chains.

A function gives an item to the database once: what is there already, of a new stack its owner, stays. Of the log first the key of an
entry is written, then the entry: the relay sends what is new, and these are not news. What the log tells of backups themselves comes
back only beside a backup that is known here, and never over what is told of it here: their own table is in no backup.
"""

import json

from functions.backups import files, scratch
from functions.backups.desk import Desk
from functions.backups.drill import are_whole
from functions.backups.models import Backup, Manifest
from functions.backups.tables import FEW, FOUND_IN_A_NEW_STACK, STAYS, page
from kernel import dynamodb
from kernel.config import table

_TOGETHER = 50


def blocked(manifest: Manifest) -> list[str]:
    """The tables that are in use: nothing is brought back on top of them."""
    found = []
    for feature in manifest.tables:
        items, more = page(table(feature))
        few = FEW if feature in FOUND_IN_A_NEW_STACK else 0
        if len(items) > few or (more and feature not in FOUND_IN_A_NEW_STACK):
            found.append(feature)
    return found


def bring_back(desk: Desk, manifest: Manifest) -> bool:
    """Whether it is done; False when time has run out. All files are read and compared first."""
    if not are_whole(desk, manifest):
        return False
    done: dict[str, int] = desk.state.setdefault("files", {})
    for feature, content in manifest.tables.items():
        while done.get(feature, 0) < len(content.files):
            if desk.is_over:
                return False
            _fill(feature, [json.loads(line) for line in files.lines(content.files[done.get(feature, 0)])])
            done[feature] = done.get(feature, 0) + 1
            desk.hold.save()
    return True


def _fill(feature: str, items: list[dynamodb.Item]) -> None:
    """What comes again, after a crash, takes the place of itself."""
    name = table(feature)
    if feature == "audit":
        for batch in dynamodb.chunks(filter(_comes_back, items), _TOGETHER):
            for puts in ([{"pk": item["pk"], "sk": item["sk"]} for item in batch], batch):
                dynamodb.client().transact_write_items(TransactItems=[{"Put": {"TableName": name, "Item": item}} for item in puts])
    elif feature in STAYS:
        for item in items:
            dynamodb.held(dynamodb.client().put_item, TableName=name, Item=item, ConditionExpression="attribute_not_exists(pk)")
    else:
        scratch.fill(name, items)


def _comes_back(entry: dynamodb.Item) -> bool:
    id = entry["pk"]["S"]
    if not id.startswith(f"{Backup.prefix}_"):
        return True
    is_told = "header" in (dynamodb.get(table("audit"), id, entry["sk"]["S"]) or {})  # a key alone is of a run that was ended
    return not is_told and dynamodb.get(Backup.table(), id) is not None
