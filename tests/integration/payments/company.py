"""A company whose payments run through the simulator: its HTTP handlers, its worker with the messages in its queue, its webhooks."""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import stripe

from functions.payments.api import handler as api
from functions.payments.contract import charge
from functions.payments.models import Transaction
from functions.payments.worker import handler as worker
from functions.tenants.api import handler as tenants
from kernel import audit
from kernel.audit import Actor
from kernel.clock import frozen, stamp, wall
from kernel.commit import commit
from local.gateways.stripe.remote import Remote
from local.gateways.stripe.webhooks import signature
from tests.callers import ask
from tests.cloud import received

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
SECRET = "whsec_of_the_tests"
KEYS = {"name": "Stripe", "secret_key": "sk_test_the_first", "webhook_secret": SECRET, "publishable_key": "pk_test_1"}


class Crash(BaseException):
    """The function is killed: nothing may catch this."""


class Company:
    """`ask(method, path, body)` is a signed-in owner's request."""

    def __init__(self, url: str, headers: dict[str, str]) -> None:
        self.headers = headers
        self.control = Remote(url)
        self.stripe: Any = stripe.StripeClient("sk_test_1", base_addresses={"api": url}).v1
        self.gateway: str = self.made("/v1/gateways", KEYS)["id"]
        self.tenant = self.new_tenant()

    def ask(self, method: str, path: str, body: Any = None, **more: Any) -> SimpleNamespace:
        headers = self.headers | more.pop("headers", {})
        return ask(tenants if path.startswith("/v1/tenants") else api, method, path, body, headers=headers, **more)

    def made(self, path: str, body: Any) -> Any:
        answer = self.ask("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body

    def new_tenant(self, **more: Any) -> str:
        found: str = self.made("/v1/tenants", {"name": "Acme", "email": "pay@acme.test", **more})["id"]
        return found

    def card(self, token: str = "pm_card_visa", *, tenant: str | None = None) -> Any:
        return self.made("/v1/payment-methods", {"tenant_id": tenant or self.tenant, "token": token})

    def invoice(self, amount: int = 4900, *, tenant: str | None = None, currency: str = "EUR", clock_id: str | None = None) -> str:
        """A charge as the invoice's commit stores it. Returns its id."""
        transaction, started = charge(tenant_id=tenant or self.tenant, invoice_id="inv_1", amount=amount, currency=currency, attempt=1,
                                      at=AT, clock_id=clock_id)
        commit((transaction, started), actor=Actor(id="system:invoices"), at=AT)
        return transaction.id

    def finalized(self, transaction_id: str) -> dict[str, Any]:
        """Hands the worker what the bus delivers when the invoice is finalized. Returns its answer."""
        return self.deliver(envelope("invoices.finalized", {
            "tenant_id": self.tenant, "subscription_id": None, "number": "1", "currency": "EUR", "total": 4900, "amount_due": 4900,
            "due_on": "2026-02-14", "transaction_id": transaction_id}))

    def deliver(self, *bodies: str, attempt: int = 1) -> dict[str, Any]:
        records = [{"messageId": f"m-{n}", "body": body, "attributes": {"ApproximateReceiveCount": str(attempt)}}
                   for n, body in enumerate(bodies)]
        return worker({"Records": records}, None)

    def work(self) -> None:
        """Everything in the feature's own queue, until it is empty."""
        while bodies := received(os.environ["QUEUE_URL"]):
            for body in bodies:
                assert self.deliver(body) == {"batchItemFailures": []}

    def due(self, after: timedelta) -> None:
        """The schedule fires that long after the charge was made, and that much later on the wall."""
        with frozen(wall() + after):
            worker({"slot": "due", "time": stamp(AT + after)}, None)
            self.work()

    def charged(self, amount: int = 4900) -> Transaction:
        id = self.invoice(amount)
        self.finalized(id)
        return Transaction.fetch(id)

    def taken(self, transaction_id: str) -> int:
        """How often money was taken for a transaction, as the gateway itself counts."""
        found = self.control.charged("transaction_id").get(transaction_id)
        return int(found["count"]) if found else 0

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """What the gateway has to tell, oldest first."""
        found = [event.to_dict() for event in self.stripe.events.list({"limit": 100}).auto_paging_iter()]
        return [event for event in reversed(found) if not kinds or event["type"] in kinds]

    def webhook(self, event: Any, *, path: str = "/v1/webhooks/stripe", secret: str = SECRET, **headers: str) -> SimpleNamespace:
        body = event if isinstance(event, str) else json.dumps(event)
        signed = {"stripe-signature": signature(body, secret, int(time.time())), "content-type": "application/json; charset=utf-8"}
        return ask(api, "POST", path, body, headers=signed | headers)

    def told(self, event: Any) -> None:
        """A webhook, and what the worker makes of it."""
        assert self.webhook(event).status == 200
        self.work()


def envelope(kind: str, data: dict[str, Any], *, subject: str = "inv_1") -> str:
    detail = {"subject": subject, "version": 2, "effective_at": stamp(AT), "recorded_at": stamp(AT), "actor": "system:invoices",
              "request_id": "r-1", "cause": None, "depth": 1, "tenant_id": data.get("tenant_id"), "clock_id": None, "data": data}
    return json.dumps({"version": "0", "id": "1", "detail-type": kind, "source": "platform-owner", "detail": detail})


def story(id: str) -> list[str]:
    """The types of a record's audit entries."""
    return [audit.Entry.load(item).facts()["type"].removeprefix("payments.") for item in audit.timeline(id)]


@contextmanager
def killed_at(owner: Any, name: str, *, after: bool) -> Iterator[None]:
    """The process dies when `owner.name` is called: before it begins, or when it has done its work and nobody knows."""
    original = getattr(owner, name)

    def dying(*args: Any, **kwargs: Any) -> Any:
        if after:
            original(*args, **kwargs)
        raise Crash(name)

    setattr(owner, name, dying)
    try:
        yield
    finally:
        setattr(owner, name, original)


def together(work: Callable[[], object], times: int) -> list[object]:
    """What `work` returns or raises when so many threads begin it at the same moment."""
    start = threading.Barrier(times)
    done: list[object] = []

    def run() -> None:
        start.wait()
        try:
            done.append(work())
        except Exception as failure:  # noqa: BLE001  # it is handed to the test
            done.append(failure)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return done
