"""A clock that is deleted lets go of what it held: all of it goes on in real time."""

import json
import os
from datetime import timedelta

import pytest

from functions.clocks import lookout, service
from functions.clocks.api import handler as api
from functions.clocks.worker import handler
from functions.tenants.models import Tenant, TenantCreate
from functions.tenants.service import create as create_tenant
from functions.tenants.service import move
from functions.tenants.worker import handler as tenants
from kernel import audit, dynamodb
from kernel.audit import Entry
from kernel.clock import resolve, wall
from kernel.commit import commit
from kernel.config import aws as client
from kernel.worker import due_on
from tests.callers import ask
from tests.cloud import received
from tests.conftest import AT
from tests.integration.clocks.company import DAY, ME, Changed, Company, Inv, Sub, clock, due

pytestmark = pytest.mark.usefixtures("aws")
FAR = AT + 3650 * DAY


def release(worker, held):
    body = json.dumps({"detail-type": "release", "detail": {"clock": held.id}})
    message = {"messageId": "m-1", "attributes": {"ApproximateReceiveCount": "1"}, "body": body}
    assert worker({"Records": [message]}, None) == {"batchItemFailures": []}


def types(id):
    return [Entry.load(item).facts()["type"] for item in audit.timeline(id)]


def test_time_is_real_for_what_was_bound_to_a_clock_that_is_gone():
    held = clock()
    assert resolve(held.id, AT + 9 * DAY) == AT
    service.delete(held.id, actor=ME)
    assert resolve(held.id, AT + 9 * DAY) == AT + 9 * DAY


def test_what_is_due_on_it_moves_to_real_time_by_a_change_of_its_own_feature():
    held, other, company = clock(), clock(), Company()
    subs, stays = [due(Sub, held, AT + n * DAY) for n in range(3)], due(Sub, other, AT + DAY)
    elsewhere = due(Inv, held, AT + DAY)
    service.delete(held.id, actor=ME)
    for _ in range(2):  # a message that comes twice finds nothing
        release(company.workers["subscriptions"], held)
    assert due_on(Sub, f"clock#{held.id}", FAR) == []
    assert [item["pk"]["S"] for item in due_on(Sub, f"clock#{other.id}", FAR)] == [stays.id]
    assert [item["pk"]["S"] for item in due_on(Inv, f"clock#{held.id}", FAR)] == [elsewhere.id]
    for sub in subs:
        now = Sub.fetch(sub.id)
        assert (now.clock_id, now.next_action_at, now.version) == (None, sub.next_action_at, 2)
        assert types(sub.id) == ["test.changed", "subscriptions.released"]
        assert audit.first_bad(audit.timeline(sub.id), now.head) is None
    on_schedule = {item["pk"]["S"] for shard in range(16) for item in due_on(Sub, f"due#{shard:02d}", FAR)}
    assert on_schedule == {sub.id for sub in subs}


def test_tenants_are_released_though_nothing_is_due_on_them_and_what_is_theirs_then_goes_by_real_time():
    held = clock()
    bound = create_tenant(TenantCreate(name="Bound", email="a@example.test", clock_id=held.id), actor=ME, at=AT)
    free = create_tenant(TenantCreate(name="Free", email="b@example.test"), actor=ME, at=AT)
    service.delete(held.id, actor=ME)
    release(tenants, held)
    assert Tenant.fetch(bound.id).clock_id is None
    assert types(bound.id) == ["tenants.requested", "tenants.released"]
    assert types(free.id) == ["tenants.requested"]
    at = AT + 40 * DAY
    left = move(Tenant.fetch(bound.id), "offboard", reason="moves on", actor=ME, at=at)
    assert left.next_action_at == at + 30 * DAY


def test_what_becomes_due_after_the_clock_has_gone_is_on_no_clock_though_it_still_names_it():
    held = clock()
    sleeping = Sub("sub_01KGABCDEFGHJKMNPQRSTVWXYZ", clock_id=held.id)
    commit((sleeping, Changed()), actor=ME, at=AT)
    service.delete(held.id, actor=ME)
    release(Company().workers["subscriptions"], held)
    assert Sub.fetch(sleeping.id).clock_id == held.id
    sleeping.next_action_at = AT + DAY
    commit((sleeping, Changed()), actor=ME, at=AT)
    item = dynamodb.get(Sub.table(), sleeping.id)
    assert item is not None and item["gsi8pk"]["S"].startswith("due#")
    assert json.loads(audit.timeline(sleeping.id)[-1]["changes"]["S"])["clock_id"] == [held.id, None]


def test_a_clock_that_stands_keeps_what_becomes_due():
    held = clock()
    sub = due(Sub, held, AT + DAY)
    assert [item["pk"]["S"] for item in due_on(Sub, f"clock#{held.id}", FAR)] == [sub.id]


def test_a_deletion_asks_each_feature_at_once_and_again_later(sample):
    before = wall()
    assert handler(sample("clocks/worker-deleted"), None) == {"batchItemFailures": []}
    assert wall() - before < timedelta(seconds=lookout.LATE)
    for feature in lookout.FEATURES:
        url = os.environ[f"{feature.upper()}_QUEUE"]
        (message,) = received(url)
        assert json.loads(message) == {"detail-type": "release", "detail": {"clock": "clk_01KGABCDEFGHJKMNPQRSTVWXYZ"}}
        later = client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessagesDelayed"])["Attributes"]
        assert later == {"ApproximateNumberOfMessagesDelayed": "1"}


def test_deleting_over_http_is_told_as_an_event(owner):
    held = clock()
    assert ask(api, "DELETE", f"/v1/test-clocks/{held.id}", headers=owner).status == 204
    assert types(held.id) == ["clocks.created", "clocks.deleted"]


def test_what_is_written_with_a_record_that_is_due_on_the_clock_is_found_by_the_second_look():
    held, company = clock(), Company()
    sub = due(Sub, held, AT + DAY)
    service.delete(held.id, actor=ME)
    release(company.workers["invoices"], held)  # before the subscription is stepped
    invoice = Inv("inv_01KGABCDEFGHJKMNPQRSTVWXYZ", clock_id=held.id, next_action_at=AT + DAY)
    sub = Sub.fetch(sub.id)
    sub.next_action_at = AT + 31 * DAY
    commit((sub, Changed()), (invoice, Changed()), actor=ME, at=AT + DAY)
    for feature in company.workers:
        release(company.workers[feature], held)
    assert [Sub.fetch(sub.id).clock_id, Inv.fetch(invoice.id).clock_id] == [None, None]
