"""A company with two customers who ask for help, their keys, and a policy that promises them something."""

import json
from types import SimpleNamespace

import pytest

from functions.staff.events import Created
from functions.staff.models import Staff
from functions.tickets.api import handler as tickets
from functions.tickets.worker import handler as worker
from kernel import audit, keys
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting, table
from kernel.dynamodb import client
from tests.callers import ask
from tests.cloud import received
from tests.conftest import AT

AGENT = "stf_01KGA0000000000000000000F0"
MONDAY = "2026-02-02T09:00:00+00:00"  # the policy opens on weekdays from nine to five, UTC
POLICY = {"name": "Standard"} | dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")


@pytest.fixture
def desk(aws, owner, context):
    """`ask(method, path, body)` is the owner's request on a Monday at nine; `by(tenant, …)` one by that customer's key."""
    from functions.tenants.api import handler as tenants

    handlers = {"tenants": tenants, "tickets": tickets, "sla-policies": tickets}

    def call(method, path, body=None, **more):
        return ask(handlers[path.split("/")[2]], method, path, body, headers=more.pop("headers", owner), at=more.pop("at", MONDAY), **more)

    def made(path, body, **more):
        answer = call("POST", path, body, **more)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    def by(tenant, method, path, body=None, **more):
        return call(method, path, body, headers={"authorization": f"Bearer {secrets[tenant]}"} | more.pop("headers", {}), **more)

    commit((Staff(AGENT, name="Otto", email="otto@seller.test", role="support", subject="s"), Created(role="support")),
           actor=Actor(id="stf_1"), at=AT)
    acme, other = (made("/v1/tenants", {"name": name, "email": f"{name}@example.test"}) for name in ("acme", "other"))
    secrets = {each: key_of(each) for each in (acme, other)}
    policy = made("/v1/sla-policies", POLICY)
    return SimpleNamespace(ask=call, made=made, by=by, acme=acme, other=other, policy=policy, worker=lambda event: worker(event, context))


@pytest.fixture
def ticket(desk):
    return desk.made("/v1/tickets", asked(desk.acme))


def asked(tenant, **more):
    return {"tenant_id": tenant, "subject": "It is broken", "requester_email": "ada@acme.test", "text": "Nothing works."} | more


def key_of(tenant):
    key = keys.fresh("live")
    item = keys.item(keys.hashed(key), id=f"key_{tenant[4:]}", holder=tenant, tenant_id=tenant, scopes=["tickets.read", "tickets.write"],
                     status="active", expires_at=None, allowed_ips=[], limits=[], credits=None)
    client().put_item(TableName=table("principals"), Item=item)
    return key


def run(desk, time):
    """The schedule at that time, with each of its messages three times."""
    for _ in range(2):
        assert desk.worker({"time": time, "slot": "due"}) == {}
    messages = received(setting("QUEUE_URL"))
    for n in range(3):
        records = [{"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for body in messages]
        assert desk.worker({"Records": records}) == {"batchItemFailures": []}


def told(id):
    """What happened to a record: (event, payload), oldest first."""
    return [(json.loads(entry["header"]["S"])["type"], json.loads(entry["data"]["S"])) for entry in audit.timeline(id)]
