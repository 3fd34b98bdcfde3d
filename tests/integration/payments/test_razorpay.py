"""Razorpay by its own wire format: charged once, refunded once, and told of by signed webhooks in any order."""

import json
import os
from datetime import timedelta
from types import SimpleNamespace

import pytest
import urllib3

from functions.payments.contract import charge
from functions.payments.models import Transaction
from functions.payments.razorpay_client import Client
from functions.payments.razorpay_gateway import RazorpayGateway
from functions.payments.worker import handler as worker
from functions.reconciliation.books import Books
from kernel.audit import Actor
from kernel.clock import frozen, stamp, wall
from kernel.commit import commit
from local.gateways.razorpay import create_app
from local.gateways.razorpay.webhooks import signature
from local.gateways.stripe.server import running
from tests.cloud import received
from tests.integration.payments.company import AT, envelope
from tests.integration.writes.company import Company

SECRET = "razorpay-webhooks"
KEYS = {"kind": "razorpay", "name": "Razorpay", "publishable_key": "rzp_test_1", "secret_key": "secret-of-it", "webhook_secret": SECRET,
        "is_default": True}


@pytest.fixture(scope="module")
def razorpay():
    with running(create_app(None)) as url:
        yield url


def work():
    """Everything in the feature's own queue, until it is empty."""
    while bodies := received(os.environ["QUEUE_URL"]):
        for body in bodies:
            worker({"Records": [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}, None)


def due(after=timedelta(0)):
    """The schedule fires that long after the charge was made, and that much later on the wall."""
    with frozen(wall() + after):
        worker({"slot": "due", "time": stamp(AT + after)}, None)
        work()


def finalized(id):
    """The event that has the charge made comes again."""
    body = envelope("invoices.finalized", {
        "tenant_id": "ten_1", "subscription_id": None, "number": "1", "currency": "INR", "total": 4900, "amount_due": 4900,
        "due_on": "2026-02-14", "transaction_id": id})
    worker({"Records": [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}, None)


@pytest.fixture
def shop(aws, owner, simulator, razorpay, monkeypatch):
    monkeypatch.setenv("STRIPE_API_BASE", simulator)
    monkeypatch.setenv("RAZORPAY_API_BASE", razorpay)
    monkeypatch.setenv("QUEUE_URL", os.environ["PAYMENTS_QUEUE"])
    company = Company(owner, simulator)

    def api(method, path, **body):
        keys = urllib3.make_headers(basic_auth="rzp_test_1:secret-of-it")
        return json.loads(urllib3.request(method, razorpay + path, json=body or None, headers=keys).data)

    api("POST", "/_sim/reset")
    gateway = company.made("/v1/gateways", KEYS)
    tenant = company.tenant()
    customer = api("POST", "/v1/customers", name="Acme", email="a@acme.test", notes={})["id"]

    def card(**token):
        token = api("POST", "/_sim/tokens", customer=customer, **token)["id"]
        return company.done("POST", "/v1/payment-methods", {"tenant_id": tenant, "token": token})

    def charged(amount=4900):
        made, started = charge(tenant_id=tenant, invoice_id="inv_1", amount=amount, currency="INR", attempt=1, at=AT, clock_id=None)
        commit((made, started), actor=Actor(id="system:invoices"), at=AT)
        due()
        return Transaction.fetch(made.id)

    def told(event, secret=SECRET):
        body = json.dumps(event["body"])
        headers = {"x-razorpay-signature": signature(body.encode(), secret), "x-razorpay-event-id": event["id"],
                   "content-type": "application/json"}
        answer = company.ask("POST", f"/v1/webhooks/razorpay/{gateway}", body, headers=headers)
        work()
        return answer.status

    return SimpleNamespace(company=company, api=api, gateway=gateway, card=card, charged=charged, told=told, customer=customer,
                           events=lambda *kinds: [each for each in api("GET", "/_sim/events")["items"] if each["body"]["event"] in kinds])


def taken(shop):
    return [each["amount"] for each in shop.api("GET", "/v1/payments")["items"] if each["captured"]]


def test_a_card_is_charged_and_its_fee_is_known(shop):
    card = shop.card()
    assert (card["brand"], card["last4"], card["gateway_customer_id"]) == ("visa", "1111", shop.customer)
    charge = shop.charged()
    assert (charge.status, charge.fee, charge.net, charge.settlement_currency) == ("succeeded", 116, 4784, "INR")
    assert taken(shop) == [4900]
    for event in shop.events("payment.captured") * 3:
        assert shop.told(event) == 200
    assert Transaction.fetch(charge.id).version == charge.version


@pytest.mark.parametrize("lost", [1, 2])
def test_an_answer_that_was_lost_at_any_step_takes_the_money_once(shop, lost):
    """The first answer is that of the order, the second that of its payment."""
    shop.card()
    if lost == 2:
        order = RazorpayGateway._pay

        def losing(self, asked):
            shop.api("POST", "/v1/orders", amount=asked.amount, currency=asked.currency, receipt=asked.transaction_id)
            shop.api("POST", "/_sim/faults", drop_next=1)
            return order(self, asked)

        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(RazorpayGateway, "_pay", losing)
            charge = shop.charged()
    else:
        shop.api("POST", "/_sim/faults", drop_next=1)
        charge = shop.charged()
    assert charge.status == "processing"
    due(timedelta(minutes=5))
    assert (Transaction.fetch(charge.id).status, taken(shop), len(shop.api("GET", f"/v1/orders?receipt={charge.id}")["items"])) == (
        "succeeded", [4900], 1)


def test_while_the_gateway_is_asked_neither_the_schedule_nor_the_event_asks_as_well(shop, monkeypatch):
    """Razorpay knows no order by its receipt until it is made: who looks for it before makes another one, and takes the money again."""
    shop.card()
    post, met = Client.post, []

    def meanwhile(self, path, *asked):
        if path == "/v1/orders" and not met:
            met.append(path)
            due(timedelta(seconds=90))
            finalized(asked[0]["receipt"])
        return post(self, path, *asked)

    monkeypatch.setattr(Client, "post", meanwhile)
    charge = shop.charged()
    assert (charge.status, met, taken(shop)) == ("succeeded", ["/v1/orders"], [4900])


def test_a_refusal_has_its_reason_and_a_late_authorization_is_taken_all_the_same(shop):
    shop.card(declines="insufficient_funds")
    charge = shop.charged()
    assert (charge.status, charge.code, charge.hard) == ("failed", "insufficient_funds", False)
    shop.api("POST", "/_sim/authorize", payment=charge.gateway_ref)
    [late] = shop.events("payment.authorized")
    shop.told(late)
    assert (Transaction.fetch(charge.id).status, taken(shop)) == ("succeeded", [4900])
    shop.told(shop.events("payment.failed")[0])  # old news
    assert Transaction.fetch(charge.id).status == "succeeded"


def test_refunds_go_back_once_and_never_more_than_was_taken(shop):
    shop.card()
    charge = shop.charged()
    path = f"/v1/transactions/{charge.id}/refunds"
    shop.api("POST", "/_sim/faults", drop_next=1)
    part = shop.company.done("POST", path, {"amount": 1900})
    assert part["status"] == "processing"
    due(timedelta(minutes=5))
    assert shop.company.done("POST", path, {})["status"] == "succeeded"
    for event in shop.events("refund.processed") * 2:
        shop.told(event)
    found = Transaction.fetch(charge.id)
    assert (found.amount_refunded, found.amount_reserved) == (4900, 0)
    assert [each["amount"] for each in shop.api("GET", "/v1/refunds")["items"]] == [3000, 1900]
    assert shop.company.ask("POST", path, {"amount": 1}).body["code"] == "already_refunded"
    shop.api("POST", f"/_sim/refunds/{Transaction.fetch(part['id']).gateway_ref}/fail")
    for event in shop.events("refund.failed", "refund.processed") * 2:
        shop.told(event)
    assert (Transaction.fetch(charge.id).amount_refunded, Transaction.fetch(part["id"]).status) == (3000, "failed")


def test_a_dispute_opens_and_ends_in_whatever_order_it_is_told(shop):
    shop.card()
    charge = shop.charged()
    dispute = shop.api("POST", "/_sim/disputes", payment=charge.gateway_ref)
    shop.api("POST", f"/_sim/disputes/{dispute['id']}/close", outcome="lost")
    for event in reversed(shop.events("payment.dispute.created", "payment.dispute.lost")):
        shop.told(event)
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.amount_disputed, found.dispute_fee) == ("lost", 4900, None)  # Razorpay names no fee


def test_a_bank_that_asks_for_papers_has_taken_nothing(shop):
    shop.card()
    charge = shop.charged()
    dispute = shop.api("POST", "/_sim/disputes", payment=charge.gateway_ref, phase="retrieval")
    shop.told(shop.events("payment.dispute.created")[0])
    found = Transaction.fetch(charge.id)
    assert (found.dispute, found.respond_by.timestamp()) == ("inquiry", dispute["respond_by"])
    shop.api("POST", f"/_sim/disputes/{dispute['id']}/close", outcome="closed")
    shop.told(shop.events("payment.dispute.closed")[0])
    assert (Transaction.fetch(charge.id).dispute, Transaction.fetch(charge.id).respond_by) == ("inquiry_closed", None)
    later = shop.api("POST", "/_sim/disputes", payment=charge.gateway_ref)
    shop.api("POST", f"/_sim/disputes/{later['id']}/close", outcome="lost")
    for event in shop.events("payment.dispute.created", "payment.dispute.lost"):
        shop.told(event)
    assert Transaction.fetch(charge.id).dispute == "lost"


def test_what_razorpay_did_not_sign_is_refused(shop):
    shop.card()
    shop.charged()
    [event] = shop.events("payment.captured")
    assert shop.told(event, secret="another") == 400
    assert shop.company.ask("POST", f"/v1/webhooks/razorpay/{shop.company.gateway}", "{}").status == 404  # an account of Stripe


def test_its_books_and_settlements_agree_with_ours(shop):
    shop.card()
    charge = shop.charged()
    shop.company.done("POST", f"/v1/transactions/{charge.id}/refunds", {"amount": 900})
    shop.api("POST", "/_sim/settlements")
    books = Books(shop.gateway, wall() - timedelta(hours=1), wall() + timedelta(hours=1), [])
    assert sorted((each.kind, each.amount, each.due) for each in books.items) == [
        ("charge", 4900, None), ("payout", 3884, 3884), ("refund", -900, None)]
    assert {each.entry for each in books.items if each.own} == set(books.entries)


def test_a_token_that_is_not_the_customers_is_refused(shop):
    answer = shop.company.ask("POST", "/v1/payment-methods", {"tenant_id": shop.company.tenant(), "token": "token_nobodys"})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "token")
    card = shop.card()
    namesake = shop.company.tenant()  # with the same address, by which Razorpay takes it for the same customer
    answer = shop.company.ask("POST", "/v1/payment-methods", {"tenant_id": namesake, "token": card["gateway_method_id"]})
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "token")
    shop.company.done("DELETE", f"/v1/payment-methods/{card['id']}")
