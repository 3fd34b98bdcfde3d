"""Who has a role, as sets that change in the transaction of the member: one owner always remains, and a role that is had stays.

Items of the table `principals`: `owners`, the active ones, and `holders#<role>` for each role of one's own.
"""

from typing import Any

from functions.staff.models import Role, Staff, StaffStatus
from kernel import access, dynamodb
from kernel.config import table
from kernel.problems import Conflict, Refused

OWNERS = "owners"


def key_of(role: str) -> str:
    return f"holders#{role}"


def held(staff: Staff) -> str | None:
    """The set that a member belongs to, None for one of a built-in role but an active owner."""
    if staff.deleted_at is not None:
        return None
    if staff.role == Role.OWNER:
        return OWNERS if staff.status == StaffStatus.ACTIVE else None
    return None if staff.role in access.ROLES else key_of(staff.role)


def moved(staff: Staff, before: str | None) -> list[dict[str, Any]]:
    """What a commit writes for a member that belonged to the set `before`. It is a `Conflict` for the last owner, and for a role that is
    gone meanwhile."""
    after = held(staff)
    if before == after:
        return []
    writes = []
    if before is not None:
        left = _changed(before, "DELETE", staff.id)
        if before == OWNERS:
            left["ConditionExpression"] = "contains(ids, :id) AND size(ids) > :one"
            left["ExpressionAttributeValues"] |= {":one": {"N": "1"}, ":id": {"S": staff.id}}
        writes.append({"Update": left})
    if after is not None:
        writes.append({"Update": _changed(after, "ADD", staff.id)})
        writes += [] if after == OWNERS else [exists(staff.role)]
    return writes


def _changed(key: str, action: str, id: str) -> dict[str, Any]:
    return {"TableName": table("principals"), "Key": dynamodb.key(key), "UpdateExpression": f"{action} ids :ids",
            "ExpressionAttributeValues": {":ids": {"SS": [id]}}}


def exists(role: str) -> dict[str, Any]:
    """The condition that a role of one's own is there."""
    return {"ConditionCheck": {"TableName": table("principals"), "Key": dynamodb.key(access.CUSTOM),
                               "ConditionExpression": "attribute_exists(#role)", "ExpressionAttributeNames": {"#role": role}}}


def nobody(role: str) -> dict[str, Any]:
    """The condition that nobody has a role of one's own. Of a set that is empty DynamoDB keeps nothing."""
    return {"ConditionCheck": {"TableName": table("principals"), "Key": dynamodb.key(key_of(role)),
                               "ConditionExpression": "attribute_not_exists(ids)"}}


def has_holders(role: str) -> bool:
    return "ids" in (dynamodb.get(table("principals"), key_of(role)) or {})


def explained(failure: Conflict, staff: Staff, before: str | None) -> Conflict:
    """Why a commit with `moved` failed: `Refused` where it was the last owner's."""
    if before == OWNERS and held(staff) != OWNERS:
        ids = (dynamodb.get(table("principals"), OWNERS) or {}).get("ids", {"SS": []})["SS"]
        if len(ids) < 2 or staff.id not in ids:
            return Refused("last_owner", "of the active owners the last one stays: make somebody else an owner first")
    return failure


def counted(staff: Staff) -> None:
    """Put an active owner of a time before the set was kept into it; who is none is left out. It fails where they are being changed."""
    stands = {"ConditionCheck": {"TableName": Staff.table(), "Key": dynamodb.key(staff.id), "ConditionExpression": "version = :v",
                                 "ExpressionAttributeValues": {":v": {"N": str(staff.version)}}}}
    if held(staff) == OWNERS:
        dynamodb.client().transact_write_items(TransactItems=[stands, {"Update": _changed(OWNERS, "ADD", staff.id)}])
