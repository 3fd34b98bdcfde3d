"""What the log tells of a person can be taken out of it: by an owner, for a reason, for good, and the log says that it was."""

import json
from datetime import UTC, datetime

import boto3
import pytest

from functions.audit.api import handler as api
from functions.audit.worker import handler
from functions.relay.worker import relay
from functions.search.worker import handler as search
from functions.tenants.models import Tenant
from kernel import audit, dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.commit import commit
from kernel.config import table
from tests.callers import ask, signed_in
from tests.cloud import received
from tests.integration.kernel.things import everything
from tests.integration.writes.company import news

pytestmark = pytest.mark.usefixtures("aws")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
PATH, WHY = "/v1/audit/erasures", "GDPR, article 17"


class Noted(Payload, event="tenants.noted"):
    """Something happened."""

    name: str


@pytest.fixture(autouse=True)
def queue(aws, monkeypatch):
    url = boto3.client("sqs").get_queue_url(QueueName="AuditQueue")["QueueUrl"]
    monkeypatch.setenv("QUEUE_URL", url)
    return url


def note(record=None, name="Ada Lovelace", email="ada@example.test"):
    record = record or Tenant(ids.new("ten"), email=email)
    record.name = name
    commit((record, Noted(name=name)), actor=Actor(id="stf_1"), at=NOON)
    return record


def erase(owner, **body):
    return ask(api, "POST", PATH, {"reason": WHY, **body}, headers=owner)


def found_by(email):
    """The tenant is in the search index, as its worker puts it there."""
    tenant = note(email=email)
    search({"Records": [{"messageId": "m", "body": news(tenant.id), "attributes": {"ApproximateReceiveCount": "1"}}]}, None)
    return tenant


def work(sample, queue):
    """The schedule fires, and what it sends is brought to the worker. Twice, as everything may come."""
    handler(sample("audit/worker-due"), None)
    for body in received(queue):
        for _ in range(2):
            record = {"messageId": "m-1", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}
            assert handler({"Records": [record]}, None) == {"batchItemFailures": []}


def test_what_was_told_is_gone_and_the_chain_holds_and_says_who_erased_it(owner, sample, queue):
    person, other = note(note()), note(name="Grace Hopper")
    made = erase(owner, record_id=person.id)
    assert (made.status, made.body["status"], made.body["subjects"]) == (201, "requested", [person.id])
    work(sample, queue)
    shown = ask(api, "GET", f"{PATH}/{made.body['id']}", headers=owner).body
    assert (shown["status"], shown["erased"]) == ("done", {person.id: 2})
    assert "Lovelace" not in json.dumps(everything("audit"))
    assert "Hopper" in json.dumps(audit.timeline(other.id))
    entries = ask(api, "GET", f"/v1/audit/{person.id}", headers=owner).body["data"]
    assert [(each["actor"], each["changes"]) for each in entries] == [("stf_1", None)] * 2
    told = ask(api, "GET", f"{PATH}/{made.body['id']}/timeline", headers=owner).body["data"]
    assert [(each["type"], each["actor"]) for each in told] == [("audit.erasure_requested", "stf_owner"), ("audit.erased", "system:audit")]
    assert told[1]["changes"]["erased"] == [{}, {person.id: 2}]
    for subject, count in ((person.id, 2), (made.body["id"], 2)):
        assert ask(api, "GET", f"/v1/audit/{subject}/verify", headers=owner).body == {"intact": True, "entries": count, "first_bad": None}


def test_the_records_of_an_address_are_found_and_the_address_is_kept_nowhere(owner, sample, queue):
    mine = [found_by("ada@example.test"), found_by("ada@example.test")]
    found_by("ada@example.test.org")
    made = erase(owner, email="Ada@example.test").body
    assert sorted(made["subjects"]) == sorted(each.id for each in mine)
    work(sample, queue)
    assert ask(api, "GET", f"{PATH}/{made['id']}", headers=owner).body["erased"] == {each.id: 1 for each in mine}
    assert "ada@example.test" not in json.dumps(everything("audit")).replace("ada@example.test.org", "")


def test_what_was_erased_is_published_to_nobody_again(owner, sample, queue):
    person = note()
    erase(owner, record_id=person.id)
    work(sample, queue)
    assert relay(audit.timeline(person.id)) == 0


@pytest.mark.parametrize(("body", "code"), [
    ({}, "invalid"), ({"record_id": "ten_1", "email": "a@example.test"}, "invalid"), ({"email": "nobody"}, "invalid"),
    ({"record_id": "ten_0"}, "nothing_to_erase"), ({"email": "no@example.test"}, "nothing_to_erase"),
    ({"record_id": "denied:stf_1:2026-01-31T12:00"}, "not_erasable"), ({"record_id": "era_1"}, "not_erasable"),
    ({"record_id": "ten_1", "reason": "short"}, "invalid"), ({"record_id": "ten_1", "colour": "red"}, "extra_forbidden")])
def test_what_cannot_be_erased_is_refused(owner, body, code):
    answer = erase(owner, **body)
    assert answer.status == 422
    assert code in {answer.body["code"], *(each["code"] for each in answer.body["errors"])}


def test_only_an_owner_erases(owner):
    person = note()
    assert [erase(signed_in(role), record_id=person.id).status for role in ("admin", "support", "viewer")] == [403] * 3
    assert ask(api, "GET", PATH, headers=signed_in("viewer")).status == 403
    assert erase(signed_in("admin"), record_id=person.id).body["code"] == "not_an_owner"
    assert ask(api, "GET", PATH, headers=owner).body["data"] == []


def test_an_erasure_cannot_be_changed_or_taken_back(owner):
    id = erase(owner, record_id=note().id).body["id"]
    assert [ask(api, method, f"{PATH}/{id}", {}, headers=owner).status for method in ("PATCH", "PUT", "DELETE")] == [405] * 3
    assert dynamodb.get(table("audit"), id) is not None
    assert ask(api, "POST", f"{PATH}/{id}/retry", headers=owner).body["code"] == "not_stuck"


def test_one_request_sent_twice_is_one_erasure(owner):
    person = note()
    first, second = (ask(api, "POST", PATH, {"reason": WHY, "record_id": person.id}, headers={**owner, "idempotency-key": "k"}) for _ in "ab")
    assert (first.status, first.body["id"]) == (second.status, second.body["id"])
    assert len(ask(api, "GET", PATH, headers=owner).body["data"]) == 1
