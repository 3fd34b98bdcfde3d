"""The nightly run: every tenant's past is told in facts, a model learns from them, and who pays is told how likely it is to leave.

Three jobs, each for a part: `history` writes the facts of some tenants as of the run, `train` reads them all and keeps a model, `score`
applies it. Each depends on what was heard and on the run's time alone, and overwrites nothing of a later run: however often one comes, it
has one effect.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import date, datetime
from functools import partial
from typing import Any
from zlib import crc32

from functions.insights import churn, ledger, logistic, rules
from functions.insights.churn import ChurnReason, Row, Signal, Trained
from functions.insights.events import Scored
from functions.insights.ledger import number
from functions.insights.models import Calibrated, Churn, ChurnModel, ChurnRisk
from functions.insights.service import state_of
from kernel import dynamodb
from kernel.audit import Actor
from kernel.clock import parse, stamp
from kernel.commit import again, commit
from kernel.config import table
from kernel.dynamodb import Item
from kernel.worker import enqueue

AT_ONCE, SHARDS = 25, 16
WAIT = 900  # seconds that the histories have before a model is learned: what comes later counts the next night
MOST_ROWS = 20_000  # that are learned from, the newest
HIGH, MEDIUM = 300, 100  # per mille
MATTERS = 10  # per mille that a probability must have moved to be worth an entry in the log
MODEL = "model"


def start(now: datetime) -> None:
    heads = (item["pk"]["S"] for shard in range(SHARDS) for item in _indexed(f"heads#{shard:02d}"))
    enqueue("history", ({"heads": some, "time": stamp(now)} for some in dynamodb.chunks(heads, AT_ONCE)))
    enqueue("train", [{"time": stamp(now)}], delay=WAIT)


def history(heads: Sequence[str], now: datetime) -> None:
    for pk in heads:
        states, signals = _heard(pk, now)
        known = churn.facts(states, signals, now)
        item = dynamodb.key(f"facts#{shard_of(pk)}", pk) | {
            "time": {"S": stamp(now)}, "rows": {"S": json.dumps(churn.snapshots(states, signals, now))}, "now": {"S": json.dumps(known)},
            "mrr": {"N": str(sum(state.mrr for state in rules.latest(states)))}}
        _put(item, now)


def train(now: datetime) -> list[str]:
    """Of whom facts are known: tenants, each with a currency."""
    items = [item for shard in range(SHARDS) for item in ledger.rows(f"facts#{shard:02d}")]
    told = [[(day, label, known) for day, label, known in json.loads(item["rows"]["S"])] for item in items]
    rows: list[Row] = sorted((row for own in told for row in own), key=lambda row: (row[0], json.dumps(row[2])))[-MOST_ROWS:]
    outcomes = sum(any(label for _, label, _ in own) for own in told)
    _put(dynamodb.key(MODEL) | {"time": {"S": stamp(now)}, "body": {"S": _text(churn.learn(rows, outcomes, now.date().isoformat()))}}, now)
    return [item["sk"]["S"] for item in items]


def spread(heads: Sequence[str], now: datetime) -> None:
    enqueue("score", ({"heads": some, "time": stamp(now)} for some in dynamodb.chunks(heads, AT_ONCE)))


def score(heads: Sequence[str], now: datetime, actor: Actor) -> None:
    trained = model()
    for pk in heads:
        if item := ledger.get(f"facts#{shard_of(pk)}", pk):
            again(partial(_scored, pk, item, trained, now, actor))


def model() -> Trained:
    """The newest; the prior, where none was learned yet."""
    item = ledger.get(MODEL)
    if item is None:
        return churn.learn([], 0, "")
    found = json.loads(item["body"]["S"])
    parts = [(count, told, left) for count, told, left in found["calibration"]]
    return Trained(**found | {"model": logistic.Model(**found["model"]), "calibration": parts})


def shown(trained: Trained) -> ChurnModel:
    figures = {f"{name}_per_mille": _per_mille(trained.figures[name]) if name in trained.figures else None
               for name in ("auc", "brier", "log_loss", "base_rate")}
    return ChurnModel(
        version=trained.version, why=trained.why, rows=trained.rows, outcomes=trained.outcomes, enough=churn.ENOUGH, **figures,
        weights={code: _per_mille(weight) for code, weight in zip(ChurnReason, trained.model.weights, strict=True)},
        calibration=[Calibrated(count=count, told_per_mille=_per_mille(told), left_per_mille=_per_mille(left))
                     for count, told, left in trained.calibration])


def shard_of(pk: str) -> str:
    return f"{crc32(pk.encode()) % SHARDS:02d}"


def _scored(pk: str, item: Item, trained: Trained, now: datetime, actor: Actor) -> None:
    """Idempotent: by the run's time, and what has not changed enough to matter is left as it is."""
    tenant_id, _, currency = pk.partition("#")
    id = f"{Churn.prefix}_{tenant_id.partition('_')[2]}{currency}"
    record = Churn.find(id)
    known = json.loads(item["now"]["S"])
    if (record is None and known is None) or (record is not None and record.as_of >= now):
        return
    probability = _per_mille(trained.model.probability(churn.vector(known))) if known else 0
    risk = _risk(probability) if known else ChurnRisk.GONE
    reasons = churn.reasons(trained.model, known) if known else []
    mrr = rules.shown(number(item, "mrr"))
    if record is not None and record.mrr == mrr and _is_near(record, probability, risk, reasons):
        return
    record = record or Churn(id, tenant_id=tenant_id, currency=currency)
    record.probability_per_mille, record.risk, record.reasons = probability, risk, reasons
    record.mrr, record.model, record.as_of = mrr, trained.version, now
    told = Scored(tenant_id=tenant_id, currency=currency, probability_per_mille=probability, risk=risk)
    commit((record, told), actor=actor, at=now)


def _is_near(record: Churn, probability: int, risk: ChurnRisk, reasons: list[dict[str, Any]]) -> bool:
    same = _counted(record.reasons) == _counted(reasons)
    return same and record.risk == risk and abs(record.probability_per_mille - probability) < MATTERS


def _counted(reasons: Sequence[Mapping[str, Any]]) -> list[tuple[str, int]]:
    """Codes and values. Of how long it has been a customer not even that: it is another day each night."""
    return [(each["code"], 0 if each["code"] == ChurnReason.TENURE_DAYS else each["value"]) for each in reasons]


def _risk(probability: int) -> ChurnRisk:
    return ChurnRisk.HIGH if probability >= HIGH else ChurnRisk.MEDIUM if probability >= MEDIUM else ChurnRisk.LOW


def _heard(pk: str, now: datetime) -> tuple[list[rules.State], list[Signal]]:
    """What was heard of a tenant in one currency by the time of the run."""
    states = [state_of(item) for item in dynamodb.children(table("insights"), pk, "sub_")]
    signals = [_signal(item) for item in dynamodb.children(table("insights"), pk, "heard#")]
    return [each for each in states if each.at <= now], [each for each in signals if each.at <= now]


def _signal(item: Item) -> Signal:
    due_on = date.fromisoformat(item["due_on"]["S"]) if "due_on" in item else None
    return Signal(item["invoice_id"]["S"], item["kind"]["S"], parse(item["at"]["S"]), due_on)


def _put(item: Item, now: datetime) -> None:
    """Unless a later run was quicker."""
    values = {":t": {"S": stamp(now)}}
    dynamodb.held(
        dynamodb.client().put_item, TableName=table("insights"), Item=item, ConditionExpression="attribute_not_exists(pk) OR #t <= :t",
        ExpressionAttributeNames={"#t": "time"}, ExpressionAttributeValues=values)


def _indexed(partition: str) -> Iterator[Item]:
    begin: Item | None = None
    while True:
        items, begin = dynamodb.ask(table("insights"), "gsi7", partition, limit=1000, start=begin)
        yield from items
        if begin is None:
            return


def _text(trained: Trained) -> str:
    return json.dumps(asdict(trained))


def _per_mille(share: float) -> int:
    return int(1000 * share + (0.5 if share >= 0 else -0.5))
