"""What was deleted is removed for good when its retention is over, and the log says so."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.audit import purge
from functions.audit.worker import handler
from functions.tenants.models import Tenant
from functions.tickets.models import Ticket
from kernel import audit, dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import frozen
from kernel.commit import commit
from kernel.config import aws as aws_client
from kernel.config import setting
from kernel.records import child
from tests.callers import ask
from tests.cloud import received
from tests.integration.kernel.things import everything, hooked

pytestmark = pytest.mark.usefixtures("aws")
DELETED = datetime(2025, 12, 1, 12, tzinfo=UTC)
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Noted(Payload, event="tenants.noted"):
    """Something happened."""


def save(tenant, *, items=()):
    commit((tenant, Noted()), actor=Actor(id="stf_1"), at=DELETED, items=items)


def deleted(at=DELETED, *, children=2):
    tenant = Tenant(ids.new("ten"), name="Acme", email="a@example.test")
    save(tenant, items=[(Tenant.table(), child(tenant, f"note#{n}", n)) for n in range(children)])
    with frozen(at):
        tenant.deleted_at = at
        save(tenant)
    return tenant


def types(id):
    return [audit.Entry.load(item).facts()["type"] for item in audit.timeline(id)]


def left():
    return {item["pk"]["S"] for item in everything("tenants")}


@pytest.fixture
def later(monkeypatch):
    """Lets what was sent for later come at once; how many messages there were."""
    monkeypatch.setattr(purge, "LATER", 0)

    def came():
        records = [{"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
                   for n, body in enumerate(received(setting("QUEUE_URL")))]
        assert handler({"Records": records}, None) == {"batchItemFailures": []}
        return len(records)

    return came


def test_a_record_and_what_hangs_on_it_is_removed_and_the_chain_holds(sample, owner):
    from functions.audit.api import handler as api

    tenant, fresh = deleted(), deleted(NOW - timedelta(days=1))
    handler(sample("audit/worker-purge"), None)
    assert left() == {fresh.id}
    assert types(tenant.id) == ["tenants.noted", "tenants.noted", "tenants.purged"]
    assert audit.first_bad(audit.timeline(tenant.id), audit.GENESIS) is None
    assert ask(api, "GET", f"/v1/audit/{tenant.id}/verify", headers=owner).body == {"intact": True, "entries": 3, "first_bad": None}
    last = audit.Entry.load(audit.timeline(tenant.id)[-1])
    assert (last.changes, last.tenant_id) == ("{}", tenant.id)
    assert purge.purge(NOW) == 0


def test_what_was_restored_stays(owner):
    tenant = deleted()
    tenant.deleted_at = None
    save(tenant)
    assert purge.purge(NOW) == 0
    assert Tenant.fetch(tenant.id)


def test_what_is_not_deleted_stays_whatever_its_key_says():
    tenant = deleted()
    item = dynamodb.get(Tenant.table(), tenant.id)
    del item["deleted_at"]
    dynamodb.client().put_item(TableName=Tenant.table(), Item=item)
    assert purge.purge(NOW) == 0
    assert Tenant.fetch(tenant.id)


def test_what_is_restored_at_the_last_moment_stays_whole():
    tenant = deleted()

    def restore(**_):
        if tenant.deleted_at is not None:
            tenant.deleted_at = None
            save(tenant)

    with hooked("before-call.dynamodb.TransactWriteItems", restore):
        assert purge.purge(NOW) == 0
    assert Tenant.fetch(tenant.id)
    assert len(list(dynamodb.children(Tenant.table(), tenant.id))) == 3


def test_restored_at_the_last_moment_nothing_goes_of_what_takes_more_than_a_transaction(monkeypatch):
    monkeypatch.setattr(purge, "_TOGETHER", 1)
    tenant = deleted(children=3)

    def restore(**_):
        if tenant.deleted_at is not None:
            tenant.deleted_at = None
            save(tenant)

    with hooked("before-call.dynamodb.TransactWriteItems", restore):
        assert purge.purge(NOW) == 0
    assert purge.remove_rest(tenant.id) == 0
    assert len(list(dynamodb.children(Tenant.table(), tenant.id))) == 4


def test_more_than_a_transaction_holds_goes_too(later):
    tenant = deleted(children=60)
    for n in range(60, 110):
        dynamodb.client().put_item(TableName=Tenant.table(), Item=child(tenant, f"note#{n}", n))
    assert purge.purge(NOW) == 1
    assert Tenant.find(tenant.id) is None
    assert later() == 1
    assert left() == set()


def test_what_goes_in_one_transaction_leaves_nothing_for_later(later):
    deleted()
    assert (purge.purge(NOW), later(), left()) == (1, 0, set())


@pytest.mark.parametrize("when", ["before", "after"])
def test_killed_at_any_call_it_is_gone_with_its_entry_or_whole(when, later, monkeypatch):
    class Killed(BaseException):
        pass

    monkeypatch.setattr(purge, "_TOGETHER", 1)
    for fatal in range(40):
        tenant, count = deleted(children=3), iter(range(100))

        def kill(count=count, fatal=fatal, **_):
            if next(count) == fatal:
                raise Killed

        try:
            with hooked(f"{when}-call.dynamodb", kill):
                purge.purge(NOW)
        except Killed:
            is_gone = Tenant.find(tenant.id) is None
            assert is_gone == (types(tenant.id)[-1] == "tenants.purged")
            assert is_gone or len(list(dynamodb.children(Tenant.table(), tenant.id))) == 4
            purge.purge(NOW)
        else:
            return
        later()
        assert left() == set()
        assert types(tenant.id)[-1] == "tenants.purged"
    pytest.fail("it never got through")


def test_the_files_of_a_record_go_once_it_is_gone_and_not_before(sample):
    event, s3 = sample("audit/worker-rest"), aws_client("s3")
    id = json.loads(event["Records"][0]["body"])["detail"]["id"]
    mine, others = [f"tickets/{id}/upl_{n}" for n in range(3)], f"tickets/{ids.new('tic')}/upl_1"
    for key in (*mine, others):
        s3.put_object(Bucket="files", Key=key, Body=b"%PDF")

    def kept():
        return [each["Key"] for each in s3.list_objects_v2(Bucket="files", Prefix="tickets/")["Contents"]]

    ticket = Ticket(id, number=1, tenant_id="ten_1", requester_email="ada@example.test", subject="It is broken")
    with frozen(DELETED):
        ticket.deleted_at = DELETED
        commit((ticket, Noted()), actor=Actor(id="stf_1"), at=DELETED)
    assert handler(event, None) == {"batchItemFailures": []}
    assert sorted(kept()) == sorted([*mine, others]), "it may have been restored"
    assert purge.purge(NOW) == 1
    name = "ApproximateNumberOfMessagesDelayed"
    assert aws_client("sqs").get_queue_attributes(QueueUrl=setting("QUEUE_URL"), AttributeNames=[name])["Attributes"] == {name: "1"}
    for _ in range(2):
        assert handler(event, None) == {"batchItemFailures": []}
        assert kept() == [others]


def test_plans_are_kept_for_those_who_have_subscribed(owner):
    from functions.plans.api import handler as plans

    plan = ask(plans, "POST", "/v1/plans", {"name": "Pro"}, headers=owner).body
    with frozen(DELETED):
        assert ask(plans, "DELETE", f"/v1/plans/{plan['id']}", headers=owner | {"if-match": '"1"'}).status == 204
    assert purge.purge(NOW) == 0
    assert ask(plans, "GET", f"/v1/plans/{plan['id']}", headers=owner, include_deleted="true").status == 200
