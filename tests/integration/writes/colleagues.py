"""What can be asked about members of staff, their roles and invitations."""

from datetime import UTC, datetime
from uuid import uuid4

from functions.staff.events import Created
from functions.staff.models import Role, Staff
from functions.staff.service import create
from kernel import ids
from kernel.audit import Actor
from kernel.commit import commit
from tests.integration.writes.asking import Write, after, bulk, delete, gone, patch, post, two
from tests.integration.writes.company import Company

INVITATION = {"name": "Bob", "email": "bob@example.test", "role": "viewer"}


def member(company: Company) -> str:
    """Somebody who is no owner."""
    name = uuid4().hex
    return create(name="Ada", email=f"{name}@example.test", role=Role.VIEWER, subject=name, actor=Actor(id="system"), at=datetime.now(UTC)).id


def themselves(company: Company) -> None:
    """The record of who asks."""
    who = Staff("stf_owner", name="Ada", email="ada@example.test", role=Role.OWNER, subject="subject-owner")
    commit((who, Created(role=who.role)), actor=Actor(id="system"), at=datetime.now(UTC))


def role(company: Company) -> str:
    return company.made("/v1/staff/roles", {"name": "Own", "permissions": ["plans.read"]})


def invitation(company: Company) -> str:
    return company.made("/v1/staff/invitations", INVITATION | {"email": f"{ids.new('x')}@example.test"})  # one has one at a time


def staff() -> dict[str, Write]:
    path, roles, invitations = "/v1/staff/{}", "/v1/staff/roles/{}", "/v1/staff/invitations/{}"
    own = {"name": "New", "permissions": ["plans.read", "tenants.*"]}
    disabled = after(member, (path + "/disable", None))
    return {
        "change a member": patch(path, {"name": "New"}, {"staff.updated": 1}, member),
        "give a member another role": patch(path, {"role": "admin"}, {"staff.updated": 1}, member),
        "make a member an owner": patch(path, {"role": "owner"}, {"staff.updated": 1}, member),
        "choose what the console is like": patch("/v1/me", {"theme": "dark"}, {"staff.preferences_changed": 1}, themselves),
        "disable a member": post(path + "/disable", None, {"staff.disabled": 1}, member),
        "enable a member": post(path + "/enable", None, {"staff.enabled": 1}, disabled),
        "delete a member": delete(path, {"staff.deleted": 1}, member),
        "restore a member": post(path + "/restore", None, {"staff.restored": 1}, gone("/v1/staff", member)),
        "disable two members": bulk("/v1/staff", "disable", {"staff.disabled": 2}, two(member)),
        "make a role": post("/v1/staff/roles", own, {"staff.role_saved": 1}),
        "change a role": patch(roles, {"permissions": ["plans.write"]}, {"staff.role_saved": 1}, role),
        "delete a role": delete(roles, {"staff.role_deleted": 1}, role, headers={"if-match": '"1"'}),
        "restore a role": post(roles + "/restore", None, {"staff.role_saved": 1}, gone("/v1/staff/roles", role)),
        "invite somebody": post("/v1/staff/invitations", INVITATION, {"staff.invited": 1}),
        "invite somebody again": post(invitations + "/resend", None, {"staff.invited": 1}, invitation),
        "take an invitation back": post(invitations + "/revoke", None, {"staff.invitation_revoked": 1}, invitation),
    }
