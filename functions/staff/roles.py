"""Roles of one's own. What they permit is written with the record into the item that every request reads: a change counts at once."""

from datetime import datetime
from typing import Any

from functions.staff import grants, holders
from functions.staff.events import RoleDeleted, RoleSaved
from functions.staff.models import CustomRole, CustomRoleCreate, CustomRoleUpdate
from kernel import access, dynamodb, ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import change, commit
from kernel.config import table
from kernel.problems import Conflict, Refused
from kernel.resource import attributes, patch


def create(body: CustomRoleCreate, caller: Principal, *, actor: Actor, at: datetime) -> CustomRole:
    """`Invalid` for an unknown permission, `Forbidden` for one that the caller lacks."""
    role = CustomRole(ids.new(CustomRole.prefix), **attributes(body))
    _check(role, caller)
    _save(role, actor=actor, at=at)
    return role


def update(id: str, body: CustomRoleUpdate, caller: Principal, *, actor: Actor, at: datetime) -> CustomRole:
    """As `create`, for what it permits afterwards."""
    role = CustomRole.fetch(id)
    patch(role, body)
    if "permissions" not in body.model_fields_set:
        change((role, RoleSaved(permissions=role.permissions)), actor=actor, at=at)
        return role
    _check(role, caller)
    _save(role, actor=actor, at=at)
    return role


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """`Refused` while somebody has the role."""
    role = CustomRole.fetch(id)
    role.deleted_at = wall()
    try:
        commit((role, RoleDeleted()), actor=actor, at=at, writes=[_set(role, "REMOVE #id"), holders.nobody(id)])
    except Conflict as failure:
        if holders.has_holders(id):
            raise Refused("role_in_use", "somebody has this role: give them another first") from failure
        raise


def restore(id: str, caller: Principal, *, actor: Actor, at: datetime) -> CustomRole:
    """`Conflict` where it is not deleted."""
    role = CustomRole.fetch(id, deleted=True)
    if role.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    role.deleted_at = None
    _check(role, caller)
    _save(role, actor=actor, at=at)
    return role


def _check(role: CustomRole, caller: Principal) -> None:
    role.permissions = grants.known(role.permissions)
    grants.check(role.permissions, caller)


def _save(role: CustomRole, *, actor: Actor, at: datetime) -> None:
    permits = _set(role, "SET #id = :set")
    permits["Update"]["ExpressionAttributeValues"] = {":set": {"SS": role.permissions}}
    commit((role, RoleSaved(permissions=role.permissions)), actor=actor, at=at, writes=[permits])


def _set(role: CustomRole, how: str) -> dict[str, Any]:
    return {"Update": {"TableName": table("principals"), "Key": dynamodb.key(access.CUSTOM), "UpdateExpression": how,
                       "ExpressionAttributeNames": {"#id": role.id}}}
