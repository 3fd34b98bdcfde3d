"""The sample invocations of onboarding, through the real handlers."""

import json

import pytest

from functions.onboarding import api
from functions.onboarding.models import DoneBy
from kernel.config import setting
from tests.cloud import received


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-template-create", 201, ("is_default", True)), ("api-template-circle", 422, ("code", "invalid")),
    ("api-tick-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(aws, sample, owner, context, name, status, says):
    answer = api.handler(sample(f"onboarding/{name}", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])


def test_the_sample_events_tick_one_item_each(firm, sample):
    firm.made("/v1/onboarding/templates", {"name": "T", "items": [
        {"key": name.replace(".", "_"), "title": name, "done_by": name} for name in DoneBy]})  # fmt: skip
    assert firm.worker(sample("onboarding/worker-tenant-activated")) == {"batchItemFailures": []}
    for n, name in enumerate(("worker-contact-created", "worker-invoice-paid", "worker-key-created", "worker-method-added",
                              "worker-subscription-created", "worker-subscription-activated"), 1):
        assert firm.worker(sample(f"onboarding/{name}")) == {"batchItemFailures": []}
        assert firm.now()["done"] == n
    assert firm.now()["status"] == "completed"


@pytest.mark.parametrize("name", ["worker-tenant-offboarding", "worker-tenant-deleted"])
def test_the_samples_of_a_tenant_that_leaves_end_its_checklist(firm, checklist, sample, name):
    assert firm.worker(sample(f"onboarding/{name}")) == {"batchItemFailures": []}
    assert firm.now()["status"] == "canceled"


def test_the_schedule_sample_finds_what_is_due(firm, checklist, sample):
    assert firm.worker(sample("onboarding/worker-due")) == {}
    assert [json.loads(body)["detail"]["id"] for body in received(setting("QUEUE_URL"))] == [checklist]


def test_what_is_not_json_is_parked_with_its_error(firm, sample):
    assert firm.worker(sample("onboarding/worker-not-json")) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
