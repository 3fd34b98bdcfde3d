"""GET /v1/search: over all that the caller may read."""

import pytest

from functions.plans.models import Plan
from functions.search.api import handler
from functions.search.subjects import SUBJECTS
from functions.staff.models import Staff
from kernel import access, ids
from tests.callers import ask, signed_in
from tests.features import all_resources
from tests.integration.search.support import deliver, heap, indexed, messages, save

pytestmark = pytest.mark.usefixtures("aws")
# Who sees which is no matter of permission: their lists alone search them.
ONES_OWN = {"/v1/exports", "/v1/staff/sessions", "/v1/staff/views"}
# What names who asked to be forgotten, and what a nightly run writes over and over.
IN_NO_INDEX = {"/v1/audit/erasures", "/v1/insights/churn"}


def test_every_resource_is_searched_under_its_features_permission_and_found_at_its_address():
    assert {prefix: tuple(subject) for prefix, subject in SUBJECTS.items()} == {
        resource.record.prefix: (resource.name, resource.path) for _, resource in all_resources() if resource.path not in ONES_OWN | IN_NO_INDEX}
    assert {resource.path for _, resource in all_resources() if not resource.record.searched} == IN_NO_INDEX


@pytest.fixture
def acme():
    """A plan, a tenant and a member of staff that are called so, in this order."""
    plan = save(Plan(ids.new("pln"), name="Acme Plan"))
    [tenant] = indexed("Acme")
    staff = save(Staff(ids.new("stf"), name="Acme Ann", email="ann@example.test", role="viewer", subject="s"))
    deliver(*messages(plan.id), *messages(staff.id))
    return plan, tenant, staff


def search(headers, **query):
    return ask(handler, "GET", "/v1/search", headers=headers, **query)


def test_the_best_of_all_kinds_is_first_then_the_newest(owner, acme):
    plan, tenant, staff = acme
    answer = search(owner, q="acme")
    assert answer.status == 200
    assert answer.body == {"partial": False, "data": [
        {"resource": "tenants", "id": tenant.id, "title": "Acme", "match": "exact", "url": f"/v1/tenants/{tenant.id}"},
        {"resource": "staff", "id": staff.id, "title": "Acme Ann", "match": "word", "url": f"/v1/staff/{staff.id}"},
        {"resource": "plans", "id": plan.id, "title": "Acme Plan", "match": "word", "url": f"/v1/plans/{plan.id}"}]}
    assert [each["id"] for each in search(owner, q="acme", limit="2").body["data"]] == [tenant.id, staff.id]
    assert search(owner, q="acme", limit="2").body["partial"]


def test_the_record_itself_comes_before_those_that_name_it(owner, acme):
    from functions.plans.models import Price

    plan = acme[0]
    price = save(Price(ids.new("pri"), plan_id=plan.id, currency="EUR", interval="month", interval_count=1, unit_amount="1"))
    deliver(*messages(price.id))
    found = [(each["id"], each["title"]) for each in search(owner, q=plan.id).body["data"]]
    assert found == [(plan.id, "Acme Plan"), (price.id, "EUR")]


def test_only_what_the_caller_may_read_is_found(acme, monkeypatch):
    monkeypatch.setitem(access.ROLES, "viewer", {"plans.read"})
    assert [each["resource"] for each in search(signed_in("viewer"), q="acme").body["data"]] == ["plans"]
    monkeypatch.setitem(access.ROLES, "viewer", set())
    assert (search(signed_in("viewer"), q="acme").status, search({}, q="acme").status) == (403, 401)


@pytest.mark.parametrize(("query", "code", "field"), [
    ({}, "query_too_short", "q"), ({"q": ""}, "query_too_short", "q"), ({"q": "a"}, "query_too_short", "q"),
    ({"q": "x" * 201}, "query_too_long", "q"), ({"q": "acme", "limit": "0"}, "bad_limit", "limit"),
    ({"q": "acme", "sort": "name"}, "unknown_filter", "sort"), ({"q": "acme", "cursor": "x"}, "unknown_filter", "cursor")])  # fmt: skip
def test_what_cannot_be_searched_for_is_refused(owner, query, code, field):
    answer = search(owner, **query)
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (400, code, field)


def test_at_most_fifty_are_shown_and_it_is_said_that_there_are_more(owner):
    heap(60, "Acme {}", only="acme")
    answer = search(owner, q="acme", limit="100")
    assert (len(answer.body["data"]), answer.body["partial"]) == (50, True)


@pytest.mark.parametrize(("name", "status", "field"), [("api-find", 200, None), ("api-too-short", 400, "q")])
def test_a_sample_is_answered_as_its_name_says(sample, owner, context, name, status, field):
    import json

    answer = handler(sample(f"search/{name}", headers=owner), context)
    assert answer["statusCode"] == status, answer["body"]
    if field:
        assert [error["field"] for error in json.loads(answer["body"])["errors"]] == [field]
