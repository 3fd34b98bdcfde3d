"""What other features may use of staff: whom to write to, what may be granted, the link of an invitation at the moment when it is sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from functions.staff import grants, tokens
from functions.staff.grants import TENANTS_MAY as TENANTS_MAY
from functions.staff.models import Invitation, InvitationStatus, Staff, StaffStatus
from kernel import dynamodb
from kernel.access import Principal
from kernel.clock import wall
from kernel.config import setting


@dataclass(frozen=True)
class Member:
    """A member of staff. `active`: may sign in. `language`: None where it is the company's."""

    id: str
    name: str
    email: str
    active: bool
    language: str | None = None


def member(id: str) -> Member | None:
    """None for one who never was, or was deleted, and for callers that are no people."""
    found = Staff.find(id)
    if found is None or found.deleted_at is not None:
        return None
    return Member(found.id, found.name, found.email, found.status == StaffStatus.ACTIVE, found.language)


def on_duty(roles: Sequence[str]) -> list[Member]:
    """Who has one of these roles and may sign in: at most a hundred of each."""
    path = next(path for path in Staff.paths if path.by == ("role",))
    found = [dynamodb.ask(Staff.table(), path.index, path.partition(Staff.prefix, {"role": role}))[0] for role in roles]
    staff = [Staff.load(item) for items in found for item in items]
    return [Member(each.id, each.name, each.email, True, each.language) for each in staff if each.status == StaffStatus.ACTIVE]


def grantable(permissions: list[str], caller: Principal, field: str) -> list[str]:
    """Permissions that the caller may grant, sorted. `Invalid` (of the field) for what is none, `Forbidden` for one that they lack."""
    found = grants.known(permissions, field)
    grants.check(found, caller)
    return found


@dataclass(frozen=True)
class Invitee:
    """Who is invited, by whom ("" for one who is no member any more). `open`: the invitation can still be accepted."""

    name: str
    email: str
    language: str
    host: str
    expires_at: datetime
    open: bool


def invitee(id: str) -> Invitee:
    """`NotFound` for an invitation that never was."""
    found = Invitation.fetch(id)
    host = member(found.invited_by)
    return Invitee(found.name, found.email, found.language, host.name if host else "", found.expires_at, _is_open(found))


def invitation_link(id: str) -> str | None:
    """The secret link, None where the invitation is open no longer. For the mail alone: it is stored and shown nowhere."""
    found = Invitation.find(id)
    return f"{setting('ORIGIN')}/accept#{tokens.of(found)}" if found is not None and _is_open(found) else None


def _is_open(invitation: Invitation) -> bool:
    return bool(invitation.status == InvitationStatus.PENDING and invitation.expires_at > wall())
