"""A company with something of everything, made through the API, for the console to show."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cached_property
from itertools import count
from secrets import token_hex
from typing import Any
from urllib.parse import urlencode

from kernel.clock import stamp
from local.client import LocalCloud, until
from local.gateways.stripe.remote import Remote
from local.invoke import function_of
from local.settings import ROOT

ISSUER = {"name": "Acme Software GmbH", "email": "billing@acme.example.test", "zone": "Europe/Berlin",
          "address": {"line1": "Lindenstr. 1", "postal_code": "10969", "city": "Berlin", "country": "DE"}}
PASSWORD = "violet harbour 27 moss"  # of all colleagues
GATEWAY = {"name": "Stripe", "kind": "stripe", "secret_key": "sk_test_of_the_simulator", "webhook_secret": "whsec_of_the_simulator"}


class Company:
    """Each thing is made once, when it is first asked for; `fresh…` makes one more."""

    def __init__(self, cloud: LocalCloud, bearer: Mapping[str, str]) -> None:
        self.cloud, self.bearer = cloud, bearer
        self.numbers, self.tag = count(1), token_hex(2)  # other tests share the cloud
        self.colleagues: dict[str, Any] = {}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        status, answer, _ = self.cloud.ask(method, path, body, **self.bearer, **headers)
        assert 200 <= status < 300, f"{method} {path} answered {status}: {answer}"
        return answer

    def newest(self, path: str, **filters: str) -> Any:
        """Waits for it: others work on it beside us."""
        query = "&".join(f"{key}={value}" for key, value in filters.items())
        return until(lambda: self.ask("GET", f"/v1/{path}?sort=-created_at&limit=1&{query}")["data"], 60, f"one of {path}")[0]

    def indexed(self, path: str, name: str) -> None:
        """Waits until it can be searched for: a page asks once for what was typed."""
        until(lambda: self.ask("GET", f"/v1/{path}?{urlencode({'q': name})}")["data"], 60, f"{name} in the index")

    def name(self, what: str) -> str:
        return f"{what} {self.tag}{next(self.numbers)}"

    @cached_property
    def issuer(self) -> str:
        """Who is there already stays the default."""
        found = self.ask("GET", "/v1/settings/issuers")["data"]
        if not self.ask("GET", "/v1/settings/tax-rates?country=DE")["data"]:
            self.ask("POST", "/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
        return str((found or [self.ask("POST", "/v1/settings/issuers", ISSUER)])[0]["id"])

    @cached_property
    def gateway(self) -> str:
        found = self.ask("GET", "/v1/gateways?is_default=true")["data"]
        if found:
            return str(found[0]["id"])
        id = str(self.ask("POST", "/v1/gateways", {**GATEWAY, "is_default": True})["id"])
        target = {"url": f"{self.cloud.facts['url']}/v1/webhooks/stripe/{id}", "secret": GATEWAY["webhook_secret"]}
        Remote(f"http://127.0.0.1:{self.cloud.environment['STRIPE_PORT']}").ask("PUT", "webhook_endpoint", target)
        return id

    def fresh_plan(self) -> Any:
        return self.ask("POST", "/v1/plans", {"name": self.name("Console plan")})

    @cached_property
    def price(self) -> str:
        plan = self.fresh_plan()["id"]
        self.ask("POST", f"/v1/plans/{plan}/prices", {"currency": "EUR", "interval": "month", "unit_amount": "4900"})
        return str(self.newest("prices", plan_id=plan)["id"])

    @cached_property
    def tenant(self) -> str:
        """Active, with a card."""
        assert self.issuer and self.gateway
        id = str(self.ask("POST", "/v1/tenants", {"name": "Console Customers AG", "email": "console@example.test",
                                                  "address": ISSUER["address"]})["id"])
        until(lambda: self.ask("GET", f"/v1/tenants/{id}")["status"] == "active", 60, "its activation")
        self.ask("POST", "/v1/payment-methods", {"tenant_id": id, "token": "pm_card_visa"})
        return id

    def subscribed(self) -> str:
        """A subscription in its first month, whose invoice is paid. No schedule is on that would finalize it."""
        made = self.ask("POST", "/v1/subscriptions", {"tenant_id": self.tenant, "price_id": self.price, "trial_days": 0})
        draft = until(lambda: self.ask("GET", f"/v1/subscriptions/{made['id']}")["latest_invoice_id"], 20, "its invoice")
        self.cloud.ask("POST", f"/v1/invoices/{draft}/finalize", **self.bearer)  # 409 where a billing run was quicker
        until(lambda: self.ask("GET", f"/v1/invoices/{draft}")["status"] == "paid", 20, "its payment")
        return str(made["id"])

    @cached_property
    def subscription(self) -> str:
        return self.subscribed()

    @cached_property
    def transaction(self) -> str:
        assert self.subscription
        return str(self.newest("transactions", tenant_id=self.tenant)["id"])

    @cached_property
    def balance(self) -> str:
        """What was paid for a subscription that has ended early."""
        ended = self.subscribed()
        self.ask("POST", f"/v1/subscriptions/{ended}/cancel", {"when": "now", "credit": True})
        return str(self.newest("invoices/balances", tenant_id=self.tenant)["id"])

    @cached_property
    def checklist(self) -> str:
        """Of a tenant that was activated when there was a template."""
        if not self.ask("GET", "/v1/onboarding/templates?is_default=true")["data"]:
            self.ask("POST", "/v1/onboarding/templates", {"name": self.name("Steps"), "items": [{"key": "call", "title": "A first call"}]})
        newcomer = self.ask("POST", "/v1/tenants", {"name": self.name("Newcomer"), "email": "new@example.test"})
        return str(self.newest("onboarding", tenant_id=newcomer["id"])["id"])

    @cached_property
    def scored(self) -> str:
        """A tenant's chance of leaving, without waiting for the night."""
        assert self.subscribed()
        functions = self.cloud.aws("lambda")
        name = function_of(ROOT / "events/insights/worker-churn.json", functions)

        def told() -> Any:
            for job in ("history", "score"):
                detail = {"heads": [f"{self.tenant}#EUR"], "time": stamp(datetime.now(UTC))}
                message = {"messageId": "1", "body": json.dumps({"detail-type": job, "detail": detail}),
                           "attributes": {"ApproximateReceiveCount": "1"}}
                functions.invoke(FunctionName=name, Payload=json.dumps({"Records": [message]}))
            return self.ask("GET", f"/v1/insights/churn?tenant_id={self.tenant}")["data"]

        return str(until(told, 60, "a chance of leaving")[0]["id"])

    @cached_property
    def incident(self) -> str:
        """Of a page that is not there, without waiting for the minute."""
        check = self.ask("POST", "/v1/health/checks", {
            "name": self.name("Check"), "kind": "http", "target": f"{self.cloud.facts['url']}/v1/no-such-page", "failures_to_open": 1, "roles": []})
        self.cloud.aws("lambda").invoke(FunctionName=self.cloud.facts["outputs"]["HealthWorker"],
                                        Payload=json.dumps({"time": stamp(datetime.now(UTC)), "slot": "due"}))
        return str(self.newest("health/incidents", check_id=check["id"])["id"])

    def invited(self, email: str, role: str) -> str:
        """The end of the link that somebody gets by mail."""
        assert self.issuer
        self.ask("POST", "/v1/staff/invitations", {"name": email.split("@")[0].title(), "email": email, "role": role})
        return f"/accept#{self.cloud.invited(email)}"

    def colleague(self, role: str) -> Any:
        """Somebody with a role, who signs in with `PASSWORD`."""
        if role not in self.colleagues:
            secret = self.invited(f"{role}.{self.tag}@example.test", role).split("#")[1]
            self.colleagues[role] = self.ask("POST", "/v1/auth/accept", {"token": secret, "password": PASSWORD})
        return self.colleagues[role]
