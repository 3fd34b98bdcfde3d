"""Keys are made, changed, replaced and taken away: each time the record and the principal that lets in, in one commit."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from functions.api_keys import events
from functions.api_keys.models import ApiKey, ApiKeyCreate, ApiKeyUpdate, KeyStatus
from functions.plans.contract import plan
from functions.staff.contract import TENANTS_MAY, grantable
from functions.tenants.contract import standing
from kernel import dynamodb, ids, keys, limits
from kernel.access import Principal
from kernel.audit import Actor, Payload, difference
from kernel.commit import commit
from kernel.config import table
from kernel.problems import Conflict, Forbidden, Invalid, referred
from kernel.quotas import Credits, Decision, Limit
from kernel.resource import attributes, patch

MOST = 10**9  # that a limit can be
PLAN_LIMIT = "api_requests_per_minute"  # the name of a plan's limit by which its tenants' keys are bound
LABELS = {"name", "extra"}  # what of a key lets nobody do anything
_EVENTS = {"disable": (KeyStatus.DISABLED, events.Disabled), "enable": (KeyStatus.ACTIVE, events.Enabled),
           "revoke": (KeyStatus.REVOKED, events.Revoked)}


def create(body: ApiKeyCreate, caller: Principal, *, actor: Actor, at: datetime) -> tuple[ApiKey, str]:
    """The key and its plain text. `Forbidden` for scopes that the caller lacks, `Invalid` for those that no tenant may have."""
    key = ApiKey(ids.new(ApiKey.prefix), **attributes(body), created_by=caller.id)
    _check_scopes(key, caller)
    _check_end(key, at)
    if key.tenant_id is not None:
        with referred("tenant_id"):
            _follow(key)
        if key.status != KeyStatus.ACTIVE:
            raise Invalid("the tenant is leaving", code="tenant_left", field="tenant_id")
    key.counted_as, secret = key.id, _sealed(key)
    _save(key, events.Created(tenant_id=key.tenant_id), actor=actor, at=at)
    return key, secret


def update(id: str, body: ApiKeyUpdate, caller: Principal, *, actor: Actor, at: datetime) -> ApiKey:
    """Change what is sent. Credits that are sent are there in full. `Conflict` for a key that was revoked, and for another end of one that
    was replaced, `Forbidden` where the caller
    lacks what it may do and would change from where, until when or how often it may."""
    key = _living(id)
    patch(key, body)
    for name in body.model_fields_set & {"credits"}:
        setattr(key, name, attributes(body)[name])
    if key.replaced_by is not None and "expires_at" in body.model_fields_set:
        raise Conflict(f"{id} has been replaced: it ends when that was said", code="key_replaced")
    if body.model_fields_set - LABELS:  # which of it would only take away is not told apart: for that there are `disable` and `revoke`
        _check_scopes(key, caller)
    if "expires_at" in body.model_fields_set:
        _check_end(key, at)
    granted = key.credits if "credits" in body.model_fields_set else None
    fresh = [limits.grant(_holder(key), _credits(key), granted["amount"], now=at)] if granted else []
    _save(key, events.Updated(tenant_id=key.tenant_id), actor=actor, at=at, writes=fresh)
    return key


def rotate(id: str, grace: timedelta, caller: Principal, *, actor: Actor, at: datetime) -> tuple[ApiKey, str]:
    """A new key that may do the same, and its plain text; the old one ends after the grace. `Conflict` for one that has ended or been
    replaced already, `Forbidden` where the caller lacks what it may do."""
    old = _living(id)
    if old.replaced_by is not None:
        raise Conflict(f"{id} has been replaced already", code="key_replaced")
    if old.expires_at is not None and old.expires_at <= at:
        raise Conflict(f"{id} has expired", code="key_expired")
    _check_scopes(old, caller)
    kept = ("tenant_id", "name", "environment", "scopes", "allowed_ips", "expires_at", "status", "suspended", "limits", "credits",
            "counted_as", "plan_id", "plan_limit", "extra")
    new = ApiKey(ids.new(ApiKey.prefix), **{name: getattr(old, name) for name in kept}, replaces=old.id, created_by=caller.id)
    secret = _sealed(new)
    old.replaced_by, old.expires_at = new.id, min(at + grace, old.expires_at or at + grace)
    commit((new, events.Created(tenant_id=new.tenant_id)), (old, events.Rotated(tenant_id=old.tenant_id, replaced_by=new.id)),
           actor=actor, at=at, items=[_principal(new), _principal(old)])
    return new, secret


def move(id: str, verb: str, caller: Principal, *, actor: Actor, at: datetime) -> ApiKey:
    """`disable`, `enable` or `revoke`. `Conflict` where it is so already, or was revoked; `Forbidden` to enable what may do more than the
    caller."""
    key = _living(id)
    if verb == "enable":
        _check_scopes(key, caller)
    status, event = _EVENTS[verb]
    if key.status == status:
        raise Conflict(f"{id} is {status} already")
    key.status = status
    _save(key, event(tenant_id=key.tenant_id), actor=actor, at=at)
    return key


def usage(id: str, *, at: datetime) -> tuple[dict[str, Any], Decision]:
    """(the item in which the key is counted, where its limits and credits stand)."""
    key = ApiKey.fetch(id)
    item = dynamodb.get(table("principals"), f"usage#{_holder(key)}") or {}
    return item, limits.standing(item, _holder(key), [(each[0], Limit(*each[1:])) for each in _limits(key)],
                                 credits=_credits(key) if key.credits else None, now=at)


def follow(found: Sequence[str], *, actor: Actor, at: datetime) -> None:
    """What becomes of these keys by what their tenants and plans are now: bound, suspended, revoked. Idempotent: it reads the truth."""
    for id in found:
        key = ApiKey.find(id)
        if key is None or key.status == KeyStatus.REVOKED:
            continue
        _follow(key)
        if difference(key._loaded, key.image()):
            event = events.Revoked if key.status == KeyStatus.REVOKED else events.Updated
            _save(key, event(tenant_id=key.tenant_id), actor=actor, at=at)


def of_tenant(tenant_id: str) -> list[str]:
    return _found("gsi3", f"key#tenant_id={tenant_id}")


def on_plan(plan_id: str) -> list[str]:
    return _found("gsi5", f"key#plan_id={plan_id}")


def _found(index: str, partition: str) -> list[str]:
    found, start = [], None
    while True:
        items, start = dynamodb.ask(ApiKey.table(), index, partition, limit=1000, start=start)
        found += [item["pk"]["S"] for item in items]
        if start is None:
            return found


def _follow(key: ApiKey) -> None:
    """`NotFound` for a tenant that does not exist, or not any more."""
    now = standing(str(key.tenant_id))
    key.suspended, key.plan_id = now.suspended, now.plan_id
    allowed = plan(now.plan_id).limits.get(PLAN_LIMIT) if now.plan_id else None
    key.plan_limit = None if allowed is None else min(allowed, MOST)
    if now.left:
        key.status = KeyStatus.REVOKED


def _living(id: str) -> ApiKey:
    key = ApiKey.fetch(id)
    if key.status == KeyStatus.REVOKED:
        raise Conflict(f"{id} was revoked", code="key_revoked")
    return key


def _check_scopes(key: ApiKey, caller: Principal) -> None:
    """`Forbidden` also for a key with bounds: it could give itself, or another, the same without them."""
    own = None if caller.session else ApiKey.fetch(caller.id)
    if own and (own.allowed_ips or own.expires_at or own.limits or own.credits):
        raise Forbidden("a key with bounds of its own gives nothing to keys", code="key_bounded")
    if key.tenant_id is not None and (foreign := sorted(set(key.scopes) - set(TENANTS_MAY))):
        raise Invalid(f"a tenant's key cannot have {foreign[0]}", code="scope_not_for_tenants", field="scopes", allowed=list(TENANTS_MAY))
    key.scopes = grantable(key.scopes, caller, "scopes")


def _check_end(key: ApiKey, at: datetime) -> None:
    if key.expires_at is not None and key.expires_at <= at:
        raise Invalid("a key expires in the future", code="bad_value", field="expires_at")


def _sealed(key: ApiKey) -> str:
    secret = keys.fresh(key.environment)
    key.digest, key.last4 = keys.hashed(secret), secret[-4:]
    return secret


def _save(key: ApiKey, payload: Payload, *, actor: Actor, at: datetime, writes: Sequence[dict[str, Any]] = ()) -> None:
    commit((key, payload), actor=actor, at=at, items=[_principal(key)], writes=writes)


def _principal(key: ApiKey) -> tuple[str, dynamodb.Item]:
    barred = key.suspended or key.plan_limit == 0  # a plan that allows no request
    status = KeyStatus.DISABLED if barred and key.status == KeyStatus.ACTIVE else key.status
    return table("principals"), keys.item(
        key.digest, id=key.id, holder=_holder(key), tenant_id=key.tenant_id, scopes=key.scopes, status=status, expires_at=key.expires_at,
        allowed_ips=key.allowed_ips, limits=_limits(key), credits={**key.credits, "attribute": _attribute(key)} if key.credits else None)


def _limits(key: ApiKey) -> list[tuple[str, str, int, int]]:
    """(attribute, name, limit, window): the key's own, each window counted apart, and the plan's for all keys of the tenant together."""
    own = [(f"tat#{key.counted_as}#{each['name']}#{each['window']}", each["name"], each["limit"], each["window"]) for each in key.limits]
    of_plan = [("tat#plan", "plan", key.plan_limit, 60)] if key.plan_limit and "plan" not in {name for _, name, *_ in own} else []
    return own + of_plan


def _attribute(key: ApiKey) -> str:
    return f"credits#{key.counted_as}"


def _credits(key: ApiKey) -> Credits:
    return Credits(**key.credits, attribute=_attribute(key))


def _holder(key: ApiKey) -> str:
    return str(key.tenant_id or key.counted_as)
