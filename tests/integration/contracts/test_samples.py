"""The sample invocations of contracts, through the real handlers."""

import json

import pytest

from functions.contracts import api, worker
from kernel.config import setting
from tests.cloud import received

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create-template", 201, ("name", "Services")), ("api-unsafe-template", 422, ("line", 2)),
    ("api-create-unknown-tenant", 422, ("code", "unknown_reference")), ("api-public-forged", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"contracts/{name}", headers={} if name == "api-public-forged" else owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])


def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("contracts/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("contracts/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
