"""A change of a plan: what is sent, merged; null where the plan needs a value is refused."""

import pytest

from functions.plans.api import handler
from tests.callers import ask

pytestmark = pytest.mark.usefixtures("aws")
PRO = {"name": "Pro", "trial_days": 14, "limits": {"seats": 10, "projects": 3}, "features": ["sso"], "extra": {"a": 1}}


@pytest.fixture
def plan(owner):
    return ask(handler, "POST", "/v1/plans", PRO, headers=owner).body


def patched(plan, owner, body):
    return ask(handler, "PATCH", f"/v1/plans/{plan['id']}", body, headers=owner | {"if-match": f'"{plan["version"]}"'})


@pytest.mark.parametrize("field", ["name", "description", "status", "trial_days", "limits", "features", "extra"])
def test_null_is_refused_and_the_field_named(plan, owner, field):
    answer = patched(plan, owner, {field: None})
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, [field])


def test_an_empty_change_is_none(plan, owner):
    answer = patched(plan, owner, {})
    assert (answer.status, answer.body["code"]) == (400, "empty_patch")


def test_limits_and_extra_are_merged_and_null_takes_one_away(plan, owner):
    answer = patched(plan, owner, {"limits": {"seats": None, "users": 5}, "extra": {"b": {"c": None}}, "features": []})
    assert answer.status == 200, answer.body
    assert answer.body["limits"] == {"projects": 3, "users": 5}
    assert answer.body["extra"] == {"a": 1, "b": {}}
    assert answer.body["features"] == []
    assert answer.body["name"] == "Pro"


def test_a_limit_is_still_a_number(plan, owner):
    answer = patched(plan, owner, {"limits": {"seats": "many"}})
    assert (answer.status, [error["field"] for error in answer.body["errors"]]) == (422, ["limits.seats"])
