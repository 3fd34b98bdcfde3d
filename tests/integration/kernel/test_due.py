"""Time acts on a record one due instant after the other, and whoever cannot be helped is set aside."""

import json
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from kernel import audit, dynamodb
from kernel.clock import stamp, wall
from kernel.config import setting, table
from kernel.problems import Conflict, Refused, Unavailable
from kernel.worker import ATTEMPTS, MAX_STEPS, Worker
from tests.cloud import received
from tests.integration.kernel.feature import Feature, message, parked
from tests.integration.kernel.things import AT, Thing, hooked, refuse, save, thing

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def feature():
    return Feature()


def test_planning_sends_one_message_for_each_record_that_is_due(feature):
    now = AT
    dynamodb.client().put_item(TableName=table("clocks"), Item=dynamodb.key("clk_1") | {"now": {"S": stamp(now)}})
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


def test_what_anyone_may_read_of_a_failure_does_not_quote_a_service_or_what_was_sent(feature):
    """`stuck` is answered, exported and in the audit log: neither the names of our resources nor the values at work belong there."""
    refusal = {"Error": {"Code": "AccessDeniedException", "Message": "arn:aws:iam::1:role/x may not GetItem on table/tenants"}}
    for error, shown in ((ClientError(refusal, "GetItem"), "ClientError: AccessDeniedException in GetItem"), (ValueError("ada@example.test"), "ValueError"),
                         (Refused("no_issuer", "no issuer"), "Refused('no issuer')")):
        one = thing(next_action_at=AT)
        save(one)
        feature.failures = [error] * 10
        feature.due(one, attempt=ATTEMPTS)
        assert Thing.fetch(one.id).stuck == shown


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
        raise Unavailable("busy")

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


def test_business_time_is_the_due_instant_and_the_wall_is_the_wall(feature):
    one = thing(next_action_at=AT - timedelta(days=900))
    before = wall()
    save(one)
    feature.due(one, until=AT - timedelta(days=900))
    header = json.loads(audit.timeline(one.id)[-1]["header"]["S"])
    assert header["effective_at"] == stamp(AT - timedelta(days=900))
    assert header["recorded_at"] >= stamp(before)
