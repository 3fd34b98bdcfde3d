"""The sample invocations of announcements, through the real handlers."""

import json

import pytest

from functions.announcements import api, worker
from kernel.config import setting
from tests.cloud import received

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("status", "draft")), ("api-ends-before-it-begins", 422, ("code", "invalid")), ("api-current", 200, ("unread", 0)),
    ("api-publish-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"announcements/{name}", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])


def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("announcements/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("announcements/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
