"""A member of staff who acts as a tenant: the token that says so, and the item of the principals' table that decides.

By RFC 8693 the token names both: `sub` is the tenant, `act.sub` the member of staff. It is a pointer only. What it may do, and until
when, stands in the item, which is written and removed in the commits of the record; that the member's own session still goes on, and
that they still may do this, is asked at every request.
"""

import hmac
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from kernel import access, dynamodb
from kernel.access import Principal
from kernel.clock import stamp, wall
from kernel.config import secret, setting, table
from kernel.problems import Unauthenticated

PERMISSION = "impersonation.write"
_ENDED = "acting as this tenant has ended"


def key_of(id: str) -> str:
    return f"impersonation#{id}"


def item(id: str, *, subject: str, session: str, tenant_id: str, permissions: Sequence[str], expires_at: datetime) -> dynamodb.Item:
    """What lets in: `subject` and `session` are those of the member of staff."""
    return dynamodb.key(key_of(id)) | {
        "subject": {"S": subject}, "session": {"S": session}, "tenant_id": {"S": tenant_id}, "permissions": {"SS": list(permissions)},
        "expires_at": {"S": stamp(expires_at)}, "ttl": {"N": str(int(expires_at.timestamp()))}}


def token(id: str, *, staff_id: str, tenant_id: str, at: datetime, expires_at: datetime) -> str:
    """A signed JWT (HS256): only this stack makes one, and only this stack reads it."""
    import jwt

    claims = {"iss": setting("STACK_ID"), "sub": tenant_id, "act": {"sub": staff_id}, "jti": id, "iat": int(at.timestamp()),
              "exp": int(expires_at.timestamp())}
    return jwt.encode(claims, _secret(), "HS256", headers={"typ": access.ACTING})


def authenticated(given: str) -> Principal:
    """Who calls with such a token. `Unauthenticated` where it is none, has ended or expired, or where its bearer may do this no more."""
    import jwt

    try:  # by our own clock, below
        claims: dict[str, Any] = jwt.decode(given, _secret(), algorithms=["HS256"], options={"require": ["jti"], "verify_exp": False})
    except (jwt.InvalidTokenError, UnicodeError) as error:
        raise Unauthenticated("the access token is not valid") from error
    found = dynamodb.get(table("principals"), key_of(claims["jti"]))
    if found is None or found["expires_at"]["S"] <= stamp(wall()):
        raise Unauthenticated(_ENDED)
    session = found["session"]["S"]
    staff = access.of_sessions({session: found["subject"]["S"]}).get(session)
    if staff is None or not staff.may(PERMISSION):
        raise Unauthenticated(_ENDED)
    still = frozenset(filter(staff.may, found["permissions"]["SS"]))
    return Principal(staff.id, still, tenant_id=found["tenant_id"]["S"], impersonation=claims["jti"])


def _secret() -> bytes:
    return hmac.digest(secret(setting("CURSOR_SECRET")).encode(), b"kernel.impersonation", "sha256")
