"""Whether a tenant will leave within ninety days: what is known of it at an instant, a model of that, and the reasons in words.

A tenant in one currency leaves when it pays nothing any more. What it had done at an instant can be told afterwards too, from what was
heard of it: so its own past, a month at a time, is what the model learns from.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from math import log, log1p
from operator import itemgetter
from typing import Any

from functions.insights import logistic, scores
from functions.insights.rules import Movement, MovementKind, State, latest, movements

HORIZON, STEP, SNAPSHOTS = timedelta(days=90), timedelta(days=30), 24
QUARTER, HALF_YEAR = timedelta(days=90), timedelta(days=180)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
MOST = 6  # of what is counted: the seventh failed payment tells no more than the sixth
HELD_BACK = 4  # of snapshot days the newest quarter is what a model is tested on
PRIOR = "prior-1"
REASONS, NOTICED = 3, 0.1  # how many are told, and the log-odds from which on one is worth a word


class ChurnReason(StrEnum):
    TENURE_DAYS = "tenure_days"
    PLAN_CHANGES = "plan_changes"
    FAILED_PAYMENTS = "failed_payments"
    OVERDUE_INVOICES = "overdue_invoices"
    LATE_PAYMENTS = "late_payments"
    MRR_TREND = "mrr_trend"
    CANCELING = "canceling"
    PAST_DUE = "past_due"
    RETURNS = "returns"


# Five outcomes for each thing that is weighed (Vittinghoff and McCulloch, Relaxing the rule of ten events per variable, 2007).
ENOUGH = 5 * len(ChurnReason)
WORDS = {
    ChurnReason.TENURE_DAYS: "a customer for {} days", ChurnReason.PLAN_CHANGES: "changed plan {} times in half a year",
    ChurnReason.FAILED_PAYMENTS: "{} failed payments in 90 days", ChurnReason.OVERDUE_INVOICES: "{} overdue invoices",
    ChurnReason.LATE_PAYMENTS: "{} late payments in half a year", ChurnReason.MRR_TREND: "pays {} thousandths more than 90 days ago",
    ChurnReason.CANCELING: "{} thousandths of what it pays are canceled", ChurnReason.PAST_DUE: "{} subscriptions past due",
    ChurnReason.RETURNS: "left and came back {} times"}


@dataclass(frozen=True)
class Signal:
    """What was heard of an invoice: `kind` is the last part of the event's name."""

    invoice_id: str
    kind: str
    at: datetime
    due_on: date | None = None


Facts = dict[str, int]  # by reason
Row = tuple[str, int, Facts]  # the day of a snapshot, whether the tenant then left, what was known


@dataclass(frozen=True)
class Trained:
    """`version` is the day on which it was learned, or the prior's; `why`: in a sentence, why it is this one."""

    version: str
    why: str
    model: logistic.Model
    outcomes: int
    rows: int
    figures: dict[str, float]
    calibration: list[tuple[int, float, float]]


# Judgement, not learning: log-odds by which each is thought to weigh, around 4 % a quarter for a customer of a year.
_WEIGHTS = {ChurnReason.TENURE_DAYS: -0.35, ChurnReason.PLAN_CHANGES: -0.05, ChurnReason.FAILED_PAYMENTS: 0.45,
            ChurnReason.OVERDUE_INVOICES: 0.6, ChurnReason.LATE_PAYMENTS: 0.2, ChurnReason.MRR_TREND: -1.2, ChurnReason.CANCELING: 4.0,
            ChurnReason.PAST_DUE: 1.0, ChurnReason.RETURNS: 0.5}
_USUAL = [log1p(12.0) if each == ChurnReason.TENURE_DAYS else 0.0 for each in ChurnReason]
PRIOR_MODEL = logistic.Model([_WEIGHTS[each] for each in ChurnReason], log(0.04 / 0.96), _USUAL, [1.0] * len(ChurnReason))


def facts(states: Sequence[State], signals: Iterable[Signal], at: datetime) -> Facts | None:
    """What was known of a tenant at an instant; None where it paid nothing then."""
    states = [each for each in states if each.at <= at]
    moved = [each for each in movements(states) if each.at <= at]
    mrr, before = _sum(moved, at), _sum(moved, at - QUARTER)
    if mrr <= 0:
        return None
    now = [each for each in latest(states) if each.mrr]
    began = next(each.at for each in reversed(moved) if each.kind in (MovementKind.NEW, MovementKind.REACTIVATION))
    changed = {(each.subscription_id, each.plan_id) for each in states if each.at > at - HALF_YEAR} - {
        (each.subscription_id, each.plan_id) for each in latest([one for one in states if one.at <= at - HALF_YEAR])}
    heard = [each for each in signals if each.at <= at]
    return {
        ChurnReason.TENURE_DAYS: (at - began).days, ChurnReason.PLAN_CHANGES: max(0, len(changed) - _fresh(states, at)),
        ChurnReason.FAILED_PAYMENTS: sum(each.kind == "payment_failed" and each.at > at - QUARTER for each in heard),
        **_bills(heard, at), ChurnReason.MRR_TREND: max(-1000, min(1000, 1000 * (mrr - before) // before)) if before > 0 else 0,
        ChurnReason.CANCELING: 1000 * sum(each.mrr for each in now if each.status == "canceled") // mrr,
        ChurnReason.PAST_DUE: sum(each.status == "past_due" for each in now),
        ChurnReason.RETURNS: sum(each.kind == MovementKind.REACTIVATION for each in moved)}


def snapshots(states: Sequence[State], signals: Sequence[Signal], now: datetime) -> list[Row]:
    """What was known of a tenant on each of the last days on which it is asked, as far back as two years, and whether it then left. Only
    days whose ninety days are over."""
    last = EPOCH + (now - HORIZON - EPOCH) // STEP * STEP
    gone = [each.at for each in movements(states) if each.kind == MovementKind.CHURN]
    found: list[Row] = []
    for n in reversed(range(SNAPSHOTS)):
        at = last - n * STEP
        if known := facts(states, signals, at):
            found.append((at.date().isoformat(), int(any(at < left <= at + HORIZON for left in gone)), known))
    return found


def vector(known: Mapping[str, int]) -> list[float]:
    """In the order of the reasons."""
    found = {each: float(min(MOST, known[each])) for each in ChurnReason}
    found[ChurnReason.TENURE_DAYS] = log1p(max(0, known[ChurnReason.TENURE_DAYS]) / 30)
    for each in (ChurnReason.MRR_TREND, ChurnReason.CANCELING):
        found[each] = known[each] / 1000
    return list(found.values())


def learn(rows: Sequence[Row], outcomes: int, version: str) -> Trained:
    """A model of these rows, where there are enough `outcomes` (tenants that left) and it does better than the prior on the newest rows,
    which it has not seen: nothing it learned from lies within ninety days before them. Else the prior, and why."""
    if outcomes < ENOUGH:
        return _prior(rows, outcomes, f"{outcomes} tenants have left, {ENOUGH} are needed to learn from")
    days = sorted({day for day, _, _ in rows})
    cut = days[-max(1, len(days) // HELD_BACK)]
    seen = [row for row in rows if date.fromisoformat(row[0]) + HORIZON <= date.fromisoformat(cut)]
    held = [row for row in rows if row[0] >= cut]
    labels = [label for _, label, _ in held]
    if not 0 < sum(label for _, label, _ in seen) < len(seen) or not held:
        return _prior(rows, outcomes, "the outcomes lie too close together to test a model on those it has not seen")
    tested = _fitted(seen)
    told, before = _told(tested, held), _told(PRIOR_MODEL, held)
    if scores.log_loss(labels, told) >= scores.log_loss(labels, before):
        return _prior(rows, outcomes, "what was learned did no better than the prior on the newest outcomes")
    figures = _figures(labels, told) | {"prior_log_loss": scores.log_loss(labels, before)}
    why = f"learned from {len(rows)} months of tenants, tested on {len(held)} that it had not seen"
    return Trained(version, why, _fitted(rows), outcomes, len(rows), figures, scores.calibration(labels, told))


def reasons(model: logistic.Model, known: Mapping[str, int]) -> list[dict[str, Any]]:
    """What raises the probability most, compared with a usual tenant: {"code", "value", "weight" in thousandths of log-odds, "text"}."""
    raised = zip(ChurnReason, model.contributions(vector(known)), strict=True)
    most = sorted((each for each in raised if each[1] >= NOTICED), key=itemgetter(1), reverse=True)[:REASONS]
    return [{"code": code, "value": known[code], "weight": int(1000 * weight), "text": words(code, known[code])} for code, weight in most]


def words(code: ChurnReason, value: int) -> str:
    if code == ChurnReason.MRR_TREND:
        return f"pays {abs(value) / 10:g} % {'less' if value < 0 else 'more'} than 90 days ago"
    if code == ChurnReason.CANCELING:
        return f"{value / 10:g} % of what it pays will end"
    return WORDS[code].format(value)


def _prior(rows: Sequence[Row], outcomes: int, why: str) -> Trained:
    labels, told = [label for _, label, _ in rows], _told(PRIOR_MODEL, rows)
    return Trained(PRIOR, why, PRIOR_MODEL, outcomes, len(rows), _figures(labels, told) if rows else {},
                   scores.calibration(labels, told) if rows else [])


def _fitted(rows: Sequence[Row]) -> logistic.Model:
    return logistic.fit([vector(known) for _, _, known in rows], [label for _, label, _ in rows])


def _told(model: logistic.Model, rows: Iterable[Row]) -> list[float]:
    return [model.probability(vector(known)) for _, _, known in rows]


def _figures(labels: Sequence[int], told: Sequence[float]) -> dict[str, float]:
    return {"auc": scores.auc(labels, told), "brier": scores.brier(labels, told), "log_loss": scores.log_loss(labels, told),
            "base_rate": sum(labels) / len(labels)}


def _sum(moved: Iterable[Movement], until: datetime) -> int:
    return sum(each.amount for each in moved if each.at <= until)


def _fresh(states: Sequence[State], at: datetime) -> int:
    """Subscriptions that began within half a year: their first plan is no change."""
    return len({each.subscription_id for each in states} - {each.subscription_id for each in states if each.at <= at - HALF_YEAR})


def _bills(heard: Sequence[Signal], at: datetime) -> Facts:
    due = {each.invoice_id: each.due_on for each in heard if each.due_on}
    settled = {each.invoice_id for each in heard if each.kind in ("paid", "voided", "uncollectible")}
    paid = {each.invoice_id: each.at for each in heard if each.kind == "paid"}
    today = at.date()
    late = [id for id, when in paid.items() if when > at - HALF_YEAR and id in due and when.date() > due[id]]
    return {ChurnReason.OVERDUE_INVOICES: sum(day < today and id not in settled for id, day in due.items()),
            ChurnReason.LATE_PAYMENTS: len(late)}
