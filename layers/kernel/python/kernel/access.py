"""Who calls, and what they may do: one step inside the function. Kernel-owned table `principals`: staff and their sessions.

The access token only says which session; the session and staff items, read fresh at every request, decide. So a revoked role or session
counts at the next request.
"""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from kernel import dynamodb
from kernel.clock import stamp, wall
from kernel.config import setting, table
from kernel.problems import Forbidden, Unauthenticated, Unavailable

if TYPE_CHECKING:
    from kernel.quotas import Credits, Limit

CUSTOM = "roles"  # key of the one item that holds the permissions of every custom role, each as a string set
ACTING = "imp+jwt"  # `typ` of a token by which staff act as a tenant
LEEWAY = 10  # seconds for clocks that differ
_KEY = re.compile(r"[a-z]{1,8}_(live|test)_[A-Za-z0-9_-]{43}")  # no token looks so: those have dots
_ALL_READ = {"*.read", "staff.views"}  # and one's own saved views
ROLES: dict[str, set[str]] = {
    "owner": {"*"},
    "admin": {"*"},
    "billing": {*_ALL_READ, "tenants.*", "plans.*", "subscriptions.*", "invoices.*", "payments.*", "settings.*", "leads.*", "content.*",
                "reconciliation.*", "contracts.*"},
    "support": {*_ALL_READ, "tenants.write", "notifications.*", "leads.*", "impersonation.*", "onboarding.*", "tickets.*", "contracts.*"},
    "developer": {*_ALL_READ, "clocks.*", "flags.*", "health.*"},
    "viewer": _ALL_READ,
}


@dataclass(frozen=True)
class Principal:
    """Who calls. `permissions` are `<resource>.<verb>`, `<resource>.*`, `*.read` or `*`. With a `tenant_id` it is a tenant's key.

    With an `impersonation` too, it is a member of staff who acts as the tenant.

    Of each request, `limits` and `credits` are taken from the `holder`'s item (`kernel.limits`); without a holder, nothing is counted.
    """

    id: str
    permissions: frozenset[str]
    tenant_id: str | None = None
    session: str | None = None
    role: str | None = None
    holder: str | None = None
    limits: "tuple[tuple[str, Limit], ...]" = ()
    credits: "Credits | None" = None
    impersonation: str | None = None

    @property
    def behalf(self) -> dict[str, str | None]:
        """What an audit entry says of who acts for another: for whom, and the entry by which that began."""
        return {"acting_for": self.tenant_id, "cause": f"{self.impersonation}#1"} if self.impersonation else {}

    def may(self, permission: str) -> bool:
        resource, _, verb = permission.partition(".")
        return not self.permissions.isdisjoint({permission, f"{resource}.*", f"*.{verb}", "*"})

    def covers(self, permissions: Iterable[str]) -> bool:
        """Whether one may grant them: nobody grants what they lack, and a wildcard is held by a wildcard only."""
        return all(self.may(each) if "*" not in each else not self.permissions.isdisjoint({each, "*"}) for each in permissions)

    def require(self, permission: str) -> None:
        if not self.may(permission):
            raise Forbidden(f"needs the permission {permission}", permission=permission)


def authenticate(authorization: str, ip: str) -> Principal:
    """The principal of an `Authorization` header, of a member of staff or of an API key used from that address; or `Unauthenticated`."""
    if not authorization.startswith("Bearer "):
        raise Unauthenticated("sign in first")
    given = authorization.removeprefix("Bearer ")
    if _KEY.fullmatch(given):
        from kernel.keys import authenticated  # late: most callers are people

        return authenticated(given, ip)
    if _type(given) == ACTING:
        from kernel.impersonation import authenticated as acting  # late: hardly anybody does

        return acting(given)
    token = claims(given)
    if not (found := of_sessions({session_of(token): token["sub"]})):
        raise Unauthenticated("the session has ended, sign in again")
    return found.popitem()[1]


def _type(given: str) -> object:
    """What a token says of itself, before it is known to be one."""
    import jwt

    try:
        return jwt.get_unverified_header(given).get("typ")
    except (jwt.InvalidTokenError, UnicodeError):
        return None


def of_sessions(asked: dict[str, str]) -> dict[str, Principal]:
    """Of at most 49 sessions, {key: subject}, those that go on: who that is, and what they may do. One strongly consistent call."""
    items, now, found = _read(*asked, *{f"staff#{subject}" for subject in asked.values()}, CUSTOM), stamp(wall()), {}
    for key, subject in asked.items():
        session, staff = items.get(key), items.get(f"staff#{subject}")
        if session and session["expires_at"]["S"] > now and session["subject"]["S"] == subject and staff and staff["active"]["BOOL"]:
            permissions = ROLES.get(role := staff["role"]["S"]) or items.get(CUSTOM, {}).get(role, {}).get("SS", ())
            found[key] = Principal(staff["staff_id"]["S"], frozenset(permissions), session=key, role=role)
    return found


def session_of(token: dict[str, Any]) -> str:
    """Key of the session that a token belongs to: Cognito's `origin_jti` is the same in all tokens of one sign-in."""
    return f"session#{token['origin_jti']}"


def staff_item(subject: str, *, staff_id: str, role: str, active: bool) -> dynamodb.Item:
    return dynamodb.key(f"staff#{subject}") | {"staff_id": {"S": staff_id}, "role": {"S": role}, "active": {"BOOL": active}}


def _read(*keys: str) -> dict[str, dynamodb.Item]:
    """One strongly consistent BatchGetItem."""
    name = table("principals")
    answer = dynamodb.read("BatchGetItem", RequestItems={name: {"Keys": [dynamodb.key(k) for k in keys], "ConsistentRead": True}})
    if answer.get("UnprocessedKeys"):
        raise Unavailable("cannot tell who is calling, try again")
    return {item["pk"]["S"]: item for item in answer["Responses"][name]}


def issuer() -> str:
    return f"https://cognito-idp.{os.environ['AWS_REGION']}.amazonaws.com/{setting('USER_POOL_ID')}"


@cache
def _keys() -> Any:
    from jwt import PyJWKClient

    # The local cloud keeps AWS's issuer in the token but serves the keys itself.
    local = os.environ.get("AWS_ENDPOINT_URL")
    base = f"{local}/{setting('USER_POOL_ID')}" if local else issuer()
    return PyJWKClient(f"{base}/.well-known/jwks.json", lifespan=3600, timeout=5)


def claims(token: str) -> dict[str, Any]:
    """Claims of a Cognito ACCESS token. It has no `aud`: the client is in `client_id`."""
    import jwt

    try:
        found = _verified(token)
    except jwt.PyJWKClientConnectionError as error:
        raise Unavailable("cannot tell who is calling, try again") from error
    except (jwt.InvalidTokenError, jwt.PyJWKClientError, UnicodeError) as error:
        raise Unauthenticated("the access token is not valid") from error
    if found["exp"] + LEEWAY <= wall().timestamp():
        raise Unauthenticated("the access token is not valid")
    if found.get("token_use") != "access" or found.get("client_id") != setting("USER_POOL_CLIENT_ID"):
        raise Unauthenticated("not an access token of this application")
    return found


@lru_cache(maxsize=256)
def _verified(token: str) -> dict[str, Any]:
    """A caller shows the same token for minutes: its signature is looked at once. Whether it has expired is asked each time."""
    import jwt

    key = _keys().get_signing_key_from_jwt(token).key
    found: dict[str, Any] = jwt.decode(token, key, algorithms=["RS256"], issuer=issuer(), leeway=LEEWAY,
                                       options={"require": ["exp", "iss", "sub", "origin_jti"], "verify_aud": False})
    return found
