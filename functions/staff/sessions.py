"""Sessions: records, with opaque cookies, stored as hashes, that renew a sign-in; rotated at each use, over when an old one comes back.

Items of the principals' table, written and removed in the record's own commits: `session#<origin_jti>` is what `kernel.access` reads, and
holds the user pool's refresh token; `cookie#<sha256>` leads from a cookie to it; `sessions#<staff>` has a pointer to each live record.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from functions.staff import tokens as made
from functions.staff import userpool
from functions.staff.credentials import SignedIn
from functions.staff.events import SessionRenewed, SessionRevoked, SignedOut
from functions.staff.events import SignedIn as Began
from functions.staff.lockout import Attempt
from functions.staff.models import EndReason, Session
from functions.staff.userpool import WRONG, Tokens
from kernel import access, dynamodb, ids
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import parse, stamp
from kernel.commit import again, commit
from kernel.config import table
from kernel.problems import Conflict, NotFound, Unauthenticated

LIFE, GRACE = timedelta(days=30), timedelta(seconds=30)
MAX_AGENT = 120


def opened(tokens: Tokens, *, mfa: bool, attempt: Attempt, agent: str, actor: Actor, at: datetime) -> tuple[SignedIn, str]:
    """The session of a sign-in, and its first cookie. `Unauthenticated` where its bearer is no active member of staff, or where the
    password was changed since the attempt."""
    claims, name = access.claims(tokens.access), table("principals")
    key, subject = access.session_of(claims), claims["sub"]
    staff = dynamodb.get(name, f"staff#{subject}")
    if not staff or not staff["active"]["BOOL"]:
        userpool.revoke(tokens.renewal)
        raise Unauthenticated(WRONG)
    session = Session(ids.new(Session.prefix), staff_id=staff["staff_id"]["S"], key=key, mfa=mfa, ip_hash=actor.ip_hash,
                      user_agent=_shortened(agent), last_seen_at=at, expires_at=at + LIFE)
    cookie, ends = secrets.token_urlsafe(32), _ends(at + LIFE)
    lets_in = dynamodb.key(key) | {"subject": {"S": subject}, "renewal": {"S": tokens.renewal}, "record": {"S": session.id}} | ends
    pointer = dynamodb.key(_of(session.staff_id), session.id) | ends
    active = {"ConditionCheck": {"TableName": name, "Key": dynamodb.key(f"staff#{subject}"), "ConditionExpression": "active = :yes",
                                 "ExpressionAttributeValues": {":yes": {"BOOL": True}}}}
    try:
        commit((session, Began(staff_id=session.staff_id, mfa=mfa)), actor=replace(actor, id=session.staff_id), at=at,
               items=[(name, lets_in), (name, _cookie(cookie, key, at + LIFE)), (name, pointer)], writes=[attempt.passed(), active])
    except Conflict as moved:
        userpool.revoke(tokens.renewal)
        raise Unauthenticated(WRONG) from moved
    return signed_in(tokens, session), cookie


def signed_in(tokens: Tokens, session: Session) -> SignedIn:
    return SignedIn(access_token=tokens.access, expires_in=tokens.expires_in, session_id=session.id, mfa=session.mfa)


def rotated(cookie: str, *, actor: Actor, at: datetime) -> tuple[str, Session, str | None]:
    """(the user pool's refresh token, the session, the next cookie). A cookie that was used within the last 30 s, by another tab or because
    the answer was lost with the page, gets the same once more, and none where that was used too. An older one that comes back was stolen,
    or its thief is at work: the session ends. `Unauthenticated` in every other case."""
    return again(lambda: _rotated(cookie, actor, at))  # the second look shows that another tab was quicker, or that it has ended


def _rotated(cookie: str, actor: Actor, at: datetime) -> tuple[str, Session, str | None]:
    name, found, held = table("principals"), *_held(cookie)
    if not found or not held or parse(held["expires_at"]["S"]) <= at:
        raise Unauthenticated("no session, sign in")
    session, renewal, fresh = Session.fetch(held["record"]["S"]), held["renewal"]["S"], made.derived("staff.renewals", cookie)
    if used := found.get("used_at"):
        if at - parse(used["S"]) > GRACE:
            end(session.id, EndReason.REUSED, actor=replace(actor, id=session.staff_id), at=at)
            raise Unauthenticated("the session has ended, sign in again")
        after = dynamodb.get(name, _hashed(fresh))
        return renewal, session, fresh if after and "used_at" not in after else None
    session.last_seen_at = at
    mark = {"Update": {"TableName": name, "Key": dynamodb.key(_hashed(cookie)), "UpdateExpression": "SET used_at = :a",
                       "ConditionExpression": "attribute_exists(pk) AND attribute_not_exists(used_at)",
                       "ExpressionAttributeValues": {":a": {"S": stamp(at)}}}}
    commit((session, SessionRenewed(staff_id=session.staff_id)), actor=replace(actor, id=session.staff_id), at=at, writes=[mark],
           items=[(name, _cookie(fresh, held["pk"]["S"], session.expires_at))])
    return renewal, session, fresh


def end(id: str, reason: EndReason, *, actor: Actor, at: datetime) -> bool:
    """End a session: it counts at the next request. False where it had ended before."""
    return again(lambda: _ended(id, reason, actor, at))


def _ended(id: str, reason: EndReason, actor: Actor, at: datetime) -> bool:
    session, name = Session.fetch(id), table("principals")
    if session.ended_at is not None:
        return False
    held = dynamodb.get(name, session.key)
    session.ended_at, session.end_reason = at, reason
    told = (SignedOut(staff_id=session.staff_id) if reason == EndReason.SIGNED_OUT
            else SessionRevoked(staff_id=session.staff_id, reason=reason))
    gone = (dynamodb.key(session.key), dynamodb.key(_of(session.staff_id), id))
    commit((session, told), actor=actor, at=at, writes=[{"Delete": {"TableName": name, "Key": key}} for key in gone])
    if held is not None:
        userpool.revoke(held["renewal"]["S"])
    return True


def end_all(staff_id: str, reason: EndReason, *, keep: str | None = None, actor: Actor, at: datetime) -> int:
    """End the sessions of a member of staff but for the one with that key (`Principal.session`). Returns how many there were."""
    actor = replace(actor, expects=None)  # that was about one record
    live = [item["sk"]["S"] for item in dynamodb.children(table("principals"), _of(staff_id))]
    others = [session.id for session in map(Session.find, live) if session and session.key != keep]
    return sum(end(id, reason, actor=actor, at=at) for id in others)


def visible(id: str, caller: Principal, others: str) -> Session:
    """A session that the caller may see: another's, without that permission, does not exist for them (`NotFound`)."""
    session = Session.fetch(id)
    if session.staff_id != caller.id and not caller.may(others):
        raise NotFound(f"session {id} does not exist")
    return session


def session_of(cookie: str) -> Session | None:
    """The live session of a cookie."""
    _, held = _held(cookie)
    return Session.fetch(held["record"]["S"]) if held else None


def _held(cookie: str) -> tuple[dynamodb.Item | None, dynamodb.Item | None]:
    """The items of a cookie and of its session."""
    found = dynamodb.get(table("principals"), _hashed(cookie))
    return found, dynamodb.get(table("principals"), found["session"]["S"]) if found else None


def _hashed(cookie: str) -> str:
    return f"cookie#{hashlib.sha256(cookie.encode()).hexdigest()}"


def _of(staff_id: str) -> str:
    return f"sessions#{staff_id}"


def _cookie(cookie: str, session: str, expires_at: datetime) -> dynamodb.Item:
    return dynamodb.key(_hashed(cookie)) | {"session": {"S": session}} | _ends(expires_at)


def _ends(at: datetime) -> dict[str, Any]:
    return {"expires_at": {"S": stamp(at)}, "ttl": {"N": str(int(at.timestamp()))}}


def _shortened(agent: str) -> str:
    return "".join(sign for sign in agent if sign.isprintable())[:MAX_AGENT]
