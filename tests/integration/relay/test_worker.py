"""From the audit log to the bus: every entry, at least once, and one that cannot be sent stops none."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from botocore.exceptions import ClientError

from functions.relay.sweep import between, missed
from functions.relay.worker import envelope, handler, relay
from functions.tenants.models import Tenant
from functions.tenants.worker import handler as tenants_worker
from kernel import audit, ids
from kernel.audit import Actor, Entry, Payload
from kernel.clock import frozen
from kernel.commit import commit
from kernel.config import aws as client
from tests.cloud import received
from tests.integration.relay.bus import Bus, parked_queue

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Noted(Payload, event="tenants.noted"):
    text: str = ""


@pytest.fixture(autouse=True)
def _relay(aws, monkeypatch):
    monkeypatch.setenv("PARKED_URL", parked_queue())


@pytest.fixture
def bus():
    return Bus()


def written(at=NOW, text=""):
    """The stored item of a new entry that was recorded at that time."""
    tenant = Tenant(ids.new("ten"), name="Acme", email="a@example.test")
    with frozen(at):
        commit((tenant, Noted(text=text)), actor=Actor(id="stf_1"), at=NOW)
    return audit.timeline(tenant.id)[0]


def stream(*items):
    return {"Records": [{"eventName": "INSERT", "dynamodb": {"NewImage": item}} for item in items]}


def subjects(events):
    return [event["detail"]["subject"] for event in events]


def test_an_entry_becomes_an_event_with_this_envelope(bus, sample):
    assert handler(sample("relay/worker-stream"), None) == {"batchItemFailures": []}
    (event,) = bus.heard()
    assert (event["source"], event["detail-type"]) == ("platform-owner", "tenants.requested")
    assert event["detail"] == {
        "subject": "ten_01KGABCDEFGHJKMNPQRSTVWXYZ", "version": 1, "effective_at": "2026-01-31T12:00:00.000000Z",
        "recorded_at": "2026-01-31T12:00:00.000000Z", "actor": "stf_01KGABCDEFGHJKMNPQRSTVWXYZ", "request_id": "req-1", "cause": None,
        "depth": 0, "data": {"schema": 1, "name": "Acme Software GmbH", "email": "ada@acme.test", "language": "de"},
        "tenant_id": "ten_01KGABCDEFGHJKMNPQRSTVWXYZ", "clock_id": None}


def test_an_envelope_tells_nothing_of_changes_salt_or_address(sample):
    item = sample("relay/worker-stream")["Records"][0]["dynamodb"]["NewImage"]
    text = envelope(Entry.load(item))["Detail"]
    assert not [word for word in ("salt", "changes", "ip_hash", "header") if word in text]


def test_a_poisoned_item_is_parked_with_its_error_and_blocks_nothing(bus, sample):
    assert handler(sample("relay/worker-poison"), None) == {"batchItemFailures": []}
    assert subjects(bus.heard()) == ["ten_01KGABCDEFGHJKMNPQRSTVWXYZ"]
    (parked,) = [json.loads(body) for body in received(parked_queue())]
    assert "TypeError" in parked["error"]
    assert json.loads(parked["body"])["sk"] == {"S": "0000000002"}


@pytest.mark.parametrize("header", ["", "{", "{}", "[]", "3", "null"])
def test_whatever_is_wrong_with_a_header_the_others_go(bus, header):
    good, bad = written(), written() | {"header": {"S": header}}
    handler(stream(bad, good), None)
    assert subjects(bus.heard()) == [good["pk"]["S"]]
    assert len(received(parked_queue())) == 1


def test_an_entry_that_the_bus_refuses_is_parked_and_the_others_go(bus):
    good, other = written(), written()
    nameless = written()
    nameless["header"] = {"S": json.dumps(json.loads(nameless["header"]["S"]) | {"type": ""})}
    assert relay([good, nameless, other]) == 2
    assert sorted(subjects(bus.heard())) == sorted([good["pk"]["S"], other["pk"]["S"]])
    (parked,) = [json.loads(body) for body in received(parked_queue())]
    assert parked["error"].startswith("InvalidArgument")
    assert json.loads(parked["body"]) == nameless


def test_what_the_bus_cannot_take_just_now_is_left_to_the_sweep(bus):
    def busy(http_response, parsed, **_):
        parsed["Entries"][0] = {"ErrorCode": "ThrottlingException", "ErrorMessage": "later"}

    first, second = written(), written()
    client("events").meta.events.register_first("after-call.events.PutEvents", busy)
    assert relay([first, second]) == 1
    client("events").meta.events.unregister("after-call.events.PutEvents", busy)
    assert received(parked_queue()) == []
    assert [item["pk"] for item in missed(NOW + timedelta(minutes=10))] == [first["pk"]]


def test_a_call_that_is_too_large_as_a_whole_is_made_in_parts(bus):
    def limited(params, **_):  # AWS's limit; moto has none
        if len(params["body"]) > 256 * 1024:
            raise ClientError({"Error": {"Code": "ValidationException", "Message": "the entries are too large"}}, "PutEvents")

    client("events").meta.events.register("before-call.events.PutEvents", limited)
    items = [written(text="x" * size) for size in (100_000, 100_000, 100_000, 300_000, 10)]
    assert relay(items) == 4
    assert sorted(subjects(bus.heard())) == sorted(item["pk"]["S"] for item in items if item is not items[3])
    (parked,) = [json.loads(body) for body in received(parked_queue())]
    assert json.loads(parked["body"])["pk"] == items[3]["pk"]


def test_when_nothing_can_be_parked_the_batch_comes_again():
    bad = written() | {"header": {"S": "{"}}
    client("sqs").delete_queue(QueueUrl=parked_queue())
    with pytest.raises(ClientError):
        handler(stream(bad), None)


def test_when_the_bus_is_gone_the_batch_comes_again(bus):
    def gone(**_):
        raise ClientError({"Error": {"Code": "InternalException", "Message": ""}}, "PutEvents")

    client("events").meta.events.register("before-call.events.PutEvents", gone)
    with pytest.raises(ClientError):
        handler(stream(written()), None)
    assert received(parked_queue()) == []


def test_only_new_entries_are_sent(bus):
    item = written()
    erased = {"Records": [{"eventName": "MODIFY", "dynamodb": {"NewImage": item}}, {"eventName": "REMOVE", "dynamodb": {"Keys": {}}}]}
    handler(erased, None)
    handler(stream({"pk": {"S": "digest#1"}, "sk": {"S": "#"}}), None)
    assert bus.heard() == []


def test_the_sweep_sends_just_what_was_not_sent(bus):
    sent, missed, newest, ancient = (written(NOW - timedelta(minutes=age)) for age in (60, 61, 2, 121))
    handler(stream(sent), None)
    assert subjects(bus.heard()) == [sent["pk"]["S"]]
    event = {"time": "2026-03-01T12:00:00Z", "slot": "sweep"}
    assert handler(event, None) == {"sent": 1}
    assert subjects(bus.heard()) == [missed["pk"]["S"]]
    assert handler(event, None) == {"sent": 0}
    assert handler({"time": "2026-03-01T12:10:00Z", "slot": "sweep"}, None) == {"sent": 1}  # the newest belonged to the stream till then
    assert subjects(bus.heard()) == [newest["pk"]["S"]]
    assert ancient["pk"]["S"] not in subjects(bus.heard())


def test_what_is_parked_is_not_swept_up_again(bus):
    bad = written(NOW - timedelta(hours=1))
    bad["header"] = {"S": json.dumps(json.loads(bad["header"]["S"]) | {"type": ""})}
    relay([bad])
    assert handler({"time": "2026-03-01T12:00:00Z", "slot": "sweep"}, None) == {"sent": 0}


def test_a_sweep_over_midnight_and_a_quiet_one(bus, sample):
    midnight = datetime(2026, 3, 1, tzinfo=UTC)
    items = [written(midnight - timedelta(minutes=30)), written(midnight + timedelta(minutes=10))]
    assert handler({"time": "2026-03-01T00:20:00Z", "slot": "sweep"}, None) == {"sent": 2}
    assert sorted(subjects(bus.heard())) == sorted(item["pk"]["S"] for item in items)
    assert handler(sample("relay/worker-sweep"), None) == {"sent": 0}


def test_a_span_takes_its_start_and_not_its_end():
    items = [written(NOW + timedelta(microseconds=n)) for n in range(3)]
    assert [item["pk"] for item in between(NOW, NOW + timedelta(microseconds=2))] == [
        item["pk"] for item in sorted(items[:2], key=lambda item: item["gsi1pk"]["S"])]


def test_an_entry_that_is_sent_twice_is_acted_on_once(bus, sample):
    tenant = Tenant("ten_01KGABCDEFGHJKMNPQRSTVWXYZ", name="Acme Software GmbH", email="ada@acme.test", language="de")
    commit((tenant, Noted()), actor=Actor(id="stf_1"), at=NOW)
    for _ in range(2):
        handler(sample("relay/worker-stream"), None)
    events = bus.heard()
    assert len(events) == 2
    for event in events:
        message = {"messageId": "m", "body": json.dumps(event), "attributes": {"ApproximateReceiveCount": "1"}}
        assert tenants_worker({"Records": [message]}, None) == {"batchItemFailures": []}
    assert [Entry.load(item).facts()["type"] for item in audit.timeline(tenant.id)] == [
        "tenants.noted", "tenants.provisioning_started", "tenants.activated"]
