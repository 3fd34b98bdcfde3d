"""Comparing a gateway's books with ours, and what becomes of the exceptions.

A run may be taken any number of times, and another one after it: an exception is kept by what it is about, so the same finding
changes nothing.
"""

from collections import Counter
from datetime import datetime, timedelta

from functions.payments import contract as payments
from functions.reconciliation import events
from functions.reconciliation.books import Books, keep_pair, pairs_of
from functions.reconciliation.findings import clear, raise_
from functions.reconciliation.models import Difference, ExceptionStatus, Run, RunCreate, RunStatus, Trigger
from functions.reconciliation.rules import Finding, match
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.clock import stamp, wall
from kernel.commit import Marker, commit
from kernel.problems import Duplicate, Invalid, referred

DAYS = timedelta(days=3)  # that a nightly run looks back: what is booked late is seen by the next ones
LONGEST = timedelta(days=31)


def start(body: RunCreate, *, actor: Actor, at: datetime) -> Run:
    """A run on demand. `Invalid` for an unknown gateway, and for more than 31 days or less than nothing."""
    with referred("gateway_id"):
        payments.name_of(body.gateway_id)
    until = body.until or wall()
    since = body.since or until - DAYS
    if not timedelta() < until - since <= LONGEST:
        raise Invalid("a run is of 31 days at most, and ends after it begins", field="since")
    run = Run(ids.new(Run.prefix), gateway_id=body.gateway_id, since=since, until=until, next_action_at=at, extra=body.extra)
    commit((run, events.Requested(gateway_id=run.gateway_id)), actor=actor, at=at)
    return run


def start_all(at: datetime, *, actor: Actor) -> None:
    """The run of a night, of each gateway. Idempotent: one by gateway and time."""
    for gateway_id in payments.gateways():
        run = Run(ids.new(Run.prefix), gateway_id=gateway_id, trigger=Trigger.NIGHTLY, since=at - DAYS, until=at, next_action_at=at)
        once = Marker(Run, f"night#{gateway_id}#{stamp(at)}", {"run_id": run.id})
        try:
            commit((run, events.Requested(gateway_id=gateway_id)), actor=actor, at=at, markers=[once])
        except Duplicate:
            continue


def compare(run: Run, *, actor: Actor, at: datetime) -> None:
    """Takes the run. `Unanswered` where the gateway does not say: it stays due, and is tried again."""
    open = _open_of(run.gateway_id)
    books = Books(run.gateway_id, run.since, run.until, open)
    found = match(books.items, list(books.entries.values()), pairs=pairs_of(books.entries), until=run.until)
    subjects = {each.subject for each in open} | {each.item_id for each in open if each.item_id}
    found = [each for each in found if run.since <= each.at < run.until or _about(each) & subjects]
    for each in found:
        if each.item and each.entry and each.subject == each.entry.id:
            keep_pair(each.entry.id, each.item.id)
    wrong = {each.subject: each for each in found if each.kind is not None}
    for each in wrong.values():
        raise_(each, books.raw.get(each.item.id) if each.item else None, run, actor=actor, at=at)
    for gone in open:
        if gone.subject not in wrong:
            clear(gone.id, run, actor=actor, at=at)
    _complete(run, found, actor=actor, at=at)


def _complete(run: Run, found: list[Finding], *, actor: Actor, at: datetime) -> None:
    wrong = [each for each in found if each.kind is not None]
    run.matched = sum(1 for each in found if each.kind is None)
    run.excepted, run.kinds = len(wrong), dict(sorted(Counter(str(each.kind) for each in wrong).items()))
    run.opened, run.cleared = _by_run(run, ExceptionStatus.OPEN), _by_run(run, ExceptionStatus.CLEARED)
    run.totals = _totals(found)
    run.status, run.completed_at, run.next_action_at = RunStatus.COMPLETED, wall(), None
    commit((run, events.Completed(gateway_id=run.gateway_id, opened=run.opened)), actor=actor, at=at)


def _about(found: Finding) -> set[str]:
    return {each.id for each in (found.item, found.entry) if each is not None}


def _totals(found: list[Finding]) -> dict[str, dict[str, int]]:
    """Of charges and refunds, what each side comes to."""
    totals: dict[str, dict[str, int]] = {}
    for each in found:
        pair = each.item is None or each.item.own
        if each.item is not None and each.item.own:
            totals.setdefault(each.item.currency, {"there": 0, "here": 0})["there"] += each.item.amount
        if each.entry is not None and pair and each.entry.settled and each.subject == each.entry.id:
            totals.setdefault(each.entry.currency, {"there": 0, "here": 0})["here"] += each.entry.amount
    return dict(sorted(totals.items()))


def _open_of(gateway_id: str) -> list[Difference]:
    """All that are open with a gateway."""
    found: list[Difference] = []
    start: dynamodb.Item | None = None
    while True:
        partition = f"{Difference.prefix}#gateway_id={gateway_id}&status={ExceptionStatus.OPEN}"
        items, start = dynamodb.ask(Difference.table(), "gsi3", partition, limit=1000, start=start)
        found += [Difference.load(item) for item in items]
        if start is None:
            return found


def _by_run(run: Run, status: ExceptionStatus) -> int:
    """How many exceptions a run has brought to this state, however often it was begun."""
    items, _ = dynamodb.ask(Difference.table(), "gsi5", f"{Difference.prefix}#run_id={run.id}", limit=1000)
    return sum(1 for item in items if item["status"]["S"] == status)

