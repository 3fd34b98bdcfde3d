"""A clock on its way: what falls due happens in its order, once, before the clock goes on."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest

from functions.clocks import advance, lookout, service
from functions.clocks.models import Clock
from functions.clocks.worker import handler
from kernel import audit, dynamodb
from kernel.audit import Entry
from kernel.clock import wall
from kernel.commit import commit
from kernel.config import aws
from tests.cloud import received
from tests.conftest import AT
from tests.integration.clocks.company import DAY, ME, Changed, Company, Inv, Sub, clock, due, job, queue, run, step


@pytest.fixture(autouse=True)
def _setting(aws, monkeypatch):
    """The clocks worker's queues, an emulator that delays nothing, and pauses as short as a test wants them."""
    import boto3

    urls = {name: boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"] for name in ("ClocksQueue", "ClocksParked")}
    monkeypatch.setenv("QUEUE_URL", urls["ClocksQueue"])
    monkeypatch.setenv("PARKED_URL", urls["ClocksParked"])
    monkeypatch.setenv("CLOCKS_PARKED", urls["ClocksParked"])
    monkeypatch.setattr(advance, "BETWEEN", 0.05)
    monkeypatch.setattr(advance, "SHORTEST", 0.01)


def send(held, days):
    return service.request_advance(held.id, AT + days * DAY, actor=ME)


def told(held):
    return [Entry.load(item).facts()["type"].removeprefix("clocks.") for item in audit.timeline(held.id)]


def test_everything_due_happens_in_its_order_while_the_clock_shows_its_instant():
    held, company = clock(), Company()
    daily, weekly, later = due(Sub, held, AT + DAY, left=9), due(Inv, held, AT + 2 * DAY, left=2, every=7), due(Sub, held, AT + 60 * DAY)
    send(held, 30)
    with company.at_work():
        job(held.id)
    reached = Clock.fetch(held.id)
    assert (reached.now, reached.status, reached.target, reached.failure) == (AT + 30 * DAY, "ready", None, None)
    assert all(shown == at for _, at, shown in company.steps)
    assert sorted(company.steps, key=lambda s: s[1]) == company.steps
    assert [at for id, at, _ in company.steps if id == daily.id] == [AT + n * DAY for n in range(1, 10)]
    assert [at for id, at, _ in company.steps if id == weekly.id] == [AT + 2 * DAY, AT + 9 * DAY]
    assert Sub.fetch(later.id).version == 1
    assert told(held) == ["created", "advance_requested", *["moved"] * 9, "ready"]
    assert audit.first_bad(audit.timeline(held.id), reached.head) is None


def test_a_clock_on_which_nothing_is_due_just_arrives():
    held = clock()
    other = due(Sub, clock(), AT + DAY)
    send(held, 3)
    job(held.id)
    assert (Clock.fetch(held.id).now, told(held)) == (AT + 3 * DAY, ["created", "advance_requested", "ready"])
    assert Sub.fetch(other.id).version == 1


def test_records_due_at_the_same_instant_are_all_sent_at_once(monkeypatch):
    monkeypatch.setattr(advance, "RUN", 2)
    held = clock()
    same = {due(kind, held, AT + DAY).id for kind in (Sub, Sub, Sub, Inv, Inv)}
    due(Sub, held, AT + DAY + timedelta(microseconds=1))
    send(held, 2)
    (left,) = run({"id": held.id})
    sent = [json.loads(body) for name in ("SUBSCRIPTIONS_QUEUE", "INVOICES_QUEUE") for body in received(queue(name))]
    assert {message["detail-type"] for message in sent} == {"due"}
    assert {message["detail"]["id"] for message in sent} == same
    assert {message["detail"]["until"] for message in sent} == {"2026-02-01T12:00:00.000000Z"}
    assert Clock.fetch(held.id).now == AT + DAY
    assert left["watched"] > 0


def test_what_a_step_makes_due_at_the_same_instant_is_waited_for(monkeypatch):
    monkeypatch.setattr(advance, "RUN", 0.3)  # a follow-up whose event was lost is sent by the next run
    held = clock()

    def bill(record, at, actor):
        if record.prefix == "sub":
            due(Inv, held, at)  # features make both in one commit; here the clock must not look between the two
        step(record, at, actor)

    company = Company(bill)
    due(Sub, held, AT + DAY, left=2)
    send(held, 5)
    with company.at_work():
        job(held.id)
    assert [(id[:3], at) for id, at, _ in company.steps] == [
        ("sub", AT + DAY), ("inv", AT + DAY), ("sub", AT + 2 * DAY), ("inv", AT + 2 * DAY)]
    assert all(shown == at for _, at, shown in company.steps)
    assert told(held).count("moved") == 2


def test_the_clock_does_not_pass_a_record_that_waits_for_something_outside(monkeypatch):
    monkeypatch.setattr(advance, "RUN", 0.3)
    held, paid = clock(), threading.Event()
    company = Company(lambda record, at, actor: step(record, at, actor) if record.prefix == "sub" or paid.is_set() else None)
    waits, later = due(Inv, held, AT + DAY), due(Sub, held, AT + 2 * DAY)
    send(held, 3)
    with company.at_work():
        left = run({"id": held.id})
        assert (Clock.fetch(held.id).now, Clock.fetch(held.id).status, company.steps) == (AT + DAY, "advancing", [])
        paid.set()
        job(**left[0])
    assert [id for id, _, _ in company.steps] == [waits.id, later.id]
    assert Clock.fetch(held.id).status == "ready"


def tried_again(record, at, actor):
    """Now and then, with nothing to show for it: like a charge whose gateway does not answer."""
    if wall() - record.updated_at > timedelta(seconds=0.1):
        commit((record, Changed()), actor=actor, at=at)


@pytest.mark.parametrize("act", [lambda *_: None, tried_again])
def test_a_record_that_stays_due_too_long_fails_the_clock_and_is_named(monkeypatch, act):
    monkeypatch.setattr(advance, "RUN", 0.2)
    monkeypatch.setattr(advance, "PATIENCE", 0.5)
    held = clock()
    waits = due(Inv, held, AT + DAY)
    send(held, 3)
    with Company(act).at_work():
        job(held.id)
    failed = Clock.fetch(held.id)
    assert (failed.status, failed.now) == ("failed", AT + DAY)
    assert waits.id in failed.failure
    assert told(held)[-1] == "failed"
    service.request_advance(held.id, failed.now, actor=ME)
    with Company().at_work():
        job(held.id)
    assert (Clock.fetch(held.id).status, Clock.fetch(held.id).failure, Inv.fetch(waits.id).next_action_at) == ("ready", None, None)


def test_a_record_that_gets_stuck_fails_the_clock_which_may_then_go_on_without_it(monkeypatch):
    held = clock()

    def fail_invoices(record, at, actor):
        if record.prefix == "inv":
            raise RuntimeError("the printer is on fire")
        step(record, at, actor)

    company = Company(fail_invoices)
    broken, later = due(Inv, held, AT + DAY), due(Sub, held, AT + 2 * DAY)
    send(held, 3)
    with company.at_work():
        job(held.id)
        failed = Clock.fetch(held.id)
        assert (failed.status, failed.now, company.steps) == ("failed", AT + DAY, [])
        assert broken.id in failed.failure
        assert "RuntimeError" in failed.failure  # and not what it says, which may quote anything
        send(held, 3)
        job(held.id)
    assert (Clock.fetch(held.id).status, Clock.fetch(held.id).now) == ("ready", AT + 3 * DAY)
    assert [id for id, _, _ in company.steps] == [later.id]


def test_the_clock_arrives_when_the_workers_rest_or_are_busy_for_too_long_with_other_things(monkeypatch):
    monkeypatch.setattr(advance, "RUN", 0.2)
    held = clock()
    send(held, 1)
    aws("sqs").send_message(QueueUrl=queue("NOTIFICATIONS_QUEUE"), MessageBody="a mail on its way")
    left = run({"id": held.id})
    assert Clock.fetch(held.id).status == "advancing"
    aws("sqs").receive_message(QueueUrl=queue("NOTIFICATIONS_QUEUE"))  # in hand is not done
    left = run(*left)
    assert Clock.fetch(held.id).status == "advancing"
    run(left[0] | {"watched": advance.HUSH + 1})
    assert (Clock.fetch(held.id).status, Clock.fetch(held.id).now) == ("ready", AT + DAY)


def test_what_is_on_its_way_from_one_worker_to_the_next_is_waited_for(monkeypatch):
    monkeypatch.setattr(advance, "RUN", 0.2)
    held, looks = clock(), []

    def passed_on(**_):
        looks.append(1)
        if len(looks) == len(lookout.FEATURES):  # the end of the first look
            aws("sqs").send_message(QueueUrl=queue("TENANTS_QUEUE"), MessageBody="an event")

    aws("sqs").meta.events.register("after-call.sqs.GetQueueAttributes", passed_on)
    send(held, 1)
    run({"id": held.id})
    assert Clock.fetch(held.id).status == "advancing"


def test_what_got_stuck_on_another_clock_or_before_is_no_concern_of_this_one():
    held = clock()
    for whose in (held, clock()):
        record = due(Sub, whose, AT + DAY)
        record.stuck = "broken"
        commit((record, Changed()), actor=ME, at=AT)
        if whose is held:
            send(held, 3)
    job(held.id)
    assert Clock.fetch(held.id).status == "ready"


def test_three_jobs_of_one_clock_do_what_one_does():
    held, company = clock(), Company()
    for n in range(4):
        due(Sub, held, AT + DAY + n * timedelta(hours=1), left=2)
    send(held, 5)
    with company.at_work(), ThreadPoolExecutor(3) as jobs:
        ends = [jobs.submit(advance.advance, held.id, advance.Still(), actor=ME) for _ in range(3)]
    assert [end.result() for end in ends] == [None] * 3
    assert Clock.fetch(held.id).status == "ready"
    assert len(company.steps) == len(set(company.steps)) == 8
    assert told(held) == ["created", "advance_requested", *["moved"] * 8, "ready"]


class Crash(BaseException):
    """The end of a Lambda: nothing in the code can catch it."""


def crash_at(moment, n):
    """The n-th write or message of this thread is the last thing that it does: before it reaches AWS, or right after."""
    me, count = threading.current_thread(), {"n": 0}

    def hook(**_):
        if threading.current_thread() is me:
            count["n"] += 1
            if count["n"] == n:
                raise Crash

    for client in (dynamodb.client(), aws("sqs")):
        for operation in ("TransactWriteItems", "SendMessageBatch"):
            client.meta.events.register(f"{moment}.{client.meta.service_model.service_name}.{operation}", hook)
    return count


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
@pytest.mark.parametrize("n", [1, 2, 3, 4, 5])
def test_a_job_that_crashes_anywhere_and_comes_again_ends_in_the_same_state(moment, n):
    held, company = clock(), Company()
    first, second = due(Sub, held, AT + DAY, left=2), due(Inv, held, AT + DAY)
    send(held, 5)
    count = crash_at(moment, n)
    with company.at_work():
        with pytest.raises(Crash):
            job(held.id)
        count["n"] = 1000
        job(held.id)
    assert (Clock.fetch(held.id).status, Clock.fetch(held.id).now) == ("ready", AT + 5 * DAY)
    expected = [(first.id, AT + DAY), (first.id, AT + 2 * DAY), (second.id, AT + DAY)]
    assert sorted(company.steps) == sorted((id, at, at) for id, at in expected)
    assert told(held) == ["created", "advance_requested", "moved", "moved", "ready"]


def test_a_job_that_comes_again_when_the_clock_has_arrived_does_nothing():
    held = clock()
    job(held.id)
    send(held, 1)
    job(held.id)
    due(Sub, held, AT + 2 * DAY)
    job(held.id)
    assert told(held) == ["created", "advance_requested", "ready"]


def test_the_event_of_an_advance_becomes_the_job(sample):
    assert handler(sample("clocks/worker-advance-requested"), None) == {"batchItemFailures": []}
    (message,) = received(queue("CLOCKS_QUEUE"))
    assert json.loads(message) == {"detail-type": "advance", "detail": {"id": "clk_01KGABCDEFGHJKMNPQRSTVWXYZ"}}


def test_a_job_for_a_clock_that_does_not_exist_is_over_and_one_that_cannot_be_read_is_parked(sample):
    assert handler(sample("clocks/worker-advance"), None) == {"batchItemFailures": []}
    assert received(queue("CLOCKS_QUEUE")) == []
    assert handler(sample("clocks/worker-not-json"), None) == {"batchItemFailures": []}
    (parked,) = received(queue("CLOCKS_PARKED"))
    assert json.loads(parked)["body"] == "advance, please"


WALL = {"announcements", "audit", "backups", "contracts", "exports", "health", "impersonation", "leads", "reconciliation"}


def test_every_feature_on_whose_records_time_acts_is_looked_after():
    for path in Path("functions").glob("*/worker.py"):
        worker = import_module(f"functions.{path.parent.name}.worker").handler
        if "due" in getattr(worker, "slots", {}) and path.parent.name not in WALL:
            assert path.parent.name in lookout.FEATURES
