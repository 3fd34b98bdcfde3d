"""A company that sells Pro to Acme, with a key of Acme's that may ask which flags are on."""

from types import SimpleNamespace

import pytest

from functions.flags import evaluation
from functions.flags.api import handler
from tests.callers import ask


@pytest.fixture
def house(aws, owner):
    """`ask(method, path, body)` is an owner's request; `evaluate(context, key)` is one of Acme's program."""
    from functions.api_keys.api import handler as keys
    from functions.plans.api import handler as plans
    from functions.tenants.api import handler as tenants

    handlers = {"plans": plans, "tenants": tenants, "api-keys": keys, "flags": handler}

    def call(method, path, body=None, **more):
        return ask(handlers[path.split("/")[2]], method, path, body, headers=owner | more.pop("headers", {}), **more)

    def made(path, body):
        answer = call("POST", path, body)
        assert answer.status == 201, answer.body
        return answer.body

    def evaluate(body=None, key="", *, headers=None, by=None):
        way = {"authorization": f"Bearer {by or secret}"}
        return ask(handler, "POST", f"/ofrep/v1/evaluate/flags{'/' if key else ''}{key}", body, headers=way | (headers or {}))

    def flag(key="new-checkout", **more):
        return made("/v1/flags", {"key": key, **more})

    def change(flag, body):
        newest = call("GET", f"/v1/flags/{flag['id']}").body["version"]
        answer = call("PATCH", f"/v1/flags/{flag['id']}", body, headers={"if-match": f'"{newest}"'})
        assert answer.status == 200, answer.body
        return answer.body

    evaluation.forget()
    plan = made("/v1/plans", {"name": "Pro"})["id"]
    tenant, other = (made("/v1/tenants", {"name": name, "email": "a@acme.test"})["id"] for name in ("Acme", "Bravo"))
    on_plan(tenant, plan)
    secret, others = (made("/v1/api-keys", {"name": "Program", "tenant_id": each, "scopes": ["flags.evaluate"]})["key"] for each in (tenant, other))
    return SimpleNamespace(ask=call, made=made, evaluate=evaluate, flag=flag, change=change, plan=plan, tenant=tenant, other=other, key=secret,
                           others=others, owner=owner)


def on_plan(tenant, plan):
    """As the subscription's own commit has it."""
    from functions.tenants.events import Updated
    from functions.tenants.models import Tenant
    from kernel.audit import Actor
    from kernel.commit import commit
    from tests.conftest import AT

    found = Tenant.fetch(tenant)
    found.plan_id = plan
    commit((found, Updated(name=found.name, email=found.email, language=found.language)), actor=Actor(id="system:tenants"), at=AT)


def for_plan(plan, **serves):
    return {"clauses": [{"attribute": "plan_id", "operator": "equals", "values": [plan]}], **(serves or {"variant": "on"})}


def rollout(weight, **more):
    return {"rollout": [{"variant": "on", "weight": weight}, {"variant": "off", "weight": 1000 - weight}], **more}
