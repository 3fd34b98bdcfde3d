"""What reaches a feature without HTTP: nothing is lost, nothing blocks the rest, and time takes one step after the other."""

import pytest

from kernel.audit import MAX_DEPTH
from kernel.config import setting
from kernel.problems import Unavailable
from kernel.worker import ATTEMPTS, Worker, enqueue
from tests.cloud import received
from tests.integration.kernel.feature import Feature, event, message, parked
from tests.integration.kernel.things import AT

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def feature():
    return Feature()


def test_an_event_arrives_with_where_it_came_from(feature):
    assert feature.take(event(7)) == []
    [(number, came)] = feature.seen
    assert (number, came.id, came.at, came.tenant_id, came.clock_id) == (7, "oth_1#3", AT, "ten_1", None)
    assert (came.actor.id, came.actor.cause, came.actor.depth, came.actor.request_id) == ("system:things", "oth_1#3", 1, "req-9")
    assert came.actor.expects is None


@pytest.mark.parametrize(
    "body",
    [
        "not json",
        "",
        "[]",
        "7",
        "null",
        "{}",
        '{"detail-type": "others.happened"}',
        '{"detail-type": "nobody.subscribed", "detail": {}}',
        '{"detail-type": "due", "detail": []}',
        '{"detail-type": ["due"], "detail": {}}',
        '{"detail-type": "others.happened", "detail": {"depth": 0}}',
        "\x00",
        "[" * 100_000,
    ],
)
def test_a_message_that_cannot_be_read_is_parked_with_its_error_and_holds_up_nobody(feature, body):
    poison = message(body, None, id="bad")
    assert feature.take(event(1, id="a"), poison, event(2, id="b")) == []
    assert [number for number, _ in feature.seen] == [1, 2]
    [aside] = parked()
    assert aside["body"] == body
    assert aside["error"]


@pytest.mark.parametrize(
    "change", [{"data": {}}, {"data": {"number": "many"}}, {"data": None}, {"effective_at": "soon"}, {"subject": None, "depth": "x"}]
)
def test_a_payload_that_is_not_what_was_agreed_is_parked(feature, change):
    assert feature.take(event(**change)) == []
    assert feature.seen == []
    assert len(parked()) == 1


def test_entries_deeper_than_16_causes_are_parked(feature):
    assert feature.take(event(1, depth=MAX_DEPTH), event(2, depth=MAX_DEPTH + 1)) == []
    assert [number for number, _ in feature.seen] == [1]
    [aside] = parked()
    assert "circle" in aside["error"]


def test_what_may_succeed_is_given_back_alone_and_parked_at_the_fifth_receive(feature):
    for attempt in range(1, ATTEMPTS):
        feature.failures = [Unavailable("busy")]
        assert feature.take(event(1, id="slow", attempt=attempt), event(2, id="other")) == ["slow"]
    assert parked() == []
    feature.failures = [Unavailable("busy")]
    assert feature.take(event(1, id="slow", attempt=ATTEMPTS)) == []
    [aside] = parked()
    assert "busy" in aside["error"]
    assert feature.take(event(1, id="slow", attempt=2)) == []
    assert feature.seen[-1][0] == 1


def test_what_cannot_even_be_parked_stays_in_the_queue(feature, monkeypatch):
    monkeypatch.setenv("PARKED_URL", "https://sqs.us-east-1.amazonaws.com/123456789012/none")
    with pytest.raises(Exception, match="NonExistentQueue"):
        feature.take(message("not json", None))


def test_a_schedule_runs_its_slot_at_the_time_it_was_for(feature):
    assert feature.handler({"slot": "nightly", "time": "2026-01-31T12:00:00Z"}, None) == {}
    assert feature.seen == [("nightly", AT)]
    with pytest.raises(ValueError):
        feature.handler({"slot": "nightly", "time": "<aws.scheduler.scheduled-time>"}, None)
    with pytest.raises(KeyError):
        feature.handler({"slot": "unknown", "time": "2026-01-31T12:00:00Z"}, None)


def test_a_job_is_a_message_of_the_feature_to_itself(feature):
    enqueue("sweep", ({"n": n} for n in range(23)))
    bodies = received(setting("QUEUE_URL"))
    assert len(bodies) == 23
    feature.take(*[{"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "2"}} for n, body in enumerate(bodies)])
    assert sorted(detail["n"] for _, detail in feature.seen) == list(range(23))
    assert {detail["attempt"] for _, detail in feature.seen} == {2}


def test_messages_of_a_batch_job_are_worked_on_together_and_alone_where_that_fails():
    worker, rounds = Worker("things"), []

    def together(details):
        rounds.append([detail["n"] for detail in details])
        if len(details) > 1 and any(detail["n"] == 13 for detail in details):
            raise Unavailable("one of you")
        if details[0]["n"] == 13:
            raise Unavailable("me")

    worker.batch_job("series")(together)
    good = [message("series", {"n": n}, id=str(n)) for n in (1, 2)]
    assert worker({"Records": good}, None)["batchItemFailures"] == []
    assert rounds == [[1, 2]]
    rounds.clear()
    failed = worker({"Records": [*good, message("series", {"n": 13}, id="13"), message("not json", None, id="x")]}, None)
    assert failed["batchItemFailures"] == [{"itemIdentifier": "13"}]
    assert rounds == [[1, 2, 13], [1], [2], [13]]
    assert len(parked()) == 1
