"""Two tenants with keys of their own, one of them on a plan, and those who write announcements."""

import json
from types import SimpleNamespace

import pytest

from functions.announcements.api import handler as api
from functions.announcements.worker import handler as worker
from functions.plans.api import handler as plans
from functions.tenants.events import Activated
from functions.tenants.models import Tenant
from kernel import audit, dynamodb, keys
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting, table
from tests.callers import ask
from tests.cloud import received
from tests.conftest import AT

NEWS = {"title": "We move", "body": "On **Sunday**."}


def a_tenant(name, plan_id=None, status="active", tags=()):
    """One that is there, by its contract's own record."""
    id = f"ten_01KGA00000000000000000{name.upper():0>4}"
    tenant = Tenant(id, name=name, email=f"{name}@tenants.test", status=status, plan_id=plan_id, tags=list(tags))
    commit((tenant, Activated(name=name, email=tenant.email, language="en")), actor=Actor(id="stf_1"), at=AT)
    return id


@pytest.fixture
def desk(aws, owner, context):
    """`ask(method, path, body, by=…)`: by staff, or by the key of tenant `a` or `b`; `a` is on the plan, `b` has tags."""
    plan = ask(plans, "POST", "/v1/plans", {"name": "Pro"}, headers=owner).body["id"]
    tenants = {"a": a_tenant("a", plan), "b": a_tenant("b", tags=["eu", "early"])}
    headers = {None: owner} | {name: {"authorization": f"Bearer {a_key(id)}"} for name, id in tenants.items()}

    def call(method, path, body=None, *, by=None, **more):
        return ask(api, method, path, body, headers=headers[by] | more.pop("headers", {}), **more)

    def made(at="2026-01-31T12:00:00+00:00", **more):
        """A published announcement."""
        answer = call("POST", "/v1/announcements", NEWS | more)
        assert answer.status == 201, answer.body
        found = call("POST", f"/v1/announcements/{answer.body['id']}/publish", at=at)
        assert found.status == 200, found.body
        return answer.body["id"]

    def current(by=None, at="2026-01-31T12:00:00+00:00"):
        return call("GET", "/v1/announcements/current", by=by, at=at).body

    def run(time):
        """The schedule at that time, with each of its messages three times."""
        assert worker({"time": time, "slot": "due"}, context) == {}
        messages = received(setting("QUEUE_URL"))
        for n in range(3):
            records = [{"messageId": f"m{n}{k}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
                       for k, body in enumerate(messages)]
            assert worker({"Records": records}, context) == {"batchItemFailures": []}
        return len(messages)

    return SimpleNamespace(ask=call, made=made, current=current, run=run, plan=plan, a=tenants["a"], b=tenants["b"])


def a_key(tenant_id, *scopes):
    """What the API would make for the tenant, or (None) for a program of the owner's own, without asking it."""
    key, holder = keys.fresh("live"), tenant_id or "key_01KGA0000000000000000PR0G1"
    item = keys.item(keys.hashed(key), id=f"key_{holder[4:]}", holder=holder, tenant_id=tenant_id, scopes=scopes or ["announcements.read"],
                     status="active", expires_at=None, allowed_ips=[], limits=[], credits=None)
    dynamodb.client().put_item(TableName=table("principals"), Item=item)
    return key


def told(id, kind):
    """What the events of that kind say of a record."""
    return [json.loads(entry["data"]["S"]) for entry in audit.timeline(id) if json.loads(entry["header"]["S"])["type"] == kind]
