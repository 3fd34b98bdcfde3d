"""Whoever has signed in and is refused is written down, in no record's chain, and gets the same answer whatever becomes of that."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from functions.api_keys.api import handler as api_keys
from functions.audit import service
from functions.audit.api import handler as log
from functions.plans.api import handler
from functions.relay.worker import envelope
from kernel import dynamodb
from kernel.audit import Entry, first_bad
from kernel.clock import frozen
from kernel.config import hashed
from kernel.problems import NotFound
from tests.callers import ask, signed_in
from tests.integration.kernel.things import hooked

pytestmark = pytest.mark.usefixtures("aws")
NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
PLAN = {"name": "Pro"}


def denied(headers, times=1, path="/v1/plans", method="POST"):
    with frozen(NOW):
        answers = [ask(handler, method, path, PLAN, headers=headers) for _ in range(times)]
    assert {answer.status for answer in answers} == {403}
    return answers[0]


def entries():
    items = dynamodb.client().scan(TableName="audit")["Items"]
    return sorted((item for item in items if item["pk"]["S"].startswith("denied:")), key=lambda item: item["sk"]["S"])


def test_a_denied_attempt_names_who_what_and_from_where():
    denied(signed_in("viewer"))
    [item] = entries()
    entry = Entry.load(item)
    facts = entry.facts()
    assert (facts["type"], facts["actor"], facts["request_id"], len(facts["ip_hash"])) == ("access.denied", "stf_viewer", "req-1", 32)
    assert json.loads(entry.changes) == {"route": [None, "POST /v1/plans"], "permission": [None, "plans.write"], "count": [None, 1]}
    assert PLAN["name"] not in json.dumps(item)


def test_it_is_found_in_the_log_by_who_tried(owner):
    denied(signed_in("viewer"))
    found = ask(log, "GET", "/v1/audit", headers=owner, actor="stf_viewer", recorded_at__gte="2026-01-01T00:00:00Z").body["data"]
    assert [each["type"] for each in found] == ["access.denied"]
    subject = found[0]["subject"]
    assert ask(log, "GET", f"/v1/audit/{subject}/verify", headers=owner).body == {"intact": True, "entries": 1, "first_bad": None}


def test_a_key_that_is_used_from_elsewhere_is_told_of(owner):
    """Who has stolen it tries it from where they are."""
    body = {"name": "CI", "scopes": ["plans.read"], "allowed_ips": ["198.51.100.1"]}
    key = ask(api_keys, "POST", "/v1/api-keys", body, headers=owner).body
    denied({"authorization": f"Bearer {key['key']}"}, method="GET")
    facts = [Entry.load(item).facts() for item in entries()]
    assert [(each["type"], each["actor"], each["ip_hash"]) for each in facts] == [("access.denied", key["id"], hashed("192.0.2.1"))]


def test_at_most_twenty_a_minute_are_told_and_then_how_many_they_were():
    headers = signed_in("viewer")
    denied(headers, times=70)
    assert [int(item["sk"]["S"]) for item in entries()] == [*range(1, 21), 32, 64]
    with frozen(NOW + timedelta(minutes=1)):
        ask(handler, "POST", "/v1/plans", PLAN, headers=headers)
    assert len(entries()) == 23


def test_each_stands_on_its_own_and_no_chain_breaks():
    denied(signed_in("viewer"), times=40)
    items = entries()
    subject = items[0]["pk"]["S"]
    assert service.verify(subject) == service.Verdict(21, None)
    altered = [dict(each) for each in items]
    altered[3] = altered[3] | {"changes": {"S": altered[3]["changes"]["S"].replace("plans.write", "plans.read")}}
    assert first_bad(altered, "") == 4
    with pytest.raises(NotFound):  # of the caller there is no record here, and no entry is about it
        service.verify("stf_viewer")


def test_the_relay_passes_it_on_like_any_other(monkeypatch):
    monkeypatch.setenv("BUS", "events")
    denied(signed_in("viewer"))
    sent = envelope(Entry.load(entries()[0]))
    assert (sent["DetailType"], json.loads(sent["Detail"])["data"]["permission"]) == ("access.denied", "plans.write")


def test_strangers_and_what_is_allowed_leave_nothing(owner):
    assert ask(handler, "POST", "/v1/plans", PLAN, headers={}).status == 401
    assert ask(handler, "POST", "/v1/plans", PLAN, headers=owner).status == 201
    assert entries() == []


def test_each_record_of_a_bulk_that_is_denied_counts(owner):
    plan = ask(handler, "POST", "/v1/plans", PLAN, headers=owner).body["id"]
    with frozen(NOW):
        assert ask(handler, "POST", "/v1/plans/bulk", {"action": "delete", "ids": [plan]}, headers=signed_in("viewer")).status == 403
    assert len(entries()) == 1


@pytest.mark.parametrize("call", ["UpdateItem", "PutItem"])
def test_whether_it_could_be_written_changes_nothing_for_who_is_refused(call):
    headers = signed_in("viewer")
    usual = denied(headers)

    def broken(**_):
        raise RuntimeError("no such table")

    with hooked(f"before-call.dynamodb.{call}", broken):
        answer = denied(headers)
    assert (answer.status, answer.body, answer.headers) == (usual.status, usual.body, usual.headers)
    assert len(entries()) == 1
