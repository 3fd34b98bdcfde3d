"""A whole company behind its own handlers: what there is before something is asked, and what the audit log says has happened since."""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest
import stripe
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb import dynamodb_backends

from functions.payments.contract import charge
from functions.payments.rules import LEASE
from functions.relay.worker import envelope
from kernel import audit
from kernel import commit as commits
from kernel.audit import Actor, Entry
from kernel.clock import frozen, parse, wall
from kernel.commit import commit
from kernel.http import Api
from local.gateways.stripe.remote import Remote
from local.settings import feature
from tests.callers import ask, signed_in
from tests.cloud import resources
from tests.conftest import moto
from tests.features import apis, modules
from tests.quick_moto import copied

AT = "2026-01-31T12:00:00+00:00"
TABLES = [feature(name) for name in resources("AWS::DynamoDB::Table")]
OURS = {"audit", "principals", "realtime", "relay", "search"}  # they hold no records
APIS: list[Api] = [*apis().values()]
ADDRESS = {"line1": "Allee 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}
PRICE = {"currency": "EUR", "interval": "month", "unit_amount": "3000"}
GATEWAY = {"name": "Stripe", "secret_key": "sk_test_1", "webhook_secret": "whsec_of_the_tests"}
MESSAGE = "MESSAGE"  # instead of an HTTP method: the body is brought to the worker of the feature that `path` names


def owner_of(method: str, path: str) -> Api:
    """The function that the gateway would hand such a request to."""
    return next(api for api in APIS for route in [*api._static_routes, *api._dynamic_routes]
                if route.method == method and route.rule.match(path))


class Company:
    """An issuer, tax rates, a plan with prices and a gateway; `ask(method, path, body)` is a signed-in owner's request."""

    def __init__(self, headers: dict[str, str], simulator: str) -> None:
        self.headers = headers
        self.control = Remote(simulator)
        self.stripe: Any = stripe.StripeClient("sk_test_1", base_addresses={"api": simulator}).v1
        self.made("/v1/settings/issuers", {"name": "Seller", "email": "b@seller.test", "address": ADDRESS})
        self.made("/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
        self.plan = self.made("/v1/plans", {"name": "Pro", "trial_days": 14})
        self.price = self.made(f"/v1/plans/{self.plan}/prices", PRICE)
        self.dearer = self.made(f"/v1/plans/{self.plan}/prices", PRICE | {"unit_amount": "9000"})
        self.gateway = self.made("/v1/gateways", GATEWAY)

    def ask(self, method: str, path: str, body: Any = None, *, at: str = AT, headers: Any = None, **query: str) -> SimpleNamespace:
        if method == MESSAGE:
            return _brought(path, body)
        return ask(owner_of(method, path), method, path, body, headers=self.headers | (headers or {}), at=at, **query)

    def made(self, path: str, body: Any, **more: Any) -> str:
        """The id of a new one."""
        return str(self.done("POST", path, body, **more)["id"])

    def done(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        answer = self.ask(method, path, body, **more)
        assert answer.status < 300, answer.body
        return answer.body

    def tenant(self) -> str:
        return self.made("/v1/tenants", {"name": "Acme", "email": "a@acme.test", "address": {"country": "DE"}})

    def active_tenant(self) -> str:
        tenant = self.tenant()
        self.done(MESSAGE, "tenants", news(tenant))
        return tenant

    def draft(self, amount: int = 100, tenant: str | None = None, *, collect: bool = False) -> str:
        line = {"description": "Work", "unit_amount": str(amount)}
        return self.made("/v1/invoices", {"tenant_id": tenant or self.tenant(), "currency": "EUR", "lines": [line], "collect": collect})

    def invoice(self, amount: int = 100, tenant: str | None = None, *, collect: bool = False) -> str:
        """One that is open."""
        id = self.draft(amount, tenant, collect=collect)
        self.done("POST", f"/v1/invoices/{id}/finalize")
        return id

    def subscription(self, **body: Any) -> str:
        """Without a trial: its first period runs from `AT` to 28 February, and its draft waits."""
        return self.made("/v1/subscriptions", {"price_id": self.price, "trial_days": 0, **body} | {"tenant_id": body.get("tenant_id") or self.tenant()})

    def paid_subscription(self) -> str:
        """Its first invoice is paid by bank transfer."""
        id = self.subscription()
        invoice = self.done("GET", f"/v1/subscriptions/{id}")["latest_invoice_id"]
        self.done("POST", f"/v1/invoices/{invoice}/finalize")
        self.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"})
        return id

    def token(self) -> str:
        """A card as the gateway's own form leaves it: known to the gateway, and nobody's yet."""
        return str(self.stripe.payment_methods.create({"type": "card", "card": {"token": "tok_visa"}}).id)

    def card(self, tenant: str | None = None) -> str:
        return self.made("/v1/payment-methods", {"tenant_id": tenant or self.tenant(), "token": self.token()})

    def charge(self) -> str:
        """A charge as the commit of an invoice stores it, of a tenant with a card; nobody has asked the gateway yet."""
        tenant, at = self.tenant(), parse(AT)
        self.card(tenant)
        made, started = charge(tenant_id=tenant, invoice_id="inv_1", amount=1000, currency="EUR", attempt=1, at=at, clock_id=None)
        commit((made, started), actor=Actor(id="system:invoices"), at=at)
        return made.id

    def charged(self) -> str:
        """A charge that succeeded."""
        id = self.charge()
        self.done(MESSAGE, "payments", due(id))
        return id

    def answered(self, id: str) -> None:
        """A gateway that has said nothing about a charge or a refund is asked again, once nobody can be asking it any more."""
        with frozen(wall() + LEASE):
            self.done(MESSAGE, "payments", due(id))

    def of(self, path: str, **filters: str) -> list[Any]:
        """What a list shows."""
        return list(self.done("GET", path, **filters)["data"])


@contextmanager
def opened(simulator: str) -> Iterator[Company]:
    """A company for more than one test: with tables of its own, in front of an empty gateway."""
    with pytest.MonkeyPatch.context() as patched, moto(patched):
        patched.setenv("STRIPE_API_BASE", simulator)
        Remote(simulator).post("reset", webhook_endpoints=True)
        yield Company(signed_in("owner"), simulator)


def _brought(feature: str, body: str) -> SimpleNamespace:
    record = {"messageId": "m-1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
    answer = modules("worker")[feature].handler({"Records": [record]}, None)
    return SimpleNamespace(status=500 if answer["batchItemFailures"] else 200, body=answer)


def news(id: str) -> str:
    """What the bus tells of the newest change of a record."""
    sent = envelope(Entry.load(audit.timeline(id)[-1]))
    return json.dumps({"detail-type": sent["DetailType"], "source": sent["Source"], "detail": json.loads(sent["Detail"])})


def due(id: str, until: str = "2026-03-10T00:00:00.000000Z") -> str:
    """What the schedule sends for a record whose time has come."""
    return json.dumps({"detail-type": "due", "detail": {"id": id, "until": until}})


def everything(name: str) -> list[dict[str, Any]]:
    """All items of a table, past the API: most of what a scan costs in moto is writing the answer."""
    return [item.to_json()["Attributes"] for item in dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[name].all_items()]


def entries() -> list[dict[str, Any]]:
    """The audit log, without what it has itself beside it: its own records, and markers."""
    return [item for item in everything("audit") if "header" in item]


class Snapshot:
    """All tables as they are now. What is restored is found by a function that has just been started."""

    def __init__(self) -> None:
        self._backend = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"]
        self._tables = copied(self._backend.tables)

    def restore(self) -> None:
        self._backend.tables = copied(self._tables)
        commits._buckets_known.clear()


class Log:
    """What has happened since it was made, by the audit log."""

    def __init__(self) -> None:
        self._before = {(entry["pk"]["S"], entry["sk"]["S"]) for entry in entries()}

    def happened(self) -> Counter[str]:
        """How many events of each type. A record has one entry for each of its versions, so this counts records made and changed."""
        new = [entry for entry in entries() if (entry["pk"]["S"], entry["sk"]["S"]) not in self._before]
        return Counter(str(Entry.load(entry).facts()["type"]) for entry in new)


def assert_every_chain_holds() -> None:
    """No change without its entry and no entry without its change, whatever the record."""
    roots = {item["pk"]["S"]: item for name in TABLES if name not in OURS - {"audit"} for item in everything(name) if "head" in item}
    chains: dict[str, list[dict[str, Any]]] = {id: [] for id in roots}
    for entry in sorted(entries(), key=lambda entry: entry["sk"]["S"]):
        if not entry["pk"]["S"].startswith(audit.UNCHAINED):
            chains[entry["pk"]["S"]].append(entry)
    for id, root in roots.items():
        assert audit.first_bad(chains[id], root["head"]["S"]) is None
        assert int(root["version"]["N"]) == len(chains[id])


def assert_every_key_lets_in_once() -> None:
    """Each key that there is lets in under one hash, and no hash lets in without a key."""
    ways = sorted(json.loads(item["said"]["S"])["id"] for item in everything("principals") if item["pk"]["S"].startswith("key#"))
    assert ways == sorted(item["pk"]["S"] for item in everything("api_keys") if item["pk"]["S"].startswith("key_"))
