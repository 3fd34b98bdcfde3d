"""The sample invocations of health, through the real handlers."""

import json

import pytest

from functions.health import api, worker
from functions.health.models import Check
from functions.health.schedules import _made
from kernel.commit import marker
from kernel.config import setting
from tests.cloud import received

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("status", "unknown")), ("api-create-elsewhere", 422, ("code", "invalid")),
    ("api-acknowledge-unknown", 404, ("code", "not_found")), ("api-public", 200, ("status", "unknown"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"health/{name}", headers={} if name == "api-public" else owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])


def test_the_beat_sample_makes_its_heartbeat(sample, context):
    assert worker.handler(sample("health/worker-beat"), context) == {"batchItemFailures": []}
    assert Check.fetch(marker(Check, "schedule#tenants.due")["check_id"]).status == "up"


def test_the_schedule_sample_makes_the_heartbeats_of_all_schedules(sample, context):
    _made.clear()
    assert worker.handler(sample("health/worker-due"), context) == {}
    assert marker(Check, "schedule#audit.purge") is not None


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("health/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
