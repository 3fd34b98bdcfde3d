"""Failures of ours and of what we stand on: a 500 or a 503, and nothing of our insides."""

import json

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.plans.api import handler
from tests.callers import ask
from tests.integration.kernel.things import Thing, hooked, refuse
from tests.integration.kernel.things_api import assert_is_problem, event_of, things

pytestmark = pytest.mark.usefixtures("aws")


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


def test_an_answer_that_is_not_what_we_promise_is_a_mistake_of_ours(owner):
    assert_is_problem(ask(things, "GET", "/v1/promise", headers=owner), 500, "internal_error")


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
