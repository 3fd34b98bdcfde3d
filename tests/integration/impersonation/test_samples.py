"""The sample invocations of impersonation, through the real handlers."""

import json

import pytest

from functions.impersonation import api, worker
from functions.tenants.events import Requested
from functions.tenants.models import Tenant
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

TENANT = "ten_01KGA0000000000000000000T0"


@pytest.fixture
def acme(aws):
    commit((Tenant(TENANT, name="Acme", email="a@acme.test"), Requested(name="Acme", email="a@acme.test", language="en")), actor=Actor(id="stf_1"), at=AT)


@pytest.mark.usefixtures("acme")
@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-start", 201, ("writing", False)), ("api-too-long", 422, ("code", "invalid")), ("api-no-reason", 422, ("code", "invalid")),
    ("api-end-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"impersonation/{name}", headers=owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


@pytest.mark.usefixtures("aws")
def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("impersonation/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


@pytest.mark.usefixtures("aws")
def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("impersonation/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
