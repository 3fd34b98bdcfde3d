"""Each sample event, through the real handler: what it does in a company that has what it names."""

import json
import os
import time

import pytest

from functions.payments.api import handler as api
from functions.payments.contract import outcome
from functions.payments.events import GatewayChanged, Started, WebhookReceived
from functions.payments.models import Gateway, GatewayEvent, Transaction
from functions.payments.worker import handler as worker
from functions.tenants.events import Requested
from functions.tenants.models import Tenant
from kernel.audit import Actor
from kernel.commit import commit
from kernel.records import child
from local.gateways.stripe.webhooks import signature
from tests.cloud import received, resources
from tests.integration.payments.company import AT, SECRET

TENANT, CHARGE, EVENT = "ten_01KGA0000000000000000000T0", "txn_01KGA0000000000000000000X0", "gev_01KGA0000000000000000000E0"
ACCOUNT = "gat_01KGA0000000000000000000G0"
ACTOR = Actor(id="system:tests")


@pytest.fixture
def named(company):
    """The company with the tenant and the charge that the samples name."""
    about = {"name": "Acme", "email": "a@acme.test", "language": "en"}
    commit((Tenant(TENANT, **about), Requested(**about)), actor=ACTOR, at=AT)
    charge = Transaction(CHARGE, tenant_id=TENANT, invoice_id="inv_1", amount=4900, currency="EUR", next_action_at=AT)
    commit((charge, Started(**charge.about())), actor=ACTOR, at=AT)
    return company


@pytest.mark.parametrize(("name", "code"), [
    ("create-gateway", None), ("create-payment-method", None), ("refund-pending", "not_refundable")])
def test_a_request_is_answered(named, sample, context, owner, name, code):
    answer = api(sample(f"payments/api-{name}", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"]).get("code")) == (409 if code else 201, code)


@pytest.mark.parametrize(("name", "status"), [("statement", 200), ("transfer-unknown-invoice", 422)])
def test_a_request_about_a_bank_account_is_answered(named, sample, context, owner, name, status):
    account = Gateway(ACCOUNT, kind="bank_transfer", name="House bank", secrets_version="none")
    commit((account, GatewayChanged(kind=account.kind)), actor=ACTOR, at=AT)
    assert api(sample(f"payments/api-{name}", headers=owner), context)["statusCode"] == status


def test_a_webhook_is_stored_and_passed_on(named, sample, context):
    event = sample("payments/api-webhook")
    assert api(event, context)["statusCode"] == 400  # signed long ago, by someone else
    event = sample("payments/api-webhook")
    event["headers"]["stripe-signature"] = signature(event["body"], SECRET, int(time.time()))
    assert api(event, context)["statusCode"] == 200
    [message] = received(os.environ["QUEUE_URL"])
    assert GatewayEvent.fetch(json.loads(message)["detail"]["id"]).event_id == "evt_1"


@pytest.mark.parametrize("name", ["finalized", "collection-started"])
def test_an_event_of_an_invoice_charges_it(named, sample, context, name):
    named.card(tenant=TENANT)
    assert worker(sample(f"payments/worker-{name}"), context) == {"batchItemFailures": []}
    assert (outcome(CHARGE).status, named.taken(CHARGE)) == ("succeeded", 1)


def test_the_schedule_charges_what_is_due(named, sample, context):
    named.card(tenant=TENANT)
    worker(sample("payments/worker-due"), context)
    named.work()
    assert outcome(CHARGE).status == "succeeded"


def test_a_stored_event_is_applied(named, sample, context):
    about_nothing = {"type": "charge.refunded", "data": {"object": {
        "payment_intent": "pi_1", "amount_refunded": 1, "currency": "eur", "metadata": {"transaction_id": CHARGE}}}}
    event = GatewayEvent(EVENT, gateway_id=named.gateway, event_id="evt_1", kind="charge.refunded")
    body = child(event, "body", json.dumps(about_nothing))
    commit((event, WebhookReceived(kind=event.kind)), actor=ACTOR, at=AT, items=[(event.table(), body)])
    assert worker(sample("payments/worker-apply"), context) == {"batchItemFailures": []}
    assert Transaction.fetch(CHARGE).amount_refunded == 0  # this gateway was never asked to charge it


def test_what_is_not_json_is_parked(named, sample, context):
    assert worker(sample("payments/worker-not-json"), context) == {"batchItemFailures": []}
    assert [json.loads(body)["body"] for body in received(os.environ["PARKED_URL"])] == ["{"]


def test_the_rule_lists_what_the_worker_subscribes_to():
    pattern = resources("AWS::Events::Rule")["PaymentsRule"]["EventPattern"]
    assert set(pattern["detail-type"]) == worker.subscriptions.keys()
