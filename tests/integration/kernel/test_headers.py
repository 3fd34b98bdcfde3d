"""What a browser is told on every answer of every function: right ones, refused ones, broken ones."""

import re
from collections.abc import Iterator
from typing import Any

import pytest

from kernel.http import GUARDED, Api
from tests.callers import ask
from tests.features import apis
from tests.integration.kernel.things_api import event_of, things

pytestmark = pytest.mark.usefixtures("aws")

APIS = apis()
# Of all that is answered, what says something else, and what.
OTHERWISE = {"/v1/docs": {"Cache-Control", "Content-Security-Policy"}, "/v1/openapi.json": {"Cache-Control"},
             "/v1/public/status": {"Cache-Control"}}


def assert_guarded(headers: dict[str, str], path: str = "") -> None:
    names = [name.lower() for name in headers]
    assert len(names) == len(set(names)), "said twice"
    assert {name for name, value in GUARDED.items() if headers.get(name) != value} <= OTHERWISE.get(path, set())
    assert "'none'" in headers["Content-Security-Policy"]
    assert "'unsafe-inline'" not in headers["Content-Security-Policy"].partition("script-src")[2].partition(";")[0]


def routes(api: Api) -> Iterator[tuple[str, str]]:
    for route in [*api._static_routes, *api._dynamic_routes]:
        yield route.method, re.sub("<[^>]*>", "x_none", route.path)


def headers_of(api: Api, method: str, path: str, body: Any, headers: dict[str, str]) -> dict[str, str]:
    event = event_of(method, path, body, {"content-type": "application/json", **headers})
    found: dict[str, str] = api(event, None)["headers"]
    return found


def test_what_is_said_forbids_all_that_an_answer_of_an_api_does_not_need() -> None:
    assert GUARDED == {
        "Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
        "Cross-Origin-Resource-Policy": "same-origin", "Referrer-Policy": "no-referrer",
        "Strict-Transport-Security": "max-age=63072000; includeSubDomains", "X-Content-Type-Options": "nosniff"}


@pytest.mark.parametrize("feature", APIS)
def test_every_route_says_it_to_strangers_and_to_those_who_may(feature: str, owner: dict[str, str]) -> None:
    for method, path in routes(APIS[feature]):
        for headers in ({}, owner):
            for body in (None, "{", {"nothing": "known"}):
                assert_guarded(headers_of(APIS[feature], method, path, body, headers), path)


@pytest.mark.parametrize("feature", APIS)
def test_what_is_no_route_says_it_too(feature: str, owner: dict[str, str]) -> None:
    for method, path in (("GET", "/v1/nothing"), ("BREW", next(routes(APIS[feature]))[1])):
        for headers in ({}, owner, owner | {"content-type": "text/html"}, owner | {"if-match": "x"}):
            assert_guarded(headers_of(APIS[feature], method, path, None, headers))


def test_a_route_that_breaks_says_it_too(owner: dict[str, str]) -> None:
    for path, status in (("/v1/broken", 500), ("/v1/promise", 500), ("/v1/things", 200)):
        answer = ask(things, "GET", path, headers=owner)
        assert answer.status == status
        assert_guarded(answer.headers)


def test_an_answer_keeps_its_own_headers(owner: dict[str, str]) -> None:
    made = ask(APIS["plans"], "POST", "/v1/plans", {"name": "Pro"}, headers=owner | {"idempotency-key": "k"})
    again = ask(APIS["plans"], "POST", "/v1/plans", {"name": "Pro"}, headers=owner | {"idempotency-key": "k"})
    for answer in (made, again):
        assert_guarded(answer.headers)
        assert (answer.headers["ETag"], answer.headers["Location"]) == ('"1"', f"/v1/plans/{made.body['id']}")


def test_a_browser_that_has_the_documentation_is_told_its_own_policy_again() -> None:
    """A 304 replaces the headers of what a browser has kept: with the policy of all others, the page's own scripts would stop."""
    whole = headers_of(APIS["docs"], "GET", "/v1/docs", None, {})
    kept = headers_of(APIS["docs"], "GET", "/v1/docs", None, {"if-none-match": whole["ETag"]})
    for name in ("Content-Security-Policy", "Cache-Control", "ETag"):
        assert kept[name] == whole[name]
    assert "script-src 'sha256-" in kept["Content-Security-Policy"]
