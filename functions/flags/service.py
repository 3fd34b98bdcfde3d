"""What can be done to a flag: made, changed, switched off for everybody and on again, taken away; and what it was at each version."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.flags import events
from functions.flags.models import Flag, FlagCreate, FlagStatus, FlagUpdate, FlagVersion
from functions.flags.rules import check, settled
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload, difference
from kernel.clock import wall
from kernel.commit import Marker, change, commit
from kernel.problems import Conflict, Duplicate, NotFound
from kernel.records import child
from kernel.resource import attributes, patch

_DECIDES = ("kind", "variants", "default_variant", "off_variant", "rules")
_LISTS = {"variants", "rules"}
_SWITCHED = {"kill": (FlagStatus.KILLED, events.Killed), "enable": (FlagStatus.ACTIVE, events.Enabled)}


def create(body: FlagCreate, *, actor: Actor, at: datetime) -> Flag:
    """`Conflict` (`duplicate_key`, with its `flag_id`) where another flag has the key, `Invalid` for one that contradicts itself."""
    flag = Flag(ids.new(Flag.prefix), **attributes(body))
    flag.salt = flag.salt or flag.key
    _settle(flag)
    _save_with_key(flag, events.Created(key=flag.key), actor=actor, at=at)
    return flag


def update(id: str, body: FlagUpdate, *, actor: Actor, at: datetime) -> Flag:
    """Change what is sent; lists are replaced whole. As `create`."""
    flag = Flag.fetch(id)
    patch(flag, body)
    whole = attributes(body)  # a patch holds what was sent alone, and a rule has all its parts
    for name in body.model_fields_set & _LISTS:
        setattr(flag, name, whole[name])
    _settle(flag)
    changed = (flag, events.Updated(key=flag.key))
    if difference(flag._loaded, flag.image()):
        _save(*changed, actor=actor, at=at)
    else:
        change(changed, actor=actor, at=at)
    return flag


def switch(id: str, verb: str, *, actor: Actor, at: datetime) -> Flag:
    """`kill` or `enable`. `Conflict` where it is so already."""
    flag = Flag.fetch(id)
    status, event = _SWITCHED[verb]
    if flag.status == status:
        raise Conflict(f"{id} is {status} already")
    flag.status = status
    _save(flag, event(key=flag.key), actor=actor, at=at)
    return flag


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Its key is free for another."""
    flag = Flag.fetch(id)
    flag.deleted_at = wall()
    _save(flag, events.Deleted(key=flag.key), actor=actor, at=at, writes=[_free(flag.key)])


def restore(id: str, *, actor: Actor, at: datetime) -> Flag:
    """`Conflict` for one that is not deleted, and where its key is another's by now."""
    flag = Flag.fetch(id, deleted=True)
    if flag.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    flag.deleted_at = None
    _save_with_key(flag, events.Restored(key=flag.key), actor=actor, at=at)
    return flag


def version(id: str, number: int) -> FlagVersion:
    """What a flag was at a version, also one that is deleted now. `NotFound` for a version that never was."""
    flag = Flag.fetch(id, deleted=True)
    found = dynamodb.get(Flag.table(), flag.id, _version(number))
    if found is None:
        raise NotFound(f"{id} has no version {number}")
    return FlagVersion.model_validate_json(found["body"]["S"])


def _settle(flag: Flag) -> None:
    flag.variants = settled(flag.kind, flag.variants)
    check(**{name: getattr(flag, name) for name in _DECIDES})


def _save(flag: Flag, payload: Payload, *, actor: Actor, at: datetime, markers: Sequence[Marker] = (),
          writes: Sequence[dict[str, Any]] = ()) -> None:
    """The flag, and beside it what it is at this version."""
    number = flag.version + 1
    kept = {name: number if name == "version" else getattr(flag, name) for name in FlagVersion.model_fields}
    commit((flag, payload), actor=actor, at=at, markers=markers, items=[(Flag.table(), child(flag, _version(number), kept))], writes=writes)


def _save_with_key(flag: Flag, payload: Payload, *, actor: Actor, at: datetime) -> None:
    """As `_save`, if its key is nobody else's: of two who come at once, one gets it."""
    try:
        _save(flag, payload, actor=actor, at=at, markers=[Marker(Flag, _taken(flag.key), {"flag_id": flag.id})])
    except Duplicate as there:
        raise Conflict(f"{flag.key} is the key of another flag", code="duplicate_key", flag_id=there.found["flag_id"]) from there


def _version(number: int) -> str:
    return f"version#{number:010d}"


def _taken(key: str) -> str:
    return f"key#{key}"


def _free(key: str) -> dict[str, Any]:
    """From now on the key counts as nobody's; DynamoDB removes the marker."""
    return {"Update": {"TableName": Flag.table(), "Key": dynamodb.key(_taken(key)), "UpdateExpression": "SET #ttl = :past",
                       "ExpressionAttributeNames": {"#ttl": "ttl"},
                       "ExpressionAttributeValues": {":past": {"N": str(int(wall().timestamp()) - 1)}}}}
