"""The sample invocations of leads, through the real handlers."""

import json

import pytest

from functions.leads import api, worker
from functions.leads.events import Created
from functions.leads.models import Lead
from kernel.audit import Actor
from kernel.commit import Marker, commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

pytestmark = pytest.mark.usefixtures("aws")
LEAD, TENANT, TRIAL = "lea_01KGA0000000000000000000L0", "ten_01KGA0000000000000000000T0", "sub_01KGA0000000000000000000S0"


@pytest.mark.parametrize(("name", "status", "says"), [
    ("api-create", 201, ("score", 80)), ("api-unknown-source", 422, ("code", "invalid")), ("api-public", 202, ("received", True)),
    ("api-convert-unknown", 404, ("code", "not_found"))])  # fmt: skip
def test_a_sample_request_is_answered_as_its_name_says(sample, owner, context, name, status, says):
    answer = api.handler(sample(f"leads/{name}", headers={} if name == "api-public" else owner), context)
    body = json.loads(answer["body"])
    assert (answer["statusCode"], body[says[0]]) == (status, says[1])


@pytest.fixture
def named(aws):
    """The lead that the samples name, in its trial."""
    lead = Lead(LEAD, name="Ada", email="ada@acme.test", status="trial", tenant_id=TENANT, subscription_id=TRIAL)
    commit((lead, Created(status="trial")), actor=Actor(id="stf_1"), at=AT, markers=[Marker(Lead, f"tenant#{TENANT}", {"lead_id": LEAD})])


@pytest.mark.usefixtures("named")
@pytest.mark.parametrize(("name", "status"), [
    ("worker-subscription-activated", "won"), ("worker-invoice-paid", "won"), ("worker-subscription-ended", "lost")])  # fmt: skip
def test_a_sample_event_decides_the_trial(sample, context, name, status):
    assert worker.handler(sample(f"leads/{name}"), context) == {"batchItemFailures": []}
    assert Lead.fetch(LEAD).status == status


def test_the_created_sample_is_counted(sample, owner, context):
    assert worker.handler(sample("leads/worker-created"), context) == {"batchItemFailures": []}
    from functions.leads.funnel import read

    assert read().counts["new"] == 1


@pytest.mark.usefixtures("named")
def test_the_schedule_sample_finds_nothing_due(sample, context):
    assert worker.handler(sample("leads/worker-due"), context) == {}
    assert received(setting("QUEUE_URL")) == []


def test_what_is_not_json_is_parked_with_its_error(sample, context):
    assert worker.handler(sample("leads/worker-not-json"), context) == {"batchItemFailures": []}
    [aside] = [json.loads(body) for body in received(setting("PARKED_URL"))]
    assert "JSONDecodeError" in aside["error"]
