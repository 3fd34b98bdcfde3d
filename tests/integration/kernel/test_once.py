"""`Idempotency-Key`: a POST that comes twice has one effect and one answer."""

import json
from datetime import timedelta

import pytest

from functions.plans.api import handler
from functions.plans.models import Plan
from kernel.clock import frozen, wall
from tests.callers import ask, signed_in
from tests.integration.kernel.things import everything, hooked, recorded
from tests.integration.kernel.things_api import assert_is_problem

pytestmark = pytest.mark.usefixtures("aws")
KEY = "8e03978e-40d5-43e8-bc93-6894a57f9324"


def post(owner, body=None, *, key=KEY, path="/v1/plans"):
    return ask(handler, "POST", path, {"name": "Pro"} if body is None else body, headers=owner | {"Idempotency-Key": key})


def plans():
    return [item for item in everything("plans") if item["pk"]["S"].startswith("pln_")]


def test_the_same_request_again_is_answered_as_before_and_changes_nothing(owner):
    first = post(owner)
    for key in (KEY, f'"{KEY}"'):  # bare, and quoted as the standard's draft has it
        again = post(owner, key=key)
        assert (again.status, again.body, again.headers["ETag"], again.headers["Location"]) == (
            201, first.body, first.headers["ETag"], first.headers["Location"])
        assert again.headers["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first.headers
    assert len(plans()) == 1
    assert len(everything("audit")) == 1


def test_the_answer_is_that_of_then_whatever_has_happened_to_the_record(owner):
    first = post(owner)
    ask(handler, "PATCH", f"/v1/plans/{first.body['id']}", {"name": "Pro 2"}, headers=owner | {"if-match": '"1"'})
    assert post(owner).body == first.body
    ask(handler, "DELETE", f"/v1/plans/{first.body['id']}", headers=owner | {"if-match": '"2"'})
    assert post(owner).body == first.body


def test_a_key_counts_for_one_caller_and_one_address(owner):
    first = post(owner)
    assert post(signed_in("admin")).body["id"] != first.body["id"]
    price = {"currency": "EUR", "interval": "month", "unit_amount": "1"}
    made = post(owner, price, path=f"/v1/plans/{first.body['id']}/prices")
    assert (made.status, made.body["plan_id"]) == (201, first.body["id"])
    assert post(owner, price, path=f"/v1/plans/{first.body['id']}/prices").body == made.body


def test_another_body_under_the_same_key_is_refused(owner):
    post(owner)
    answer = post(owner, {"name": "Other"})
    assert_is_problem(answer, 422, "idempotency_key_reused")
    assert [each["field"] for each in answer.body["errors"]] == ["Idempotency-Key"]
    assert len(plans()) == 1


def test_what_failed_is_not_remembered(owner):
    assert_is_problem(post(owner, {"name": ""}), 422, "invalid")
    assert post(owner).status == 201


def test_a_crash_before_the_effect_leaves_nothing_and_after_it_the_answer(owner):
    class Killed(BaseException):
        pass

    def kill(**_):
        raise Killed

    with hooked("before-call.dynamodb.TransactWriteItems", kill), pytest.raises(Killed):
        post(owner)
    assert plans() == []
    with hooked("after-call.dynamodb.TransactWriteItems", kill), pytest.raises(Killed):
        post(owner)
    [stored] = plans()
    again = post(owner)
    assert (again.status, again.body["id"], again.headers["Idempotency-Replayed"]) == (201, stored["pk"]["S"], "true")
    assert len(plans()) == 1


def test_of_two_at_once_the_slower_is_answered_what_the_quicker_was(owner):
    answers = []

    def meanwhile(**_):
        if not answers:
            answers.append(None)
            answers[0] = post(owner)

    with hooked("before-call.dynamodb.TransactWriteItems", meanwhile):
        slower = post(owner)
    assert (slower.status, slower.body) == (201, answers[0].body)
    assert len(plans()) == 1


def test_the_slower_is_not_refused_for_what_the_quicker_did(owner):
    plan = post(owner).body
    path, quicker = f"/v1/plans/{plan['id']}/restore", []
    ask(handler, "DELETE", f"/v1/plans/{plan['id']}", headers=owner | {"if-match": '"1"'})

    def meanwhile(params, **_):
        if not quicker and json.loads(params["body"])["Key"]["pk"]["S"] == plan["id"]:
            quicker.append(None)
            quicker[0] = post(owner, path=path)

    with hooked("before-call.dynamodb.GetItem", meanwhile):
        slower = post(owner, path=path)
    assert quicker[0].status == 200
    assert (slower.status, slower.body) == (200, quicker[0].body)
    assert ask(handler, "POST", path, headers=owner).status == 409


def test_a_key_is_forgotten_after_a_day(owner):
    first = post(owner)
    with frozen(wall() + timedelta(hours=25)):
        assert post(owner).body["id"] != first.body["id"]


@pytest.mark.parametrize("key", ["", '""', "a b", "x" * 256, "é", "a\nb"])
def test_a_key_that_is_none_is_a_400(owner, key):
    answer = post(owner, key=key)
    assert_is_problem(answer, 400, "bad_idempotency_key")
    assert plans() == []


def test_the_marker_costs_one_read_and_is_in_the_one_transaction(owner):
    with recorded() as calls:
        post(owner)
    assert [name for name, _ in calls] == ["BatchGetItem", "GetItem", "TransactWriteItems"]


def test_the_marker_is_in_no_list(owner):
    post(owner)
    assert [plan["name"] for plan in ask(handler, "GET", "/v1/plans", headers=owner).body["data"]] == ["Pro"]
    assert Plan.find(plans()[0]["pk"]["S"]).version == 1
