"""The sample invocations of content, through the real handlers."""

import json
from datetime import timedelta

import pytest

from functions.content import api, worker
from functions.content.events import Ordered
from functions.content.models import Entitlement
from functions.invoices.events import Drafted
from functions.invoices.models import Invoice
from functions.tenants.models import Tenant
from kernel.audit import Actor, Payload
from kernel.commit import Marker, commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

pytestmark = pytest.mark.usefixtures("aws")
ENTITLEMENT, CONTENT = "ent_01KGA0000000000000000000E0", "cnt_01KGA0000000000000000000C0"
INVOICE, TENANT = "inv_01KGA0000000000000000000N0", "ten_01KGA0000000000000000000T0"


class _Made(Payload, event="tests.made"):
    """A tenant is as the samples expect it."""


@pytest.fixture
def bought():
    """The entitlement and the invoice that the samples name: `bought(its state, the invoice's, how much of that went back)`."""

    def store(status, invoice, refunded=0):
        entitlement = Entitlement(ENTITLEMENT, tenant_id=TENANT, content_id=CONTENT, title="Guide", status=status, pricing="recurring", price=999,
                                  currency="EUR", interval="month", creator_share=700, zone="UTC", anchor=AT, period_start=AT,
                                  period_end=AT + timedelta(days=28), invoice_id=INVOICE)
        bill = Invoice(INVOICE, tenant_id=TENANT, issuer_id="set_1", status=invoice, series="s", currency="EUR", language="en", zone="UTC",
                       lines_digest="d", total=1189, amount_refunded=refunded)
        tenant = Tenant(TENANT, name="Acme", email="a@acme.test", zone="UTC", address={"country": "DE"})
        commit((entitlement, Ordered(tenant_id=TENANT, content_id=CONTENT, status=status)), (tenant, _Made()),
               (bill, Drafted(tenant_id=TENANT, subscription_id=None, series="s")), actor=Actor(id="stf_1"), at=AT,
               markers=[Marker(Entitlement, key, {"entitlement_id": ENTITLEMENT})
                        for key in (f"invoice#{INVOICE}", f"holds#{TENANT}#{CONTENT}")])

    return store


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("status", "draft")), ("api-create-without-price", 422, ("code", "invalid")),
    ("api-buy-unknown", 404, ("code", "not_found")), ("api-download-pending", 409, ("code", "entitlement_state"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, bought, name, status, says):
    bought("pending", "open")
    answer = api.handler(sample(f"content/{name}", headers=owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


@pytest.mark.parametrize(("name", "was", "invoice", "becomes"), [
    ("invoice-paid", "pending", "paid", "active"), ("invoice-refunded", "active", "paid", "revoked"),
    ("invoice-refund-failed", "revoked", "paid", "active"), ("invoice-voided", "pending", "void", "canceled"),
    ("invoice-uncollectible", "paused", "uncollectible", "ended"), ("invoice-payment-failed", "active", "open", "paused"),
    ("tenant-offboarding", "pending", "open", "ended")])  # fmt: skip
def test_a_sample_event_decides_the_entitlement(sample, context, bought, name, was, invoice, becomes):
    bought(was, invoice, refunded=1189 if name == "invoice-refunded" else 0)
    for _ in range(2):
        assert worker.handler(sample(f"content/worker-{name}"), context) == {"batchItemFailures": []}
    found = Entitlement.fetch(ENTITLEMENT)
    assert (found.status, found.version) == (becomes, 2)


def test_news_of_an_invoice_that_is_for_something_else_changes_nothing(sample, context):
    assert worker.handler(sample("content/worker-invoice-paid"), context) == {"batchItemFailures": []}
    assert received(setting("PARKED_URL")) == []


def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("content/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("content/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
