"""A record of each resource: what is typed into the form that makes one, or how the API comes to have one where there is no form."""

from collections.abc import Callable
from typing import Any

from tests.e2e.console.company import Company

# By field; unique names, since other tests share the company.
TYPED: dict[str, Callable[[Company], dict[str, str]]] = {
    "api-keys": lambda company: {"name": company.name("Key"), "scopes": "plans.read"},
    "contacts": lambda company: {"tenant_id": tenant(company), "name": company.name("Contact"), "email": "contact@example.test"},
    "flags": lambda company: {"key": company.name("flag").replace(" ", "-")},
    "gateways": lambda company: {"name": company.name("Account"), "secret_key": "sk_test_of_the_simulator", "webhook_secret": "whsec_of_the_simulator"},
    "impersonation": lambda company: {"tenant_id": tenant(company), "reason": "They see no invoices"},
    "invoices": lambda company: {"tenant_id": tenant(company), "lines": "Training for a day"},
    "leads": lambda company: {"name": company.name("Lead"), "email": f"{company.name('lead').replace(' ', '.')}@example.test"},
    "payment-methods": lambda company: {"tenant_id": tenant(company), "token": "pm_card_mastercard"},
    "plans": lambda company: {"name": company.name("Plan"), "trial_days": "14", "features": "Mail\nChat"},
    "settings/issuers": lambda company: {"name": company.name("Issuer"), "email": "issuer@example.test",
                                         "address.line1": "Kai 1", "address.city": "Hamburg", "address.country": "DE"},
    "settings/tax-rates": lambda _: {"country": "NO", "percent": "25"},
    "staff/invitations": lambda company: {"name": "Ida", "email": f"{company.name('ida').replace(' ', '.')}@example.test", "role": "viewer"},
    "staff/roles": lambda company: {"name": company.name("Role"), "permissions": "plans.read"},
    "subscriptions": lambda company: {"tenant_id": tenant(company), "price_id": company.price, "trial_days": "30"},
    "tenants": lambda company: {"name": company.name("Tenant"), "email": "tenant@example.test"},
    "test-clocks": lambda company: {"name": company.name("Clock"), "now": "2026-03-01T12:00"},
}
# Ids of what no form makes.
FOUND: dict[str, Callable[[Company], str]] = {
    "exports": lambda company: str(company.ask("POST", "/v1/plans/exports", {"format": "jsonl"})["id"]),
    "impersonation": lambda company: acted(company),
    "invoices/balances": lambda company: company.balance,
    "notifications": lambda company: str(company.newest("notifications", tenant_id=company.tenant)["id"]),
    "prices": lambda company: company.price,
    "staff": lambda company: str(company.colleague("support")["id"]),
    "staff/sessions": lambda company: str(company.newest("staff/sessions")["id"]),
    "transactions": lambda company: company.transaction,
}
# Of what a form makes, where there may be none yet: what the API makes one of.
BODIES: dict[str, Callable[[Company], dict[str, Any]]] = {
    "api-keys": lambda _: {"name": "Reports", "scopes": ["plans.read"]},
    "flags": lambda _: {"key": "of-the-console", "rules": [
        {"name": "Germany", "clauses": [{"attribute": "country", "operator": "in", "values": ["DE", "AT"]}], "variant": "on"},
        {"rollout": [{"variant": "on", "weight": 100}, {"variant": "off", "weight": 900}]}]},
    "settings/tax-rates": lambda _: {"country": "DK", "percent": "25"},
    "staff/invitations": lambda _: {"name": "Ida", "email": "ida.of.the.console@example.test", "role": "viewer"},
    "staff/roles": lambda _: {"name": "Sales of the console", "permissions": ["plans.read"]},
    "test-clocks": lambda _: {"name": "Year's end", "now": "2026-12-31T12:00:00Z"},
    "contacts": lambda company: {"tenant_id": company.tenant, "name": "Ida", "email": "ida.at.theirs@example.test"},
    "leads": lambda _: {"name": "Lea", "email": "lea.of.the.console@example.test"},
}
# What is changed where a record has no name.
CHANGED = {"flags": ("description", "Other"), "settings/tax-rates": ("percent", "25.5")}


def found(name: str, company: Company) -> str:
    """The id of one that is there, whoever has made it."""
    assert company.transaction and company.colleague("support")
    rows = company.ask("GET", f"/v1/{name}?limit=1")["data"]
    if rows or name not in FOUND:
        return str((rows or [company.ask("POST", f"/v1/{name}", BODIES[name](company))])[0]["id"])
    return FOUND[name](company)


def acted(company: Company) -> str:
    """One that has ended: nobody acts as two tenants at once."""
    id = company.ask("POST", "/v1/impersonation", {"tenant_id": company.tenant, "reason": "They see no invoices"})["id"]
    company.ask("POST", f"/v1/impersonation/{id}/end", {})
    return str(id)


def tenant(company: Company) -> str:
    return str(company.ask("GET", f"/v1/tenants/{company.tenant}")["name"])
