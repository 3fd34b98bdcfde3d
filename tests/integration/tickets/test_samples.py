"""The sample invocations of tickets, through the real handlers."""

import json

import pytest

from functions.tenants.events import Requested
from functions.tenants.models import Tenant
from functions.tickets import api, worker
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

TENANT = "ten_01KGA0000000000000000000T0"


@pytest.fixture(autouse=True)
def customer(aws):
    """The one that the samples name."""
    tenant = Tenant(TENANT, name="Acme", email="a@acme.test")
    commit((tenant, Requested(name="Acme", email="a@acme.test", language="en")), actor=Actor(id="stf_1"), at=AT)


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("priority", "high")), ("api-unknown-priority", 422, ("code", "invalid")),
    ("api-reply-unknown", 404, ("code", "not_found")), ("api-create-policy", 201, ("holidays", ["2026-12-25"]))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"tickets/{name}", headers=owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("tickets/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("tickets/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
