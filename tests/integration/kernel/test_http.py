"""What a caller gets for a request that is not right: one problem, in one order."""

import base64
import json
from types import SimpleNamespace

import pytest

from functions.plans.api import handler
from tests.callers import ask, signed_in
from tests.integration.kernel.things import everything
from tests.integration.kernel.things_api import assert_is_problem, event_of

pytestmark = pytest.mark.usefixtures("aws")
PRO = {"name": "Pro"}


@pytest.fixture
def plan(owner):
    return ask(handler, "POST", "/v1/plans", PRO, headers=owner).body


def test_each_check_comes_before_those_that_say_more(owner, plan):
    """Every request is wrong in all the ways that are left; each step mends the first."""
    viewer, path = signed_in("viewer"), f"/v1/plans/{plan['id']}"
    everything_wrong = {"content-type": "text/html", "if-match": '"9"'}
    steps = [
        ("PUT", path, "{", everything_wrong, 401),
        ("PUT", path, "{", viewer | everything_wrong, 405),
        ("PATCH", path, "{", viewer | everything_wrong, 403),
        ("PATCH", path, "{", owner | everything_wrong, 415),
        ("PATCH", path, "{" * 300_000, owner | {"if-match": '"9"'}, 413),
        ("PATCH", path, "{", owner | {"if-match": '"9"'}, 400),
        ("PATCH", "/v1/plans/pln_none", PRO, owner | {"if-match": "9"}, 400),
        ("PATCH", "/v1/plans/pln_none", {"name": 1}, owner | {"if-match": '"9"'}, 422),
        ("PATCH", "/v1/plans/pln_none", PRO, owner, 404),
        ("PATCH", path, PRO, owner, 428),
        ("PATCH", path, PRO, owner | {"if-match": '"9"'}, 412),
        ("PATCH", path, PRO, owner | {"if-match": '"1"'}, 200),
    ]
    for method, where, body, headers, status in steps:
        answer = ask(handler, method, where, body, headers=headers)
        assert answer.status == status, (status, answer.body)
        if status != 200:
            assert_is_problem(answer, status)
    assert ask(handler, "POST", f"{path}/restore", headers=owner).status == 409


def test_a_wrong_method_says_which_are_right(owner, plan):
    for method in ("PUT", "HEAD", "OPTIONS", "TRACE", "BREW"):
        answer = ask(handler, method, f"/v1/plans/{plan['id']}", headers=owner)
        assert_is_problem(answer, 405, "method_not_allowed")
        assert answer.headers["Allow"] == "DELETE, GET, PATCH"


@pytest.mark.parametrize(
    "path",
    [
        "/v1/plan",
        "/v1/plans/",
        "/v1/plans/pln_1/",
        "/v1//plans",
        "/",
        "",
        "/v1/plans/pln_1/prices/x",
        "/v1/plans/pln_1/nothing",
        "/V1/PLANS",
        "/v1/plans/\ud800",
        "/v1/plans/a\nb",
        "/v1/plans/" + "x" * 5000 + "/y",
    ],
)
def test_an_address_that_is_none_is_a_404(owner, path):
    assert_is_problem(ask(handler, "GET", path, headers=owner), 404)


@pytest.mark.parametrize("id", ["pln_none", "pri_none", "x", "pln_", "buckets%23pln%23all", "pln_🙂", "pln_" + "0" * 60, "..", "pln_'; --"])
def test_an_unknown_id_is_a_404_for_every_verb(owner, id):
    for method, path in (("GET", ""), ("GET", "/timeline"), ("DELETE", ""), ("PATCH", ""), ("POST", "/restore")):
        body = PRO if method == "PATCH" else None
        answer = ask(handler, method, f"/v1/plans/{id}{path}", body, headers=owner | {"if-match": '"1"'})
        assert_is_problem(answer, 404, "not_found")
    assert_is_problem(ask(handler, "GET", f"/v1/plans/{id}", headers=owner, include_deleted="true"), 404)


def test_an_id_as_long_as_a_book_is_refused(owner):
    answer = ask(handler, "GET", "/v1/plans/pln_" + "x" * 10_000, headers=owner)
    assert_is_problem(answer, 422)
    assert [each["field"] for each in answer.body["errors"]] == ["id"]


def test_what_shares_the_table_is_not_found_under_another_name(owner, plan):
    price = ask(
        handler, "POST", f"/v1/plans/{plan['id']}/prices", {"currency": "EUR", "interval": "month", "unit_amount": "1"}, headers=owner
    )
    for path in (f"/v1/plans/{price.body['id']}", f"/v1/plans/{price.body['id']}/timeline", f"/v1/prices/{plan['id']}"):
        assert_is_problem(ask(handler, "GET", path, headers=owner), 404)
        assert_is_problem(ask(handler, "GET", path, headers=owner, include_deleted="true"), 404)


DEEP = '{"name": "a", "extra": {"a": ' + "[" * 40 + "]" * 40 + "}}"


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed_json"),
        ("not json", 400, "malformed_json"),
        ('{"name": NaN}', 400, "malformed_json"),
        ("[" * 100_000, 400, "malformed_json"),
        ('{"extra": {"a": 1e400}}', 400, "malformed_json"),
        ('{"extra": {"a": -Infinity}}', 400, "malformed_json"),
        ('{"name": "\\ud800"}', 400, "malformed_json"),
        ('{"extra": {"\\udfff": 1}}', 400, "malformed_json"),
        (DEEP, 400, "malformed_json"),
        ('{"name": "a"} x', 400, "malformed_json"),
        ('{"a":' * 200 + "1" + "}" * 200, 400, "malformed_json"),
        ('{"extra": {"a": ' + "9" * 5000 + "}}", 400, "malformed_json"),
        ("\ufeff{}", 400, "malformed_json"),
        ("   ", 400, "malformed_json"),
        ("[]", 422, "invalid"),
        ('"text"', 422, "invalid"),
        ("7", 422, "invalid"),
        ("null", 422, "invalid"),
        ("true", 422, "invalid"),
        ("", 422, "invalid"),
        ('{"name": "a", "name": null}', 422, "invalid"),
        ("x" * 2**20, 413, "too_large"),
        ("ä" * 140_000, 413, "too_large"),
    ],
)
def test_a_body_that_is_not_what_it_should_be(owner, body, status, code):
    answer = ask(handler, "POST", "/v1/plans", body, headers=owner)
    assert_is_problem(answer, status, code)
    assert everything("audit") == []


@pytest.mark.parametrize(
    "kind",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/json, text/html",
        "application/json,application/json",
        "application/xml",
        "",
        "application/jsonx",
    ],
)
def test_another_media_type_is_a_415(owner, kind):
    assert_is_problem(ask(handler, "POST", "/v1/plans", PRO, headers=owner | {"content-type": kind}), 415)


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", "application/merge-patch+json"])
def test_json_and_merge_patches_are_taken(owner, plan, kind):
    path = f"/v1/plans/{plan['id']}"
    assert ask(handler, "PATCH", path, {"name": "B"}, headers=owner | {"content-type": kind, "if-match": '"1"'}).status == 200


def test_a_body_in_base64_is_read_as_what_it_says(owner, context):
    encoded = base64.b64encode(json.dumps({"name": "Größe"}).encode()).decode()
    answer = handler(event_of("POST", "/v1/plans", encoded, owner, isBase64Encoded=True), context)
    assert (answer["statusCode"], json.loads(answer["body"])["name"]) == (201, "Größe")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("%%%", 400),
        ("é", 400),
        (base64.b64encode(b"\xff\xfe{}").decode(), 400),
        (base64.b64encode(b"[1").decode(), 400),
        ("", 422),
        (None, 422),
        (base64.b64encode(b" " * 300_000).decode(), 413),
    ],
)
def test_base64_that_is_none_is_a_problem_too(owner, context, body, status):
    answer = handler(event_of("POST", "/v1/plans", body, owner, isBase64Encoded=True), context)
    assert answer["statusCode"] == status, answer["body"]


def test_header_names_are_read_whatever_their_case(context, owner):
    event = event_of("POST", "/v1/plans", PRO, {})
    event["headers"] = {"Authorization": owner["authorization"], "Content-Type": "application/json"}
    assert handler(event, context)["statusCode"] == 201


def test_no_headers_query_or_body_at_all_is_a_401(context):
    event = event_of("GET", "/v1/plans", None, {})
    del event["headers"], event["queryStringParameters"], event["body"]
    assert handler(event, context)["statusCode"] == 401


def test_query_garbage_is_a_400_in_a_list_and_ignored_elsewhere(owner, plan):
    for name, value in (
        ("a[b]", "1"),
        ("", "x"),
        ("limit", "\x00"),
        ("status", "\ud800"),
        ("cursor", "\ud800"),
        ("sort", "\ud800"),
        ("name", "x" * 500),
    ):
        assert_is_problem(listed(owner, {name: value}), 400)
    assert ask(handler, "GET", f"/v1/plans/{plan['id']}", headers=owner, nonsense="1").status == 200


def listed(owner, query):
    event = event_of("GET", "/v1/plans", None, owner, queryStringParameters=query)
    answer = handler(event, SimpleNamespace(aws_request_id="req-1"))
    return SimpleNamespace(status=answer["statusCode"], headers=answer["headers"], body=json.loads(answer["body"]))
