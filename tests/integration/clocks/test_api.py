"""Test clocks over HTTP."""

import pytest

from functions.clocks.api import handler
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
NOW = "2026-01-31T12:00:00.000000Z"


@pytest.fixture
def clock(owner):
    answer = ask(handler, "POST", "/v1/test-clocks", {"name": "A year", "now": NOW}, headers=owner)
    assert (answer.status, answer.headers["Location"]) == (201, f"/v1/test-clocks/{answer.body['id']}"), answer.body
    return answer.body


def advance(clock, owner, to, **headers):
    return ask(handler, "POST", f"/v1/test-clocks/{clock['id']}/advance", {"to": to}, headers=owner | headers)


def test_a_clock_stands_still_and_is_found_again(clock, owner):
    assert (clock["now"], clock["status"], clock["target"], clock["failure"]) == (NOW, "ready", None, None)
    assert ask(handler, "GET", f"/v1/test-clocks/{clock['id']}", headers=owner).body == clock
    assert ask(handler, "GET", "/v1/test-clocks", headers=owner, status="ready").body["data"] == [clock]


def test_the_name_is_optional_and_any_offset_is_taken(owner):
    answer = ask(handler, "POST", "/v1/test-clocks", {"now": "2026-01-31T14:00:00+02:00"}, headers=owner)
    assert (answer.status, answer.body["now"], answer.body["name"]) == (201, NOW, "")


def test_an_advance_is_accepted_and_the_clock_is_on_its_way(clock, owner):
    answer = advance(clock, owner, "2026-02-28T12:00:00Z")
    assert (answer.status, answer.body["status"], answer.body["target"]) == (202, "advancing", "2026-02-28T12:00:00.000000Z")
    assert (answer.body["now"], answer.headers["ETag"]) == (NOW, '"2"')
    entries = ask(handler, "GET", f"/v1/test-clocks/{clock['id']}/timeline", headers=owner).body["data"]
    assert [(entry["type"], entry["effective_at"]) for entry in entries] == [
        ("clocks.created", NOW), ("clocks.advance_requested", NOW)]


@pytest.mark.parametrize(("to", "code"), [
    (NOW, "not_forward"), ("2026-01-31T11:59:59Z", "not_forward"), ("2028-01-31T12:00:01Z", "too_far")])
def test_a_clock_goes_forward_only_and_not_too_far(clock, owner, to, code):
    answer = advance(clock, owner, to)
    assert (answer.status, answer.body["code"]) == (409, code)
    assert ask(handler, "GET", f"/v1/test-clocks/{clock['id']}", headers=owner).body == clock


def test_a_second_advance_and_a_deletion_wait_until_the_clock_is_there(clock, owner):
    assert advance(clock, owner, "2026-02-01T00:00:00Z").status == 202
    second = advance(clock, owner, "2026-03-01T00:00:00Z")
    assert (second.status, second.body["code"]) == (409, "clock_advancing")
    assert ask(handler, "DELETE", f"/v1/test-clocks/{clock['id']}", headers=owner).status == 409


def test_an_advance_of_a_version_that_is_not_the_newest_is_refused(clock, owner):
    assert advance(clock, owner, "2026-02-01T00:00:00Z", **{"if-match": '"7"'}).status == 412
    assert advance(clock, owner, "2026-02-01T00:00:00Z", **{"if-match": '"1"'}).status == 202


def test_a_clock_that_stands_can_be_deleted_once(clock, owner):
    path = f"/v1/test-clocks/{clock['id']}"
    assert [ask(handler, "DELETE", path, headers=owner).status for _ in range(2)] == [204, 404]
    assert ask(handler, "GET", path, headers=owner).status == 404
    assert advance(clock, owner, "2026-02-01T00:00:00Z").status == 404


@pytest.mark.parametrize(("body", "field"), [
    ({}, "now"), ({"now": None}, "now"), ({"now": 0}, "now"), ({"now": "1769860800"}, "now"), ({"now": "2026-01-31"}, "now"),
    ({"now": "2026-01-31T12:00:00"}, "now"), ({"now": "0001-01-01T00:00:00+14:00"}, "now"), ({"now": "9999-12-31T23:59:59Z"}, "now"),
    ({"now": ["2026-01-31T12:00:00Z"]}, "now"), ({"now": NOW, "name": "x" * 81}, "name"), ({"now": NOW, "status": "ready"}, "status")])
def test_a_bad_clock_is_refused_and_the_field_named(owner, body, field):
    answer = ask(handler, "POST", "/v1/test-clocks", body, headers=owner)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])
    assert ask(handler, "GET", "/v1/test-clocks", headers=owner).body["data"] == []


@pytest.mark.parametrize(("body", "status"), [
    ({}, 422), ({"to": "soon"}, 422), ({"to": "2026-02-01T00:00:00Z", "by": 1}, 422), ("{", 400), ("[]", 422)])
def test_a_bad_advance_is_refused(clock, owner, body, status):
    answer = ask(handler, "POST", f"/v1/test-clocks/{clock['id']}/advance", body, headers=owner)
    assert answer.status == status
    assert ask(handler, "GET", f"/v1/test-clocks/{clock['id']}", headers=owner).body["version"] == 1


def test_a_clock_cannot_be_set_and_who_may_not_write_may_read(clock):
    viewer, developer = signed_in("viewer"), signed_in("developer")
    path = f"/v1/test-clocks/{clock['id']}"
    assert ask(handler, "PATCH", path, {"now": NOW}, headers=developer).status == 405
    assert [advance(clock, who, "2026-02-01T00:00:00Z").status for who in (viewer, developer)] == [403, 202]
    assert ask(handler, "GET", path, headers=viewer).status == 200


@pytest.mark.parametrize(("name", "status"), [("api-create", 201), ("api-advance-unknown", 404)])
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status):
    answer = handler(sample(f"clocks/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
