"""The sample invocations of API keys, through the real handlers."""

import json

import pytest

from functions.api_keys import api, worker
from functions.api_keys.models import ApiKey
from functions.plans.models import Plan
from functions.tenants.models import Tenant
from kernel.config import setting
from tests.cloud import received
from tests.integration.api_keys.keys import made
from tests.integration.exports.company import store

pytestmark = pytest.mark.usefixtures("aws")
TENANT, PLAN = "ten_01KGA0000000000000000000T0", "pln_01KGA0000000000000000000P0"


@pytest.fixture
def key(owner):
    store(Plan(PLAN, name="Pro", limits={"api_requests_per_minute": 60}, version=1),
          Tenant(TENANT, name="Acme GmbH", email="billing@acme.test", status="active", plan_id=PLAN, version=1))
    return made(owner, tenant_id=TENANT, scopes=["tenants.read"])["id"]


def test_the_create_sample_makes_a_key_of_the_owners_own(sample, owner, context):
    answer = api.handler(sample("api_keys/api-create", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])["tenant_id"]) == (201, None)


def test_the_suspended_sample_suspends_the_tenants_keys(key, sample, context):
    tenant = Tenant.fetch(TENANT)
    tenant.status = "suspended"
    store(tenant)
    assert worker.handler(sample("api_keys/worker-suspended"), context) == {"batchItemFailures": []}
    assert worker.handler(sample("api_keys/worker-suspended"), context) == {"batchItemFailures": []}
    assert (ApiKey.fetch(key).suspended, ApiKey.fetch(key).version) == (True, 2)


def test_the_plan_sample_binds_the_tenants_keys_to_the_plans_new_limit(key, sample, context):
    assert ApiKey.fetch(key).plan_limit == 60
    plan = Plan.fetch(PLAN)
    plan.limits = {"api_requests_per_minute": 90}
    store(plan)
    assert worker.handler(sample("api_keys/worker-plan-updated"), context) == {"batchItemFailures": []}
    assert ApiKey.fetch(key).plan_limit == 90
    assert received(setting("PARKED_URL")) == []
