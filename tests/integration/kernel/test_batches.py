"""Messages that are worked on together, messages to FIFO queues, and records that are given up."""

import json

import pytest

from kernel.audit import Actor
from kernel.config import setting
from kernel.worker import Worker, enqueue
from tests.cloud import received
from tests.integration.kernel.things import AT, Thing, save, thing

pytestmark = pytest.mark.usefixtures("aws")


def message(id, detail, kind="add", receives=1):
    body = detail if kind is None else json.dumps({"detail-type": kind, "detail": detail})
    return {"messageId": id, "body": body, "attributes": {"ApproximateReceiveCount": str(receives)}}


@pytest.fixture
def batches():
    return []


@pytest.fixture
def handler(batches):
    made = Worker("things")

    @made.batch_job("add")
    def add(details):
        batches.append([detail["n"] for detail in details])
        if 13 in batches[-1]:
            raise RuntimeError("unlucky")

    @made.job("alone")
    def alone(detail):
        batches.append([-detail["n"]])

    return made


def failures(handler, *records):
    return [each["itemIdentifier"] for each in handler({"Records": list(records)}, None)["batchItemFailures"]]


def test_messages_of_a_batch_job_are_worked_on_together_and_others_alone(handler, batches):
    assert failures(handler, message("a", {"n": 1}), message("b", {"n": 7}, "alone"), message("c", {"n": 2})) == []
    assert sorted(batches) == [[-7], [1, 2]]


def test_who_hears_of_everything_takes_it_together_by_name_but_for_what_has_a_name_of_its_own(handler, batches):
    @handler.every
    def hear(details):
        batches.append([(detail["event"], detail["n"]) for detail in details])

    news = [message("a", {"n": 1}, "plans.updated"), message("b", {"n": 7}, "alone"), message("c", {"n": 2}, "tenants.purged")]
    assert failures(handler, *news) == []
    assert failures(handler, message("d", {"n": 3}, "plans.updated")) == []
    assert sorted(batches, key=str) == [[("plans.updated", 1), ("tenants.purged", 2)], [("plans.updated", 3)], [-7]]


def test_when_a_batch_fails_only_the_message_at_fault_is_given_back(handler, batches):
    assert failures(handler, message("a", {"n": 1}), message("b", {"n": 13}), message("c", {"n": 2})) == ["b"]
    assert batches == [[1, 13, 2], [1], [13], [2]]


def test_a_message_at_fault_is_parked_at_its_fifth_delivery(handler):
    assert failures(handler, message("a", {"n": 1}), message("b", {"n": 13}, receives=5)) == []
    assert "unlucky" in received(setting("PARKED_URL"))[0]


def test_what_cannot_be_read_is_parked_and_spoils_no_batch(handler, batches):
    records = [message("a", {"n": 1}), message("b", "no JSON", None), message("c", [5]), message("d", {"n": 2})]
    assert failures(handler, *records) == []
    assert (batches[0], len(received(setting("PARKED_URL")))) == ([1, 2], 2)


def test_equal_messages_of_a_group_wait_once_in_a_fifo_queue():
    for _ in range(2):
        enqueue("finalize", [{"id": "inv_1"}, {"id": "inv_2"}], url=setting("SERIES_URL"), group="one")
    assert [json.loads(body)["detail"]["id"] for body in received(setting("SERIES_URL"))] == ["inv_1", "inv_2"]


def test_a_record_that_is_given_up_says_why_and_is_due_no_more():
    one = thing(next_action_at=AT)
    save(one)
    Worker("things").give_up(Thing, one.id, "no rate", Actor(id="system:things"))
    found = Thing.fetch(one.id)
    assert (found.stuck, found.item()["gsi8pk"]["S"]) == ("no rate", "stuck#")
