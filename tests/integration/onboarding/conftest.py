"""A company that takes customers in by a checklist, and a customer that was just activated."""

import json
from types import SimpleNamespace

import pytest

from functions.onboarding.api import handler as onboarding
from functions.onboarding.service import of
from functions.onboarding.worker import handler as worker
from functions.tenants.events import Activated, OffboardingStarted, Suspended
from functions.tenants.models import Tenant
from kernel.audit import Actor
from kernel.clock import stamp
from kernel.commit import commit
from tests.callers import ask
from tests.conftest import AT

TENANT = "ten_01KGA0000000000000000000T0"
ITEMS = [
    {"key": "contact", "title": "Tell us who you are", "done_by": "tenants.contact_created", "due_days": 1},
    {"key": "card", "title": "Add a card", "done_by": "payments.method_added", "due_days": 3, "needs": ["contact"]},
    {"key": "call", "title": "A call with us", "needs": ["contact"]},
    {"key": "paid", "title": "Pay the first invoice", "done_by": "invoices.paid", "due_days": 3, "needs": ["card"], "value": True}]
TEMPLATE = {"name": "First steps", "items": ITEMS}
PATH = "/v1/onboarding/templates"


def message(name, subject, data, at=AT, version=1):
    """What the queue holds of an event."""
    detail = {"subject": subject, "version": version, "effective_at": stamp(at), "recorded_at": stamp(at), "actor": "stf_1", "request_id": "r",
              "cause": None, "depth": 0, "data": data, "tenant_id": TENANT, "clock_id": None}
    return json.dumps({"detail-type": name, "detail": detail})


ACTIVATED = message("tenants.activated", TENANT, {"name": "Acme", "email": "a@acme.test", "language": "en"})


@pytest.fixture
def firm(aws, owner, context):
    """`ask(method, path, body)`, `tell(messages…)`, and `now()`: the checklist as the API shows it."""

    def call(method, path, body=None, **more):
        return ask(onboarding, method, path, body, headers=owner | more.pop("headers", {}), **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    def tell(*bodies):
        for n, body in enumerate(bodies):
            record = {"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            assert worker({"Records": [record]}, context) == {"batchItemFailures": []}

    def now(id=TENANT):
        found = of(id)
        return found and call("GET", f"/v1/onboarding/{found.id}").body

    def tenant(status, event, id=TENANT):
        record = Tenant.find(id) or Tenant(id, name="Acme", email="a@acme.test", zone="Europe/Berlin", language="de")
        record.status = status
        commit((record, event), actor=Actor(id="stf_1"), at=AT)

    def activate(id):
        tenant("active", Activated(name="Acme", email="a@acme.test", language="de"), id)

    activate(TENANT)
    about = {"name": "Acme", "email": "a@acme.test", "language": "de", "reason": "r"}
    return SimpleNamespace(ask=call, made=made, tell=tell, now=now, activate=activate, worker=lambda event: worker(event, context),
                           suspend=lambda: tenant("suspended", Suspended(**about)),
                           leave=lambda: tenant("offboarding", OffboardingStarted(**about)))


@pytest.fixture
def template(firm):
    return firm.made(PATH, TEMPLATE)


@pytest.fixture
def checklist(firm, template):
    firm.tell(ACTIVATED)
    return firm.now()["id"]
