"""The audit log over HTTP: found by who, what, about whom and when; and whether it holds."""

from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path

import pytest

from functions.audit import log
from functions.audit.api import handler
from functions.audit.subjects import FEATURES
from functions.tenants.models import Tenant
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload
from kernel.clock import frozen, stamp, wall
from kernel.commit import commit
from kernel.config import table
from kernel.records import Record
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Noted(Payload, event="tenants.noted"):
    """Something happened."""


class Moved(Payload, event="tenants.moved"):
    """Something else."""


class Guarded(Tenant):
    class Meta:
        table_name = table("tenants")

    unaudited = frozenset({"phone"})


def tenant(name="Acme", kind=Tenant, **values):
    return kind(ids.new("ten"), name=name, email="a@example.test", **values)


def note(record, event=None, *, at=None, by="stf_1"):
    """One change of a record, recorded at that time on the wall."""
    with frozen(at or wall()):
        commit((record, event or Noted()), actor=Actor(id=by), at=NOON)
    return record


def get(owner, path="", **query):
    return ask(handler, "GET", "/v1/audit" + path, headers=owner, **query)


def walk(owner, **query):
    """All pages of a list: what they hold, and how many there were."""
    found, pages = [], 0
    while True:
        answer = get(owner, **query)
        assert answer.status == 200, answer.body
        found += answer.body["data"]
        pages += 1
        if answer.body["next_cursor"] is None:
            return found, pages
        query["cursor"] = answer.body["next_cursor"]


def ids_of(entries):
    return [entry["id"] for entry in entries]


def test_the_last_30_days_come_newest_first(owner):
    now = wall()
    records = [note(tenant(), at=now - timedelta(days=age)) for age in (0, 1, 1, 12, 29, 31, 400)]
    found, _ = walk(owner)
    assert len(found) == 5
    assert ids_of(found[:1]) == [f"{records[0].id}#1"]
    assert sorted(found, key=lambda entry: entry["recorded_at"], reverse=True) == found


@pytest.mark.parametrize("limit", [1, 2, 7, 100])
def test_pages_of_any_size_hold_everything_once(owner, limit):
    for n in range(23):
        note(tenant(), at=NOON + timedelta(hours=n * 5), by=f"stf_{n % 2}")
    span = {"recorded_at__gte": stamp(NOON), "recorded_at__lt": stamp(NOON + timedelta(days=9)), "limit": str(limit)}
    whole, pages = walk(owner, **span)
    assert (len(set(ids_of(whole))), len(whole)) == (23, 23)
    assert pages >= 23 // limit
    assert [entry["recorded_at"] for entry in whole] == sorted((entry["recorded_at"] for entry in whole), reverse=True)
    assert walk(owner, actor="stf_1", **span)[0] == [entry for entry in whole if entry["actor"] == "stf_1"]


def test_each_filter_finds_its_own_and_several_find_what_all_do(owner):
    first, second = tenant(), tenant()
    start = NOON - timedelta(days=40)
    note(note(first, at=NOON - timedelta(days=35)), Moved(), at=NOON, by="stf_2")
    note(note(second, at=NOON, by="stf_2"), Moved(), at=NOON + timedelta(seconds=1))
    span = {"recorded_at__gte": stamp(start), "recorded_at__lt": stamp(NOON + timedelta(days=1))}

    def found(**query):
        return sorted(ids_of(walk(owner, **query, **span)[0]))

    assert found(actor="stf_2") == sorted([f"{first.id}#2", f"{second.id}#1"])
    assert found(type="tenants.noted") == sorted([f"{first.id}#1", f"{second.id}#1"])
    assert found(tenant_id=first.id) == found(subject=first.id) == [f"{first.id}#1", f"{first.id}#2"]
    assert found(actor="stf_2", type="tenants.noted") == [f"{second.id}#1"]
    assert found(subject=first.id, actor="stf_1", tenant_id=first.id) == [f"{first.id}#1"]
    assert found(subject=first.id, tenant_id=second.id) == found(actor="nobody") == found(subject="ten_0") == []


def test_times_include_the_start_and_exclude_the_end(owner):
    record = note(note(tenant(), at=NOON), at=NOON + timedelta(microseconds=1))
    for query in ({}, {"subject": record.id}, {"tenant_id": record.id}):
        span = {"recorded_at__gte": stamp(NOON), "recorded_at__lt": stamp(NOON + timedelta(microseconds=1))}
        assert ids_of(walk(owner, **query, **span)[0]) == [f"{record.id}#1"]
        assert walk(owner, **query, recorded_at__gte=stamp(NOON), recorded_at__lt=stamp(NOON))[0] == []


def test_a_record_is_walked_by_its_versions(owner):
    record = tenant()
    for n in range(7):
        note(record, at=NOON + timedelta(seconds=n))
    span = {"recorded_at__gte": stamp(NOON), "recorded_at__lt": stamp(NOON + timedelta(days=1)), "limit": "3"}
    found, pages = walk(owner, subject=record.id, **span)
    assert (ids_of(found), pages) == ([f"{record.id}#{n}" for n in range(7, 0, -1)], 3)


def test_an_empty_stretch_ends_a_page_early_and_not_the_list(owner, monkeypatch):
    monkeypatch.setattr(log, "PARTITIONS", 32)
    record = note(tenant(), at=NOON - timedelta(days=9))
    span = {"recorded_at__gte": stamp(NOON - timedelta(days=10)), "recorded_at__lt": stamp(NOON)}
    assert get(owner, **span).body["data"] == []
    found, pages = walk(owner, **span)
    assert (ids_of(found), pages) == ([f"{record.id}#1"], 6)


def test_a_page_reads_few_partitions_and_no_more_items_than_it_shows(owner):
    for _ in range(60):
        note(tenant(), at=NOON)
    read = []
    dynamodb.client().meta.events.register("after-call.dynamodb.Query", lambda parsed, **_: read.append(parsed["Count"]))
    answer = get(owner, actor="stf_1", recorded_at__lt=stamp(NOON + timedelta(days=1)), limit="20")
    assert (len(answer.body["data"]), sum(read)) == (20, 21)


@pytest.mark.parametrize(("query", "code", "field"), [
    ({"colour": "red"}, "unknown_filter", "colour"), ({"recorded_at": "2026-01-01T00:00:00Z"}, "unknown_filter", "recorded_at"),
    ({"recorded_at__lte": "2026-01-01T00:00:00Z"}, "unknown_filter", "recorded_at__lte"), ({"sort": "type"}, "unknown_filter", "sort"),
    ({"actor": ""}, "bad_value", "actor"), ({"actor": "x" * 201}, "bad_value", "actor"), ({"subject": "a\nb"}, "bad_value", "subject"),
    ({"recorded_at__gte": "yesterday"}, "bad_value", "recorded_at__gte"),
    ({"recorded_at__lt": "2026-01-01"}, "bad_value", "recorded_at__lt"),
    ({"recorded_at__lt": "0001-01-01T00:00:00+14:00"}, "bad_value", "recorded_at__lt"),
    ({"recorded_at__gte": "1999-01-01T00:00:00Z"}, "too_wide", "recorded_at__gte"),
    ({"limit": "0"}, "bad_limit", "limit"), ({"cursor": "AAAA"}, "invalid_cursor", "cursor")])
def test_a_bad_question_is_a_400_that_names_the_parameter(owner, query, code, field):
    answer = get(owner, **query)
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (400, code, field)


@pytest.mark.parametrize("role", ["billing", "support", "developer", "viewer"])
def test_who_may_read_everything_may_still_not_read_the_log_of_what_is_somebodys_own(role):
    note(record := tenant())
    assert [get(signed_in(role), path).status for path in ("", f"/{record.id}", f"/{record.id}/verify")] == [403, 403, 403]


def test_a_cursor_is_of_one_question_and_one_caller(owner):
    for _ in range(3):
        note(tenant())
    cursor = get(owner, limit="1").body["next_cursor"]
    assert get(owner, limit="2", cursor=cursor).status == 200
    assert get(owner, limit="1", actor="stf_1", cursor=cursor).body["code"] == "invalid_cursor"
    assert get(signed_in("admin"), limit="1", cursor=cursor).body["code"] == "invalid_cursor"


def test_the_entries_of_a_record_come_in_order_with_what_changed(owner):
    record = note(tenant())
    record.name = "Acme Ltd"
    note(record, Moved())
    entries = get(owner, f"/{record.id}").body["data"]
    assert [(entry["version"], entry["type"]) for entry in entries] == [(1, "tenants.noted"), (2, "tenants.moved")]
    assert entries[1]["changes"] == {"name": ["Acme", "Acme Ltd"]}
    assert entries[1]["previous"] == entries[0]["hash"]
    page = get(owner, f"/{record.id}", limit="1").body
    assert page["data"] == entries[:1]
    last = get(owner, f"/{record.id}", limit="1", cursor=page["next_cursor"]).body
    assert (last["data"], last["next_cursor"]) == (entries[1:], None)
    assert get(owner, f"/{record.id}", colour="red").status == 400
    assert [get(owner, path).status for path in ("/ten_0", "/ten_0/verify", f"/{'x' * 65}")] == [404, 404, 422]


def test_what_must_not_be_known_never_appears(owner):
    record = note(tenant(kind=Guarded, phone="+49 30 CANARY-1"))
    record.phone = "+49 30 CANARY-2"
    note(record)
    for answer in (get(owner), get(owner, f"/{record.id}"), get(owner, f"/{record.id}/verify")):
        assert answer.status == 200
        assert "CANARY" not in str(answer.body)
        assert "salt" not in str(answer.body)


def verdict(owner, record):
    return get(owner, f"/{record.id}/verify").body


def tamper(record, version, **attributes):
    item = dynamodb.get(table("audit"), record.id, f"{version:010d}")
    dynamodb.client().put_item(TableName=table("audit"), Item=item | {name: {"S": value} for name, value in attributes.items()})


def test_an_untouched_chain_is_intact(owner):
    assert verdict(owner, note(note(note(tenant())))) == {"intact": True, "entries": 3, "first_bad": None}


@pytest.mark.parametrize("attributes", [
    {"changes": "{\"name\":[\"a\",\"b\"]}"}, {"header": "{}"}, {"header": "not json"}, {"hash": "0" * 64}, {"salt": "00"},
    {"gsi2pk": "actor=someone@2026-03"}])
def test_an_altered_entry_is_named(owner, attributes):
    record = note(note(note(tenant())))
    tamper(record, 2, **attributes)
    assert verdict(owner, record) == {"intact": False, "entries": 3, "first_bad": 2}


def test_a_missing_last_entry_and_one_that_the_record_does_not_know_are_named(owner):
    record = note(note(tenant()))
    last = dynamodb.get(table("audit"), record.id, "0000000002")
    dynamodb.client().delete_item(TableName=table("audit"), Key=dynamodb.key(record.id, "0000000002"))
    assert verdict(owner, record) == {"intact": False, "entries": 1, "first_bad": 2}
    dynamodb.client().put_item(TableName=table("audit"), Item=last)
    assert verdict(owner, record)["intact"]
    older = dynamodb.get(table("tenants"), record.id) | {"head": dynamodb.get(table("audit"), record.id, "0000000001")["hash"]}
    dynamodb.client().put_item(TableName=table("tenants"), Item=older)
    assert verdict(owner, record) == {"intact": False, "entries": 2, "first_bad": 2}


def test_a_record_without_any_entry_is_not_intact(owner):
    record = note(tenant())
    dynamodb.client().delete_item(TableName=table("audit"), Key=dynamodb.key(record.id, "0000000001"))
    assert verdict(owner, record) == {"intact": False, "entries": 0, "first_bad": 1}


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_nobody_writes_the_log(owner, method):
    for path in ("/v1/audit", "/v1/audit/ten_1", "/v1/audit/ten_1/verify"):
        answer = ask(handler, method, path, {}, headers=owner)
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")


def test_who_is_not_signed_in_learns_nothing():
    assert ask(handler, "GET", "/v1/audit", headers={}).status == 401


def test_every_kind_of_record_is_found_by_its_prefix():
    kinds = {}
    for path in Path("functions").glob("*/models.py"):
        for each in vars(import_module(f"functions.{path.parent.name}.models")).values():
            if isinstance(each, type) and issubclass(each, Record) and each.__module__ == f"functions.{path.parent.name}.models":
                kinds[each.prefix] = path.parent.name
    assert kinds == FEATURES


@pytest.mark.parametrize(("name", "status"), [("api-by-actor", 200), ("api-unknown-filter", 400), ("api-verify-unknown", 404),
                                              ("api-erase-unknown", 422)])
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status):
    answer = handler(sample(f"audit/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
