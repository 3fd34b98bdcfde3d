"""Charging off-session: what the gateway answers, what it does not answer, and that money is taken once whatever breaks."""

import json
import os
from datetime import timedelta

import pytest

from functions.clocks.events import Created
from functions.clocks.models import Clock
from functions.payments.contract import Outcome, has_method, outcome
from functions.payments.models import Transaction
from functions.payments.service import charges, settlement
from functions.payments.stripe_gateway import StripeGateway
from kernel import audit
from kernel.audit import Actor
from kernel.clock import frozen, parse, stamp, wall
from kernel.commit import commit
from tests.cloud import received
from tests.integration.payments.company import AT, Crash, killed_at, story, together

ACTOR = Actor(id="system:payments")
MINUTES, DAY = timedelta(minutes=5), timedelta(hours=24)


def once(id: str) -> list[str]:
    """The story of a charge, without what it tells again each time that the gateway is asked again."""
    return list(dict.fromkeys(story(id)))


def test_a_finalized_invoice_is_charged_and_the_fee_is_known(company):
    card = company.card()
    charge = company.charged()
    assert (charge.status, charge.fee, charge.net, charge.settlement_currency) == ("succeeded", 99, 4801, "EUR")
    assert (charge.gateway_id, charge.gateway_method_id, charge.next_action_at) == (company.gateway, card["gateway_method_id"], None)
    assert story(charge.id) == ["started", "submitted", "succeeded"]
    assert company.taken(charge.id) == 1
    intent = company.stripe.payment_intents.retrieve(charge.gateway_ref)
    assert intent.metadata.to_dict() == {"transaction_id": charge.id, "tenant_id": company.tenant, "invoice_id": "inv_1"}


def test_the_schedule_charges_where_the_event_was_lost(company):
    company.card()
    id = company.invoice()
    company.due(timedelta(0))
    assert outcome(id).status == "succeeded"
    assert company.taken(id) == 1


def test_the_same_event_and_the_schedule_again_change_nothing(company):
    company.card()
    id = company.charged().id
    company.finalized(id)
    company.due(DAY)
    assert story(id) == ["started", "submitted", "succeeded"]
    assert company.taken(id) == 1


def test_a_tenant_without_a_method_is_not_charged(company):
    charge = company.charged()
    assert (charge.status, charge.code, charge.hard) == ("failed", "no_payment_method", True)
    assert not has_method(company.tenant)
    company.card()
    assert has_method(company.tenant)


@pytest.mark.parametrize(("card", "code", "hard"), [
    ("chargeDeclinedInsufficientFunds", "insufficient_funds", False), ("chargeDeclinedExpiredCard", "expired_card", True),
    ("chargeDeclined", "generic_decline", False)])
def test_a_declined_card_says_why_and_whether_it_is_worth_trying_again(company, card, code, hard):
    method = company.card()
    company.control.post("cards", payment_method=method["gateway_method_id"], card=card)
    charge = company.charged()
    assert outcome(charge.id) == Outcome("failed", charge.amount, code, hard, stuck=False)
    assert (story(charge.id), charge.next_action_at) == (["started", "submitted", "failed"], None)


@pytest.mark.parametrize(("amount", "currency", "error"), [
    (49, "EUR", "amount_too_small"), (9503, "KWD", "invalid_request"), (150, "MGA", "amount_not_chargeable")])
def test_a_charge_that_the_gateway_cannot_take_as_asked_is_no_decline_but_set_aside_for_staff(company, amount, currency, error):
    company.card()
    id = company.invoice(amount, currency=currency)
    assert company.finalized(id) == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}
    due = json.dumps({"detail-type": "due", "detail": {"id": id, "until": stamp(AT + MINUTES)}})
    for attempt, failed in ((1, True), (5, False)):
        with frozen(wall() + attempt * MINUTES):
            assert bool(company.deliver(due, attempt=attempt)["batchItemFailures"]) == failed
    charge = Transaction.fetch(id)
    assert (charge.status, charge.hard, error in charge.stuck, company.taken(id)) == ("processing", False, True, 0)
    assert story(id) == ["started", "submitted", "submitted", "submitted", "stuck"]
    assert len(received(os.environ["PARKED_URL"])) == 1


def test_a_card_that_was_detached_behind_our_back_is_a_hard_decline(company):
    card = company.card()
    company.stripe.payment_methods.detach(card["gateway_method_id"])
    charge = company.charged()
    assert (charge.status, charge.code, charge.hard, charge.stuck) == ("failed", "unusable_method", True, None)


def test_a_gateway_that_is_switched_off_is_not_charged_with(company):
    company.card()
    assert company.ask("POST", f"/v1/gateways/{company.gateway}/deactivate").body["status"] == "inactive"
    charge = company.charged()
    assert (charge.status, charge.code, charge.hard, company.taken(charge.id)) == ("failed", "gateway_inactive", False, 0)


def test_an_answer_that_was_lost_after_the_money_was_taken_is_looked_up_and_not_charged_again(company, one_try):
    company.card()
    company.control.faults(drop_connection_next=1)
    charge = company.charged()
    assert (charge.status, charge.next_action_at, company.taken(charge.id)) == ("processing", AT + timedelta(minutes=1), 1)
    company.due(timedelta(seconds=30))
    assert outcome(charge.id).status == "processing"
    company.due(MINUTES)
    charge = Transaction.fetch(charge.id)
    assert (charge.status, charge.fee, company.taken(charge.id)) == ("succeeded", 99, 1)


def test_a_retry_asks_for_what_was_stored_although_the_default_card_has_changed(company, one_try, monkeypatch):
    first = company.card()
    monkeypatch.setattr(StripeGateway, "_found", lambda *_: None)  # Stripe's list does not show it: the key alone must hold
    company.control.faults(drop_connection_next=1)
    id = company.charged().id
    company.card("pm_card_mastercard")
    company.due(MINUTES)
    charge = Transaction.fetch(id)
    assert (charge.status, charge.gateway_method_id, company.taken(id)) == ("succeeded", first["gateway_method_id"], 1)


def test_a_gateway_that_cannot_be_reached_leaves_the_charge_open_and_due(company, one_try, monkeypatch):
    company.card()
    monkeypatch.setenv("STRIPE_API_BASE", "http://127.0.0.1:1")
    company.ask("PATCH", f"/v1/gateways/{company.gateway}", {"secret_key": "sk_test_another"}, headers={"if-match": '"1"'})
    id = company.charged().id
    company.due(MINUTES)
    assert (outcome(id).status, story(id)) == ("processing", ["started", "submitted", "submitted"])


def test_keys_that_do_not_work_cost_no_customer_an_attempt_and_the_right_ones_finish_it(company):
    company.card()
    path = f"/v1/gateways/{company.gateway}"
    assert company.ask("PATCH", path, {"secret_key": "wrong_key"}, headers={"if-match": '"1"'}).status == 200
    id = company.charged().id
    assert outcome(id).status == "processing"
    assert company.ask("PATCH", path, {"secret_key": "sk_test_right"}, headers={"if-match": '"2"'}).status == 200
    company.due(MINUTES)
    assert (outcome(id).status, company.taken(id)) == ("succeeded", 1)


@pytest.mark.parametrize("after", [False, True])
@pytest.mark.parametrize(("where", "name"), [
    (charges, "commit"), (StripeGateway, "_created"), (StripeGateway, "charge"), (settlement, "commit")])
def test_a_function_killed_at_any_call_takes_the_money_once(company, where, name, after):
    company.card()
    id = company.invoice()
    with killed_at(where, name, after=after), pytest.raises(Crash):
        company.finalized(id)
    company.finalized(id)
    company.due(MINUTES)
    assert (outcome(id).status, company.taken(id)) == ("succeeded", 1)
    assert once(id) == ["started", "submitted", "succeeded"]


def test_two_workers_at_once_take_the_money_once(company, isolated):
    company.card()
    id = company.invoice()
    company.control.faults(latency_seconds=0.1)
    together(lambda: charges.advance(Transaction.fetch(id), actor=ACTOR, at=AT), 4)
    company.control.faults(latency_seconds=0.0)
    company.due(MINUTES)
    assert (outcome(id).status, company.taken(id), story(id)) == ("succeeded", 1, ["started", "submitted", "succeeded"])


def test_of_workers_that_all_find_it_unanswered_one_asks(company, isolated):
    company.card()
    id = company.invoice()
    with killed_at(StripeGateway, "charge", after=False), pytest.raises(Crash):
        company.finalized(id)

    def later():
        with frozen(wall() + MINUTES):
            charges.advance(Transaction.fetch(id), actor=ACTOR, at=AT)

    together(later, 3)
    assert (outcome(id).status, company.taken(id), story(id)) == ("succeeded", 1, ["started", "submitted", "submitted", "succeeded"])


def test_an_event_that_comes_again_asks_only_when_nobody_can_be_asking_any_more(company):
    company.card()
    id = company.invoice()
    with killed_at(StripeGateway, "charge", after=False), pytest.raises(Crash):
        company.finalized(id)
    for seconds, status in ((90, "processing"), (120, "succeeded")):
        with frozen(wall() + timedelta(seconds=seconds)):
            company.finalized(id)
        assert outcome(id).status == status


def test_a_bank_that_wants_its_customer_gets_a_page_and_a_day(company):
    company.card("pm_card_authenticationRequired")
    charge = company.charged()
    assert (charge.status, charge.code, charge.next_action_at) == ("requires_action", "authentication_required", AT + DAY)
    assert charge.action_url.startswith("http")
    company.told(company.events("payment_intent.payment_failed")[0])  # the try without the customer, which is no refusal
    assert outcome(charge.id).status == "requires_action"
    company.control.post("authenticate", intent=charge.gateway_ref)
    company.told(company.events("payment_intent.succeeded")[0])
    charge = Transaction.fetch(charge.id)
    assert (charge.status, charge.code, charge.action_url, charge.fee, company.taken(charge.id)) == ("succeeded", None, None, 99, 1)


def test_a_customer_who_never_confirms_can_no_longer_be_charged_by_that_attempt(company):
    company.card("pm_card_authenticationRequired")
    charge = company.charged()
    company.due(DAY - timedelta(seconds=1))
    assert outcome(charge.id).status == "requires_action"
    company.due(DAY)
    assert (outcome(charge.id).status, outcome(charge.id).code) == ("failed", "authentication_required")
    assert company.stripe.payment_intents.retrieve(charge.gateway_ref).status == "canceled"


def test_a_customer_who_confirmed_while_no_webhook_came_has_paid(company):
    company.card("pm_card_authenticationRequired")
    charge = company.charged()
    company.control.post("authenticate", intent=charge.gateway_ref)
    company.due(DAY)
    assert (outcome(charge.id).status, company.taken(charge.id)) == ("succeeded", 1)


def test_an_answer_lost_while_the_bank_asks_for_its_customer_leads_to_the_same_page(company):
    company.card("pm_card_authenticationRequired")
    id = company.invoice()
    with killed_at(StripeGateway, "_confirm", after=True), pytest.raises(Crash):
        company.finalized(id)
    company.due(MINUTES)
    assert (outcome(id).status, len(company.stripe.payment_intents.list().data)) == ("requires_action", 1)


def test_a_message_about_an_unknown_transaction_is_given_back_to_the_queue(company):
    assert company.finalized("txn_01HNBQ0000000000000000000X") == {"batchItemFailures": [{"itemIdentifier": "m-0"}]}


def test_a_payment_that_the_gateway_made_and_never_confirmed_is_confirmed_and_not_made_twice(company):
    card = company.card()
    id = company.invoice()
    with killed_at(StripeGateway, "charge", after=False), pytest.raises(Crash):
        company.finalized(id)
    company.stripe.payment_intents.create({
        "amount": 4900, "currency": "eur", "customer": card["gateway_customer_id"], "payment_method": card["gateway_method_id"],
        "payment_method_types": ["card"], "metadata": {"transaction_id": id}})
    company.due(MINUTES)
    assert (outcome(id).status, Transaction.fetch(id).fee, len(company.stripe.payment_intents.list().data)) == ("succeeded", 99, 1)


def test_a_charge_on_a_test_clock_waits_on_it_and_is_settled_in_its_time(company):
    clock = Clock("clk_01HNBQ0000000000000000000C", name="future", now=AT + timedelta(days=400))
    commit((clock, Created()), actor=ACTOR, at=clock.now)
    tenant = company.new_tenant(clock_id=clock.id)
    assert company.card(tenant=tenant)["clock_id"] == clock.id
    id = company.invoice(tenant=tenant, clock_id=clock.id)
    with killed_at(settlement, "commit", after=False), pytest.raises(Crash):
        company.finalized(id)
    company.due(timedelta(days=500))
    assert outcome(id).status == "processing"  # no schedule sees it
    company.told(company.events("payment_intent.succeeded")[0])
    settled = audit.Entry.load(audit.timeline(id)[-1]).facts()
    assert (settled["type"], parse(settled["effective_at"])) == ("payments.succeeded", clock.now)
