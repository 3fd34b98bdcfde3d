"""Two customers with one of everything, the keys of one of them, and everything that the owner sees and she must not."""

import json
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

from aws_lambda_powertools.event_handler.api_gateway import Route

from functions.audit.subjects import FEATURES as SUBJECTS
from functions.notifications.models import Message
from functions.staff.contract import TENANTS_MAY
from kernel import audit, dynamodb, keys
from kernel.config import table
from kernel.http import Api, _Permission
from tests.callers import ask
from tests.features import apis
from tests.integration.exports.company import store
from tests.integration.writes import acting, agreements
from tests.integration.writes.asking import MIDDLE, api_key, clock, export, view
from tests.integration.writes.company import APIS, MESSAGE, OURS, TABLES, Company, due, everything, news, owner_of
from tests.integration.writes.shelf import bought

NO_LISTS = (
    "/v1/me", "/v1/health/wall", "/v1/insights/overview", "/v1/leads/funnel", "/v1/public/status", "/v1/realtime/events", "/v1/search",
    "/v1/staff/permissions", "/v1/openapi.json", "/v1/docs", "/v1/announcements/current", "/v1/public/articles")
CATALOGUE = ("pln", "pri")
ROUTES: list[tuple[Api, Route]] = [(api, route) for api in APIS for route in [*api._static_routes, *api._dynamic_routes]]
NEVER = "0123456789abcdefghij"  # ends an id that never existed


def lists() -> list[str]:
    """The addresses of all lists."""
    return sorted({route.path for _, route in ROUTES if route.method == "GET" and "<" not in route.path} - set(NO_LISTS))


def lets_tenants_in(route: Route) -> bool:
    return any(isinstance(each, _Permission) and each.tenants for each in route.middlewares)


def never(id: str) -> str:
    """An id like this one, of nothing."""
    return id[:-len(NEVER)] + NEVER


class Customers:
    """`a` and `b` are their ids. `keys` are of `a`: with all scopes that a tenant's may have, and with one that the API refuses it."""

    def __init__(self, company: Company) -> None:
        self.company = company
        self.a, self.b = one_of_everything(company, "Alpha"), one_of_everything(company, "Bravo")
        for made in (api_key, clock, export, view):
            made(company)
        store(Message("msg_01", template="export_ready", channel="email", recipient="o@seller.test", language="en", key="k",
                      subject="Ready", version=1))
        company.done("POST", f"/v1/announcements/{for_one(company, self.b)}/publish")
        key_of(company, self.b)
        self.keys = {"all scopes of tenants": key_of(company, self.a), "*": powerful_key(self.a)}
        self.owners = {id: id if id.startswith("ten_") else tenant for id, tenant in everything_stored()}
        for id in self.owners:
            if audit.timeline(id):
                company.done(MESSAGE, "search", news(id))

    def hidden(self) -> list[str]:
        """The ids of all that is neither `a`'s nor in the catalogue: of `b`, and of the owner."""
        return [id for id, tenant in self.owners.items() if tenant != self.a and id[:3] not in CATALOGUE]

    def hidden_from(self, api: Api) -> list[str]:
        """Of these the ones that a feature's routes might show, and one that is nothing to it; the audit log is about all of them."""
        feature = next(name for name, each in apis().items() if each is api)
        mine = [id for id in self.hidden() if feature in ("audit", SUBJECTS[id[:3]])]
        return [*mine, next(id for id in self.of(self.b) if id not in mine)] if feature != "audit" else mine

    def of(self, tenant: str) -> list[str]:
        return [id for id, owner in self.owners.items() if owner == tenant]

    def marks(self) -> list[str]:
        """What no answer to `a` may hold."""
        return [*self.of(self.b), "Bravo", "bravo"]

    def ask(self, key: str, method: str, path: str, body: Any = None, **more: Any) -> SimpleNamespace:
        """A request with a key of `a`."""
        headers = {"authorization": f"Bearer {key}"} | more.pop("headers", {})
        return ask(owner_of(method, path), method, path, body, headers=headers, **more)


def one_of_everything(company: Company, name: str) -> str:
    tenant = company.made("/v1/tenants", {"name": name, "email": f"{name.lower()}@example.test", "address": {"country": "DE"}})
    company.done(MESSAGE, "tenants", news(tenant))
    company.done(MESSAGE, "notifications", news(tenant))
    in_credit(company, tenant)
    company.card(tenant)
    charged = company.done("GET", f"/v1/invoices/{company.invoice(3000, tenant, collect=True)}")["transaction_id"]
    company.done(MESSAGE, "payments", due(charged))
    company.done("POST", f"/v1/transactions/{charged}/refunds", {"amount": 400})
    company.subscription(tenant_id=tenant)
    company.done("DELETE", f"/v1/invoices/{company.draft(100, tenant)}")
    company.draft(100, tenant)
    company.made("/v1/contacts", {"tenant_id": tenant, "name": f"Ada of {name}", "email": f"ada@{name.lower()}.test"})
    company.made("/v1/flags", {"key": f"{name}-only"})
    company.done("POST", f"{acting.PATH}/{company.made(acting.PATH, acting.body(tenant))}/end")
    company.made("/v1/tickets", {"tenant_id": tenant, "subject": f"{name} is broken", "requester_email": f"ada@{name.lower()}.test",
                                 "text": f"Nothing works at {name}."})
    bought(company, tenant)
    company.made("/v1/leads", {"name": f"Bob of {name}", "email": f"bob@{name.lower()}.test"})
    template = company.made("/v1/onboarding/templates", {"name": f"Of {name}", "items": [{"key": "call", "title": "Call"}]})
    company.made("/v1/onboarding", {"tenant_id": tenant, "template_id": template})
    written = agreements.terms(agreements.template(company), tenant)
    company.made("/v1/contracts", written | {"title": f"Contract of {name}"})
    return tenant


def for_one(company: Company, tenant: str) -> str:
    """What nobody but that tenant is told."""
    more = {"audience": "tenants", "audience_ids": [tenant]}
    return company.made("/v1/announcements", {"title": "Bravo alone", "body": "Only for Bravo.", **more})


def in_credit(company: Company, tenant: str) -> None:
    """An ended subscription, of which half was given back: to the balance."""
    id = company.subscription(tenant_id=tenant)
    invoice = company.done("GET", f"/v1/subscriptions/{id}")["latest_invoice_id"]
    company.done("POST", f"/v1/invoices/{invoice}/finalize")
    company.done("POST", f"/v1/invoices/{invoice}/mark-paid", {"reason": "transfer"})
    company.done("POST", f"/v1/subscriptions/{id}/cancel", {"when": "now", "credit": True}, at=MIDDLE)
    [credit] = company.of("/v1/invoices", subscription_id=id, status="draft")
    company.done("POST", f"/v1/invoices/{credit['id']}/finalize")


def key_of(company: Company, tenant: str) -> str:
    return str(company.done("POST", "/v1/api-keys", {"name": "Key", "tenant_id": tenant, "scopes": list(TENANTS_MAY)})["key"])


def powerful_key(tenant: str) -> str:
    """What the API would not make: isolation does not hang on what a key may do."""
    key = keys.fresh("live")
    item = keys.item(keys.hashed(key), id="key_powerful", holder=tenant, tenant_id=tenant, scopes=["*"], status="active", expires_at=None, allowed_ips=[],
                     limits=[], credits=None)
    dynamodb.client().put_item(TableName=table("principals"), Item=item)
    return key


def everything_stored() -> Iterator[tuple[str, str | None]]:
    """(id, tenant) of every record of every feature, also of those that no list shows."""
    for name in TABLES:
        for item in everything(name) if name not in OURS else ():
            if "head" in item:
                yield item["pk"]["S"], item.get("tenant_id", {}).get("S")


def normal(answer: SimpleNamespace, *ids: str) -> tuple[int, str, str]:
    """An answer without the ids that were asked for, and without how long it took."""
    body = re.sub('"next_cursor": "[^"]+"', "", json.dumps(answer.body, ensure_ascii=False))  # sealed, so never twice the same
    texts = [body, re.sub(r"dur=[0-9.]+", "", json.dumps(answer.headers, sort_keys=True))]
    for id in ids:
        texts = [text.replace(id, "ID") for text in texts]
    return answer.status, *texts
