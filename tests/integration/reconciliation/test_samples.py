"""The sample invocations of reconciliation, through the real handlers."""

import json

import pytest

from functions.payments.events import GatewayChanged
from functions.payments.models import Gateway
from functions.reconciliation import api, worker
from functions.reconciliation.events import Opened, Requested
from functions.reconciliation.models import Difference, Run
from kernel.audit import Actor
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

GATEWAY, FOUND, RUN = "gat_01KGA0000000000000000000G0", "rec_01KGA0000000000000000000R0", "rru_01KGA0000000000000000000R0"


@pytest.fixture(autouse=True)
def named(aws, monkeypatch):
    """The records that the samples name: an account at a bank, which is asked nothing outside."""
    monkeypatch.setenv("QUEUE_URL", setting("RECONCILIATION_QUEUE"))
    gateway = Gateway(GATEWAY, kind="bank_transfer", name="House bank", secrets_version="none")
    found = Difference(FOUND, kind="fee", gateway_id=GATEWAY, run_id=RUN, subject="txn_1", amount=4900, currency="EUR")
    run = Run(RUN, gateway_id=GATEWAY, since=AT, until=AT, next_action_at=AT)
    told = Opened(gateway_id=GATEWAY, kind="fee", transaction_id=None)
    for change in ((gateway, GatewayChanged(kind="bank_transfer")), (found, told), (run, Requested(gateway_id=GATEWAY))):
        commit(change, actor=Actor(id="stf_1"), at=AT)


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-run", 201, ("status", "running")), ("api-run-too-long", 422, ("code", "invalid")), ("api-resolve", 200, ("status", "resolved")),
    ("api-unknown-field", 422, ("code", "invalid"))])
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"reconciliation/{name}", headers=owner), context)
    assert (answer["statusCode"], json.loads(answer["body"])[says[0]]) == (status, says[1])


@pytest.mark.parametrize("name", ["worker-requested", "worker-due"])
def test_a_run_that_was_asked_for_or_is_due_is_taken(sample, context, name):
    worker.handler(sample(f"reconciliation/{name}"), context)
    [body] = received(setting("QUEUE_URL"))
    for _ in range(3):  # however often it comes
        worker.handler({"Records": [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}, context)
    found = Run.fetch(RUN)
    assert (found.status, found.version, found.next_action_at) == ("completed", 2, None)


def test_the_nightly_sample_begins_a_run(sample, context):
    assert worker.handler(sample("reconciliation/worker-nightly"), context) == {}
    assert worker.handler(sample("reconciliation/worker-nightly"), context) == {}


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("reconciliation/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
