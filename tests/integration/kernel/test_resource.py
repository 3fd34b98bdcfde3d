"""The standard verbs of a declared resource."""

import pytest

from functions.plans.api import handler
from tests.callers import ask, signed_in
from tests.integration.kernel.things import Thing, everything, hooked, save
from tests.integration.kernel.things_api import assert_is_problem, things

pytestmark = pytest.mark.usefixtures("aws")


def test_every_refused_field_is_named_with_its_place(owner):
    body = {"name": "", "trial_days": "1", "limits": {"seats/a~b.c": -1}, "features": ["ok", ""], "colour": 1}
    answer = ask(handler, "POST", "/v1/plans", body, headers=owner)
    assert_is_problem(answer, 422, "invalid")
    assert {(each["field"], each["pointer"]) for each in answer.body["errors"]} == {
        ("name", "/name"),
        ("trial_days", "/trial_days"),
        ("limits.seats/a~b.c", "/limits/seats~1a~0b.c"),
        ("features.1", "/features/1"),
        ("colour", "/colour"),
    }


def test_thousands_of_mistakes_are_not_all_told(owner):
    answer = ask(handler, "POST", "/v1/plans", {f"f{n}": 1 for n in range(20_000)}, headers=owner)
    assert_is_problem(answer, 422)
    assert len(answer.body["errors"]) == 50


def test_what_is_created_says_where_it_is_and_which_version(owner):
    answer = ask(things, "POST", "/v1/things", {"name": "a", "extra": {"x": [1, None]}}, headers=owner)
    assert (answer.status, answer.headers["Location"], answer.headers["ETag"]) == (201, f"/v1/things/{answer.body['id']}", '"1"')
    assert ask(things, "GET", answer.headers["Location"], headers=owner).body == answer.body


def test_a_patch_merges_objects_and_null_removes_members(owner):
    made = ask(things, "POST", "/v1/things", {"extra": {"a": 1, "deep": {"x": 1, "y": 2}}}, headers=owner).body
    path = f"/v1/things/{made['id']}"
    answer = ask(things, "PATCH", path, {"extra": {"a": None, "b": 2, "deep": {"x": None, "z": {"q": None}}}}, headers=owner)
    assert answer.body["extra"] == {"b": 2, "deep": {"y": 2, "z": {}}}
    assert ask(things, "PATCH", path, {"extra": {"b": [1]}}, headers=owner).body["extra"]["b"] == [1]


def test_true_in_the_place_of_1_is_a_change(owner):
    made = ask(things, "POST", "/v1/things", {"extra": {"a": 1}}, headers=owner).body
    ask(things, "PATCH", f"/v1/things/{made['id']}", {"extra": {"a": True}}, headers=owner)
    last = ask(things, "GET", f"/v1/things/{made['id']}/timeline", headers=owner).body["data"][-1]
    assert last["changes"] == {"extra": [{"a": 1}, {"a": True}]}


def test_a_patch_without_if_match_is_applied_to_the_newest(owner):
    made = ask(things, "POST", "/v1/things", {"name": "a"}, headers=owner).body
    path, hits = f"/v1/things/{made['id']}", []

    def interfere(**_):
        if not hits:
            hits.append(True)
            other = Thing.fetch(made["id"])
            other.rank = 5
            save(other)

    with hooked("before-call.dynamodb.TransactWriteItems", interfere):
        answer = ask(things, "PATCH", path, {"name": "b"}, headers=owner)
    assert (answer.status, answer.body["name"], answer.body["rank"], answer.body["version"]) == (200, "b", 5, 3)


def test_too_large_a_record_is_a_413(owner):
    answer = ask(things, "POST", "/v1/things", {"extra": {"a": "x" * 70_000}}, headers=owner)
    assert_is_problem(answer, 413, "too_large")
    assert everything("audit") == []


def test_a_patch_that_changes_nothing_makes_no_version(owner):
    made = ask(things, "POST", "/v1/things", {"name": "a", "extra": {"x": 1}}, headers=owner).body
    path = f"/v1/things/{made['id']}"
    answer = ask(things, "PATCH", path, {"name": "a", "extra": {"x": 1}}, headers=owner)
    assert (answer.status, answer.body, answer.headers["ETag"]) == (200, made, '"1"')
    assert_is_problem(ask(things, "PATCH", path, {"name": "a"}, headers=owner | {"if-match": '"7"'}), 412, "stale_version")
    assert len(everything("audit")) == 1


def test_a_timeline_comes_in_pages_either_way(owner):
    made = ask(things, "POST", "/v1/things", {"name": "0"}, headers=owner).body
    path = f"/v1/things/{made['id']}"
    for n in range(1, 5):
        ask(things, "PATCH", path, {"name": str(n)}, headers=owner)
    for sort, expected in (("version", [1, 2, 3, 4, 5]), ("-version", [5, 4, 3, 2, 1])):
        found, cursor = [], {}
        while True:
            page = ask(things, "GET", f"{path}/timeline", headers=owner, limit="2", sort=sort, **cursor).body
            assert len(page["data"]) <= 2
            found += [entry["version"] for entry in page["data"]]
            if page["next_cursor"] is None:
                break
            cursor = {"cursor": page["next_cursor"]}
        assert found == expected
        assert_is_problem(ask(things, "GET", f"{path}/timeline", headers=owner, sort="name"), 400, "unknown_sort")
        assert_is_problem(ask(things, "GET", f"{path}/timeline", headers=owner, colour="red"), 400, "unknown_filter")
        assert_is_problem(ask(things, "GET", f"{path}/timeline", headers=owner, cursor="x"), 400, "invalid_cursor")


def test_what_was_deleted_is_seen_by_who_may_change_it(owner):
    made = ask(things, "POST", "/v1/things", {"name": "a"}, headers=owner).body
    path = f"/v1/things/{made['id']}"
    ask(things, "DELETE", path, headers=owner)
    for where in (path, "/v1/things"):
        assert ask(things, "GET", where, headers=owner, include_deleted="true").status == 200
        assert_is_problem(ask(things, "GET", where, headers=signed_in("viewer"), include_deleted="true"), 403, "forbidden")
        assert_is_problem(ask(things, "GET", where, headers=owner, include_deleted="yes"), 400, "bad_value")
    assert ask(things, "GET", "/v1/things", headers=signed_in("viewer"), include_deleted="false").body["data"] == []
