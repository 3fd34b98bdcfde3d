"""Flags evaluated: for a program by the OpenFeature Remote Evaluation Protocol, and for people in a preview.

Flags, and the plans of tenants, are read at most every `FRESH` seconds by each process: so long a change, or a kill, may take to be seen
by everybody. Where nothing is known yet, evaluation costs one Query for all flags together and one read for the tenant.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from functions.flags.models import Evaluated, EvaluationError, Flag, FlagPreview, NotEvaluated, Preview, Previewed, PreviewedShare
from functions.flags.rules import PLAN, TARGETING_KEY, TENANT, Config, Outcome, check, config, evaluate
from functions.tenants.contract import plans_of
from kernel import dynamodb
from kernel.audit import canonical, digest
from kernel.clock import wall
from kernel.problems import Invalid

FRESH = timedelta(seconds=5)
_PAGE, _KNOWN = 1000, 10_000  # flags of one read; tenants whose plans are kept
_DECIDES = ("key", "status", "variants", "default_variant", "off_variant", "rules", "salt")
_CHECKED = ("kind", "variants", "default_variant", "off_variant", "rules")
_SAID = {EvaluationError.TARGETING_KEY_MISSING: "a rollout needs a targetingKey", EvaluationError.FLAG_NOT_FOUND: "there is no such flag"}


@dataclass
class _Cache:
    """What this process has read. `flags`: {key: (version, flag)}; `plans`: {tenant: (read at, plan)}."""

    read_at: datetime | None = None
    flags: dict[str, tuple[int, Config]] = field(default_factory=dict)
    plans: dict[str, tuple[datetime, str | None]] = field(default_factory=dict)


_cache = _Cache()


def forget() -> None:
    """What was changed here is seen here at once."""
    _cache.read_at = None
    _cache.plans.clear()


def context_of(given: Mapping[str, Any] | None, tenant_id: str | None) -> dict[str, Any]:
    """What rules are asked about: with the tenant of the key that asks, whatever was sent, and the tenant's plan. The owner's own programs
    name the tenant themselves, and may name a plan. `Invalid` where the `targetingKey` is no text."""
    found = dict(given or {})
    if not isinstance(found.get(TARGETING_KEY), str | None):
        raise Invalid("targetingKey must be a text", field=f"context.{TARGETING_KEY}")
    if tenant_id is not None:
        found[TENANT] = tenant_id
        found.pop(PLAN, None)
    tenant = found.get(TENANT)
    if PLAN not in found and isinstance(tenant, str) and tenant.startswith("ten_") and len(tenant) <= 64:
        found |= {PLAN: plan} if (plan := _plan(tenant)) else {}
    return found


def one(key: str, context: Mapping[str, Any]) -> Evaluated | NotEvaluated:
    """One flag for a context."""
    version, flag = _flags().get(key, (0, None))
    return _told(key, version, Outcome(error=EvaluationError.FLAG_NOT_FOUND) if flag is None else evaluate(flag, context))


def every(context: Mapping[str, Any]) -> list[Evaluated | NotEvaluated]:
    """All flags for a context, by key."""
    return [_told(key, version, evaluate(flag, context)) for key, (version, flag) in _flags().items()]


def tag(context: Mapping[str, Any], caller: str) -> str:
    """An ETag of all that `every` depends on, and of who asks: nobody is told "unchanged" for what another was answered."""
    return f'"{digest(canonical([caller, {key: version for key, (version, _) in _flags().items()}, context]))[:32]}"'


def preview(id: str, body: Preview) -> FlagPreview:
    """What tenants and contexts are served, and how many of them each variant. `Invalid` for nobody, and for tenants that never were."""
    flag = Flag.fetch(id)
    if not body.tenant_ids and not body.contexts:
        raise Invalid("name tenants or contexts", field="tenant_ids")
    plans = plans_of(body.tenant_ids) if body.tenant_ids else {}
    if missing := [n for n, tenant in enumerate(body.tenant_ids) if tenant not in plans]:
        raise Invalid("there is no such tenant", code="unknown_reference", field=f"tenant_ids.{missing[0]}")
    asked: list[tuple[str | None, dict[str, Any]]] = [
        (tenant, {TENANT: tenant} | ({PLAN: plans[tenant]} if plans[tenant] else {})) for tenant in body.tenant_ids]
    asked += [(None, context_of(each, None)) for each in body.contexts]
    if body.rules is not None:
        flag.rules = body.model_dump(mode="json")["rules"]
        check(**{name: getattr(flag, name) for name in _CHECKED})
    found = config(**{name: getattr(flag, name) for name in _DECIDES})
    served = [(tenant, evaluate(found, context)) for tenant, context in asked]
    return FlagPreview(shares=_shares([each["name"] for each in flag.variants], [outcome for _, outcome in served]), data=[
        Previewed(tenant_id=tenant, value=outcome.value, variant=outcome.variant, reason=outcome.reason, error=outcome.error)
        for tenant, outcome in served])


def _shares(variants: Sequence[str], outcomes: Sequence[Outcome]) -> list[PreviewedShare]:
    counted, all_of_them = Counter(each.variant for each in outcomes), len(outcomes)
    return [PreviewedShare(variant=name, count=counted[name], per_mille=(2000 * counted[name] + all_of_them) // (2 * all_of_them))
            for name in variants]


def _told(key: str, version: int, outcome: Outcome) -> Evaluated | NotEvaluated:
    if outcome.error is not None or outcome.variant is None or outcome.reason is None:
        code = outcome.error or EvaluationError.PARSE_ERROR
        return NotEvaluated(key=key, errorCode=code, errorDetails=_SAID[code])
    return Evaluated(key=key, value=outcome.value, variant=outcome.variant, reason=outcome.reason, metadata={"version": version})


def _flags() -> dict[str, tuple[int, Config]]:
    now = wall()
    if _cache.read_at is None or not timedelta() <= now - _cache.read_at < FRESH:
        _cache.flags, _cache.read_at = _read(), now
    return _cache.flags


def _read() -> dict[str, tuple[int, Config]]:
    """All that are not deleted, by key: along the path of which every flag is a part, in its order."""
    path = next(path for path in Flag.paths if not path.by and path.sort == "key")
    found: dict[str, tuple[int, Config]] = {}
    start = None
    while True:
        items, start = dynamodb.ask(Flag.table(), path.index, path.partition(Flag.prefix, {}), limit=_PAGE, start=start)
        for flag in map(Flag.load, items):
            found[flag.key] = flag.version, config(**{name: getattr(flag, name) for name in _DECIDES})
        if start is None:
            return found


def _plan(tenant: str) -> str | None:
    now = wall()
    known = _cache.plans.get(tenant)
    if known is None or not timedelta() <= now - known[0] < FRESH:
        if len(_cache.plans) >= _KNOWN:
            _cache.plans.clear()
        known = _cache.plans[tenant] = now, plans_of([tenant]).get(tenant)
    return known[1]
