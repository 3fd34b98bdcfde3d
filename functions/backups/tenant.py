"""Brings one tenant back from a backup into a stack that lives on: a forward commit of each record, never an older version.

A tenant and its contacts become again what they were. What has been billed, paid or sent since is not undone: of other records only those
that are gone altogether are put back, and time acts on none of them until somebody says so (`stuck`). What was removed for good stays so.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any

from botocore.exceptions import ClientError

from functions.backups import files
from functions.backups.models import Backup, Manifest, Planned
from functions.backups.rules import differing, reverted
from kernel import audit, dynamodb
from kernel.audit import GENESIS, Actor, Payload
from kernel.clock import parse, stamp, wall
from kernel.commit import IN_THE_WAY, TRIES
from kernel.config import table
from kernel.paths import due_keys
from kernel.problems import Invalid, Unavailable

# In whose tables records are a tenant's own. Keys are granted anew, never brought back; leads are of our own.
OF_TENANTS = ("tenants", "subscriptions", "invoices", "payments", "contracts", "content", "onboarding", "tickets", "notifications")
AS_THEY_WERE = ("tenants",)
MOST = 500  # records of one restore: the plan is one item
_CHILDREN = 90  # items below a record, which come back in its transaction; what is more comes before


def planned(manifest: Manifest, tenant_id: str) -> list[Planned]:
    """What would change, record by record. `Invalid` for a tenant that the backup does not know, or one with too much to bring back."""
    found, known = [], False
    for feature, item in _records(manifest, tenant_id):
        known = known or item["pk"]["S"] == tenant_id
        if (change := _planned(feature, item)) is not None:
            found.append(change)
        if len(found) > MOST:
            raise Invalid(f"more than {MOST} records would change: that is no restore of one tenant", code="too_many")
    if not known:
        raise Invalid(f"the backup has no tenant {tenant_id}", code="unknown_reference", field="tenant_id")
    return found


def bring_back(backup: Backup, manifest: Manifest, plan: list[Planned], tenant_id: str, *, actor: Actor, at: datetime) -> int:
    """How many were skipped, since they have changed after the plan was made. Done again after a crash it finds those that it did."""
    wanted = {each.id: each for each in plan}
    below = _below(manifest, {each.id for each in plan if each.version == 0})
    skipped = 0
    for feature, item in _records(manifest, tenant_id):
        if (each := wanted.get(item["pk"]["S"])) is not None:
            skipped += not _commit(backup, feature, item, each, below.get(each.id, []), actor=actor, at=at)
    return skipped


def _records(manifest: Manifest, tenant_id: str) -> Iterator[tuple[str, dynamodb.Item]]:
    """The roots of a tenant's records, and of itself."""
    for feature, line in _lines(manifest):
        if tenant_id in line:
            item = json.loads(line)
            of = item.get("tenant_id", item["pk"])["S"]
            if item["sk"]["S"] == "#" and "head" in item and of == tenant_id:
                yield feature, item


def _lines(manifest: Manifest) -> Iterator[tuple[str, str]]:
    for feature in OF_TENANTS:
        for file in manifest.tables[feature].files:
            yield from ((feature, line) for line in files.lines(file))


def _below(manifest: Manifest, ids: set[str]) -> dict[str, list[tuple[str, dynamodb.Item]]]:
    """The children of the records that are gone."""
    found: dict[str, list[tuple[str, dynamodb.Item]]] = {}
    for feature, line in _lines(manifest) if ids else ():
        item = json.loads(line)
        if item["pk"]["S"] in ids and item["sk"]["S"] != "#":
            found.setdefault(item["pk"]["S"], []).append((feature, item))
    return found


def _planned(feature: str, item: dynamodb.Item) -> Planned | None:
    """None where there is nothing to do, or nothing may be done."""
    id = item["pk"]["S"]
    live = dynamodb.get(table(feature), id)
    if live is None:
        return None if _last(id)[2] else Planned(id=id, table=feature, version=0, fields=[])
    fields = differing(live, item) if feature in AS_THEY_WERE else []
    return Planned(id=id, table=feature, version=int(live["version"]["N"]), fields=fields) if fields else None


def _last(id: str) -> tuple[int, str, bool]:
    """Of a record's newest entry in the live log: its version, its hash, and whether it says that the record was removed for good."""
    entries = audit.timeline(id)
    if not entries:
        return 0, GENESIS, False
    entry = audit.Entry.load(entries[-1])
    return entry.version, entry.hash, str(entry.facts()["type"]).endswith(audit.PURGED)


def _commit(backup: Backup, feature: str, item: dynamodb.Item, plan: Planned, below: list[tuple[str, dynamodb.Item]], *, actor: Actor,
            at: datetime) -> bool:
    """One record, with its entry. False where it is not any more what the plan saw; as `_written`."""
    name, live = table(feature), dynamodb.get(table(feature), plan.id)
    version, head, removed = _last(plan.id)
    if _is_done(backup, plan.id, version):
        return True
    if int((live or {}).get("version", {"N": "0"})["N"]) != plan.version or removed:
        return False
    reason = f"brought back from {backup.id}: see that it is right, then try again"
    new, now = reverted(live, item, stuck=reason), wall()
    entry = audit.build(
        _reverted(feature)(backup_id=backup.id), subject=plan.id, version=version + 1, previous=head, actor=actor, at=at, recorded_at=now,
        changes={field: ["[from a backup]", "[from a backup]"] for field in plan.fields}, tenant_id=new.get("tenant_id", new["pk"])["S"],
        clock_id=new.get("clock_id", {}).get("S"), search=_search(item))
    new |= _place(new, item) | {"version": {"N": str(entry.version)}, "head": {"S": entry.hash}, "updated_at": {"S": stamp(now)}}
    unchanged = ({"ConditionExpression": "version = :v", "ExpressionAttributeValues": {":v": {"N": str(plan.version)}}} if live
                 else {"ConditionExpression": "attribute_not_exists(pk)"})
    puts: list[dict[str, Any]] = [
        {"TableName": name, "Item": new, **unchanged},
        {"TableName": table("audit"), "Item": entry.item(), "ConditionExpression": "attribute_not_exists(pk)"},
        *({"TableName": table(of), "Item": child} for of, child in below[:_CHILDREN])]
    for of, child in below[_CHILDREN:]:
        dynamodb.client().put_item(TableName=table(of), Item=child)
    return _written(puts) or _is_done(backup, plan.id, entry.version)


def _written(puts: list[dict[str, Any]]) -> bool:
    """Whether the transaction took place, as far as we heard. False where a condition does not hold; `Unavailable` where others were in the
    way at every try: whoever goes on with the restore tries again."""
    for _ in dynamodb.tries(TRIES):
        try:
            dynamodb.client().transact_write_items(TransactItems=[{"Put": put} for put in puts])
            return True
        except dynamodb.UNREACHABLE:
            continue  # nobody knows what became of it: the next try does, by the condition
        except ClientError as error:
            if error.response["Error"]["Code"] in dynamodb.BUSY:
                break  # the client has tried often enough itself
            reasons = {reason.get("Code", "None") for reason in error.response.get("CancellationReasons", [])} - {"None"}
            if "ConditionalCheckFailed" in reasons:
                return False
            if not reasons or not reasons <= IN_THE_WAY:
                raise
    raise Unavailable("the database is busy, try again")


def _place(new: dynamodb.Item, kept: dynamodb.Item) -> dynamodb.Item:
    """Its keys on time's own path, as any commit would give them. When what is deleted is removed for good follows from when it was
    deleted, and so is in the backup."""
    if "deleted_at" in new:
        return {name: kept[name] for name in ("gsi8pk", "gsi8sk") if name in kept}
    if "next_action_at" not in new:
        return {}
    due_at, clock_id = parse(new["next_action_at"]["S"]), new.get("clock_id", {}).get("S")
    partition, sort = due_keys(new["pk"]["S"], due_at, clock_id=clock_id, stuck="stuck" in new)
    return {"gsi8pk": {"S": partition}, "gsi8sk": {"S": sort}}


def _is_done(backup: Backup, id: str, version: int) -> bool:
    """Whether the newest entry is the one by which it was brought back from this backup: an earlier try, whose answer was lost."""
    entry = dynamodb.get(table("audit"), id, f"{version:010d}")
    if entry is None or not audit.Entry.load(entry).facts()["type"].endswith(".reverted"):
        return False
    return bool(json.loads(entry["data"]["S"])["backup_id"] == backup.id)


def _search(item: dynamodb.Item) -> str:
    """What the index was told when the record was as it is to be again: its own entry has it."""
    entry = dynamodb.get(table("audit"), item["pk"]["S"], f"{int(item['version']['N']):010d}") or {}
    return str(entry.get("search", {"S": ""})["S"])


class _Reverted(Payload):
    backup_id: str


@cache
def _reverted(feature: str) -> type[_Reverted]:
    return type("Reverted", (_Reverted,), {"__module__": __name__}, event=f"{feature}.reverted")
