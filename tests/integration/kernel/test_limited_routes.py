"""Limits over HTTP: taken once for each request that is allowed at all, told in the headers of whatever is answered."""

from datetime import timedelta

import http_sf
import pytest
from aws_lambda_powertools.event_handler import Response

from functions.staff.api import handler as staff
from kernel import access, dynamodb
from kernel.access import Principal
from kernel.clock import frozen
from kernel.config import table
from kernel.http import Api, Body, requires
from kernel.limits import Credits, Limit
from kernel.problems import NotFound
from tests.callers import ask
from tests.integration.kernel.limited import NOW, answering, counted, later, stored
from tests.integration.kernel.things_api import assert_is_problem

pytestmark = pytest.mark.usefixtures("aws")
KEY = Principal("key_1", frozenset({"things.read"}), tenant_id="ten_1", holder="ten_1",
                limits=(("minute", Limit("minute", 3, 60)), ("all", Limit("tenant", 100, 3600))))

api = Api(public=("/v1/open", "/v1/closed", "/v1/free"), per_ip={"/v1/open": Limit("open", 2, 60), "/v1/closed": Limit("closed", 2, 60, closed=True)})


class Name(Body):
    name: str


@api.get("/v1/things", middlewares=requires("things.read", tenants=True))
def things() -> Response[None]:
    return Response(204)


@api.post("/v1/things", middlewares=requires("things.read", tenants=True))
def make(body: Name) -> Response[None]:
    raise NotFound("there is no such thing")


@api.get("/v1/broken", middlewares=requires("things.read", tenants=True))
def broken() -> Response[None]:
    raise RuntimeError


@api.post("/v1/bulk", middlewares=requires("things.read", tenants=True))
def bulk() -> Response[None]:
    assert [api.inner("GET", "/v1/things/<id>", {})["statusCode"] for _ in range(5)] == [204] * 5
    return Response(204)


@api.get("/v1/things/<id>", middlewares=requires("things.read", tenants=True))
def thing(id: str) -> Response[None]:
    return Response(204)


@api.get("/v1/secrets", middlewares=requires("secrets.read", tenants=True))
def secrets() -> Response[None]:
    return Response(204)


@api.get("/v1/open")
def open_to_all() -> Response[None]:
    return Response(204)


@api.get("/v1/closed")
def closed() -> Response[None]:
    return Response(204)


@api.get("/v1/free")
def free() -> Response[None]:
    return Response(204)


@pytest.fixture
def by(monkeypatch):
    """Requests of a caller, at an instant on the wall."""

    def send(caller, method="GET", path="/v1/things", body=None, *, at=NOW):
        monkeypatch.setattr(access, "authenticate", lambda *_: caller)
        with frozen(at):
            return ask(api, method, path, body, headers={})

    return send


def parsed(answer):
    """Both headers of the draft, as RFC 9651's own parser reads them."""
    found = {name: http_sf.parse(answer.headers[name].encode(), tltype="list") for name in ("RateLimit-Policy", "RateLimit")}
    return {name: dict(members) for name, members in found.items()}


def test_every_answer_says_what_is_left(by):
    found = parsed(by(KEY))
    assert found["RateLimit-Policy"] == {"minute": {"q": 3, "w": 60}, "tenant": {"q": 100, "w": 3600}}
    assert found["RateLimit"] == {"minute": {"r": 2, "t": 20}, "tenant": {"r": 99, "t": 36}}


def test_the_older_headers_tell_of_the_tightest_limit(by):
    headers = by(KEY).headers
    assert {name: value for name, value in headers.items() if name.startswith("X-RateLimit")} == {
        "X-RateLimit-Limit": "3", "X-RateLimit-Remaining": "2", "X-RateLimit-Reset": "20"}


def test_who_asks_too_often_is_told_which_limit_and_how_long(by):
    assert [by(KEY).status for _ in range(3)] == [204] * 3
    refused = by(KEY, at=NOW + timedelta(milliseconds=500))
    assert_is_problem(refused, 429, "rate_limited")
    assert refused.body["violated-policies"] == ["minute"]
    told = parsed(refused)["RateLimit"]["minute"]
    assert told == {"r": 0, "t": 20}
    assert int(refused.headers["Retry-After"]) >= told["t"]
    assert refused.headers["X-RateLimit-Remaining"] == "0"
    assert by(KEY, at=later(milliseconds=500, seconds=int(refused.headers["Retry-After"]))).status == 204, "who waits as told comes in"


@pytest.mark.parametrize(("method", "path", "body", "status"), [
    ("POST", "/v1/things", "{", 400), ("POST", "/v1/things", {"nome": ""}, 422), ("POST", "/v1/things", {"name": "a"}, 404), ("GET", "/v1/broken", None, 500)])
def test_a_problem_has_them_too_and_was_counted(by, method, path, body, status):
    answer = by(KEY, method, path, body)
    assert answer.status == status
    assert parsed(answer)["RateLimit"]["minute"]["r"] == 2


def test_what_is_not_allowed_at_all_is_not_counted(by):
    for path, status in (("/v1/secrets", 403), ("/v1/nowhere", 404)):
        answer = by(KEY, path=path)
        assert (answer.status, "RateLimit" in answer.headers) == (status, False)
    assert by(KEY, "DELETE").status == 405
    assert stored("ten_1") is None


def test_a_limit_is_met_before_the_body_is_looked_at(by):
    assert [by(KEY).status for _ in range(3)] == [204] * 3
    assert by(KEY, "POST", "/v1/things", "{").status == 429


def test_a_route_that_asks_another_is_one_request(by):
    answer = by(KEY, "POST", "/v1/bulk", {})
    assert answer.status == 204, answer.body
    assert parsed(answer)["RateLimit"]["minute"]["r"] == 2


def test_no_answer_carries_what_was_told_to_the_last_caller(by):
    by(KEY)
    staff_member = Principal("stf_1", frozenset({"*"}))
    with counted() as calls:
        answer = by(staff_member)
    assert (answer.status, calls) == (204, {})
    assert [name for name in answer.headers if "RateLimit" in name] == []


def test_credits_that_are_used_up_are_another_problem(by):
    poor = Principal("key_1", frozenset({"things.read"}), tenant_id="ten_1", holder="ten_1", credits=Credits(1, "daily"))
    assert by(poor).status == 204
    refused = by(poor)
    assert_is_problem(refused, 429, "exhausted")
    assert refused.headers["Retry-After"] == str(12 * 3600)


def test_a_key_without_limits_still_leaves_when_it_was_used(by):
    assert by(Principal("key_1", frozenset({"things.read"}), tenant_id="ten_1", holder="ten_1")).status == 204
    assert stored("ten_1")["last_used_at#key_1"] == {"S": "2026-11-25T12:00:00.000000Z"}


def test_an_outage_of_the_counter_is_no_outage_of_the_api(by, capsys):
    with answering("ThrottlingException", 400):
        answer = by(KEY)
    assert (answer.status, "RateLimit" in answer.headers) == (204, False)
    assert "LimiterFailedOpen" in capsys.readouterr().out


# ---------- strangers ----------


def test_a_stranger_is_counted_by_address_where_the_route_says_so(by):
    found = [by(None, path="/v1/open") for _ in range(3)]
    assert [each.status for each in found] == [204, 204, 429]
    assert parsed(found[-1])["RateLimit"] == {"open": {"r": 0, "t": 30}}
    assert [by(None, path="/v1/free").status for _ in range(9)] == [204] * 9


def test_a_public_route_is_open_in_an_outage_unless_it_is_closed(by):
    with answering("InternalServerError", 500):
        assert by(None, path="/v1/open").status == 204
        assert_is_problem(by(None, path="/v1/closed"), 503, "unavailable")


@pytest.mark.parametrize(("path", "most"), [("/v1/auth/login", 30), ("/v1/auth/refresh", 120)])
def test_an_address_that_tries_to_sign_in_again_and_again_is_stopped(path, most):
    with frozen(NOW):
        found = [ask(staff, "POST", path, "{", headers={}).status for _ in range(most + 2)]
    assert set(found[:most]) <= {400, 403}
    assert found[most:] == [429, 429]
    [item] = dynamodb.client().scan(TableName=table("principals"))["Items"]
    assert "192.0.2.1" not in str(item)


@pytest.mark.parametrize("path", ["/v1/auth/login", "/v1/auth/refresh"])
def test_nobody_signs_in_while_nobody_can_count(path):
    with answering("ThrottlingException", 400):
        assert_is_problem(ask(staff, "POST", path, {"email": "a@b.test", "password": "x"}, headers={}), 503, "unavailable")
