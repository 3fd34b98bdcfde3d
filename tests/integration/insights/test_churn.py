"""The nightly run: every tenant's past in facts, a model of them, and a probability with its reasons, however often it runs."""

import json
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from functions.insights import scoring
from functions.insights.api import handler
from functions.insights.churn import ENOUGH, ChurnReason, Signal, facts, learn, vector
from functions.insights.rules import State
from functions.insights.worker import handler as worker
from kernel.audit import Actor
from kernel.config import setting
from tests.callers import ask, signed_in
from tests.cloud import received
from tests.integration.insights.hearing import hear, invoiced, news, subscribed
from tests.integration.writes.company import everything

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime(2026, 6, 15, 2, 15, tzinfo=UTC)
SYSTEM = Actor(id="system:insights")
GOOD, BAD = "ten_01KGA0000000000000000000T0#EUR", "ten_01KGA0000000000000000000T1#EUR"


def failed(day, version, tenant):
    data = invoiced("finalized", version)[4] | {"tenant_id": tenant, "attempt": 1, "code": "card_declined", "next_attempt_at": None}
    return news("invoices.payment_failed", "inv_B", version, f"{day}T09:00:00.000000Z", data)


def two_tenants():
    tenant = BAD.partition("#")[0]
    hear(subscribed(1, "2025-01-10"), subscribed(1, "2025-01-10", sub="sub_B", tenant=tenant),
         subscribed(2, "2026-06-01", 100, "past_due", sub="sub_B", tenant=tenant, type="past_due"),
         failed("2026-06-01", 3, tenant), failed("2026-06-05", 4, tenant))


def night(now=NOW):
    scoring.history([GOOD, BAD], now)
    scoring.train(now)
    scoring.score([GOOD, BAD], now, SYSTEM)


def seen(owner):
    answer = ask(handler, "GET", "/v1/insights/churn", headers=owner, sort="-probability_per_mille")
    assert answer.status == 200, answer.body
    return answer.body["data"]


def test_only_what_was_paid_was_paid_late_and_what_is_given_up_is_overdue_no_more():
    day = datetime(2026, 6, 1, tzinfo=UTC)
    heard = [Signal(id, "finalized", day, day.date()) for id in "pvuo"]
    heard += [Signal(id, kind, NOW) for id, kind in (("p", "paid"), ("v", "voided"), ("u", "uncollectible"))]
    known = facts([State("sub_1", 1, day, "active", "pln_1", 100, trial=False)], heard, NOW)
    assert (known["late_payments"], known["overdue_invoices"]) == (1, 1)


def test_what_it_pays_is_of_the_last_night_though_the_probability_has_hardly_moved(owner):
    two_tenants()
    night()
    before = [each["probability_per_mille"] for each in seen(owner)]
    hear(subscribed(2, "2026-06-15", 101, type="renewed"))
    night(NOW + timedelta(days=1))
    assert all(abs(was - each["probability_per_mille"]) < 10 for was, each in zip(before, seen(owner), strict=True))
    assert seen(owner)[1]["mrr"]["amount"] == 101


def test_who_pays_badly_stands_above_who_does_not_and_it_says_why(owner):
    two_tenants()
    night()
    bad, good = seen(owner)
    assert (bad["tenant_id"], good["tenant_id"]) == (BAD.partition("#")[0], GOOD.partition("#")[0])
    assert bad["probability_per_mille"] > 2 * good["probability_per_mille"] > 0
    assert {each["code"]: each["value"] for each in bad["reasons"]} == {"past_due": 1, "failed_payments": 2}
    assert (bad["reasons"][0]["text"], good["reasons"], bad["model"]) == ("1 subscriptions past due", [], "prior-1")
    assert bad["mrr"] == {"amount": 100, "currency": "EUR"}


def test_ten_runs_of_a_night_have_one_effect_and_an_earlier_one_none(owner):
    two_tenants()
    for _ in range(3):
        night()
    before = everything("insights")
    night(datetime(2026, 6, 14, 2, 15, tzinfo=UTC))
    assert everything("insights") == before
    assert {each["version"] for each in seen(owner)} == {1}


def test_who_has_left_is_no_longer_at_risk(owner):
    two_tenants()
    night()
    hear(subscribed(3, "2026-06-20", 100, "ended", sub="sub_B", tenant=BAD.partition("#")[0], type="ended"))
    night(datetime(2026, 6, 21, 2, 15, tzinfo=UTC))
    assert [(each["risk"], each["probability_per_mille"]) for each in seen(owner)][1] == ("gone", 0)


def test_the_samples_ask_for_all_and_keep_what_failed(sample, context):
    two_tenants()
    received(setting("QUEUE_URL"))
    worker(sample("insights/worker-churn"), context)
    messages = [json.loads(each) if isinstance(each, str) else each for each in received(setting("QUEUE_URL"))]
    assert "history" in str(messages) and GOOD in str(messages) and BAD in str(messages)
    for _ in range(2):
        assert worker(sample("insights/worker-payment-failed"), context) == {"batchItemFailures": []}
    assert len([item for item in everything("insights") if item.get("kind") == {"S": "payment_failed"}]) == 3


def rows(chance, months=20, tenants=60):
    """Months of tenants that leave after failed payments, against which the prior does badly: they leave for nothing else."""
    for month in range(months):
        for _ in range(tenants):
            known = dict.fromkeys(ChurnReason, 0) | {ChurnReason.TENURE_DAYS: 400, ChurnReason.FAILED_PAYMENTS: chance.choice((0, 0, 3))}
            left = int(chance.random() < (0.8 if known[ChurnReason.FAILED_PAYMENTS] else 0.05))
            yield (datetime.fromtimestamp(1_700_000_000 + 30 * 86400 * month, UTC).date().isoformat(), left, known)


def test_a_model_is_learned_once_there_are_enough_outcomes_and_it_is_better():
    told = list(rows(Random(5)))
    assert learn(told, ENOUGH - 1, "2026-06-15").version == "prior-1"
    trained = learn(told, ENOUGH, "2026-06-15")
    assert trained.version == "2026-06-15" and trained.figures["log_loss"] < trained.figures["prior_log_loss"]
    risky, calm = (trained.model.probability(vector(dict.fromkeys(ChurnReason, 0) | {
        ChurnReason.TENURE_DAYS: 400, ChurnReason.FAILED_PAYMENTS: n})) for n in (3, 0))
    assert risky == pytest.approx(0.8, abs=0.1) and calm == pytest.approx(0.05, abs=0.05)
    assert trained == learn(told, ENOUGH, "2026-06-15")


def test_the_model_says_what_it_is_and_only_to_who_may_know(owner):
    body = ask(handler, "GET", "/v1/insights/churn/model", headers=owner).body
    assert (body["version"], body["outcomes"], body["enough"], body["auc_per_mille"]) == ("prior-1", 0, ENOUGH, None)
    assert ask(handler, "GET", "/v1/insights/churn", headers=signed_in("viewer")).status == 200
