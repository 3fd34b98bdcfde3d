"""How a write is described, and the records that writes are about."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from kernel.audit import Actor
from kernel.records import Record
from local.seed.shop import RATES
from tests.integration.writes.company import ADDRESS, AT, GATEWAY, MESSAGE, Company, due, news

Effect = dict[str, int]
MIDDLE, RENEWED = "2026-02-14T12:00:00+00:00", "2026-03-01T12:00:00+00:00"  # of a first period; a day after its end
VIEW = {"name": "V", "resource": "tenants"}
KEY = {"name": "Automation", "scopes": ["plans.read"]}


def _nothing(*_: Any) -> None:
    """No preparation, or nothing more to be seen than the effect."""


class Anyone:
    """A company in which everything is called "x", but what is known."""

    def __init__(self, **known: str) -> None:
        self.__dict__.update(known)

    def __getattr__(self, name: str) -> str:
        return "x"


@dataclass(frozen=True)
class Write:
    """`ask(company, it)` is (method, path, body) about what `prepare(company)` made. `effect`: the events that it leaves, and how many.

    `then(company, it, answer)` lets happen what follows, and looks closer. `pending`: a repeat is told to wait for half a minute.
    `outside`: others are asked or told as well, between the calls to DynamoDB, and they do not forget. `shown_once`: what no repeat shows.
    `anew`: what a further try of what was cut off may leave besides.
    """

    ask: Callable[[Company, Any], tuple[str, str, Any]]
    effect: Effect
    prepare: Callable[[Company], Any] = _nothing
    then: Callable[[Company, Any, Any], None] = _nothing
    at: str = AT
    headers: dict[str, str] = field(default_factory=dict)
    pending: bool = False
    outside: bool = False
    shown_once: str = ""
    anew: Effect = field(default_factory=dict)


def post(path: str, body: Any, effect: Effect, prepare: Any = _nothing, **more: Any) -> Write:
    """`{}` in the path stands for what was prepared."""
    return Write(lambda company, it: ("POST", path.format(it), body), effect, prepare, **more)


def patch(path: str, body: Any, effect: Effect, prepare: Any, **more: Any) -> Write:
    return Write(lambda company, it: ("PATCH", path.format(it), body), effect, prepare, headers={"if-match": '"1"'}, **more)


def delete(path: str, effect: Effect, prepare: Any, **more: Any) -> Write:
    return Write(lambda company, it: ("DELETE", path.format(it), None), effect, prepare, **more)


def bulk(path: str, action: str, effect: Effect, prepare: Any, body: Any = None, **more: Any) -> Write:
    """Of the two records whose ids were prepared."""
    asked = {"action": action, "body": body or {}}
    return Write(lambda company, it: ("POST", f"{path}/bulk", asked | {"ids": list(it)}), effect, prepare, pending=True, **more)


def message(feature: str, body: Callable[[str], str], effect: Effect, prepare: Any, **more: Any) -> Write:
    """What `body` makes of the id that was prepared, for the feature's worker."""

    def bring(company: Company, it: str) -> tuple[str, str, Any]:
        return MESSAGE, feature, body(it)

    return Write(bring, effect, prepare, **more)


def two(one: Callable[[Company], str]) -> Callable[[Company], tuple[str, str]]:
    return lambda company: (one(company), one(company))


def gone(path: str, made: Callable[[Company], str]) -> Callable[[Company], str]:
    """A record that was deleted."""

    def prepare(company: Company) -> str:
        id = made(company)
        company.done("DELETE", f"{path}/{id}", headers={"if-match": '"1"'})
        return id

    return prepare


def after(made: Callable[[Company], str], *steps: tuple[str, Any]) -> Callable[[Company], str]:
    """A record to which something has been done."""

    def prepare(company: Company) -> str:
        id = made(company)
        for path, body in steps:
            company.done("POST", path.format(id), body)
        return id

    return prepare


def stuck(kind: type[Record], feature: str, made: Callable[[Company], str]) -> Callable[[Company], str]:
    """A record that is due, and whose step has failed five times."""

    def prepare(company: Company) -> str:
        id = made(company)
        import_module(f"functions.{feature}.worker").handler.give_up(kind, id, "broken", Actor(id="system:test"))
        return id

    return prepare


def plan(company: Company) -> str:
    return company.made("/v1/plans", {"name": "Old"})


def view(company: Company) -> str:
    return company.made("/v1/staff/views", VIEW)


def clock(company: Company) -> str:
    return company.made("/v1/test-clocks", {"name": "C", "now": "2027-01-01T00:00:00Z"})


def issuer(company: Company) -> str:
    return company.made("/v1/settings/issuers", {"name": "Other", "email": "o@seller.test", "address": ADDRESS})


def free_country(company: Company) -> str:
    """One that has no tax rate yet."""
    taken = {each["country"] for each in company.of("/v1/settings/tax-rates")}
    return next(country for country in RATES if country not in taken)


def rate(company: Company) -> str:
    return company.made("/v1/settings/tax-rates", {"country": free_country(company), "percent": "20"})


def gateway(company: Company) -> str:
    return company.made("/v1/gateways", GATEWAY)


def older_card(company: Company) -> str:
    """The first of a tenant's two: not the default."""
    tenant = company.tenant()
    card = company.card(tenant)
    company.card(tenant)
    return card


def export(company: Company) -> str:
    return str(company.done("POST", "/v1/tenants/exports", {"format": "csv"})["id"])


def welcomed(company: Company) -> str:
    """The mail that a tenant got when it was activated."""
    tenant = company.active_tenant()
    company.done(MESSAGE, "notifications", news(tenant))
    return str(company.of("/v1/notifications", tenant_id=tenant)[0]["id"])


def api_key(company: Company) -> str:
    """One of the owner's own."""
    return company.made("/v1/api-keys", KEY)


def suspended_with_a_key(company: Company) -> str:
    """A tenant whose key does not know yet that it was suspended."""
    tenant = company.active_tenant()
    company.made("/v1/api-keys", KEY | {"tenant_id": tenant})
    company.done("POST", f"/v1/tenants/{tenant}/suspend", {"reason": "owes"})
    return tenant


def below_zero(company: Company) -> str:
    """The draft that gives the unused half of a paid period back."""
    id = company.paid_subscription()
    company.done("POST", f"/v1/subscriptions/{id}/cancel", {"when": "now", "credit": True}, at=MIDDLE)
    return str(company.of("/v1/invoices", subscription_id=id, status="draft")[0]["id"])


def with_balance(company: Company) -> str:
    """An open invoice that has taken all of its tenant's balance, 17.85."""
    credit = below_zero(company)
    company.done("POST", f"/v1/invoices/{credit}/finalize")
    return company.invoice(3000, company.done("GET", f"/v1/invoices/{credit}")["tenant_id"])


def paying(company: Company) -> str:
    """A charge that has brought the money for an invoice."""
    tenant = company.tenant()
    company.card(tenant)
    invoice = company.invoice(1000, tenant, collect=True)
    id = str(company.done("GET", f"/v1/invoices/{invoice}")["transaction_id"])
    company.done(MESSAGE, "payments", due(id))
    return id


def owing(company: Company) -> str:
    """The first card of a tenant that has an open invoice."""
    tenant = company.tenant()
    company.invoice(1000, tenant, collect=True)
    return company.card(tenant)


def offboarded_subscriber(company: Company) -> str:
    tenant = company.active_tenant()
    company.subscription(tenant_id=tenant)
    company.done("POST", f"/v1/tenants/{tenant}/offboard", {"reason": "gone"})
    return tenant
