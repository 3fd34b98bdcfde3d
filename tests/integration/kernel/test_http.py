"""What a caller gets for a request that is not right: one problem, in one order, and nothing of our insides."""

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.event_handler import Response
from botocore.exceptions import EndpointConnectionError

from functions.plans.api import handler
from functions.tenants.api import handler as tenants
from kernel import dynamodb
from kernel.http import Api, Body, Id, requires
from kernel.resource import Resource, mount
from kernel.views import View
from tests.callers import ask, signed_in, token
from tests.integration.kernel.things import Thing, everything, hooked, refuse, save

pytestmark = pytest.mark.usefixtures("aws")
PRO = {"name": "Pro"}
WHOLE = {"type", "title", "status", "detail", "code", "request_id"}


class ThingView(View):
    name: str
    rank: int


class ThingBody(Body):
    name: str = ""
    rank: int = 0
    extra: dict[str, Any] = {}


things = Api(public=("/v1/open",))
mount(
    things,
    Resource(name="things", record=Thing, view=ThingView, create=ThingBody, update=ThingBody),
    verbs=("list", "get", "create", "update", "delete", "restore", "timeline"),
)


@things.get("/v1/broken", middlewares=requires("things.read"))
def broken() -> Response[None]:
    raise RuntimeError("secret arn:aws:dynamodb:us-east-1:123:table/tenants")


@things.post("/v1/open")
def open_to_all() -> Response[None]:
    return Response(204)


@things.post("/v1/things/<id>/poke", middlewares=requires("things.write"))
def poke(id: Id) -> Response[None]:
    Thing.fetch(id)
    return Response(204)


@pytest.fixture
def plan(owner):
    return ask(handler, "POST", "/v1/plans", PRO, headers=owner).body


def assert_is_problem(answer, status, code=None):
    assert answer.status == status, answer.body
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert set(answer.body) >= WHOLE
    assert answer.body["status"] == status
    assert answer.body["type"] == f"/problems/{answer.body['code']}"
    assert answer.body["request_id"] == "req-1"
    assert code is None or answer.body["code"] == code
    for each in answer.body.get("errors", []):
        assert set(each) == {"field", "pointer", "code", "detail"}


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
        ("PATCH", path, PRO, owner | {"if-match": "9"}, 400),
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


def event_of(method, path, body, headers, **more):
    """An event as API Gateway builds it, seen by `ask` on its way in."""
    seen = []
    ask(lambda event, _: seen.append(event) or {"statusCode": 200, "headers": {}}, method, path, body, headers=headers)
    return seen[0] | more


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


@pytest.mark.parametrize(
    "spoil",
    [
        {"exp": 1},
        {"iss": "https://elsewhere"},
        {"client_id": "other"},
        {"token_use": "id"},
        {"origin_jti": None},
        {"origin_jti": "unknown"},
        {"sub": "someone-else"},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_ours_is_a_401(owner, spoil):
    headers = {"authorization": f"Bearer {token('subject-owner', **spoil)}"}
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=headers), 401, "unauthenticated")


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic dTpw", "bearer x", "Bearer \ud800", "Bearer é.é.é", "Bearer " + "a." * 9],
)
def test_an_authorization_that_is_no_token_is_a_401(owner, value):
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers={"authorization": value}), 401)


def test_a_token_signed_by_nobody_we_know_is_a_401(owner):
    import jwt

    forged = jwt.encode({"sub": "subject-owner"}, "a-key-of-the-attacker-that-is-long-enough", algorithm="HS256")
    unsigned = jwt.encode({"sub": "subject-owner"}, "", algorithm="none")
    for each in (forged, unsigned):
        assert_is_problem(ask(handler, "GET", "/v1/plans", headers={"authorization": f"Bearer {each}"}), 401)


def test_a_role_or_session_taken_away_counts_at_the_next_request(owner):
    assert ask(handler, "GET", "/v1/plans", headers=owner).status == 200
    key = {"pk": {"S": "staff#subject-owner"}, "sk": {"S": "#"}}
    change = {
        "UpdateExpression": "SET #r = :r",
        "ExpressionAttributeNames": {"#r": "role"},
        "ExpressionAttributeValues": {":r": {"S": "nobody"}},
    }
    dynamodb.client().update_item(TableName="principals", Key=key, **change)
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=owner), 403)
    dynamodb.client().delete_item(TableName="principals", Key={"pk": {"S": "session#origin-subject-owner"}, "sk": {"S": "#"}})
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=owner), 401)


def test_a_public_address_asks_nobody_who_they_are(context):
    assert ask(things, "POST", "/v1/open", headers={}).status == 204
    assert_is_problem(ask(things, "GET", "/v1/things", headers={}), 401)


def test_a_mistake_of_ours_is_a_500_that_tells_nothing(owner, monkeypatch):
    answer = ask(things, "GET", "/v1/broken", headers=owner)
    assert_is_problem(answer, 500, "internal_error")
    monkeypatch.setattr(Thing.Meta, "table_name", "no-such-table")
    gone = ask(things, "GET", "/v1/things/thg_1", headers=owner)
    assert_is_problem(gone, 500, "internal_error")
    monkeypatch.setenv("PRINCIPALS_TABLE", "no-such-table")
    nobody = ask(things, "GET", "/v1/things", headers=owner)
    assert_is_problem(nobody, 500, "internal_error")
    for each in (answer, gone, nobody):
        text = json.dumps(each.body)
        assert not any(
            word in text for word in ("arn:", "no-such-table", "Traceback", "RuntimeError", "dynamodb", "secret", "ResourceNotFound")
        )


def test_an_event_that_is_none_is_a_500_and_no_crash(owner, context):
    event = event_of("GET", "/v1/plans", None, owner, rawPath=None)
    assert handler(event, context)["statusCode"] == 500


@pytest.mark.parametrize("call", ["BatchGetItem", "GetItem", "TransactWriteItems"])
def test_a_throttled_database_is_a_503(owner, call):
    made = ask(things, "POST", "/v1/things", {"name": "a"}, headers=owner).body
    with hooked(f"before-call.dynamodb.{call}", lambda **_: refuse("ThrottlingException")):
        answer = ask(things, "PATCH", f"/v1/things/{made['id']}", {"name": "b"}, headers=owner)
    assert_is_problem(answer, 503, "unavailable")
    assert answer.headers["Retry-After"] == "1"


def test_a_database_out_of_reach_is_a_503(owner, monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _: None)

    def away(**_):
        raise EndpointConnectionError(endpoint_url="https://dynamodb")

    for call in ("GetItem", "TransactWriteItems"):
        with hooked(f"before-call.dynamodb.{call}", away):
            answer = ask(things, "POST", "/v1/things" if call != "GetItem" else "/v1/things/thg_1/poke", {}, headers=owner)
        assert_is_problem(answer, 503, "unavailable")
        assert "endpoint" not in json.dumps(answer.body).lower()


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
    assert tenants is not handler


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
