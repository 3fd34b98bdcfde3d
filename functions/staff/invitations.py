"""How somebody becomes a member of staff: they are invited by mail, and choose a password by the link in it.

Items of the table `staff`: `invited#<address>` while an invitation of this address is pending, until it expires.
"""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from functions.settings.contract import issuer
from functions.staff import grants, members, passwords, tokens, users
from functions.staff.credentials import Accept
from functions.staff.events import InvitationAccepted, InvitationRevoked, Invited
from functions.staff.models import Invitation, InvitationCreate, InvitationStatus, Staff, StaffStatus
from kernel import dynamodb, ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit
from kernel.problems import Conflict, Forbidden, Invalid, NotFound, Problem, Refused
from kernel.resource import attributes

LIFE = timedelta(days=7)


def create(body: InvitationCreate, caller: Principal, *, actor: Actor, at: datetime) -> Invitation:
    """`Refused` where the address is a member's or invited already, or there is no issuer; `Forbidden` for a role that the caller cannot
    grant, and for a key."""
    _check(body.role, caller)
    if members.is_member(body.email):
        raise Refused("already_member", f"{body.email} is a member of staff already")
    issuer()  # the mail comes from it
    invitation = Invitation(ids.new(Invitation.prefix), **attributes(body), invited_by=caller.id)
    _send(invitation, actor=actor, at=at)
    return invitation


def resend(id: str, caller: Principal, *, actor: Actor, at: datetime) -> Invitation:
    """A new link, good for a week from now; no link sent before is good any more. Now it is this caller's invitation."""
    invitation = _pending(id)
    _check(invitation.role, caller)
    invitation.invited_by = caller.id
    _send(invitation, actor=actor, at=at)
    return invitation


def revoke(id: str, *, actor: Actor, at: datetime) -> Invitation:
    invitation = _pending(id)
    invitation.status = InvitationStatus.REVOKED
    commit((invitation, InvitationRevoked()), actor=actor, at=at, writes=_free(invitation))
    return invitation


def accept(body: Accept, *, actor: Actor, at: datetime) -> Staff:
    """Makes the user of the pool, then the member. After a crash in between the link is still good, and a user without a member can do
    nothing. `Invalid`, and the same for all of them: a link that is forged, used, revoked, expired, or that nobody could send any more."""
    invitation = tokens.opened(body.token)
    if invitation is None or not _is_open(invitation):
        raise _not_good()
    passwords.check(body.password, invitation.email, invitation.name)
    staff = Staff(ids.new(Staff.prefix), name=invitation.name, email=invitation.email, role=invitation.role)
    try:
        staff.subject = users.made(invitation.email, body.password)
        invitation.status, invitation.staff_id = InvitationStatus.ACCEPTED, staff.id
        members.create(staff, (invitation, InvitationAccepted(staff_id=staff.id)), actor=replace(actor, id=staff.id), at=at,
                       writes=_free(invitation))
    except Refused as refused:  # whoever it is for is a member by now, in another way
        raise _not_good() from refused
    return staff


def _not_good() -> Invalid:
    return Invalid("this invitation is not good any more: ask for a new one", code="invitation_not_good", field="token")


def _is_open(invitation: Invitation) -> bool:
    """Pending, and whoever invited could still do so: their rights are what they are now."""
    if invitation.status != InvitationStatus.PENDING or invitation.expires_at <= wall() or members.is_member(invitation.email):
        return False
    host = Staff.find(invitation.invited_by)
    if host is None or host.deleted_at is not None or host.status != StaffStatus.ACTIVE:
        return False
    try:
        caller = Principal(host.id, frozenset(grants.permissions_of(host.role)), role=host.role)
        caller.require("staff.write")
        grants.check_role(invitation.role, caller)
    except (Forbidden, Invalid, NotFound):
        return False
    return True


def _check(role: str, caller: Principal) -> None:
    """An invitation is good by the rights that who invited has as a member of staff."""
    if caller.role is None:
        raise Forbidden("only members of staff invite", code="members_only")
    grants.check_role(role, caller)


def _pending(id: str) -> Invitation:
    invitation = Invitation.fetch(id)
    if invitation.status != InvitationStatus.PENDING:
        raise Refused("not_pending", f"{id} was {invitation.status}")
    return invitation


def _send(invitation: Invitation, *, actor: Actor, at: datetime) -> None:
    """`Refused` where another invitation of the address is pending."""
    invitation.nonce, invitation.expires_at = secrets.token_hex(16), wall() + LIFE
    told = Invited(role=invitation.role, expires_at=invitation.expires_at)
    try:
        commit((invitation, told), actor=actor, at=at, writes=[_claim(invitation)])
    except Conflict as failure:
        raise _explained(failure, invitation) from failure


def _explained(failure: Conflict, invitation: Invitation) -> Problem:
    found = dynamodb.get(Invitation.table(), _address(invitation.email))
    if found and found["invitation_id"]["S"] != invitation.id:
        return Refused("already_invited", f"{invitation.email} is invited already, by {found['invitation_id']['S']}")
    return failure


def _address(email: str) -> str:
    return f"invited#{email.casefold()}"


def _claim(invitation: Invitation) -> dict[str, Any]:
    """The address is this invitation's until it expires."""
    item = dynamodb.key(_address(invitation.email)) | {
        "invitation_id": {"S": invitation.id}, "ttl": {"N": str(int(invitation.expires_at.timestamp()))}}
    return {"Put": {"TableName": Invitation.table(), "Item": item, "ExpressionAttributeNames": {"#ttl": "ttl"},
                    "ConditionExpression": "attribute_not_exists(pk) OR invitation_id = :id OR #ttl <= :now",
                    "ExpressionAttributeValues": {":id": {"S": invitation.id}, ":now": {"N": str(int(wall().timestamp()))}}}}


def _free(invitation: Invitation) -> list[dict[str, Any]]:
    """The address can be invited again. One that has expired may have lost it to another already."""
    found = dynamodb.get(Invitation.table(), _address(invitation.email))
    if found is None or found["invitation_id"]["S"] != invitation.id:
        return []
    return [{"Delete": {"TableName": Invitation.table(), "Key": dynamodb.key(_address(invitation.email)),
                        "ConditionExpression": "attribute_not_exists(pk) OR invitation_id = :id",
                        "ExpressionAttributeValues": {":id": {"S": invitation.id}}}}]
