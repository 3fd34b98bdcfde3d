"""Plans and prices over HTTP."""

import pytest

from functions.plans.api import handler
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
PRO = {"name": "Pro", "trial_days": 14, "limits": {"seats": 10}, "features": ["sso"]}
EUR = {"currency": "EUR", "interval": "month", "unit_amount": "4900"}


@pytest.fixture
def plan(owner):
    answer = ask(handler, "POST", "/v1/plans", PRO, headers=owner)
    assert answer.status == 201, answer.body
    return answer.body


def test_a_plan_is_created_and_read_back(plan, owner):
    found = ask(handler, "GET", f"/v1/plans/{plan['id']}", headers=owner)
    assert found.body == plan
    assert found.headers["ETag"] == '"1"'
    assert {name: found.body[name] for name in PRO} == PRO


def test_a_price_is_replaced_by_a_new_version_and_never_edited(plan, owner):
    first = ask(handler, "POST", f"/v1/plans/{plan['id']}/prices", EUR, headers=owner).body
    second = ask(handler, "POST", f"/v1/plans/{plan['id']}/prices", EUR | {"unit_amount": "5900", "replaces": first["id"]}, headers=owner)
    assert (second.status, second.body["edition"]) == (201, 2)
    old = ask(handler, "GET", f"/v1/prices/{first['id']}", headers=owner).body
    assert (old["unit_amount"], old["status"]) == ("4900", "replaced")
    assert ask(handler, "PATCH", f"/v1/prices/{first['id']}", {"unit_amount": "1"}, headers=owner).status == 405
    again = ask(handler, "POST", f"/v1/plans/{plan['id']}/prices", EUR | {"replaces": first["id"]}, headers=owner)
    assert again.status == 409


def test_a_change_of_a_plan_needs_the_version_that_was_read(plan, owner):
    path = f"/v1/plans/{plan['id']}"
    assert ask(handler, "PATCH", path, {"name": "B"}, headers=owner).status == 428
    assert ask(handler, "PATCH", path, {"name": "B"}, headers=owner | {"if-match": '"7"'}).status == 412
    changed = ask(handler, "PATCH", path, {"name": "B", "limits": {"seats": 5}}, headers=owner | {"if-match": '"1"'})
    assert (changed.status, changed.body["name"], changed.body["version"]) == (200, "B", 2)
    assert ask(handler, "PATCH", path, {"name": "C"}, headers=owner | {"if-match": '"1"'}).status == 412


@pytest.mark.parametrize(("body", "field"), [
    ({"name": ""}, "name"), ({}, "name"), (PRO | {"colour": "red"}, "colour"), (PRO | {"trial_days": "14"}, "trial_days"),
    (PRO | {"trial_days": -1}, "trial_days"), (PRO | {"trial_days": 1.0}, "trial_days"), (PRO | {"limits": {"seats": 10**50}}, "limits.seats"),
    (PRO | {"id": "pln_1"}, "id"), (PRO | {"version": 9}, "version")])
def test_a_bad_plan_is_refused_and_the_field_named(owner, body, field):
    answer = ask(handler, "POST", "/v1/plans", body, headers=owner)
    assert answer.status == 422
    assert [error["field"] for error in answer.body["errors"]] == [field]
    assert ask(handler, "GET", "/v1/plans", headers=owner).body["data"] == []


@pytest.mark.parametrize(("change", "field"), [
    ({"unit_amount": "-1"}, "unit_amount"), ({"unit_amount": 49}, "unit_amount"), ({"currency": "XXQ"}, "currency"),
    ({"currency": "eur"}, "currency"), ({"interval": "fortnight"}, "interval"), ({"interval_count": 0}, "interval_count"),
    ({"unit_amount": "1e400"}, "unit_amount"), ({"unit_amount": "NaN"}, "unit_amount")])
def test_a_bad_price_is_refused_and_the_field_named(plan, owner, change, field):
    answer = ask(handler, "POST", f"/v1/plans/{plan['id']}/prices", EUR | change, headers=owner)
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])


def test_a_viewer_may_read_and_not_write(plan):
    viewer = signed_in("viewer")
    assert ask(handler, "GET", f"/v1/plans/{plan['id']}", headers=viewer).status == 200
    assert ask(handler, "POST", "/v1/plans", {"nonsense": 1}, headers=viewer).status == 403


def test_a_deleted_plan_is_gone_until_it_is_restored(plan, owner):
    path, match = f"/v1/plans/{plan['id']}", {"if-match": '"1"'}
    assert ask(handler, "DELETE", path, headers=owner | match).status == 204
    assert ask(handler, "GET", path, headers=owner).status == 404
    assert ask(handler, "GET", "/v1/plans", headers=owner).body["data"] == []
    assert len(ask(handler, "GET", "/v1/plans", headers=owner, include_deleted="true").body["data"]) == 1
    assert ask(handler, "POST", path + "/restore", headers=owner).status == 200
    assert len(ask(handler, "GET", "/v1/plans", headers=owner).body["data"]) == 1
    assert [entry["type"] for entry in ask(handler, "GET", path + "/timeline", headers=owner).body["data"]] == [
        "plans.created", "plans.deleted", "plans.restored"]
