"""What an operator does by hand: publish again, verify everything, send parked messages once more."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from functions.tenants.models import Tenant
from kernel import audit, dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import frozen
from kernel.commit import commit
from kernel.config import table
from kernel.worker import park
from local import ops
from tests.cloud import received, resources
from tests.integration.relay.bus import Bus, parked_queue

pytestmark = pytest.mark.usefixtures("aws")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Noted(Payload, event="tenants.noted"):
    """Something happened."""


@pytest.fixture
def outputs(aws, monkeypatch):
    """The stack's, as far as they name queues; the relay's own is the one that it parks in."""
    monkeypatch.setenv("PARKED_URL", parked_queue())
    queues = boto3.client("sqs")
    urls = {url.rsplit("/", 1)[1].removesuffix(".fifo"): url for url in queues.list_queues()["QueueUrls"]}
    assert urls.keys() == resources("AWS::SQS::Queue").keys()
    return urls


def note(record=None, at=NOON):
    record = record or Tenant(ids.new("ten"), name="Acme", email="a@example.test")
    with frozen(at):
        commit((record, Noted()), actor=Actor(id="stf_1"), at=NOON)
    return record


def test_a_replay_publishes_what_was_recorded_in_the_span(aws, outputs, capsys):
    bus = Bus()
    inside = note()
    note(at=datetime(2026, 3, 2, tzinfo=UTC))
    ops.replay("2026-03-01T12:00:00Z", "2026-03-02T00:00:00Z")
    assert capsys.readouterr().out == "1 entries were published again.\n"
    assert [event["detail"]["subject"] for event in bus.heard()] == [inside.id]


@pytest.mark.parametrize("bad", ["yesterday", "2026-03-01", ""])
def test_a_replay_of_no_span_says_how_to_name_one(bad):
    with pytest.raises(SystemExit, match="make replay FROM="):
        ops.replay(bad, "2026-03-02T00:00:00Z")


def test_a_log_in_which_nothing_was_touched_is_intact(capsys):
    for _ in range(3):
        note(note())
    ops.verify_audit()
    assert capsys.readouterr().out == "6 entries about 3 records: all chains are intact.\n"


def test_every_broken_chain_is_named_with_its_first_bad_entry(capsys):
    note()
    altered, removed = note(note(note())), note()
    item = dynamodb.get(table("audit"), altered.id, "0000000002")
    dynamodb.client().put_item(TableName=table("audit"), Item=item | {"salt": {"S": "00"}})
    dynamodb.client().delete_item(TableName=table("audit"), Key=dynamodb.key(removed.id, "0000000001"))
    smuggled = removed.item() | dynamodb.key(f"{removed.prefix}_smuggled") | {"head": {"S": audit.GENESIS}}
    dynamodb.client().put_item(TableName=removed.table(), Item=smuggled)
    with pytest.raises(SystemExit) as ended:
        ops.verify_audit()
    assert ended.value.code == 1
    said = capsys.readouterr().out.splitlines()
    assert said == [f"{altered.id}: entry 2 is missing, altered or unknown to the record",
                    *(f"{id}: entry 1 is missing, altered or unknown to the record" for id in sorted((removed.id, "ten_smuggled"))),
                    "4 entries about 2 records: 3 chains are broken."]


def test_a_parked_message_goes_back_as_it_came_and_others_stay(outputs, monkeypatch, capsys):
    monkeypatch.setenv("PARKED_URL", outputs["InvoicesParked"])
    park('{"detail-type": "due"}', "KeyError('detail')")
    boto3.client("sqs").send_message(QueueUrl=outputs["InvoicesParked"], MessageBody="moved by SQS itself")
    boto3.client("sqs").send_message(QueueUrl=outputs["TenantsParked"], MessageBody="another feature's")
    ops.redrive(outputs, "invoices")
    assert capsys.readouterr().out == "invoices: 2 sent again\n"
    assert sorted(received(outputs["InvoicesQueue"])) == ["moved by SQS itself", '{"detail-type": "due"}']
    assert received(outputs["InvoicesParked"]) == []
    assert received(outputs["TenantsParked"]) == ["another feature's"]


def test_all_queues_are_emptied_when_none_is_named(outputs, capsys):
    for name in ("ClocksParked", "PaymentsParked"):
        for n in range(12):
            boto3.client("sqs").send_message(QueueUrl=outputs[name], MessageBody=f"{name} {n}")
    ops.redrive(outputs, None)
    said = capsys.readouterr().out.splitlines()
    assert {"clocks: 12 sent again", "payments: 12 sent again", "tenants: 0 sent again"} <= set(said)
    assert len(set(received(outputs["ClocksQueue"]))) == len(set(received(outputs["PaymentsQueue"]))) == 12


def test_a_message_of_a_series_keeps_its_group(outputs):
    boto3.client("sqs").send_message(QueueUrl=outputs["InvoicesSeriesParked"], MessageBody="draft", MessageGroupId="INV-2026",
                                     MessageDeduplicationId="1")
    ops.redrive(outputs, "InvoicesSeries")
    (message,) = boto3.client("sqs").receive_message(QueueUrl=outputs["InvoicesSeries"], AttributeNames=["All"])["Messages"]
    assert (message["Body"], message["Attributes"]["MessageGroupId"]) == ("draft", "INV-2026")


def test_an_entry_that_the_relay_parked_is_published_and_what_lambda_left_there_stays(aws, outputs, capsys):
    bus, record = Bus(), note()
    park(json.dumps(dynamodb.get(table("audit"), record.id, "0000000001")), "InternalFailure")
    boto3.client("sqs").send_message(QueueUrl=outputs["RelayParked"], MessageBody='{"DDBStreamBatchInfo": {"shardId": "1"}}')
    ops.redrive(outputs, "relay")
    assert [event["detail"]["subject"] for event in bus.heard()] == [record.id]
    assert capsys.readouterr().out.startswith("relay: 1 sent again, 1 left")


def test_a_queue_that_does_not_exist_is_answered_with_those_that_do(outputs):
    with pytest.raises(SystemExit, match="clocks, exports, impersonation, insights, invoices, "):
        ops.redrive(outputs, "colours")
