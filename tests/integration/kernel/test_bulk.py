"""One verb for many records, each with its own result."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.plans.api import handler
from functions.tenants.api import handler as tenants
from kernel.clock import frozen, wall
from tests.callers import ask, signed_in
from tests.integration.api_keys.keys import made
from tests.integration.kernel.things import hooked, refuse
from tests.integration.kernel.things_api import assert_is_problem

pytestmark = pytest.mark.usefixtures("aws")


@pytest.fixture
def plans(owner):
    return [ask(handler, "POST", "/v1/plans", {"name": f"Plan {n}"}, headers=owner).body["id"] for n in range(4)]


def bulk(caller, body, *, api=handler, path="/v1/plans/bulk", **headers):
    return ask(api, "POST", path, body, headers=caller | {name.replace("_", "-"): value for name, value in headers.items()})


def statuses(answer):
    assert answer.status == 200, answer.body
    return [item["status"] for item in answer.body["data"]]


def test_each_record_has_its_own_result_in_the_order_asked_for(owner, plans):
    ids = [plans[2], "pln_none", plans[0], plans[1], plans[2]]
    etags = {plans[0]: '"1"', plans[2]: '"1"', plans[1]: '"7"', "pln_none": '"1"'}
    answer = bulk(owner, {"action": "update", "ids": ids, "body": {"status": "archived"}, "etags": etags})
    assert statuses(answer) == [200, 404, 200, 412]
    assert [item["id"] for item in answer.body["data"]] == ids[:4]
    assert [item["etag"] for item in answer.body["data"]] == ['"2"', None, '"2"', None]
    assert answer.body["data"][1]["problem"]["code"] == "not_found"
    assert [ask(handler, "GET", f"/v1/plans/{id}", headers=owner).body["status"] for id in plans] == ["archived", "active", "archived", "active"]


def test_a_verb_is_held_to_what_it_is_held_to_alone(owner, plans):
    answer = bulk(owner, {"action": "update", "ids": plans[:1], "body": {"name": "", "colour": 1}, "etags": {plans[0]: '"1"'}})
    assert statuses(answer) == [422]
    assert {each["field"] for each in answer.body["data"][0]["problem"]["errors"]} == {"name", "colour"}
    assert statuses(bulk(owner, {"action": "delete", "ids": plans[:1]})) == [428]


def test_deleting_and_restoring_many(owner, plans):
    etags = dict.fromkeys(plans, '"1"')
    assert statuses(bulk(owner, {"action": "delete", "ids": plans, "etags": etags})) == [204] * 4
    assert ask(handler, "GET", "/v1/plans", headers=owner).body["data"] == []
    assert statuses(bulk(owner, {"action": "restore", "ids": plans})) == [200] * 4
    assert len(ask(handler, "GET", "/v1/plans", headers=owner).body["data"]) == 4


def test_a_filter_finds_them_as_the_list_does_and_a_cursor_goes_on(owner):
    for n in range(5):
        ask(tenants, "POST", "/v1/tenants", {"name": f"T{n}", "email": "a@example.test"}, headers=owner)
    asked = {"action": "offboard", "filter": {"status": "requested", "limit": "2"}, "body": {"reason": "gone"}}
    done, cursor = [], None
    while True:
        answer = bulk(owner, asked | ({"cursor": cursor} if cursor else {}), api=tenants, path="/v1/tenants/bulk")
        done += statuses(answer)
        if (cursor := answer.body["next_cursor"]) is None:
            break
    assert done == [200] * 5
    assert {each["status"] for each in ask(tenants, "GET", "/v1/tenants", headers=owner).body["data"]} == {"offboarding"}


def test_who_may_not_do_it_alone_may_not_do_it_in_bulk(plans):
    answer = bulk(signed_in("viewer"), {"action": "restore", "ids": plans})
    assert_is_problem(answer, 403, "forbidden")


def test_the_same_bulk_twice_is_done_once(owner, plans):
    asked = {"action": "delete", "ids": plans, "etags": dict.fromkeys(plans, '"1"')}
    first = bulk(owner, asked, idempotency_key="k1")
    again = bulk(owner, asked, idempotency_key="k1")
    assert (statuses(first), again.body) == ([204] * 4, first.body)


def test_a_bulk_that_is_under_way_is_not_begun_again_until_it_must_be_dead(owner, plans):
    class Killed(BaseException):
        pass

    def kill(**_):
        raise Killed

    asked = {"action": "delete", "ids": plans[:1], "etags": {plans[0]: '"1"'}}
    with hooked("before-call.dynamodb.TransactWriteItems", kill), pytest.raises(Killed):
        bulk(owner, asked, idempotency_key="k1")
    assert_is_problem(bulk(owner, asked, idempotency_key="k1"), 409, "in_progress")
    with frozen(wall() + timedelta(seconds=31)):
        assert statuses(bulk(owner, asked, idempotency_key="k1")) == [204]


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"action": "explode", "ids": ["pln_1"]}, 422, "action"),
        ({"action": "restore"}, 422, "ids"),
        ({"action": "restore", "ids": ["pln_1"], "filter": {"status": "active"}}, 422, "ids"),
        ({"action": "restore", "ids": []}, 422, "ids"),
        ({"action": "restore", "ids": ["pln_1"] * 101}, 422, "ids"),
        ({"action": "restore", "filter": {}}, 422, "filter"),
        ({"action": "restore", "filter": {"colour": "red"}}, 400, "colour"),
        ({"action": "restore", "filter": {"status": "active"}, "cursor": "x"}, 400, "cursor"),
        ({"action": "../x", "ids": ["pln_1"]}, 422, "action"),
        ({"action": "prices", "ids": ["pln_1"], "colour": 1}, 422, "colour"),
    ],
)
def test_what_cannot_be_asked_is_refused_by_name(owner, body, status, field):
    answer = bulk(owner, body)
    assert_is_problem(answer, status)
    assert [each["field"] for each in answer.body["errors"]] == [field]
    if field == "action" and body["action"] == "explode":
        assert answer.body["allowed"] == ["delete", "prices", "restore", "update"]


def test_an_id_is_not_a_path(owner, plans):
    answer = bulk(owner, {"action": "delete", "ids": [f"{plans[0]}/prices", "../tenants/ten_1", "a?b=c", plans[0]]})
    assert_is_problem(answer, 422)
    assert [each["field"] for each in answer.body["errors"]] == ["ids.0", "ids.1", "ids.2"]


def test_a_bulk_that_died_does_not_do_again_what_it_has_done(owner, plans):
    class Killed(BaseException):
        pass

    writes = iter(range(10))

    def kill(**_):
        if next(writes) == 1:
            raise Killed

    price = {"currency": "EUR", "interval": "month", "unit_amount": "1"}
    asked = {"action": "prices", "ids": plans[:2], "body": price}
    with hooked("before-call.dynamodb.TransactWriteItems", kill), pytest.raises(Killed):
        bulk(owner, asked, idempotency_key="k1")
    with frozen(wall() + timedelta(seconds=31)):
        assert statuses(bulk(owner, asked, idempotency_key="k1")) == [201, 201]
    assert len(ask(handler, "GET", "/v1/prices", headers=owner).body["data"]) == 2


def test_a_bulk_of_which_a_part_was_turned_away_goes_on_from_there_when_it_comes_again(owner, plans):
    writes = iter(range(10))

    def turn_away(**_):
        return refuse("ThrottlingException") if next(writes) == 1 else None

    price = {"currency": "EUR", "interval": "month", "unit_amount": "1"}
    asked = {"action": "prices", "ids": plans[:3], "body": price}
    with hooked("before-call.dynamodb.TransactWriteItems", turn_away):
        first = bulk(owner, asked, idempotency_key="k1")
    assert statuses(first) == [201, 503, 201]
    again = bulk(owner, asked, idempotency_key="k1")
    assert statuses(again) == [201] * 3
    assert (again.body["data"][0], again.body["data"][2]) == (first.body["data"][0], first.body["data"][2])
    assert bulk(owner, asked, idempotency_key="k1").body == again.body
    assert len(ask(handler, "GET", "/v1/prices", headers=owner).body["data"]) == 3


def test_a_walk_keeps_its_order_and_hides_what_was_deleted(plans):
    viewer, asked = signed_in("viewer"), {"action": "restore", "filter": {"include_deleted": "true"}}
    assert_is_problem(bulk(viewer, asked), 403, "forbidden")
    answer = bulk(signed_in("owner"), {"action": "restore", "filter": {"sort": "updated_at"}})
    assert_is_problem(answer, 400, "unknown_sort")


# ---------- what it costs ----------

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)


@pytest.fixture
def by(owner, plans):
    """A bulk that deletes so many of the plans, by a key that may so much, a while after all of this has begun."""

    def send(key, n, *, seconds=0, body=None):
        body = body or {"action": "delete", "ids": plans[:n], "etags": dict.fromkeys(plans, '"1"')}
        with frozen(AT + timedelta(seconds=seconds)):
            return bulk({"authorization": f"Bearer {key}"}, body)

    return send


def key(owner, **may):
    with frozen(AT):
        return made(owner, scopes=["plans.*"], **may)["key"]


def left(owner):
    return len(ask(handler, "GET", "/v1/plans", headers=owner).body["data"])


def test_it_costs_as_many_requests_as_it_has_records(owner, by):
    few = key(owner, limits=[{"name": "few", "limit": 5, "window": 50}], credits={"amount": 9})
    answer = by(few, 3)
    assert statuses(answer) == [204] * 3
    assert answer.headers["RateLimit"] == '"few";r=2;t=10'
    assert by(few, 1).headers["RateLimit"] == '"few";r=1;t=10'
    assert by(few, 0, body={"action": "delete", "filter": {"name": "none"}}).headers["RateLimit"] == '"few";r=0;t=10'
    assert_is_problem(by(few, 1), 429, "rate_limited")


def test_what_a_filter_finds_costs_as_much(owner, by):
    few = key(owner, limits=[{"name": "few", "limit": 5, "window": 50}])
    assert by(few, 4, body={"action": "restore", "filter": {"name__contains": "plan"}}).headers["RateLimit"] == '"few";r=1;t=10'


def test_without_room_for_all_of_them_none_is_touched_and_who_waits_as_told_comes_in(owner, by):
    few = key(owner, limits=[{"name": "few", "limit": 5, "window": 50}])
    assert by(few, 2, body={"action": "restore", "ids": ["pln_1", "pln_2"]}).status == 200
    refused = by(few, 4)
    assert_is_problem(refused, 429, "rate_limited")
    assert (refused.headers["RateLimit"], left(owner)) == ('"few";r=2;t=10', 4), "of a refused one, that it was asked counts alone"
    wait = int(refused.headers["Retry-After"])
    assert wait == 20
    assert statuses(by(few, 4, seconds=wait)) == [204] * 4
    assert left(owner) == 0


@pytest.mark.parametrize(("may", "code", "detail"), [
    ({"limits": [{"name": "few", "limit": 3, "window": 1}]}, "rate_limited", "one such request costs more than the limit ever allows: ask for less at once"),
    ({"credits": {"amount": 3, "refill": "daily"}}, "exhausted", "it costs more than the 2 credits that are left")])
def test_more_than_there_ever_is_room_for_is_refused_for_good(owner, by, may, code, detail):
    refused = by(key(owner, **may), 4)
    assert_is_problem(refused, 429, code)
    assert (refused.body["detail"], refused.headers.get("Retry-After"), left(owner)) == (detail, None, 4)


def test_credits_are_taken_for_all_records_or_none(owner, by):
    poor = key(owner, credits={"amount": 6, "refill": "daily"})
    assert statuses(by(poor, 3)) == [204] * 3
    refused = by(poor, 4)
    assert_is_problem(refused, 429, "exhausted")
    assert (refused.headers["Retry-After"], left(owner)) == (str(12 * 3600), 1)
    assert by(poor, 2).status == 200
