"""A company that sells Pro and Max, monthly and yearly, and a tenant in Berlin."""

from types import SimpleNamespace

import pytest

from tests.callers import ask


@pytest.fixture
def shop(aws, owner):
    """Everything made through the features' own HTTP handlers. `ask(method, path, body)` goes to the function that owns the path."""
    from functions.plans.api import handler as plans
    from functions.settings.api import handler as settings
    from functions.subscriptions.api import handler as subscriptions
    from functions.tenants.api import handler as tenants

    handlers = {"plans": plans, "prices": plans, "settings": settings, "subscriptions": subscriptions, "tenants": tenants}

    def call(method, path, body=None, **more):
        return ask(handlers[path.split("/")[2]], method, path, body, headers=owner, **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    made("/v1/settings/issuers", {"name": "Seller GmbH", "email": "billing@seller.test", "zone": "Europe/Berlin", "language": "de",
                                  "address": {"line1": "Allee 1", "postal_code": "10115", "city": "Berlin", "country": "DE"}})
    made("/v1/settings/tax-rates", {"country": "DE", "percent": "19"})
    pro, large = made("/v1/plans", {"name": "Pro", "trial_days": 14}), made("/v1/plans", {"name": "Max", "trial_days": 14})
    price = {"currency": "EUR", "interval": "month"}
    return SimpleNamespace(
        ask=call, made=made,
        pro=made(f"/v1/plans/{pro}/prices", price | {"unit_amount": "3000"}),
        max=made(f"/v1/plans/{large}/prices", price | {"unit_amount": "9000"}),
        yearly=made(f"/v1/plans/{large}/prices", {"currency": "EUR", "interval": "year", "unit_amount": "90000"}),
        dollars=made(f"/v1/plans/{pro}/prices", {"currency": "USD", "interval": "month", "unit_amount": "3000"}),
        tenant=made("/v1/tenants", {"name": "Acme", "email": "a@acme.test", "zone": "Europe/Berlin", "language": "de",
                                    "address": {"country": "DE"}}))
