"""An exception's life: opened, changed and cleared by runs, resolved and opened again by staff. What it was is kept."""

from datetime import datetime
from typing import Any

from functions.reconciliation import events
from functions.reconciliation.models import Difference, ExceptionStatus, Run
from functions.reconciliation.rules import MOST_FORMER, Entry, Finding, Item, reopens
from kernel import ids
from kernel.audit import Actor
from kernel.clock import stamp
from kernel.commit import Marker, again, commit, marker
from kernel.problems import Conflict, Duplicate

Json = dict[str, Any]


def raise_(found: Finding, raw: Json | None, run: Run, *, actor: Actor, at: datetime) -> None:
    """Opens the exception of a finding, or brings the one that there is up to date. Idempotent: the same finding changes nothing."""
    assert found.kind is not None  # nothing else is raised

    def take_over() -> None:
        key = f"subject#{run.gateway_id}#{found.subject}"
        there = marker(Difference, key)
        if there is not None:
            return _renew(Difference.fetch(there["difference_id"]), found, raw, run, actor=actor, at=at)
        made = Difference(ids.new(Difference.prefix), gateway_id=run.gateway_id, run_id=run.id, subject=found.subject)
        _set(made, found, raw)
        once = Marker(Difference, key, {"difference_id": made.id})
        try:
            commit((made, events.Opened(**_about(made))), actor=actor, at=at, markers=[once])
        except Duplicate as one:
            raise Conflict("another run has just opened it, try again") from one

    again(take_over)


def _renew(one: Difference, found: Finding, raw: Json | None, run: Run, *, actor: Actor, at: datetime) -> None:
    was, status, before = one.kind, one.status, _before(one, at)
    if not reopens(status, was, str(found.kind)):
        return
    same = _look(one)
    _set(one, found, raw)
    if status == ExceptionStatus.OPEN and _look(one) == same:
        return
    told: type[events.Changed | events.Reopened] = events.Changed
    if status != ExceptionStatus.OPEN:
        one.status, one.run_id, one.closed_at, one.reason, one.resolved_by = ExceptionStatus.OPEN, run.id, None, None, None
        told = events.Reopened
    if (was, status) != (one.kind, one.status):
        one.former = before
    commit((one, told(**_about(one))), actor=actor, at=at)


def clear(id: str, run: Run, *, actor: Actor, at: datetime) -> None:
    """Both sides agree by now. Idempotent: by its state."""

    def take_over() -> None:
        one = Difference.fetch(id)
        if one.status != ExceptionStatus.OPEN:
            return
        one.former, one.run_id = _before(one, at), run.id
        one.status, one.closed_at = ExceptionStatus.CLEARED, at
        commit((one, events.Cleared(**_about(one))), actor=actor, at=at)

    again(take_over)


def resolve(id: str, reason: str, *, actor: Actor, at: datetime) -> Difference:
    """Somebody of ours has dealt with it. `Conflict` for one that is not open."""
    one = Difference.fetch(id)
    if one.status != ExceptionStatus.OPEN:
        raise Conflict(f"{id} is {one.status} already", status_now=one.status)
    one.former = _before(one, at)
    one.status, one.reason, one.resolved_by, one.closed_at = ExceptionStatus.RESOLVED, reason, actor.id, at
    commit((one, events.Resolved(**_about(one))), actor=actor, at=at)
    return one


def reopen(id: str, *, actor: Actor, at: datetime) -> Difference:
    """It was not dealt with after all. `Conflict` for one that staff did not resolve."""
    one = Difference.fetch(id)
    if one.status != ExceptionStatus.RESOLVED:
        raise Conflict(f"{id} is {one.status}", status_now=one.status)
    one.former = _before(one, at)
    one.status, one.reason, one.resolved_by, one.closed_at = ExceptionStatus.OPEN, None, None, None
    commit((one, events.Reopened(**_about(one))), actor=actor, at=at)
    return one


def _before(one: Difference, at: datetime) -> list[Json]:
    """The states that it was in, with the one that it is in now."""
    now = {"kind": one.kind, "status": one.status, "reason": one.reason, "until": stamp(at)}
    return [*one.former, now][-MOST_FORMER:]


def _set(one: Difference, found: Finding, raw: Json | None) -> None:
    side = found.item or found.entry
    assert side is not None  # a finding has one of them
    one.kind, one.amount, one.currency = str(found.kind), side.amount, side.currency
    one.item_id = found.item.id if found.item else None
    one.transaction_id = found.entry.id if found.entry else None
    one.there, one.here, one.raw = _there(found.item), _here(found.entry, found.item), raw


def _look(one: Difference) -> tuple[Any, ...]:
    return one.kind, one.item_id, one.transaction_id, one.there, one.here


def _there(item: Item | None) -> Json | None:
    if item is None:
        return None
    return {"id": item.id, "kind": item.kind, "amount": item.amount, "currency": item.currency, "fee": item.fee, "at": stamp(item.at),
            "status": "failed" if item.failed else None}


def _here(entry: Entry | None, item: Item | None) -> Json | None:
    """Of a payout, our side is what the movements in it come to."""
    if entry is None and item is not None and item.due is not None:
        return {"id": item.id, "kind": item.kind, "amount": item.due, "currency": item.currency, "fee": None, "at": stamp(item.at),
                "status": None}
    if entry is None:
        return None
    return {"id": entry.id, "kind": entry.kind, "status": entry.status, "amount": entry.amount, "currency": entry.currency,
            "fee": entry.fee, "at": stamp(entry.at)}


def _about(one: Difference) -> Json:
    return {"gateway_id": one.gateway_id, "kind": one.kind, "transaction_id": one.transaction_id}
