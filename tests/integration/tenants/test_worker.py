"""What happens to a tenant by itself: it is provisioned, its plan is noted, it is deleted when the retention is over."""

import json
from datetime import timedelta

import pytest

from functions.tenants import service
from functions.tenants.events import Updated
from functions.tenants.models import Tenant, TenantCreate
from functions.tenants.worker import handler
from kernel import audit
from kernel.audit import Actor
from kernel.clock import parse
from kernel.commit import commit
from kernel.config import setting
from tests.cloud import received
from tests.conftest import AT

pytestmark = pytest.mark.usefixtures("aws")
ACTOR = Actor(id="stf_1")


@pytest.fixture
def tenant():
    return service.create(TenantCreate(name="Acme", email="billing@acme.test"), actor=ACTOR, at=AT)


@pytest.fixture
def send(sample, context):
    """Sends a sample with parts of its message replaced."""

    def sent(name, *, subject=None, version=None, attempt=1, **data):
        event = sample(f"tenants/{name}")
        record = event["Records"][0]
        message = json.loads(record["body"])
        detail = message["detail"]
        detail["subject"], detail["version"] = subject or detail["subject"], version or detail["version"]
        detail["data"] |= data
        record["body"], record["attributes"]["ApproximateReceiveCount"] = json.dumps(message), str(attempt)
        return handler(event, context)

    return sent


def types(id):
    return [json.loads(entry["header"]["S"])["type"] for entry in audit.timeline(id)]


def test_a_request_is_provisioned_once_however_often_it_is_told(tenant, send):
    for _ in range(3):
        assert send("worker-requested", subject=tenant.id) == {"batchItemFailures": []}
    assert Tenant.fetch(tenant.id).status == "active"
    assert types(tenant.id) == ["tenants.requested", "tenants.provisioning_started", "tenants.activated"]
    last = json.loads(audit.timeline(tenant.id)[-1]["header"]["S"])
    assert (last["actor"], last["cause"], last["depth"]) == ("system:tenants", f"{tenant.id}#1", 1)


def test_provisioning_goes_on_from_where_it_was_killed(tenant, send):
    service.move(Tenant.fetch(tenant.id), "provision", actor=ACTOR, at=AT)
    send("worker-requested", subject=tenant.id)
    assert Tenant.fetch(tenant.id).status == "active"


def test_a_tenant_that_is_gone_is_not_provisioned(send):
    assert send("worker-requested", subject="ten_none") == {"batchItemFailures": []}
    assert received(setting("PARKED_URL")) == []


def test_the_newest_of_a_subscription_says_the_plan_in_any_order(tenant, send):
    told = {"tenant_id": tenant.id}
    send("worker-subscription-created", version=1, plan_id="pln_1", **told)
    send("worker-subscription-created", version=3, plan_id="pln_3", **told)
    send("worker-subscription-created", version=2, plan_id="pln_2", **told)
    send("worker-subscription-created", version=3, plan_id="pln_3", **told)
    after = Tenant.fetch(tenant.id)
    assert (after.plan_id, after.version) == ("pln_3", 3)


def test_an_offboarded_tenant_is_deleted_when_the_retention_is_over(tenant, context):
    service.move(Tenant.fetch(tenant.id), "provision", actor=ACTOR, at=AT)
    leaving = service.move(Tenant.fetch(tenant.id), "offboard", reason="left", actor=ACTOR, at=AT)
    assert leaving.next_action_at == AT + timedelta(days=service.RETENTION_DAYS)
    for time, left in (("2026-03-02T11:59:00Z", 0), ("2026-03-02T12:00:00Z", 1)):
        handler({"time": time, "slot": "due"}, context)
        messages = received(setting("QUEUE_URL"))
        assert len(messages) == left
        records = [{"messageId": "m", "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for body in messages]
        assert handler({"Records": records}, context) == {"batchItemFailures": []}
    after = Tenant.find(tenant.id)
    assert (after.status, after.next_action_at) == ("deleted", None)
    assert after.deleted_at is not None
    header = json.loads(audit.timeline(tenant.id)[-1]["header"]["S"])
    assert (header["type"], parse(header["effective_at"])) == ("tenants.deleted", AT + timedelta(days=30))


def test_what_failed_before_it_left_does_not_keep_a_tenant_from_being_deleted(tenant, context):
    service.provision(tenant.id, actor=ACTOR, at=AT)
    found = Tenant.fetch(tenant.id)
    found.next_action_at, found.stuck = AT, "it cannot be deleted"
    commit((found, Updated(name="Acme", email="billing@acme.test", language="en")), actor=ACTOR, at=AT)
    leaving = service.move(Tenant.fetch(tenant.id), "offboard", reason="left", actor=ACTOR, at=AT)
    assert leaving.stuck is None
    handler({"time": "2026-03-02T12:00:00Z", "slot": "due"}, context)
    assert len(received(setting("QUEUE_URL"))) == 1
