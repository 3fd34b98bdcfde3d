"""Cross-site requests: what a foreign page can make a browser send opens nothing and ends nothing."""

import ast
import inspect

import pytest

from functions.staff import auth
from functions.staff.api import handler
from tests.callers import ask
from tests.integration.staff.asking import OURS, cookie_of, later, login, reads, refresh

ROUTES = [route for route in [*handler._static_routes, *handler._dynamic_routes] if route.security]
FOREIGN = ["https://evil.example", "null", "", "http://localhost:8080.evil.example", "http://localhost:8080/", "http://localhost",
           "https://localhost:8080", "HTTP://LOCALHOST:8080", "http://localhost:8080,https://evil.example", "*", "http://evil@localhost:8080"]


def sent(route, cookie, headers, body=None):
    return ask(handler, route.method, route.path, body, headers={"cookie": f"__Secure-session={cookie}"} | headers, at=later())


def test_a_cookie_is_read_in_one_place_and_only_behind_the_origin():
    assert {route.path for route in ROUTES} == {"/v1/auth/refresh", "/v1/auth/logout"}
    tree = ast.parse(inspect.getsource(auth))
    readers = [f.name for f in ast.walk(tree) if isinstance(f, ast.FunctionDef) and "'cookie'" in ast.unparse(f)]
    assert readers == ["_held"]


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
@pytest.mark.parametrize("origin", FOREIGN)
def test_a_foreign_origin_is_refused(ada, route, origin):
    me = login()
    assert sent(route, cookie_of(me), {"origin": origin}).status == 403
    assert (reads(me), refresh(cookie_of(me)).status) == (200, 200)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_a_missing_origin_is_refused_whatever_else_says_where_it_came_from(ada, route):
    me = login()
    for headers in ({}, {"referer": "http://localhost:8080/"}, {"host": "localhost:8080"}, {"sec-fetch-site": "same-origin"},
                    {"x-forwarded-origin": "http://localhost:8080"}):
        assert sent(route, cookie_of(me), headers).status == 403
    assert (reads(me), refresh(cookie_of(me)).status) == (200, 200)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/json",
                                  "application/jsonp", "text/plain; application/json"])
def test_what_a_form_can_send_is_refused(ada, route, kind):
    me = login()
    assert sent(route, cookie_of(me), OURS | {"content-type": kind}).status == 415
    assert (reads(me), refresh(cookie_of(me)).status) == (200, 200)


@pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.path)
def test_nor_is_what_does_not_say_its_type_taken_for_json(ada, route, sample, context):
    """A page can leave the header out: `fetch` with a Blob of no type."""
    me = login()
    event = sample("staff/api-refresh-foreign-origin", headers=OURS | {"cookie": f"__Secure-session={cookie_of(me)}"}, rawPath=route.path)
    event["requestContext"]["http"]["path"] = route.path
    del event["headers"]["content-type"]
    assert handler(event, context)["statusCode"] == 415
    assert (reads(me), refresh(cookie_of(me)).status) == (200, 200)


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH"])
def test_there_is_no_other_way_to_them(ada, method):
    me = login()
    for route in ROUTES:
        headers = OURS | {"cookie": f"__Secure-session={cookie_of(me)}"}
        assert ask(handler, method, route.path, headers=headers, at=later()).status == 405
    assert (reads(me), refresh(cookie_of(me)).status) == (200, 200)


def test_the_cookie_opens_nothing_else(ada):
    me = login()
    for route in [*handler._static_routes, *handler._dynamic_routes]:
        if route.path.startswith("/v1/auth/") and any(route.path == public for public in handler._public):
            continue
        path = route.path.replace("<id>", me.body["session_id"])
        headers = OURS | {"cookie": f"__Secure-session={cookie_of(me)}"}
        assert ask(handler, route.method, path, {}, headers=headers, at=later()).status == 401, route.path
