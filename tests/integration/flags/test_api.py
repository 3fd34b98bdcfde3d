"""Flags over HTTP: made, changed by who has read them, switched off by who has not, and what they were."""

import pytest

from tests.callers import ask, signed_in
from tests.integration.flags.conftest import rollout

FIELDS = ("description", "variants", "default_variant", "off_variant", "rules", "salt")


def test_a_flag_is_on_or_off_unless_something_else_is_said(house):
    flag = house.flag()
    assert flag["variants"] == [{"name": "on", "value": True}, {"name": "off", "value": False}]
    assert (flag["kind"], flag["status"], flag["default_variant"], flag["off_variant"], flag["salt"], flag["version"]) == (
        "boolean", "active", "off", "off", "new-checkout", 1)
    found = house.ask("GET", f"/v1/flags/{flag['id']}")
    assert (found.body, found.headers["ETag"]) == (flag, '"1"')


def test_a_change_needs_the_version_that_was_read(house):
    path = f"/v1/flags/{house.flag()['id']}"
    assert house.ask("PATCH", path, {"description": "B"}).status == 428
    assert house.ask("DELETE", path).status == 428
    assert house.ask("PATCH", path, {"description": "B"}, headers={"if-match": '"7"'}).status == 412
    changed = house.ask("PATCH", path, {"description": "B"}, headers={"if-match": '"1"'})
    assert (changed.status, changed.body["description"], changed.body["version"]) == (200, "B", 2)
    assert house.ask("PATCH", path, {"description": "C"}, headers={"if-match": '"1"'}).status == 412
    assert house.ask("PATCH", "/v1/flags/flg_01", {"description": "C"}).status == 404
    same = house.ask("PATCH", path, {"description": "B"}, headers={"if-match": '"2"'})
    assert (same.status, same.body["version"]) == (200, 2)
    assert house.ask("GET", f"{path}/versions/3").status == 404


@pytest.mark.parametrize(("body", "fields"), [
    ({}, ["key"]), ({"key": "a/b"}, ["key"]), ({"key": "../x"}, ["key"]), ({"key": "a b"}, ["key"]), ({"key": ""}, ["key"]),
    ({"key": "a", "colour": "red"}, ["colour"]), ({"key": "a", "kind": "date"}, ["kind"]), ({"key": "a", "version": 9}, ["version"]),
    ({"key": "a", "kind": "string"}, ["variants.0.value", "variants.1.value"]), ({"key": "a", "default_variant": "x"}, ["default_variant"]),
    ({"key": "a", "rules": [{"variant": "x"}]}, ["rules.0.variant"]), ({"key": "a", "rules": [{"rollout": []}]}, ["rules.0"]),
    ({"key": "a", "rules": [rollout(1001)]}, ["rules.0.rollout.0.weight", "rules.0.rollout.1.weight"]),
    ({"key": "a", "rules": [{"variant": "on", "clauses": [{"attribute": "x", "operator": "matches", "values": ["a"]}]}]},
     ["rules.0.clauses.0.operator"])])
def test_a_bad_flag_is_refused_and_the_field_named(house, body, fields):
    answer = house.ask("POST", "/v1/flags", body)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, fields)
    assert house.ask("GET", "/v1/flags").body["data"] == []


@pytest.mark.parametrize("field", ["key", "kind", "status", "id"])
def test_what_programs_rely_on_is_never_changed(house, field):
    path = f"/v1/flags/{house.flag()['id']}"
    answer = house.ask("PATCH", path, {field: "string"}, headers={"if-match": '"1"'})
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])


@pytest.mark.parametrize("field", [*FIELDS, "extra"])
def test_null_is_refused_and_the_field_named(house, field):
    answer = house.ask("PATCH", f"/v1/flags/{house.flag()['id']}", {field: None}, headers={"if-match": '"1"'})
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])


def test_a_change_that_contradicts_what_is_there_is_refused(house):
    flag = house.flag(rules=[rollout(100)])
    answer = house.ask("PATCH", f"/v1/flags/{flag['id']}", {"variants": [{"name": "off", "value": False}]}, headers={"if-match": '"1"'})
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, ["rules.0.rollout"])


def test_what_a_rule_leaves_out_is_nothing_also_in_a_change(house):
    rule = {"variant": "on"}
    made, changed = house.flag("a", rules=[rule]), house.change(house.flag("b"), {"rules": [rule]})
    assert changed["rules"] == made["rules"] == [{"name": "", "clauses": [], "variant": "on", "rollout": [], "bucket_by": None}]
    assert house.evaluate({}, "b").body["reason"] == "TARGETING_MATCH"


def test_a_key_is_one_flags_alone_until_that_is_deleted(house):
    flag = house.flag()
    taken = house.ask("POST", "/v1/flags", {"key": "new-checkout"})
    assert (taken.status, taken.body["code"], taken.body["flag_id"]) == (409, "duplicate_key", flag["id"])
    assert house.ask("DELETE", f"/v1/flags/{flag['id']}", headers={"if-match": '"1"'}).status == 204
    other = house.flag()
    back = house.ask("POST", f"/v1/flags/{flag['id']}/restore")
    assert (back.status, back.body["code"]) == (409, "duplicate_key")
    assert house.ask("DELETE", f"/v1/flags/{other['id']}", headers={"if-match": '"1"'}).status == 204
    assert house.ask("POST", f"/v1/flags/{flag['id']}/restore").status == 200
    assert house.ask("POST", f"/v1/flags/{flag['id']}/restore").status == 409
    assert house.ask("POST", "/v1/flags", {"key": "new-checkout"}).status == 409


def test_each_version_is_there_and_can_be_made_so_again(house):
    value = {"z": None, "a": [1, 2.0, {"b": "x" * 5000}]}  # longer than the audit log keeps, and with a null that a merge would take away
    flag = house.flag(kind="json", variants=[{"name": "off", "value": value}], rules=[rollout(1000) | {"rollout": [{"variant": "off", "weight": 1000}]}])
    house.change(flag, {"variants": [{"name": "off", "value": {}}], "rules": [], "description": "Other"})
    house.ask("POST", f"/v1/flags/{flag['id']}/kill")
    first, second, third = (house.ask("GET", f"/v1/flags/{flag['id']}/versions/{n}").body for n in (1, 2, 3))
    assert (first["variants"][0]["value"], second["variants"][0]["value"]) == (value, {})
    assert [each["status"] for each in (first, second, third)] == ["active", "active", "killed"]
    back = house.change(flag, {name: first[name] for name in FIELDS})
    assert {name: back[name] for name in FIELDS} == {name: flag[name] for name in FIELDS}
    assert back["version"] == 4
    told = house.ask("GET", f"/v1/flags/{flag['id']}/timeline").body["data"]
    assert [entry["type"] for entry in told] == ["flags.created", "flags.updated", "flags.killed", "flags.updated"]
    for number in ("0", "5", "x"):
        assert house.ask("GET", f"/v1/flags/{flag['id']}/versions/{number}").status in (404, 422)


def test_a_kill_needs_nobody_to_have_read_it_and_heeds_who_has(house):
    path = f"/v1/flags/{house.flag()['id']}"
    assert house.ask("POST", f"{path}/kill", headers={"if-match": '"9"'}).status == 412
    assert house.ask("POST", f"{path}/kill").body["status"] == "killed"
    assert house.ask("POST", f"{path}/kill").status == 409
    assert house.ask("POST", f"{path}/enable").body["status"] == "active"
    assert house.ask("POST", f"{path}/enable").status == 409


def test_who_reads_does_not_write_and_no_tenant_reads(house):
    path = f"/v1/flags/{house.flag()['id']}"
    viewer, developer = ({"headers": signed_in(role)} for role in ("viewer", "developer"))
    assert house.ask("GET", path, **viewer).status == 200
    assert house.ask("POST", f"{path}/kill", **viewer).status == 403
    assert house.ask("POST", f"{path}/kill", **developer).status == 200
    from functions.flags.api import handler

    for way in ("GET /v1/flags", f"GET {path}", f"POST {path}/preview", f"GET {path}/versions/1", f"POST {path}/enable"):
        method, address = way.split()
        assert ask(handler, method, address, {}, headers={"authorization": f"Bearer {house.key}"}).status == 403


def test_flags_are_found_by_key_kind_and_state(house):
    house.flag("b")
    killed = house.flag("a", kind="integer", variants=[{"name": "off", "value": 1}])
    house.ask("POST", f"/v1/flags/{killed['id']}/kill")
    found = {name: [each["key"] for each in house.ask("GET", "/v1/flags", **query).body["data"]] for name, query in {
        "sorted": {"sort": "key"}, "killed": {"status": "killed"}, "kind": {"kind": "boolean"}, "key": {"key": "a"}}.items()}
    assert found == {"sorted": ["a", "b"], "killed": ["a"], "kind": ["b"], "key": ["a"]}
    bulk = house.ask("POST", "/v1/flags/bulk", {"action": "enable", "ids": [killed["id"]]})
    assert [each["status"] for each in bulk.body["data"]] == [200]
