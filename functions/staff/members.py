"""What is done with members of staff. Each is one commit with the item by which they are let in, so it counts at their next request.

Who is disabled or deleted is out with that commit, whatever becomes of their sessions, which end behind it, or before they come back.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from functions.staff import grants, holders, sessions
from functions.staff.events import Created, Deleted, Disabled, Enabled, Restored, Updated
from functions.staff.models import EndReason, Staff, StaffStatus, StaffUpdate
from kernel import access, dynamodb
from kernel.access import Principal
from kernel.audit import Actor, Payload
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.config import table
from kernel.problems import Conflict, Refused
from kernel.records import Record
from kernel.resource import patch


def create(staff: Staff, *others: tuple[Record, Payload], actor: Actor, at: datetime, writes: Sequence[dict[str, Any]] = ()) -> None:
    """A new member, whom their user of the pool gets in by, in one commit with `others`, which stand first.

    `Refused` where the address, or the user, is a member's already.
    """
    before = dynamodb.get(table("principals"), f"staff#{staff.subject}")
    if before is not None and "left" in before:
        sessions.end_all(before["staff_id"]["S"], EndReason.DISABLED, actor=actor, at=at)  # what a crash has left of who had this user
    try:
        let_in = _let_in(staff, "attribute_not_exists(pk) OR attribute_exists(#left)")
        commit(*others, (staff, Created(role=staff.role)), actor=actor, at=at,
               writes=[let_in, _taken(staff), *holders.moved(staff, None), *writes])
    except Conflict as failure:
        refuse_member(staff.subject)
        if is_member(staff.email):
            raise Refused("already_member", f"{staff.email} is a member of staff already") from failure
        raise


def update(id: str, body: StaffUpdate, caller: Principal, *, actor: Actor, at: datetime) -> Staff:
    """Another name or role. Who holds a role of their own loses it with the next request."""
    staff = _held(id, caller)
    before, role = holders.held(staff), staff.role
    patch(staff, body)
    if staff.role == role:
        change((staff, Updated(role=role)), actor=actor, at=at)
        return staff
    grants.check_role(staff.role, caller)
    _save(staff, Updated(role=staff.role), before, actor=actor, at=at)
    return staff


def disable(id: str, caller: Principal, *, actor: Actor, at: datetime) -> Staff:
    """`Refused` where they are disabled already, or the last active owner."""
    staff = _held(id, caller)
    if staff.status == StaffStatus.DISABLED:
        raise Refused("already_disabled", f"{id} is disabled already")
    before, staff.status = holders.held(staff), StaffStatus.DISABLED
    _save(staff, Disabled(), before, actor=actor, at=at)
    sessions.end_all(id, EndReason.DISABLED, actor=actor, at=at)
    return staff


def enable(id: str, caller: Principal, *, actor: Actor, at: datetime) -> Staff:
    """It gives somebody their role back, so one must be able to grant it."""
    staff = _held(id, caller)
    if staff.status == StaffStatus.ACTIVE:
        raise Refused("already_enabled", f"{id} is enabled already")
    grants.check_role(staff.role, caller)
    sessions.end_all(id, EndReason.DISABLED, actor=actor, at=at)  # what a crash has left: they sign in anew
    before, staff.status = holders.held(staff), StaffStatus.ACTIVE
    _save(staff, Enabled(), before, actor=actor, at=at)
    return staff


def delete(id: str, caller: Principal, *, actor: Actor, at: datetime) -> None:
    """Their address is free to be invited again."""
    staff = _held(id, caller)
    before, staff.deleted_at = holders.held(staff), wall()
    freed = {"Delete": {"TableName": Staff.table(), "Key": dynamodb.key(_address(staff.email))}}
    _save(staff, Deleted(), before, freed, actor=actor, at=at)
    sessions.end_all(id, EndReason.DISABLED, actor=actor, at=at)


def restore(id: str, caller: Principal, *, actor: Actor, at: datetime) -> Staff:
    """As they were. `Refused` where they have become a member anew."""
    staff = Staff.fetch(id, deleted=True)
    if staff.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    grants.check_role(staff.role, caller)
    sessions.end_all(id, EndReason.DISABLED, actor=actor, at=at)
    before, staff.deleted_at = holders.held(staff), None
    try:
        _save(staff, Restored(role=staff.role), before, _taken(staff), actor=actor, at=at)
    except Conflict as failure:
        if is_member(staff.email):
            raise Refused("already_member", f"{staff.email} is a member of staff anew") from failure
        raise
    return staff


def is_member(email: str) -> bool:
    """Whether the address is that of somebody who has not been deleted."""
    return dynamodb.get(Staff.table(), _address(email)) is not None


def refuse_member(subject: str) -> None:
    """`Refused` where a user of the pool is a member's, disabled or not."""
    found = dynamodb.get(table("principals"), f"staff#{subject}")
    if found is not None and "left" not in found:
        raise Refused("already_member", "this is a member of staff already")


def _held(id: str, caller: Principal) -> Staff:
    staff = Staff.fetch(id)
    grants.check_owner(staff.role, caller)
    return staff


def _save(staff: Staff, payload: Payload, before: str | None, *writes: dict[str, Any], actor: Actor, at: datetime) -> None:
    mine = _let_in(staff, "attribute_not_exists(pk) OR staff_id = :id")
    try:
        commit((staff, payload), actor=actor, at=at, writes=[mine, *writes, *holders.moved(staff, before)])
    except Conflict as failure:
        raise holders.explained(failure, staff, before) from failure


def _let_in(staff: Staff, condition: str) -> dict[str, Any]:
    """The item that is read at each of their requests. `left`: who is invited again may take the place of who was deleted."""
    active = staff.status == StaffStatus.ACTIVE and staff.deleted_at is None
    item = access.staff_item(staff.subject, staff_id=staff.id, role=staff.role, active=active)
    item |= {} if staff.deleted_at is None else {"left": {"BOOL": True}}
    put: dict[str, Any] = {"TableName": table("principals"), "Item": item, "ConditionExpression": condition}
    if ":id" in condition:
        return {"Put": put | {"ExpressionAttributeValues": {":id": {"S": staff.id}}}}
    return {"Put": put | {"ExpressionAttributeNames": {"#left": "left"}}}


def _address(email: str) -> str:
    return f"member#{email.casefold()}"


def _taken(staff: Staff) -> dict[str, Any]:
    """The address is this member's, and no other's."""
    return {"Put": {"TableName": Staff.table(), "Item": dynamodb.key(_address(staff.email)) | {"staff_id": {"S": staff.id}},
                    "ConditionExpression": "attribute_not_exists(pk) OR staff_id = :id",
                    "ExpressionAttributeValues": {":id": {"S": staff.id}}}}
