"""A company that sells Pro, and somebody who might buy it."""

from threading import Lock
from types import SimpleNamespace

import pytest
from botocore.client import BaseClient

from functions.leads.api import handler as leads
from functions.leads.worker import handler as worker
from functions.staff.events import Created
from functions.staff.models import Staff
from kernel.audit import Actor
from kernel.commit import commit
from tests.callers import ask
from tests.conftest import AT

OWNER = "stf_01KGA0000000000000000000F0"
ADA = {"name": "Ada Lind", "email": "ada@acme.test", "company": "Acme GmbH"}


@pytest.fixture
def shop(aws, owner, context):
    """`ask(method, path, body)` goes to the function that owns the path."""
    from functions.plans.api import handler as plans
    from functions.subscriptions.api import handler as subscriptions
    from functions.tenants.api import handler as tenants

    handlers = {"plans": plans, "prices": plans, "subscriptions": subscriptions, "tenants": tenants, "contacts": tenants, "leads": leads,
                "public": leads}

    def call(method, path, body=None, **more):
        return ask(handlers[path.split("/")[2]], method, path, body, headers=more.pop("headers", owner), **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    commit((Staff(OWNER, name="Otto", email="otto@seller.test", role="support", subject="s"), Created(role="support")),
           actor=Actor(id="stf_1"), at=AT)
    plan = made("/v1/plans", {"name": "Pro"})
    price = made(f"/v1/plans/{plan}/prices", {"currency": "EUR", "interval": "month", "unit_amount": "4900"})
    return SimpleNamespace(ask=call, made=made, plan=plan, price=price, worker=lambda event: worker(event, context))


@pytest.fixture
def lead(shop):
    return shop.made("/v1/leads", ADA)


@pytest.fixture
def racing(monkeypatch):
    """moto is not safe for threads. They still race, but from call to call, as callers of DynamoDB do."""
    call, lock = BaseClient._make_api_call, Lock()

    def one(*args, **more):
        with lock:
            return call(*args, **more)

    monkeypatch.setattr(BaseClient, "_make_api_call", one)
