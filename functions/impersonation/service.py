"""Staff begin to act as a tenant, and stop: each time the record and what lets them in, in one commit.

Items of the principals' table: `impersonation#<id>` (`kernel.impersonation`), and `impersonating#<staff>`, the one that goes on.
"""

from datetime import datetime, timedelta
from typing import Any

from functions.impersonation import events
from functions.impersonation.models import IMPERSONATIONS, Impersonation, ImpersonationCreate, ImpersonationEnd, ImpersonationStatus
from functions.staff.contract import TENANTS_MAY
from functions.tenants.contract import standing
from kernel import dynamodb, ids, impersonation
from kernel.access import Principal
from kernel.audit import Actor
from kernel.clock import parse, stamp
from kernel.commit import commit
from kernel.config import table
from kernel.problems import Conflict, Forbidden, Refused, Unauthenticated, referred

_READING = tuple(each for each in TENANTS_MAY if each.endswith(".read"))


def start(body: ImpersonationCreate, caller: Principal, *, actor: Actor, at: datetime) -> tuple[Impersonation, str]:
    """The record and its token. `Forbidden` for callers that are no people, and for who may do nothing of what a tenant may, `Invalid` for
    no tenant, `Refused` for one that has left, `Conflict` for who acts as a tenant already."""
    if caller.session is None:
        raise Forbidden("only a member of staff can act as a tenant", code="members_only")
    caller.require(IMPERSONATIONS.may_read)  # without which nobody ends what they began
    with referred("tenant_id"):
        tenant = standing(body.tenant_id)
    if tenant.left:
        raise Refused("tenant_left", "the tenant has left")
    allowed = [each for each in (TENANTS_MAY if body.writing else _READING) if caller.may(each)]
    if not allowed:
        raise Forbidden("you may do nothing of what a tenant may")
    began = Impersonation(
        ids.new(Impersonation.prefix), staff_id=caller.id, tenant_id=body.tenant_id, reason=body.reason, reference=body.reference,
        writing=body.writing, permissions=allowed, expires_at=at + timedelta(minutes=body.minutes))
    began.next_action_at = began.expires_at
    _save(began, caller, actor=actor, at=at)
    return began, impersonation.token(began.id, staff_id=caller.id, tenant_id=body.tenant_id, at=at, expires_at=began.expires_at)


def _save(began: Impersonation, caller: Principal, *, actor: Actor, at: datetime) -> None:
    name, session = table("principals"), str(caller.session)
    own = dynamodb.get(name, session)
    if own is None:
        raise Unauthenticated("the session has ended, sign in again")
    subject = own["subject"]["S"]
    lets_in = impersonation.item(began.id, subject=subject, session=session, tenant_id=began.tenant_id, permissions=began.permissions,
                                 expires_at=began.expires_at)
    ends = {name: lets_in[name] for name in ("expires_at", "ttl")}
    only = {"Put": {"TableName": name, "Item": dynamodb.key(_one_of(caller.id)) | {"impersonation": {"S": began.id}} | ends,
                    "ConditionExpression": "attribute_not_exists(pk) OR expires_at <= :now",
                    "ExpressionAttributeValues": {":now": {"S": stamp(at)}}}}
    try:
        commit((began, events.Started(staff_id=began.staff_id, tenant_id=began.tenant_id, writing=began.writing)), actor=actor, at=at,
               items=[(name, lets_in)], writes=[only])
    except Conflict as taken:
        going_on = dynamodb.get(name, _one_of(caller.id))
        if going_on is None or parse(going_on["expires_at"]["S"]) <= at:
            raise
        raise Conflict("you act as a tenant already: end that first", code="already_impersonating",
                       impersonation_id=going_on["impersonation"]["S"]) from taken


def leave(id: str, caller: Principal, *, actor: Actor, at: datetime) -> Impersonation:
    """It counts at the next request. Whoever began it may end it, also by its own token, and who may act as tenants. `Conflict` for one
    that has ended."""
    known = Impersonation.find(id)
    if known is None or caller.id != known.staff_id:
        caller.require(impersonation.PERMISSION)
    found = Impersonation.fetch(id)
    _end(found, ImpersonationEnd.LEFT if found.staff_id == caller.id else ImpersonationEnd.STOPPED, actor=actor, at=at)
    return found


def expire(found: Impersonation, *, actor: Actor, at: datetime) -> None:
    _end(found, ImpersonationEnd.EXPIRED, actor=actor, at=at)


def _end(found: Impersonation, reason: ImpersonationEnd, *, actor: Actor, at: datetime) -> None:
    if found.status == ImpersonationStatus.ENDED:
        raise Conflict(f"{found.id} has ended already")
    found.status, found.ended_at, found.end_reason, found.next_action_at = ImpersonationStatus.ENDED, at, reason, None
    going_on = dynamodb.get(table("principals"), _one_of(found.staff_id))
    is_this = going_on is not None and going_on["impersonation"]["S"] == found.id  # after its time another may have begun
    writes = [_gone(impersonation.key_of(found.id)), *([_gone(_one_of(found.staff_id), found.id)] if is_this else [])]
    commit((found, events.Ended(staff_id=found.staff_id, tenant_id=found.tenant_id, reason=reason)), actor=actor, at=at, writes=writes)


def _one_of(staff_id: str) -> str:
    return f"impersonating#{staff_id}"


def _gone(key: str, of: str | None = None) -> dict[str, Any]:
    """With `of`, only while the item names that impersonation."""
    held = {"ConditionExpression": "impersonation = :of", "ExpressionAttributeValues": {":of": {"S": of}}} if of else {}
    return {"Delete": {"TableName": table("principals"), "Key": dynamodb.key(key), **held}}
