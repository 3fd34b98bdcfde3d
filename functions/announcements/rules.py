"""Pure rules of announcements: their life, what may change when, whom they address, and what time does next."""

from collections.abc import Collection
from datetime import datetime
from types import MappingProxyType

STATES = ("draft", "scheduled", "live", "ended", "canceled")
COMMANDS = ("schedule", "start", "end", "cancel")
TRANSITIONS = MappingProxyType({
    ("draft", "schedule"): "scheduled",
    ("draft", "start"): "live",
    ("scheduled", "start"): "live",
    ("live", "end"): "ended",
    **{(state, "cancel"): "canceled" for state in ("draft", "scheduled", "live")},
})
_TEXT = frozenset(("title", "body", "severity", "ends_at", "extra"))
# Whom it addresses is settled when it is published: by then somebody may have got it.
_CHANGEABLE = MappingProxyType({
    "draft": _TEXT | {"audience", "audience_ids", "channels", "starts_at"}, "scheduled": _TEXT | {"channels", "starts_at"}, "live": _TEXT})


def transition(status: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def fixed(status: str, fields: Collection[str]) -> list[str]:
    """Of these fields, those that cannot change any more, sorted."""
    return sorted(set(fields) - _CHANGEABLE.get(status, frozenset()))


def addresses(audience: str, ids: Collection[str], *, tenant_id: str, plan_id: str | None, tags: Collection[str]) -> bool:
    """Whether a tenant on this plan, with these tags, is one of those whom it is for."""
    if audience == "tags":
        return not set(ids).isdisjoint(tags)
    return audience == "all" or (tenant_id if audience == "tenants" else plan_id) in ids


def shows(status: str, starts_at: datetime | None, ends_at: datetime | None, at: datetime) -> bool:
    """Whether it is to be seen at that instant: from its beginning until before its end, though a state may change minutes later."""
    begun = status in ("scheduled", "live") and starts_at is not None and starts_at <= at
    return begun and (ends_at is None or at < ends_at)


def due(status: str, starts_at: datetime | None, ends_at: datetime | None, mail_at: datetime | None) -> datetime | None:
    """When time acts on it next: it begins, its next mails go out, or it ends, whichever comes first."""
    if status == "scheduled":
        return starts_at
    known = [each for each in (mail_at, ends_at) if each is not None]
    return min(known) if status == "live" and known else None
