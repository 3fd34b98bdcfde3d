"""What the tests of the simulator share: the SDK with a saved card, and an endpoint that receives webhooks."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import stripe

from local.gateways.stripe.remote import Remote

SECRET = "whsec_of_the_tests"


@dataclass(frozen=True)
class Shop:
    """A client of the official SDK, and the control of the simulator that it talks to."""

    url: str
    retries: int = 2

    @property
    def client(self) -> stripe.StripeClient:
        return stripe.StripeClient("sk_test_1", base_addresses={"api": self.url}, max_network_retries=self.retries)

    @property
    def api(self) -> Any:
        return self.client.v1

    @property
    def control(self) -> Remote:
        return Remote(self.url)

    def customer(self, card: str | None = "pm_card_visa") -> tuple[str, str]:
        """A new customer and the card saved for it."""
        customer = self.api.customers.create({"name": "Acme", "email": "pay@acme.example"})
        return customer.id, self.api.payment_methods.attach(card, {"customer": customer.id}).id if card else ""

    def charge(self, customer: str, card: str, /, amount: int = 4900, *, key: str | None = None, **more: Any) -> Any:
        """Take money off-session, as the billing run does."""
        asked = {"amount": amount, "currency": "eur", "customer": customer, "payment_method": card, "payment_method_types": ["card"]}
        asked |= {"confirm": True, "off_session": True} | more
        return self.api.payment_intents.create(asked, {"idempotency_key": key} if key else {})


@dataclass
class Inbox:
    """What arrived, as events that passed the SDK's own check of the signature; `answers` are the statuses to give, then 200."""

    url: str = ""
    events: list[Any] = field(default_factory=list)
    answers: list[int] = field(default_factory=list)

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]


@contextmanager
def receiving() -> Iterator[Inbox]:
    inbox = Inbox()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            event = stripe.Webhook.construct_event(body, self.headers["Stripe-Signature"], SECRET)
            status = inbox.answers.pop(0) if inbox.answers else 200
            if status == 200:
                inbox.events.append(event)
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    inbox.url = f"http://127.0.0.1:{server.server_port}/webhooks"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield inbox
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=5)


def error_of(raised: stripe.StripeError) -> Any:
    """The `error` object of the answer, with what the SDK's classes leave out."""
    answer: Any = raised.json_body
    return answer["error"]


def eventually(true: Callable[[], bool], seconds: float = 5.0) -> bool:
    """Whether it becomes true in time."""
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.02)
    return true()
