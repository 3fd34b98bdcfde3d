"""One change is one transaction: the record, its entry and what must be unique, or nothing of it."""

import json
import threading
from datetime import timedelta

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from kernel import audit, commit, dynamodb
from kernel.audit import Actor
from kernel.clock import frozen, wall
from kernel.commit import Change, Marker, again, marker
from kernel.problems import Conflict, Duplicate, Stale, TooLarge, Unavailable
from kernel.records import body_of, child
from tests.integration.kernel.things import ACTOR, AT, Changed, Thing, everything, hooked, refuse, save, stored, thing

pytestmark = pytest.mark.usefixtures("aws")
TRANSACT = "before-call.dynamodb.TransactWriteItems"


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Waits are counted, not waited."""
    waits = []
    monkeypatch.setattr("time.sleep", waits.append)
    return waits


def versions(id):
    return [entry["sk"]["S"] for entry in audit.timeline(id)]


def test_entry_n_of_a_record_is_its_version_n():
    one = thing()
    for n in range(3):
        one.rank = n
        save(one)
    assert one.version == 3
    assert versions(one.id) == ["0000000001", "0000000002", "0000000003"]
    assert audit.first_bad(audit.timeline(one.id), Thing.fetch(one.id).head) is None


def test_of_two_writers_of_one_version_one_gets_a_conflict():
    one = thing()
    save(one)
    outcomes, ready = [], threading.Barrier(2)

    def write(rank):
        mine = Thing.fetch(one.id)
        mine.rank = rank
        ready.wait(5)
        try:
            save(mine)
            outcomes.append("done")
        except Conflict:
            outcomes.append("conflict")

    writers = [threading.Thread(target=write, args=(rank,)) for rank in (1, 2)]
    for each in writers:
        each.start()
    for each in writers:
        each.join(20)
    assert sorted(outcomes) == ["conflict", "done"]
    assert versions(one.id) == ["0000000001", "0000000002"]


def test_two_records_are_not_made_under_one_id():
    one = thing()
    save(one)
    with pytest.raises(Conflict):
        save(Thing(one.id))


def test_if_match_is_about_the_first_record_only():
    [one, other] = stored(2)
    caller = Actor(id="stf_1", expects=1)
    with pytest.raises(Stale):
        save(Thing.fetch(one.id), actor=Actor(id="stf_1", expects=2))
    late = Thing.fetch(one.id)
    save(one)
    with pytest.raises(Stale):
        save(late, actor=caller)
    addressed, moved = Thing.fetch(other.id), one
    save(Thing.fetch(one.id))
    with pytest.raises(Conflict) as caught:  # what moved is not what the caller saw
        commit.commit((addressed, Changed()), (moved, Changed()), actor=caller, at=AT)
    assert not isinstance(caught.value, Stale)


def test_a_try_whose_answer_was_lost_counts_as_done():
    one = thing()
    lost = []

    def drop(**_):
        if not lost:
            lost.append(True)
            raise ConnectionClosedError(endpoint_url="dynamodb")

    with hooked("after-call.dynamodb.TransactWriteItems", drop):
        save(one)
    assert lost
    assert (one.version, versions(one.id)) == (1, ["0000000001"])
    one.rank = 7
    save(one)
    assert Thing.fetch(one.id).rank == 7


def test_a_request_that_never_arrived_is_sent_again():
    one = thing()
    lost = []

    def drop(**_):
        if not lost:
            lost.append(True)
            raise ConnectionClosedError(endpoint_url="dynamodb")

    with hooked(TRANSACT, drop):
        save(one)
    assert versions(one.id) == ["0000000001"]


@pytest.mark.parametrize("reason", ["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"])
def test_a_busy_database_is_asked_again_with_jitter(reason, impatient):
    answers = [refuse("TransactionCanceledException", reasons=["None", reason])] * 3
    with hooked(TRANSACT, lambda **_: answers.pop() if answers else None):
        save(thing())
    assert len(impatient) == 3
    assert all(0 <= wait <= 0.8 for wait in impatient)


@pytest.mark.parametrize(
    ("answer", "tries"), [(refuse("TransactionCanceledException", reasons=["TransactionConflict"]), 6), (refuse("ThrottlingException"), 1)]
)
def test_a_database_that_stays_busy_is_a_503_that_says_when_to_come_back(answer, tries):
    one, asked = thing(rank=1), []

    def busy(**_):
        asked.append(True)
        return answer

    with hooked(TRANSACT, busy), pytest.raises(Unavailable) as caught:
        save(one)
    assert (caught.value.status, caught.value.retry_after) == (503, 1)
    assert len(asked) == tries  # calls that are throttled the client has repeated itself
    assert (one.version, one.head, one.created_at) == (0, audit.GENESIS, None)
    save(one)
    assert versions(one.id) == ["0000000001"]


def test_an_error_that_nobody_expects_is_not_hidden():
    with hooked(TRANSACT, lambda **_: refuse("ResourceNotFoundException")), pytest.raises(ClientError):
        save(thing())


def test_a_failed_commit_leaves_the_record_as_it_was_and_a_second_try_works():
    one = thing()
    save(thing(), markers=[Marker(Thing, "name#acme")])
    with pytest.raises(Duplicate):
        save(one, markers=[Marker(Thing, "name#acme")])
    assert (one.version, one.head, one.created_at, one.updated_at) == (0, audit.GENESIS, None, None)
    save(one)
    assert Thing.fetch(one.id).created_at == one.created_at
    assert json.loads(audit.timeline(one.id)[0]["changes"]["S"])["name"] == [None, "thing"]


def test_a_marker_that_exists_tells_what_was_done():
    save(thing(), markers=[Marker(Thing, "command#1", {"id": "thg_1", "count": 3})])
    with pytest.raises(Duplicate) as caught:
        save(thing(), markers=[Marker(Thing, "other#1"), Marker(Thing, "command#1")])
    assert caught.value.key == "command#1"
    assert (caught.value.found["id"], caught.value.found["count"]) == ("thg_1", 3)
    assert marker(Thing, "other#1") is None  # all or nothing


def test_a_counter_moves_on_only_from_where_it_was_read():
    save(thing(), markers=[Marker(Thing, "series#a", {"next": 2})])
    save(thing(), markers=[Marker(Thing, "series#a", {"next": 3}, expect={"next": 2})])
    with pytest.raises(Conflict):
        save(thing(), markers=[Marker(Thing, "series#a", {"next": 3}, expect={"next": 2})])
    with pytest.raises(Conflict):
        save(thing(), markers=[Marker(Thing, "series#none", {"next": 3}, expect={"next": 2})])
    assert marker(Thing, "series#a")["next"] == 3


def test_a_further_write_whose_condition_fails_takes_everything_back():
    one = thing()
    seats = {"Update": {"TableName": Thing.table(), "Key": dynamodb.key("seats"), "UpdateExpression": "ADD taken :one",
                        "ConditionExpression": "attribute_not_exists(taken) OR taken < :one",
                        "ExpressionAttributeValues": {":one": {"N": "1"}}}}
    save(one, writes=[seats])
    one.rank = 2
    with pytest.raises(Conflict):
        save(one, writes=[seats])
    assert Thing.fetch(one.id).version == 1
    assert versions(one.id) == ["0000000001"]


def test_a_marker_counts_until_it_expires_and_the_table_removes_it():
    kept = Marker(Thing, "key#1", {"answer": "a"}, expires_at=wall() + timedelta(hours=24))
    save(thing(), markers=[kept])
    assert "ttl" in dynamodb.get(Thing.table(), "key#1")  # the attribute that the template names
    with pytest.raises(Duplicate):
        save(thing(), markers=[kept])
    with frozen(wall() + timedelta(hours=25)):
        assert marker(Thing, "key#1") is None
        save(thing(), markers=[Marker(Thing, "key#1", {"answer": "b"}, expires_at=wall() + timedelta(hours=24))])
        assert marker(Thing, "key#1")["answer"] == "b"


@pytest.mark.parametrize("count", [0, 50])
def test_a_commit_takes_1_to_49_records(count):
    with pytest.raises(ValueError):
        commit.commit(*[(thing(), Changed()) for _ in range(count)], actor=ACTOR, at=AT)
    assert everything(Thing.table()) == []


def test_49_records_are_one_commit_and_a_record_has_one_event_in_it():
    things = [thing() for _ in range(49)]
    commit.commit(*[(each, Changed()) for each in things], actor=ACTOR, at=AT)
    assert len(everything("audit")) == 49
    with pytest.raises(ValueError):
        commit.commit((things[0], Changed()), (things[0], Changed()), actor=ACTOR, at=AT)
    with pytest.raises(ValueError):
        commit.commit(*[(each, Changed()) for each in things], actor=ACTOR, at=AT, markers=[Marker(Thing, f"m#{n}") for n in range(3)])


def test_a_root_is_at_most_64_kb_in_bytes_and_a_child_256_kb():
    one = thing(settings={"text": "ä" * 33_000})
    with pytest.raises(TooLarge):
        save(one)
    assert (one.version, one.created_at, everything("audit")) == (0, None, [])
    one.settings = {"text": "ä" * 30_000}
    save(one)
    with pytest.raises(TooLarge):
        child(one, "lines", ["x" * (256 * 1024)])
    save(one, items=[(one.table(), child(one, "lines", ["x" * 200_000]))])
    assert len(body_of(one, "lines")[0]) == 200_000


def test_each_cause_of_a_commit_may_have_its_own_time_and_actor():
    [one, other] = [thing(), thing()]
    commit.commit((one, Changed()), Change(other, Changed(), AT - timedelta(days=1), Actor(id="system:x")), actor=ACTOR, at=AT)
    facts = [json.loads(audit.timeline(each.id)[0]["header"]["S"]) for each in (one, other)]
    assert [(fact["actor"], fact["effective_at"][:10]) for fact in facts] == [("stf_tester", "2026-01-31"), ("system:x", "2026-01-30")]


def test_created_at_is_the_wall_and_effective_at_the_business_time():
    one = thing()
    before = wall()
    save(one, at=AT - timedelta(days=400))
    facts = json.loads(audit.timeline(one.id)[0]["header"]["S"])
    assert before <= one.created_at <= wall()
    assert facts["recorded_at"] >= before.strftime("%Y-%m-%dT%H")
    assert facts["effective_at"] == "2024-12-27T12:00:00.000000Z"


def test_what_is_not_to_be_audited_never_reaches_the_log():
    one = thing(secret="hunter2")
    save(one)
    one.secret = "hunter3"
    save(one)
    assert "hunter" not in json.dumps(everything("audit"))


def test_what_someone_else_changed_first_is_done_again_on_the_newest():
    one = thing()
    save(one)
    tries = []

    def rename():
        mine = Thing.fetch(one.id)
        tries.append(mine.version)
        if len(tries) < 3:
            save(Thing.fetch(one.id))  # someone else is quicker
        mine.name = "new"
        save(mine)
        return mine

    assert again(rename).version == 4
    assert tries == [1, 2, 3]

    def never():
        tries.append(0)
        raise Conflict("always")

    tries.clear()
    with pytest.raises(Conflict):
        again(never)
    assert len(tries) == 3
