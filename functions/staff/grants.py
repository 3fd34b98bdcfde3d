"""What there is to be permitted, and who may permit it to whom: nobody grants what they lack, and only owners make owners."""

from collections.abc import Iterable

from functions.staff.models import CustomRole, Grantable, Permission, Role
from kernel.access import ROLES, Principal
from kernel.problems import Forbidden, Invalid, referred

# A test compares this with what the routes and use cases of all features ask for: they are known by name only, not imported.
PERMISSIONS = (
    "announcements.read", "announcements.write", "api_keys.read", "api_keys.write", "articles.publish", "articles.read", "articles.write",
    "audit.erase", "audit.inspect", "backups.read", "backups.restore", "backups.write", "clocks.read", "clocks.write", "content.buy",
    "content.download", "content.publish", "content.read", "content.write", "contracts.read", "contracts.send", "contracts.write",
    "exports.all", "exports.read", "flags.evaluate", "flags.read", "flags.write", "health.beat", "health.read", "health.write",
    "impersonation.read", "impersonation.write", "insights.read", "invoices.read", "invoices.write", "leads.convert", "leads.read",
    "leads.write", "notifications.read", "notifications.write", "onboarding.read", "onboarding.write", "payments.read", "payments.write",
    "plans.read", "plans.write", "reconciliation.read", "reconciliation.write", "settings.read", "settings.write", "staff.read",
    "staff.sessions", "staff.views", "staff.write", "subscriptions.read", "subscriptions.write", "tenants.read", "tenants.write",
    "tickets.read", "tickets.write")
# What a tenant's key may hold: to read what is the tenant's, and what is sold, its flags, and who of ours acted as it; to ask for help; and
# to fetch the content that was bought for it. What else a tenant changes, it changes through the owner's product: any other permission
# would let it be its own biller (resume itself, grant itself a trial, void its invoices).
TENANTS_MAY = (
    "announcements.read", "articles.read", "content.download", "content.read", "flags.evaluate", "impersonation.read", "invoices.read",
    "payments.read", "plans.read", "subscriptions.read", "tenants.read", "tickets.read", "tickets.write")
_WILD = {"*", *(f"{each.partition('.')[0]}.*" for each in PERMISSIONS), *(f"*.{each.partition('.')[2]}" for each in PERMISSIONS)}


def grantable() -> Grantable:
    """All permissions, each with the built-in roles that have it, what these roles are made of, and what a tenant's key may hold."""
    holders = {role: Principal("", frozenset(ROLES[role]), role=role) for role in Role}
    return Grantable(
        data=[Permission(permission=each, held_by=[role for role in Role if holders[role].may(each)]) for each in PERMISSIONS],
        roles={role: sorted(ROLES[role]) for role in Role}, tenants=list(TENANTS_MAY))


def known(permissions: Iterable[str], field: str = "permissions") -> list[str]:
    """Sorted, each once. `Invalid` for what is no permission, nor a wildcard of some; `field` is where it came from."""
    found = sorted(set(permissions))
    if unknown := [each for each in found if each not in PERMISSIONS and each not in _WILD]:
        raise Invalid(f"there is no permission {unknown[0][:80]!r}", code="unknown_permission", field=field)
    return found


def permissions_of(role: str) -> list[str]:
    """What a role permits. `NotFound` for none that is there."""
    return sorted(ROLES[role]) if role in ROLES else list(CustomRole.fetch(role).permissions)


def check(permissions: Iterable[str], caller: Principal) -> None:
    """`Forbidden`, naming the first that the caller lacks."""
    if lacking := [each for each in permissions if not caller.covers([each])]:
        raise Forbidden(f"nobody grants what they lack: {lacking[0]}", permission=lacking[0])


def check_role(role: str, caller: Principal) -> None:
    """Whether the caller may give somebody this role: `Forbidden`, or `Invalid` where there is no such role."""
    with referred("role"):
        permissions = permissions_of(role)
    check(permissions, caller)
    check_owner(role, caller)


def check_owner(role: str, caller: Principal) -> None:
    """`Forbidden` to touch an owner for whom is none."""
    if role == Role.OWNER and caller.role != Role.OWNER:
        raise Forbidden("only an owner makes, changes, disables or deletes an owner", code="owners_only")
