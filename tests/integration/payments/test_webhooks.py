"""Webhooks: only what the gateway signed, stored once, applied in any order any number of times to the same state."""

import base64
import json
import os
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.payments.api import handler
from functions.payments.contract import outcome
from functions.payments.models import GatewayEvent, Transaction
from functions.payments.service import settlement
from kernel import audit, dynamodb
from local.gateways.stripe.webhooks import signature
from tests.callers import ask
from tests.cloud import received
from tests.integration.payments.company import SECRET, Crash, killed_at, story

CHARGE_ONLY = "payment_intent.succeeded"


def unanswered(company, card="pm_card_visa"):
    """A charge of which we know nothing but that it was asked for."""
    company.card(card)
    id = company.invoice()
    with killed_at(settlement, "commit", after=False), pytest.raises(Crash):
        company.finalized(id)
    assert outcome(id).status == "processing"
    return id


def stored() -> int:
    items = dynamodb.client().scan(TableName=GatewayEvent.table())["Items"]
    return sum(item["pk"]["S"].startswith("gev_") and item["sk"]["S"] == "#" for item in items)


def test_a_webhook_settles_a_charge_that_is_still_processing(company):
    id = unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    assert company.webhook(event, path=f"/v1/webhooks/stripe/{company.gateway}").status == 200
    assert outcome(id).status == "processing"  # answered at once, applied by the worker
    company.work()
    charge = Transaction.fetch(id)
    assert (charge.status, charge.fee, charge.next_action_at, company.taken(id)) == ("succeeded", 99, None, 1)


def test_the_same_webhook_again_is_stored_once_and_changes_nothing(company):
    id = unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    for _ in range(3):
        company.told(event)
    assert (stored(), story(id)) == (1, ["started", "submitted", "succeeded"])


def test_a_webhook_whose_message_was_lost_is_applied_when_it_comes_again(company):
    id = unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    company.webhook(event)
    received(os.environ["QUEUE_URL"])
    company.told(event)
    assert outcome(id).status == "succeeded"


FORGED = ["", "t=1,v1=00", "nonsense", "t=4000000000,v1=é", "t=x,v1=00", signature("{}", "whsec_other", 4_000_000_000)]


def test_what_the_gateway_did_not_sign_is_a_problem_and_leaves_nothing(company):
    unanswered(company)
    text = json.dumps(company.events(CHARGE_ONLY)[0])
    honest = {"stripe-signature": signature(text, SECRET, int(time.time()))}
    altered = text.replace('"livemode": false', '"livemode": falsf', 1)
    answers = [company.webhook(text, **{"stripe-signature": forged}) for forged in FORGED] + [company.webhook(altered, **honest)]
    answers += [company.webhook(body) for body in ("{}", "[]", "null", "not json")]  # signed, and no event
    for answer in answers:
        assert (answer.status, answer.body["code"], answer.headers["Content-Type"]) == (400, "bad_signature", "application/problem+json")
    assert (stored(), received(os.environ["QUEUE_URL"])) == (0, [])
    assert company.webhook(text, **honest).status == 200


def test_a_signature_that_is_too_old_is_refused(company):
    old = signature("{}", SECRET, int(time.time()) - 3600)
    assert company.webhook("{}", **{"stripe-signature": old}).status == 400


def test_one_gateway_does_not_speak_for_another(company):
    other = company.made("/v1/gateways", {"name": "Second", "secret_key": "sk_test_two", "webhook_secret": "whsec_of_the_second"})
    id = unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    path = f"/v1/webhooks/stripe/{other['id']}"
    assert company.webhook(event, path=path).status == 400
    assert company.webhook(event, path=path, secret="whsec_of_the_second").status == 200
    company.work()
    assert outcome(id).status == "processing"


def test_a_new_webhook_secret_takes_the_place_of_the_old_one_at_once(company):
    unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    changed = company.ask("PATCH", f"/v1/gateways/{company.gateway}", {"webhook_secret": "whsec_rotated"}, headers={"if-match": '"1"'})
    assert changed.status == 200
    assert company.webhook(event).status == 400
    assert company.webhook(event, secret="whsec_rotated").status == 200


def test_a_body_in_base64_is_the_same_webhook_and_too_large_a_one_is_refused(company, sample, context):
    id = unanswered(company)
    [event] = company.events(CHARGE_ONLY)
    body = json.dumps(event)
    wrapped = base64.b64encode(body.encode()).decode()
    signed = {"stripe-signature": signature(body, SECRET, int(time.time()))}
    assert handler(sample("payments/api-webhook", body=wrapped, headers=signed, isBase64Encoded=True), context)["statusCode"] == 200
    company.work()
    assert outcome(id).status == "succeeded"
    assert company.webhook(json.dumps({"id": "x" * 256 * 1024})).status == 413


def test_events_that_mean_nothing_to_us_are_answered_and_forgotten(company):
    unanswered(company)
    for event in company.events("charge.succeeded", "payment_intent.created", "customer.created"):
        assert company.webhook(event).status == 200
    assert (stored(), received(os.environ["QUEUE_URL"])) == (0, [])


def test_an_event_about_a_payment_that_is_not_ours_is_kept_and_no_error(company):
    customer = company.stripe.customers.create({})
    method = company.stripe.payment_methods.attach("pm_card_createDispute", {"customer": customer.id})
    company.stripe.payment_intents.create({"amount": 100, "currency": "eur", "customer": customer.id, "payment_method": method.id,
                                           "payment_method_types": ["card"], "confirm": True})
    events = company.events(CHARGE_ONLY, "charge.dispute.created")
    for event in events:
        company.told(event)
    assert (len(events), stored()) == (2, 2)


def test_there_is_no_webhook_of_an_unknown_gateway(company):
    for path, status in (("stripe/gat_01HNBQ0000000000000000000G", 404), ("stripe/x", 404), ("stripe/x/y", 404), ("paypal", 401)):
        assert company.webhook("{}", path=f"/v1/webhooks/{path}").status == status


def test_without_any_gateway_there_is_nothing_to_deliver_to(aws):
    assert ask(handler, "POST", "/v1/webhooks/stripe", "{}", headers={}).status == 404


def test_a_payment_that_is_canceled_at_the_gateway_has_failed(company):
    company.card("pm_card_authenticationRequired")
    charge = company.charged()
    company.stripe.payment_intents.cancel(charge.gateway_ref)
    company.told(company.events("payment_intent.canceled")[0])
    assert (outcome(charge.id).status, company.taken(charge.id)) == ("failed", 0)


def test_a_dispute_is_known_from_its_first_event_to_its_last(company):
    company.card("pm_card_createDispute")
    charge = company.charged()
    [opened] = company.events("charge.dispute.created")
    company.told(opened)
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.amount_disputed, found.dispute_fee, found.fee) == ("open", 4900, 2000, 99)
    company.control.post(f"disputes/{opened['data']['object']['id']}/close", outcome="won")
    company.told(company.events("charge.dispute.closed")[0])
    for event in (opened, *company.events("charge.dispute.funds_withdrawn", "charge.dispute.funds_reinstated")):
        company.told(event)
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.dispute_fee, story(charge.id)[-2:]) == ("won", 0, ["disputed", "dispute_closed"])


def test_a_dispute_that_is_lost_says_what_is_gone_for_good(company):
    company.card("pm_card_createDispute")
    charge = company.charged()
    [opened] = company.events("charge.dispute.created")
    company.control.post(f"disputes/{opened['data']['object']['id']}/close", outcome="lost")
    for event in (company.events("charge.dispute.closed")[0], opened):
        company.told(event)
    told = json.loads(audit.Entry.load(list(audit.timeline(charge.id))[-1]).data)
    assert (told["outcome"], told["amount_charged_back"], story(charge.id)[-1]) == ("lost", 4900, "dispute_closed")
    assert company.ask("GET", f"/v1/transactions/{charge.id}").body["dispute_fee"] == 2000


def test_an_inquiry_takes_nothing_and_may_be_refunded_or_become_a_dispute(company):
    company.card("pm_card_createDisputeInquiry")
    charge, other = company.charged(), company.charged()
    asked, again = company.events("charge.dispute.created")
    for event in (asked, again):
        company.told(event)
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.amount_disputed, found.dispute_fee, story(charge.id)[-1]) == ("inquiry", 4900, None, "inquired")
    assert found.respond_by.timestamp() == asked["data"]["object"]["evidence_details"]["due_by"]
    assert company.made(f"/v1/transactions/{other.id}/refunds", {})["status"] == "succeeded"
    company.control.post(f"disputes/{again['data']['object']['id']}/close", outcome="won")
    company.control.post(f"disputes/{asked['data']['object']['id']}/escalate")
    for event in (*company.events("charge.dispute.closed", "charge.dispute.updated", "charge.dispute.funds_withdrawn"), asked, again):
        company.told(event)
    found, closed = Transaction.fetch(charge.id), Transaction.fetch(other.id)
    assert (found.dispute, found.dispute_fee, found.respond_by is None) == ("open", 2000, False)
    assert (closed.dispute, closed.dispute_fee, closed.respond_by) == ("inquiry_closed", None, None)
    assert story(other.id)[-1] == "inquiry_closed"
    assert company.ask("POST", f"/v1/transactions/{charge.id}/refunds", {}).body["code"] == "charge_disputed"


def test_a_chargeback_after_an_inquiry_that_was_closed_counts(company):
    company.card("pm_card_createDisputeInquiry")
    charge = company.charged()
    [asked] = company.events("charge.dispute.created")
    company.told(asked)
    company.control.post(f"disputes/{asked['data']['object']['id']}/close", outcome="won")
    company.control.post("disputes", charge=asked["data"]["object"]["charge"], reason="fraudulent")
    later = company.events("charge.dispute.created")[-1]
    for event in (later, *company.events("charge.dispute.closed")):
        company.told(event)
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.dispute_fee, story(charge.id)[-1]) == ("open", 2000, "disputed")
    company.control.post(f"disputes/{later['data']['object']['id']}/close", outcome="lost")
    company.told(company.events("charge.dispute.closed")[-1])
    told = json.loads(audit.Entry.load(list(audit.timeline(charge.id))[-1]).data)
    assert (told["outcome"], told["amount_charged_back"]) == ("lost", 4900)


TOLD = ("payment_intent.payment_failed", "payment_intent.requires_action", CHARGE_ONLY, "charge.refunded", "charge.dispute.created",
        "charge.dispute.updated", "charge.dispute.closed")
MORE = 3  # that come once more
EVENTS = range(8)  # of those types in the life below: two of them are refunds


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.lists(st.sampled_from(EVENTS), max_size=MORE).flatmap(lambda more: st.permutations([*EVENTS, *more])),
       pauses=st.lists(st.booleans(), min_size=len(EVENTS) + MORE, max_size=len(EVENTS) + MORE))
def test_any_order_and_any_number_of_deliveries_end_in_the_same_state(company, order, pauses):
    company.tenant = company.new_tenant()
    earlier = len(company.events(*TOLD))
    id = unanswered(company, "pm_card_authenticationRequired")
    intent = company.stripe.payment_intents.list().data[0].id
    company.control.post("authenticate", intent=intent)
    charge = company.stripe.payment_intents.retrieve(intent).latest_charge
    company.stripe.refunds.create({"payment_intent": intent, "amount": 1000})
    company.stripe.refunds.create({"payment_intent": intent, "amount": 500})
    dispute = company.control.post("disputes", charge=charge, reason="fraudulent", inquiry=True)["id"]
    company.control.post(f"disputes/{dispute}/escalate")
    company.control.post(f"disputes/{dispute}/close", outcome="lost")
    events = company.events(*TOLD)[earlier:]
    assert len(events) == len(EVENTS)
    for place, pause in zip(order, pauses, strict=False):
        assert company.webhook(events[place]).status == 200
        if pause:
            company.work()
    company.work()
    found = Transaction.fetch(id)
    assert (found.status, found.code, found.fee, found.amount_refunded, found.dispute) == ("succeeded", None, 99, 1500, "lost")
    assert (found.amount_disputed, found.dispute_fee, found.respond_by) == (3400, 2000, None)
    assert story(id).count("succeeded") == 1
