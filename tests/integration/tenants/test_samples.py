"""The sample invocations of tenants, through the real handlers."""

import json

import pytest

from functions.tenants import api, worker
from functions.tenants.models import Tenant
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("status", "requested")), ("api-unknown-currency", 422, ("code", "invalid")),
    ("api-suspend-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"tenants/{name}", headers=owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


@pytest.fixture
def named():
    """The tenant that the samples name."""
    tenant = Tenant("ten_01KGA0000000000000000000T0", name="Acme GmbH", email="billing@acme.test")
    commit((tenant, worker.Requested(name="Acme GmbH", email="billing@acme.test", language="de")), actor=Actor(id="stf_1"), at=AT)
    return tenant.id


def test_the_requested_sample_provisions_the_tenant(named, sample, context):
    assert worker.handler(sample("tenants/worker-requested"), context) == {"batchItemFailures": []}
    assert Tenant.fetch(named).status == "active"


def test_the_subscription_sample_notes_the_plan(named, sample, context):
    assert worker.handler(sample("tenants/worker-subscription-created"), context) == {"batchItemFailures": []}
    assert Tenant.fetch(named).plan_id == "pln_01KGA0000000000000000000P0"


def test_the_schedule_sample_finds_nobody_whose_retention_is_over(named, sample, context):
    assert worker.handler(sample("tenants/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("tenants/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert aside["body"] == "<xml/>"
    assert "JSONDecodeError" in aside["error"]
