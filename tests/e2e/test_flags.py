"""OpenFeature's own client, unmodified, asks the local cloud: every kind of flag, whose they are, and what goes wrong."""

import time
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest

KINDS = {"boolean": True, "string": "text", "integer": 3, "number": 3, "json": {"steps": [1, 2.5], "last": None}}
EXPECTED = {"boolean": True, "string": "text", "integer": 3, "number": 3.0, "json": {"steps": [1, 2.5], "last": None}}


@pytest.fixture(scope="module")
def shop(cloud: Any, ask: Any, token: dict[str, str], until: Any) -> SimpleNamespace:
    """A tenant on a plan, with a key for its program; `client()` is that program's."""
    from openfeature import api
    from openfeature.contrib.provider.ofrep import OFREPProvider

    def made(path: str, body: Any) -> Any:
        status, answer, _ = ask("POST", path, body, **token)
        assert status == 201, answer
        return answer

    tag = uuid4().hex[:6]
    plan = made("/v1/plans", {"name": "Pro"})["id"]
    price = made(f"/v1/plans/{plan}/prices", {"currency": "EUR", "interval": "month", "unit_amount": "4900"})["id"]
    tenant = made("/v1/tenants", {"name": "Acme", "email": "flags@acme.test"})["id"]
    key = {"tenant_id": tenant, "scopes": ["flags.evaluate"]}
    secret = made("/v1/api-keys", {"name": "Program", **key})["key"]
    slow = made("/v1/api-keys", {"name": "Slow", **key, "limits": [{"name": "burst", "limit": 1, "window": 60}]})["key"]

    def client(by: str = secret) -> Any:
        domain = uuid4().hex
        api.set_provider(OFREPProvider(cloud.facts["url"], headers_factory=lambda: {"Authorization": f"Bearer {by}"}), domain)
        return api.get_client(domain)

    def subscribe() -> None:
        made("/v1/subscriptions", {"tenant_id": tenant, "price_id": price, "trial_days": 14})
        until(lambda: ask("GET", f"/v1/tenants/{tenant}", **token)[1]["plan_id"] == plan)

    return SimpleNamespace(made=made, client=client, slow=slow, plan=plan, tenant=tenant, subscribe=subscribe, tag=tag)


def details(client: Any, kind: str, key: str, context: Any = None) -> Any:
    ask = {"boolean": client.get_boolean_details, "string": client.get_string_details, "integer": client.get_integer_details,
           "number": client.get_float_details, "json": client.get_object_details}[kind]
    default = {"boolean": False, "string": "", "integer": 0, "number": 0.0, "json": {}}[kind]
    return ask(key, default, context)


@pytest.mark.parametrize("kind", KINDS)
def test_a_flag_of_each_kind_is_what_the_client_takes_it_for(shop: SimpleNamespace, kind: str) -> None:
    key = f"{kind}-{shop.tag}"
    shop.made("/v1/flags", {"key": key, "kind": kind, "variants": [{"name": "off", "value": KINDS[kind]}]})
    found = details(shop.client(), kind, key)
    assert (found.error_code, found.value, found.variant, str(found.reason)) == (None, EXPECTED[kind], "off", "STATIC")


def test_rules_ask_about_the_tenant_of_the_key_and_a_kill_is_seen_within_seconds(shop: SimpleNamespace, ask: Any, token: Any, until: Any) -> None:
    from openfeature.evaluation_context import EvaluationContext

    key = f"rules-{shop.tag}"
    rule = {"clauses": [{"attribute": "plan_id", "operator": "equals", "values": [shop.plan]}], "variant": "on"}
    split = {"rollout": [{"variant": "on", "weight": 300}, {"variant": "off", "weight": 700}]}
    flag = shop.made("/v1/flags", {"key": key, "rules": [rule, split], "salt": "rules"})
    client = shop.client()
    context = EvaluationContext("user-1", {"tenant_id": "ten_of_somebody_else", "plan_id": shop.plan})
    until(lambda: str(details(client, "boolean", key, context).reason) == "SPLIT")
    values = [details(client, "boolean", key, EvaluationContext(f"user-{n}")).value for n in range(60)]
    assert values == [details(client, "boolean", key, EvaluationContext(f"user-{n}")).value for n in range(60)]
    assert 5 < values.count(True) < 31
    shop.subscribe()
    until(lambda: str(details(client, "boolean", key, context).reason) == "TARGETING_MATCH")
    assert ask("POST", f"/v1/flags/{flag['id']}/kill", **token)[0] == 200
    begun = time.monotonic()
    until(lambda: str(details(client, "boolean", key, context).reason) == "DISABLED")
    assert time.monotonic() - begun < 6
    assert details(client, "boolean", key, context).value is False


def test_what_goes_wrong_is_what_the_client_expects(shop: SimpleNamespace) -> None:
    assert details(shop.client(), "boolean", f"never-{shop.tag}").error_code == "FLAG_NOT_FOUND"
    shop.made("/v1/flags", {"key": f"text-{shop.tag}", "kind": "string", "variants": [{"name": "off", "value": "x"}]})
    client = shop.client()
    assert details(client, "boolean", f"text-{shop.tag}").error_code == "TYPE_MISMATCH"
    assert details(client, "string", f"text-{shop.tag}").value == "x"
    strangers = details(shop.client("nothing"), "string", f"text-{shop.tag}")
    assert (strangers.error_code, strangers.error_message) == ("GENERAL", "unauthorized")
    slow = shop.client(shop.slow)
    assert details(slow, "string", f"text-{shop.tag}").value == "x"
    assert "Rate limited" in details(slow, "string", f"text-{shop.tag}").error_message
    assert "paused" in details(slow, "string", f"text-{shop.tag}").error_message
