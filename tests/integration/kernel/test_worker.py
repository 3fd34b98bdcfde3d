"""What reaches a feature without HTTP: nothing is lost, nothing blocks the rest, and time takes one step after the other."""

import json
from datetime import timedelta

import pytest

from kernel import audit
from kernel.audit import MAX_DEPTH, Payload
from kernel.clock import stamp, wall
from kernel.config import setting
from kernel.problems import Conflict, Refused, Unavailable
from kernel.worker import ATTEMPTS, MAX_STEPS, Worker, enqueue
from tests.cloud import received
from tests.integration.kernel.things import AT, Thing, hooked, refuse, save, thing

pytestmark = pytest.mark.usefixtures("aws")


class Happened(Payload, event="others.happened"):
    number: int


class Feature:
    """A worker that notes what it is asked, and fails as often as it is told."""

    def __init__(self):
        self.handler, self.seen, self.failures = Worker("things"), [], []
        self.handler.on(Happened)(self.happened)
        self.handler.due(Thing)(self.step)
        self.handler.job("sweep")(lambda detail: self.seen.append(("sweep", dict(detail))))
        self.handler.slot("nightly")(lambda now: self.seen.append(("nightly", now)))

    def happened(self, payload, event):
        if self.failures:
            raise self.failures.pop(0)
        self.seen.append((payload.number, event))

    def step(self, one, at, actor):
        if self.failures:
            raise self.failures.pop(0)
        self.seen.append(("step", at))
        one.rank += 1
        one.next_action_at = at + timedelta(days=1)
        save(one, at=at, actor=actor)

    def take(self, *records):
        return [each["itemIdentifier"] for each in self.handler({"Records": list(records)}, None)["batchItemFailures"]]

    def due(self, one, *, until=AT, attempt=1):
        return self.take(message("due", {"id": one.id, "until": stamp(until)}, attempt=attempt))


@pytest.fixture
def feature():
    return Feature()


def message(kind, detail, *, id="m1", attempt=1):
    body = kind if detail is None else json.dumps({"detail-type": kind, "detail": detail})
    return {"messageId": id, "body": body, "attributes": {"ApproximateReceiveCount": str(attempt)}}


def event(number=1, *, depth=0, id="m1", attempt=1, **change):
    detail = {
        "subject": "oth_1",
        "version": 3,
        "effective_at": "2026-01-31T12:00:00.000000Z",
        "recorded_at": "2026-02-01T00:00:00.000000Z",
        "actor": "stf_1",
        "request_id": "req-9",
        "cause": None,
        "depth": depth,
        "data": {"schema": 1, "number": number},
        "tenant_id": "ten_1",
        "clock_id": None,
    }
    return message("others.happened", detail | change, id=id, attempt=attempt)


def parked():
    return [json.loads(body) for body in received(setting("PARKED_URL"))]


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


def test_planning_sends_one_message_for_each_record_that_is_due(feature):
    now = AT
    due = [thing(next_action_at=now - timedelta(days=n)) for n in range(3)]
    others = [
        thing(next_action_at=now + timedelta(seconds=1)),
        thing(),
        thing(next_action_at=now, clock_id="clk_1"),
        thing(next_action_at=now, stuck="why"),
        thing(next_action_at=now, deleted_at=now),
    ]
    for one in [*due, *others]:
        save(one)
    feature.handler({"slot": "due", "time": stamp(now)}, None)
    found = [json.loads(body) for body in received(setting("QUEUE_URL"))]
    assert sorted(each["detail"]["id"] for each in found) == sorted(one.id for one in due)
    assert {each["detail"]["until"] for each in found} == {stamp(now)}


def test_a_record_is_stepped_from_one_due_instant_to_the_next_until_the_future(feature):
    one = thing(next_action_at=AT - timedelta(days=3))
    save(one)
    assert feature.due(one) == []
    assert [at for _, at in feature.seen] == [AT - timedelta(days=n) for n in (3, 2, 1, 0)]
    after = Thing.fetch(one.id)
    assert (after.rank, after.next_action_at, after.version) == (4, AT + timedelta(days=1), 5)
    effective = [json.loads(entry["header"]["S"])["effective_at"][:10] for entry in audit.timeline(one.id)[1:]]
    assert effective == ["2026-01-28", "2026-01-29", "2026-01-30", "2026-01-31"]


def test_a_due_message_that_comes_twice_finds_nothing_due(feature):
    one = thing(next_action_at=AT)
    save(one)
    for _ in range(3):
        assert feature.due(one) == []
    assert Thing.fetch(one.id).rank == 1


def test_a_record_that_is_gone_deleted_stuck_or_waiting_is_left_alone(feature):
    for values in ({"deleted_at": AT}, {"stuck": "why"}, {"next_action_at": None}, {"next_action_at": AT + timedelta(hours=1)}):
        one = thing(**({"next_action_at": AT} | values))
        save(one)
        assert feature.due(one) == []
    assert feature.due(Thing("thg_never")) == []
    assert feature.seen == []
    assert parked() == []


def test_a_step_that_waits_for_something_outside_leaves_the_record_due(feature):
    waits = Worker("things")
    asked = []
    waits.due(Thing)(lambda one, at, actor: asked.append(at))
    one = thing(next_action_at=AT)
    save(one)
    assert waits({"Records": [message("due", {"id": one.id, "until": stamp(AT)})]}, None) == {"batchItemFailures": []}
    assert asked == [AT]
    assert Thing.fetch(one.id).next_action_at == AT


def test_a_step_that_never_reaches_the_future_ends_and_goes_on_with_the_next_message(feature):
    endless = Worker("things")
    steps = []

    def step(one, at, actor):
        steps.append(at)
        one.version += 1  # as a commit would

    endless.due(Thing)(step)
    one = thing(next_action_at=AT)
    save(one)
    endless({"Records": [message("due", {"id": one.id, "until": stamp(AT)})]}, None)
    assert len(steps) == MAX_STEPS


@pytest.mark.parametrize(
    "error", [Unavailable("busy"), KeyError("bug"), ValueError("bug"), TypeError("bug"), Refused("no_issuer", "no"), Conflict("moved")]
)
def test_after_five_failures_a_record_is_stuck_with_its_error_and_no_longer_due(feature, error):
    one = thing(next_action_at=AT)
    save(one)
    for attempt in range(1, ATTEMPTS):
        feature.failures = [error] * 10
        assert feature.due(one, attempt=attempt) == ["m1"]
        assert Thing.fetch(one.id).stuck is None
    feature.failures = [error] * 10
    assert feature.due(one, attempt=ATTEMPTS) == []
    after = Thing.fetch(one.id)
    assert type(error).__name__ in after.stuck
    assert after.next_action_at == AT  # so that whoever mends it need not know when it was
    assert json.loads(audit.timeline(one.id)[-1]["header"]["S"])["type"] == "things.stuck"
    assert len(parked()) == 1
    feature.handler({"slot": "due", "time": stamp(AT)}, None)
    assert received(setting("QUEUE_URL")) == []
    after.stuck = None
    save(after)
    feature.handler({"slot": "due", "time": stamp(AT)}, None)
    assert len(received(setting("QUEUE_URL"))) == 1


def test_a_record_that_someone_else_moved_on_is_not_made_stuck(feature):
    one = thing(next_action_at=AT)
    save(one)

    def overtaken(mine, at, actor):
        other = Thing.fetch(one.id)
        other.next_action_at = AT + timedelta(days=30)
        save(other)
        save(mine)

    late = Worker("things")
    late.due(Thing)(overtaken)
    late({"Records": [message("due", {"id": one.id, "until": stamp(AT)}, attempt=ATTEMPTS)]}, None)
    assert Thing.fetch(one.id).stuck is None


def test_a_throttled_database_gives_the_message_back(feature):
    one = thing(next_action_at=AT)
    save(one)
    with hooked("before-call.dynamodb.GetItem", lambda **_: refuse("ThrottlingException")):
        assert feature.due(one) == ["m1"]
    assert feature.due(one) == []
    assert Thing.fetch(one.id).rank == 1


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


def test_business_time_is_the_due_instant_and_the_wall_is_the_wall(feature):
    one = thing(next_action_at=AT - timedelta(days=900))
    before = wall()
    save(one)
    feature.due(one, until=AT - timedelta(days=900))
    header = json.loads(audit.timeline(one.id)[-1]["header"]["S"])
    assert header["effective_at"] == stamp(AT - timedelta(days=900))
    assert header["recorded_at"] >= stamp(before)
