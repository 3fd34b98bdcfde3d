"""A shop that sells a guide, and a tenant who might buy it."""

import hashlib
from threading import RLock
from urllib.parse import urlsplit

import pytest
from botocore.client import BaseClient

from functions.content.worker import handler as worker
from functions.invoices.events import PaymentFailed, Refunded
from functions.invoices.models import Invoice
from kernel import dynamodb
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import aws as client
from kernel.config import setting
from tests.callers import ask
from tests.conftest import AT
from tests.integration.writes.company import due, news

PDF = b"%PDF-1.7\n" + b"guide " * 100
GUIDE = {"title": "Guide", "category": "document", "creator_name": "Ada", "creator_email": "ada@creator.test", "creator_share": 700}
PRICE = {"amount": 999, "currency": "EUR"}
ONCE = GUIDE | {"pricing": "once", "price": 999, "currency": "EUR"}
MONTHLY = ONCE | {"pricing": "recurring", "interval": "month"}
ADDRESS = {"line1": "Allee 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}


class Shop:
    """`ask(method, path, body)` goes to the function that owns the path."""

    def __init__(self, headers, context):
        from functions.content.api import handler as content
        from functions.invoices.api import handler as invoices
        from functions.settings.api import handler as settings
        from functions.tenants.api import handler as tenants

        self.headers, self.context = headers, context
        self.handlers = {"content": content, "invoices": invoices, "settings": settings, "tenants": tenants}
        self.made("/v1/settings/issuers", {"name": "Seller", "email": "b@seller.test", "address": ADDRESS})
        self.made("/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
        self.tenant = self.made("/v1/tenants", {"name": "Acme", "email": "a@acme.test", "address": {"country": "DE"}})

    def ask(self, method, path, body=None, **more):
        return ask(self.handlers[path.split("/")[2]], method, path, body, headers=more.pop("headers", self.headers), **more)

    def done(self, method, path, body=None, **more):
        answer = self.ask(method, path, body, **more)
        assert answer.status < 300, answer.body
        return answer.body

    def made(self, path, body, **more):
        return self.done("POST", path, body, **more)["id"]

    def sent(self, id, data=PDF, *, sha256=None):
        """What a browser does with the link: the body of a request to attach it."""
        sha256 = sha256 or hashlib.sha256(data).hexdigest()
        link = self.done("POST", f"/v1/content/{id}/uploads", {"size": len(data), "sha256": sha256})
        key = urlsplit(link["url"]).path.partition("content/uploads/")
        client("s3").put_object(Bucket=setting("FILES"), Key=key[1] + key[2], Body=data)
        return {"upload_id": link["upload_id"], "sha256": sha256, "filename": "guide.pdf"}

    def published(self, **body):
        id = self.made("/v1/content", GUIDE | body)
        self.done("POST", f"/v1/content/{id}/editions", self.sent(id))
        for verb in ("submit", "publish"):
            self.done("POST", f"/v1/content/{id}/{verb}")
        return id

    def bought(self, id, **more):
        return self.done("POST", f"/v1/content/{id}/buy", {"tenant_id": self.tenant}, **more)

    def entitlement(self, id):
        return self.done("GET", f"/v1/content/entitlements/{id}")

    def tell(self, id):
        """The worker hears the newest news of a record."""
        self._worker(news(id))

    def pay(self, invoice):
        self.done("POST", f"/v1/invoices/{invoice}/finalize")
        self.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"})
        self.tell(invoice)

    def activate(self):
        """The tenant is set up."""
        from functions.tenants.worker import handler as tenants

        self._worker(news(self.tenant), tenants)

    def time(self, id, until):
        self._worker(due(id, until))

    def _worker(self, body, handler=worker):
        record = {"messageId": "m-1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
        assert handler({"Records": [record]}, self.context) == {"batchItemFailures": []}


def status(shop, id):
    return shop.entitlement(id)["status"]


def refund(invoice_id, amount):
    """What a refund of its charge does to an invoice."""
    invoice = Invoice.fetch(invoice_id)
    invoice.amount_refunded += amount
    commit((invoice, Refunded(**invoice.told(), amount=amount)), actor=Actor(id="system:invoices"), at=AT)


def fail(invoice_id):
    """An open invoice whose tenant has no card: the first attempt is refused."""
    invoice = Invoice.fetch(invoice_id)
    told = PaymentFailed(**invoice.told(), attempt=1, code="card_declined", next_attempt_at=None)
    commit((invoice, told), actor=Actor(id="system:invoices"), at=AT)


@pytest.fixture
def shop(aws, owner, context):
    return Shop(owner, context)


@pytest.fixture
def racing(monkeypatch):
    """moto is not safe for threads. They still race, but from call to call, as callers of DynamoDB do."""
    lock = RLock()

    def in_turn(call):
        def one(*args, **more):
            with lock:
                return call(*args, **more)

        return one

    monkeypatch.setattr(BaseClient, "_make_api_call", in_turn(BaseClient._make_api_call))
    monkeypatch.setattr(dynamodb, "call", in_turn(dynamodb.call))
