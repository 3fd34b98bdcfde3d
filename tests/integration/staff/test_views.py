"""Saved views: one's own, and those that are shared; nobody sees another's private ones."""

import pytest

from functions.staff.api import handler
from tests.callers import ask, signed_in
from tests.integration.kernel.things_api import assert_is_problem

pytestmark = pytest.mark.usefixtures("aws")
PATH = "/v1/staff/views"
MINE = {"name": "Active in Berlin", "resource": "tenants", "query": {"status": "active", "sort": "-created_at"}, "columns": ["name", "status"]}


@pytest.fixture
def ada():
    return signed_in("viewer")


@pytest.fixture
def bob():
    return signed_in("support")


def made(caller, **change):
    answer = ask(handler, "POST", PATH, MINE | change, headers=caller)
    assert answer.status == 201, answer.body
    return answer.body


def names(caller, **query):
    answer = ask(handler, "GET", PATH, headers=caller, **query)
    assert answer.status == 200, answer.body
    return [view["name"] for view in answer.body["data"]]


def test_anybody_on_the_staff_keeps_views_of_their_own(ada):
    view = made(ada)
    assert (view["query"], view["columns"], view["shared"], view["owner_id"]) == (MINE["query"], MINE["columns"], False, "stf_viewer")
    answer = ask(handler, "PATCH", f"{PATH}/{view['id']}", {"name": "B", "query": {"status": None, "q": "berlin"}}, headers=ada)
    assert (answer.body["name"], answer.body["query"]) == ("B", {"sort": "-created_at", "q": "berlin"})
    assert ask(handler, "DELETE", f"{PATH}/{view['id']}", headers=ada).status == 204
    assert names(ada) == []
    assert ask(handler, "POST", f"{PATH}/{view['id']}/restore", headers=ada).status == 200
    assert names(ada) == ["B"]
    assert len(ask(handler, "GET", f"{PATH}/{view['id']}/timeline", headers=ada).body["data"]) == 4


def test_a_list_holds_ones_own_and_the_shared_ones_of_a_resource(ada, bob):
    made(ada, name="Ada's")
    made(bob, name="Bob's")
    made(bob, name="All's", shared=True)
    made(bob, name="Plans", shared=True, resource="plans")
    assert names(ada, resource="tenants", sort="name") == ["Ada's", "All's"]
    assert names(bob, resource="tenants") == ["All's", "Bob's"]  # newest first
    assert sorted(names(ada)) == ["Ada's", "All's", "Plans"]
    assert names(ada, owner_id="stf_support", shared="false") == []


def test_views_of_a_list_stand_in_the_order_of_their_places(ada):
    for place, name in enumerate(("Third", "First", "Second")):
        made(ada, name=name, position=(3, 1, 2)[place])
    assert names(ada, resource="tenants", sort="position") == ["First", "Second", "Third"]


def test_anothers_private_view_does_not_exist(ada, bob):
    view = made(bob)
    path = f"{PATH}/{view['id']}"
    for method, where, body in (("GET", path, None), ("PATCH", path, {"name": "x"}), ("DELETE", path, None), ("POST", path + "/restore", None),
                                ("GET", path + "/timeline", None)):
        for caller in (ada, signed_in("owner")):
            assert_is_problem(ask(handler, method, where, body, headers=caller), 404, "not_found")


def test_a_shared_view_is_changed_by_its_owner_or_who_may_change_staff(ada, bob):
    view = made(bob, shared=True)
    path = f"{PATH}/{view['id']}"
    assert ask(handler, "GET", path, headers=ada).body == view
    assert_is_problem(ask(handler, "PATCH", path, {"name": "x"}, headers=ada), 403, "forbidden")
    assert_is_problem(ask(handler, "DELETE", path, headers=ada), 403, "forbidden")
    assert ask(handler, "PATCH", path, {"name": "Ours"}, headers=signed_in("owner")).status == 200
    assert ask(handler, "PATCH", path, {"shared": False}, headers=bob).body["shared"] is False
    assert names(ada) == []


@pytest.mark.parametrize("change", [{"name": ""}, {"resource": "Tenants"}, {"resource": "../x"}, {"query": {"a": 1}}, {"shared": "yes"},
                                    {"owner_id": "stf_owner"}, {"audience": "all"}, {"columns": "name"}, {"position": -1}, {"position": 1000},
                                    {"position": "1"}])
def test_a_view_that_is_none_is_refused_by_name(ada, change):
    answer = ask(handler, "POST", PATH, MINE | change, headers=ada)
    assert_is_problem(answer, 422)
    assert answer.body["errors"][0]["field"].split(".")[0] == next(iter(change))


def test_a_search_among_views_finds_what_the_list_would_hold(ada, bob):
    from tests.integration.search.support import deliver, messages

    for view in (made(ada, name="Berlin: mine"), made(bob, name="Berlin: private"), made(bob, name="Berlin: ours", shared=True)):
        deliver(*messages(view["id"]))
    assert sorted(names(ada, q="berlin")) == ["Berlin: mine", "Berlin: ours"]
