"""A record of each resource: what is typed into the form that makes one, or how the API comes to have one where there is no form."""

import hashlib
from collections.abc import Callable
from typing import Any
from urllib.request import Request, urlopen

from tests.e2e.console.company import Company

GUIDE = {"title": "Guide of the console", "creator_name": "Ada", "creator_email": "ada@example.test"}
PDF = b"%PDF-1.7 guide"
# By field; unique names, since other tests share the company.
TYPED: dict[str, Callable[[Company], dict[str, str]]] = {
    "announcements": lambda company: {"title": company.name("Announcement"), "body": "We are **away** on Sunday."},
    "api-keys": lambda company: {"name": company.name("Key"), "scopes": "plans.read"},
    "articles": lambda company: {"title": company.name("Article"), "body": "How to **pay**."},
    "audit/erasures": lambda company: {"record_id": forgotten(company), "reason": "They asked for it"},
    "backups": lambda company: {"note": company.name("Note")},
    "contacts": lambda company: {"tenant_id": tenant(company), "name": company.name("Contact"), "email": "contact@example.test"},
    "content": lambda company: {"title": company.name("Guide"), "creator_name": "Ada", "creator_email": "ada@example.test"},
    "contract-templates": lambda company: {"name": company.name("Template"), "body": "For {{ tenant_name }}"},
    "contracts": lambda company: {"title": company.name("Contract"), "tenant_id": tenant(company), "template_id": template(company)["name"], "signer_name": "Ada", "signer_email": "ada@example.test", "starts_at": "2027-03-01T00:00", "ends_at": "2028-03-01T00:00"},
    "flags": lambda company: {"key": company.name("flag").replace(" ", "-")},
    "gateways": lambda company: {"name": company.name("Account"), "secret_key": "sk_test_of_the_simulator", "webhook_secret": "whsec_of_the_simulator"},
    "health/checks": lambda company: {"name": company.name("Check"), "target": "https://example.com/"},
    "impersonation": lambda company: {"tenant_id": tenant(company), "reason": "They see no invoices"},
    "invoices": lambda company: {"tenant_id": tenant(company), "lines": "Training for a day"},
    "leads": lambda company: {"name": company.name("Lead"), "email": f"{company.name('lead').replace(' ', '.')}@example.test"},
    "onboarding/templates": lambda company: {"name": company.name("Template"), "items": "Add", "items.0.title": "A first call", "items.0.key": "call"},
    "payment-methods": lambda company: {"tenant_id": tenant(company), "token": "pm_card_mastercard"},
    "plans": lambda company: {"name": company.name("Plan"), "trial_days": "14", "features": "Mail\nChat"},
    "reconciliation/runs": lambda company: {"gateway_id": str(company.ask("GET", f"/v1/gateways/{company.gateway}")["name"])},
    "settings/issuers": lambda company: {"name": company.name("Issuer"), "email": "issuer@example.test", "address.line1": "Kai 1", "address.city": "Hamburg", "address.country": "DE"},
    "settings/tax-rates": lambda _: {"country": "NO", "percent": "25"},
    "sla-policies": lambda company: {"name": company.name("Policy")},
    "staff/invitations": lambda company: {"name": "Ida", "email": f"{company.name('ida').replace(' ', '.')}@example.test", "role": "viewer"},
    "staff/roles": lambda company: {"name": company.name("Role"), "permissions": "plans.read"},
    "subscriptions": lambda company: {"tenant_id": tenant(company), "price_id": company.price, "trial_days": "30"},
    "tenants": lambda company: {"name": company.name("Tenant"), "email": "tenant@example.test"},
    "test-clocks": lambda company: {"name": company.name("Clock"), "now": "2026-03-01T12:00"},
    "tickets": lambda company: {"tenant_id": tenant(company), "subject": company.name("Ticket"), "requester_email": "ada@example.test", "text": "Nothing works."},
    "transactions": lambda company: {"amount": "10", "currency": "EUR", "invoice_id": paid(company), "gateway_id": account(company)["name"], "reference": company.name("transfer")},
}
# Ids of what no form makes.
FOUND: dict[str, Callable[[Company], str]] = {
    "content/entitlements": lambda company: entitlement(company),
    "exports": lambda company: str(company.ask("POST", "/v1/plans/exports", {"format": "jsonl"})["id"]),
    "health/incidents": lambda company: company.incident,
    "impersonation": lambda company: acted(company),
    "insights/churn": lambda company: company.scored,
    "invoices/balances": lambda company: company.balance,
    "notifications": lambda company: str(company.newest("notifications", tenant_id=company.tenant)["id"]),
    "onboarding": lambda company: company.checklist,
    "prices": lambda company: company.price,
    "reconciliation": lambda company: exception(company),
    "staff": lambda company: str(company.colleague("support")["id"]),
    "staff/sessions": lambda company: str(company.newest("staff/sessions")["id"]),
    "transactions": lambda company: company.transaction,
}
# Of what a form makes, where there may be none yet: what the API makes one of.
BODIES: dict[str, Callable[[Company], dict[str, Any]]] = {
    "api-keys": lambda _: {"name": "Reports", "scopes": ["plans.read"]},
    "contract-templates": lambda _: {"name": "Services", "body": "# Services\n\nFor {{ tenant_name }}"},
    "contracts": lambda company: {
        "title": "Services", "tenant_id": company.tenant, "template_id": template(company)["id"], "signer_name": "Ada",
        "signer_email": "ada@example.test", "starts_at": "2027-03-01T00:00:00Z", "ends_at": "2028-03-01T00:00:00Z"},
    "flags": lambda _: {"key": "of-the-console", "rules": [ {"name": "Germany", "clauses": [{"attribute": "country", "operator": "in", "values": ["DE", "AT"]}], "variant": "on"}, {"rollout": [{"variant": "on", "weight": 100}, {"variant": "off", "weight": 900}]}]},
    "settings/tax-rates": lambda _: {"country": "DK", "percent": "25"},
    "staff/invitations": lambda _: {"name": "Ida", "email": "ida.of.the.console@example.test", "role": "viewer"},
    "staff/roles": lambda _: {"name": "Sales of the console", "permissions": ["plans.read"]},
    "test-clocks": lambda _: {"name": "Year's end", "now": "2026-12-31T12:00:00Z"},
    "contacts": lambda company: {"tenant_id": company.tenant, "name": "Ida", "email": "ida.at.theirs@example.test"},
    "onboarding/templates": lambda _: {"name": "First steps", "items": [{"key": "call", "title": "A first call"}]},
    "sla-policies": lambda _: {"name": "Policy of the console", "monday": "09:00-17:00"},
    "tickets": lambda company: {"tenant_id": company.tenant, "subject": "It is broken", "requester_email": "ida@example.test", "text": "Nothing works."},
    "leads": lambda _: {"name": "Lea", "email": "lea.of.the.console@example.test"},
    "announcements": lambda _: {"title": "Announced on the console", "body": "We are **away** on Sunday."},
    "articles": lambda _: {"title": "An article on the console", "body": "How to **pay**."},
    "audit/erasures": lambda company: {"record_id": forgotten(company), "reason": "They asked for it"},
    "backups": lambda _: {"note": "of the console"},
    "health/checks": lambda _: {"name": "The site", "kind": "http", "target": "https://example.com/"},
    "content": lambda _: GUIDE,
    "reconciliation/runs": lambda company: {"gateway_id": company.gateway},
}
# What is changed where a record has no name.
CHANGED = {
    "announcements": ("title", "Another title"), "articles": ("title", "Another title"), "content": ("title", "Other"),
    "contracts": ("title", "Other"), "flags": ("description", "Other"), "settings/tax-rates": ("percent", "25.5"),
    "tickets": ("subject", "It is mended")}


def found(name: str, company: Company) -> str:
    """The id of one that is there, whoever has made it."""
    assert company.transaction and company.colleague("support")
    rows = company.ask("GET", f"/v1/{name}?limit=1")["data"]
    if rows or name not in FOUND:
        return str((rows or [company.ask("POST", f"/v1/{name}", BODIES[name](company))])[0]["id"])
    return FOUND[name](company)


def forgotten(company: Company) -> str:
    """The id of somebody who wants to be."""
    return str(company.ask("POST", "/v1/test-clocks", {"name": company.name("Ada"), "now": "2026-03-01T12:00:00Z"})["id"])


def entitlement(company: Company) -> str:
    """What a tenant has bought: free, so that it is there at once."""
    id, sha256 = company.ask("POST", "/v1/content", GUIDE)["id"], hashlib.sha256(PDF).hexdigest()
    link = company.ask("POST", f"/v1/content/{id}/uploads", {"size": len(PDF), "sha256": sha256})
    urlopen(Request(link["url"], PDF, link["headers"], method="PUT")).close()
    company.ask("POST", f"/v1/content/{id}/editions", {"upload_id": link["upload_id"], "filename": "guide.pdf", "sha256": sha256})
    for verb in ("submit", "publish"):
        company.ask("POST", f"/v1/content/{id}/{verb}")
    return str(company.ask("POST", f"/v1/content/{id}/buy", {"tenant_id": company.tenant})["id"])


def account(company: Company) -> Any:
    found = company.ask("POST", "/v1/gateways", {"kind": "bank_transfer", "name": company.name("Bank")})
    company.indexed("gateways", found["name"])
    return found


def paid(company: Company) -> str:
    """The number of an invoice."""
    assert company.transaction
    return str(company.newest("invoices", tenant_id=company.tenant, status="paid")["number"])


def exception(company: Company) -> str:
    """A line of a bank that nobody can explain."""
    bank = account(company)["id"]
    line = {"id": company.name("line"), "booked_on": "2026-01-31", "amount": 700, "currency": "EUR", "text": "thanks"}
    company.ask("POST", f"/v1/gateways/{bank}/lines", {"lines": [line]})
    company.ask("POST", "/v1/reconciliation/runs", {"gateway_id": bank})
    return str(company.newest("reconciliation", gateway_id=bank)["id"])


def template(company: Company) -> Any:
    """One that contracts are written by."""
    return company.ask("POST", "/v1/contract-templates", {"name": company.name("Services"), "body": "For {{ tenant_name }}"})


def acted(company: Company) -> str:
    """One that has ended: nobody acts as two tenants at once."""
    id = company.ask("POST", "/v1/impersonation", {"tenant_id": company.tenant, "reason": "They see no invoices"})["id"]
    company.ask("POST", f"/v1/impersonation/{id}/end", {})
    return str(id)


def tenant(company: Company) -> str:
    return str(company.ask("GET", f"/v1/tenants/{company.tenant}")["name"])
