"""Who may do what in the company: roles of its own, colleagues who came by invitation, one who has left, and API keys in their states."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.api_keys import service as keys
from functions.api_keys.models import ApiKey, ApiKeyCreate, Environment, KeyCredits, KeyLimit
from functions.staff import invitations, members, roles, tokens
from functions.staff.credentials import Accept
from functions.staff.models import CustomRoleCreate, Invitation, InvitationCreate, Role, Staff
from kernel.access import ROLES, Principal
from kernel.audit import Actor
from kernel.clock import frozen
from local.seed.shop import Shop
from local.staff import PASSWORD

DAY = timedelta(days=1)
# Name: what it is for, what it permits.
OWN_ROLES = {
    "Bookkeeping": ("Invoices, payments and what is printed on them.", ["invoices.*", "payments.*", "settings.read", "tenants.read"]),
    "Audit": ("Reads everything, the audit log too, and changes nothing.", ["*.read", "audit.inspect"])}
INVITED = {"Berta Books": "Bookkeeping", "Anton Audit": "Audit", "Lea Leaver": "admin"}
TENANTS_KEYS = {"Reporting": ["invoices.read", "subscriptions.read"], "ERP": ["invoices.read"]}
LEAVER, NEWCOMER = "Lea Leaver", "Nora New"


def grant(shop: Shop, tenants: Sequence[str], *, begin: datetime, end: datetime) -> None:
    """Roles, members and keys of the history, while nobody hears of it. The keys are for the company itself and for two `tenants`."""
    admin = principal(shop.staff[Role.ADMIN].id)
    with frozen(begin + 10 * DAY):
        made = {name: roles.create(CustomRoleCreate(name=name, description=about, permissions=permitted), admin, actor=Actor(id=admin.id),
                                   at=begin + 10 * DAY).id for name, (about, permitted) in OWN_ROLES.items()}
    hired = {name: _join(name, made.get(role, role), admin, begin + (20 + n) * DAY) for n, (name, role) in enumerate(INVITED.items())}
    _make(principal(hired[LEAVER].id), begin + 40 * DAY, name="Website", scopes=["plans.read"])
    with frozen(end - 60 * DAY):
        members.disable(hired[LEAVER].id, admin, actor=Actor(id=admin.id), at=end - 60 * DAY)
    _own_keys(admin, end)
    for tenant, (name, scopes) in zip(tenants, TENANTS_KEYS.items(), strict=True):
        _make(admin, end, name=name, tenant_id=tenant, scopes=scopes, credits=KeyCredits(amount=10_000, refill="monthly"),
              limits=[KeyLimit(name="burst", limit=60, window=60)])


def invite(shop: Shop, at: datetime) -> Invitation:
    """Somebody who has not answered yet: the mail goes out, and its link is good for a week."""
    body = InvitationCreate(name=NEWCOMER, email=address(NEWCOMER), role=Role.VIEWER)
    admin = principal(shop.staff[Role.ADMIN].id)
    return invitations.create(body, admin, actor=Actor(id=admin.id), at=at)


def principal(staff_id: str) -> Principal:
    """An admin who is signed in, as the API knows them."""
    return Principal(staff_id, frozenset(ROLES[Role.ADMIN]), session="seed", role=Role.ADMIN)


def address(name: str) -> str:
    return f"{name.partition(' ')[0].lower()}@example.test"


def _join(name: str, role: str, host: Principal, at: datetime) -> Staff:
    """Invited, and a day later they have chosen the password that everybody has here."""
    with frozen(at):
        body = InvitationCreate(name=name, email=address(name), role=role)
        invitation = invitations.create(body, host, actor=Actor(id=host.id), at=at)
    with frozen(at + DAY):
        return invitations.accept(Accept(token=tokens.of(invitation), password=PASSWORD), actor=Actor(id="anonymous"), at=at + DAY)


def _own_keys(admin: Principal, end: datetime) -> None:
    actor = Actor(id=admin.id)
    _make(admin, end - 100 * DAY, name="Data warehouse", scopes=["*.read"], allowed_ips=["198.51.100.0/24"],
          limits=[KeyLimit(name="minute", limit=600, window=60)])
    _make(admin, end, name="Migration of old invoices", scopes=["invoices.*", "tenants.read"], expires_at=end + 35 * DAY)
    crm, staging = (_make(admin, end - 90 * DAY, name=name, environment=environment, scopes=["tenants.*"])
                    for name, environment in (("Old CRM", Environment.LIVE), ("Staging", Environment.TEST)))
    nightly = _make(admin, end - 80 * DAY, name="Nightly checks", scopes=["*.read"])
    with frozen(end - 50 * DAY):
        keys.move(crm.id, "disable", admin, actor=actor, at=end - 50 * DAY)
        keys.move(staging.id, "revoke", admin, actor=actor, at=end - 50 * DAY)
        keys.rotate(nightly.id, DAY, admin, actor=actor, at=end - 50 * DAY)


def _make(caller: Principal, at: datetime, **body: Any) -> ApiKey:
    """Nobody keeps the plain text."""
    with frozen(at):
        return keys.create(ApiKeyCreate(**body), caller, actor=Actor(id=caller.id), at=at)[0]
