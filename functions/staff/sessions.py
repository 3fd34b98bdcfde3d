"""Sessions: opaque cookies, stored as hashes, that renew a sign-in; rotated at each use, revoked when an old one comes back.

The user pool's own refresh token stays in the session item. Items: `session#<origin_jti>` is what `kernel.access` reads;
`cookie#<sha256>` leads from a cookie to its session.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from kernel import access, dynamodb
from kernel.clock import parse, stamp
from kernel.config import table
from kernel.problems import Unauthenticated

LIFE, GRACE = timedelta(days=30), timedelta(seconds=30)


def opened(session: str, *, subject: str, renewal: str, at: datetime) -> str:
    """Store a new session; returns its first cookie."""
    cookie = secrets.token_urlsafe(32)
    item = dynamodb.key(session) | {"subject": {"S": subject}, "renewal": {"S": renewal}, **_ends(at + LIFE)}
    _write([{"Put": {"TableName": table("principals"), "Item": item}}, _put_cookie(cookie, session, at + LIFE)])
    return cookie


def rotated(cookie: str, *, at: datetime) -> tuple[str, str | None]:
    """(the user pool's refresh token, the next cookie). A cookie used within the last 30 s, as two tabs do, gets no new one;
    an older one that comes back was stolen, or its thief is at work: the session ends. `Unauthenticated` in every other case."""
    name = table("principals")
    found = dynamodb.get(name, _key(cookie))
    session = dynamodb.get(name, found["session"]["S"]) if found else None
    if not found or not session or parse(session["expires_at"]["S"]) <= at:
        raise Unauthenticated("no session, sign in")
    if used := found.get("used_at"):
        if at - parse(used["S"]) > GRACE:
            ended(cookie)
            raise Unauthenticated("the session has ended, sign in again")
        return session["renewal"]["S"], None
    fresh = secrets.token_urlsafe(32)
    mark = {"TableName": name, "Key": dynamodb.key(_key(cookie)), "UpdateExpression": "SET used_at = :a",
            "ConditionExpression": "attribute_not_exists(used_at)", "ExpressionAttributeValues": {":a": {"S": stamp(at)}}}
    try:
        _write([{"Update": mark}, _put_cookie(fresh, session["pk"]["S"], parse(session["expires_at"]["S"]))])
    except dynamodb.client().exceptions.TransactionCanceledException:
        return session["renewal"]["S"], None  # the other tab was quicker
    return session["renewal"]["S"], fresh


def ended(cookie: str) -> str | None:
    """End the session of a cookie. Returns the user pool's refresh token, to be revoked too, or None where there was no session."""
    name = table("principals")
    found = dynamodb.get(name, _key(cookie))
    session = dynamodb.get(name, found["session"]["S"]) if found else None
    if session is None:
        return None
    dynamodb.client().delete_item(TableName=name, Key=dynamodb.key(session["pk"]["S"]))
    return str(session["renewal"]["S"])


def session_key(access_token: str) -> tuple[str, str]:
    """(session key, subject) of a token that the user pool just gave us."""
    claims = access.claims(access_token)
    return access.session_of(claims), claims["sub"]


def _key(cookie: str) -> str:
    return f"cookie#{hashlib.sha256(cookie.encode()).hexdigest()}"


def _put_cookie(cookie: str, session: str, expires_at: datetime) -> dict[str, object]:
    item = dynamodb.key(_key(cookie)) | {"session": {"S": session}, **_ends(expires_at)}
    return {"Put": {"TableName": table("principals"), "Item": item}}


def _ends(at: datetime) -> dynamodb.Item:
    return {"expires_at": {"S": stamp(at)}, "ttl": {"N": str(int(at.timestamp()))}}


def _write(writes: list[dict[str, object]]) -> None:
    dynamodb.client().transact_write_items(TransactItems=writes)
