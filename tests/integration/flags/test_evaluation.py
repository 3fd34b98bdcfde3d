"""Flags as programs ask for them, by the OpenFeature Remote Evaluation Protocol, and as a preview shows them."""

from datetime import timedelta

import pytest

from functions.flags import evaluation
from functions.flags.api import handler
from kernel import dynamodb
from kernel.clock import frozen, wall
from tests.callers import ask, signed_in
from tests.integration.flags.conftest import for_plan, on_plan, rollout


def test_a_flag_is_told_with_value_variant_and_reason(house):
    flag = house.flag()
    answer = house.evaluate({}, "new-checkout")
    assert (answer.status, answer.body) == (200, {
        "key": "new-checkout", "value": False, "variant": "off", "reason": "STATIC", "metadata": {"version": flag["version"]}})


@pytest.mark.parametrize("body", [None, "", {}, {"context": {}}, {"context": None}, {"flags": ["x"], "context": {"targetingKey": None}}])
def test_nothing_has_to_be_sent(house, body):
    house.flag()
    assert house.evaluate(body, "new-checkout").status == 200
    assert house.evaluate(body).status == 200


def test_a_flag_that_is_not_there_is_not_found(house):
    flag = house.flag()
    house.ask("DELETE", f"/v1/flags/{flag['id']}", headers={"if-match": '"1"'})
    for key in ("new-checkout", "never", "n" * 300):
        answer = house.evaluate({}, key)
        assert (answer.status, answer.body) == (404, {"key": key, "errorCode": "FLAG_NOT_FOUND", "errorDetails": "there is no such flag"})
    assert house.evaluate({}).body == {"flags": []}


@pytest.mark.parametrize(("body", "code"), [
    ("{", "PARSE_ERROR"), ("[]", "PARSE_ERROR"), ('{"context": NaN}', "PARSE_ERROR"), ("[" * 40 + "]" * 40, "PARSE_ERROR"),
    ({"context": []}, "INVALID_CONTEXT"), ({"context": "x"}, "INVALID_CONTEXT"), ({"context": {"targetingKey": 7}}, "INVALID_CONTEXT")])
def test_what_cannot_be_read_is_refused_in_the_protocols_words(house, body, code):
    house.flag()
    one, every = house.evaluate(body, "new-checkout"), house.evaluate(body)
    assert (one.status, one.body["key"], one.body["errorCode"], bool(one.body["errorDetails"])) == (400, "new-checkout", code, True)
    assert (every.status, every.body["errorCode"], bool(every.body["errorDetails"])) == (400, code, True)
    assert one.headers["Content-Type"].startswith("application/json")


def test_a_rollout_without_anything_to_tell_by_is_an_error_of_that_flag_alone(house, owner):
    house.flag("plain")
    house.flag("rolled", rules=[rollout(500)])
    one = ask(handler, "POST", "/ofrep/v1/evaluate/flags/rolled", {}, headers=owner)
    assert (one.status, one.body["errorCode"], one.body["key"]) == (400, "TARGETING_KEY_MISSING", "rolled")
    every = ask(handler, "POST", "/ofrep/v1/evaluate/flags", {}, headers=owner)
    assert every.status == 200
    assert [(each["key"], each.get("variant"), each.get("errorCode")) for each in every.body["flags"]] == [
        ("plain", "off", None), ("rolled", None, "TARGETING_KEY_MISSING")]
    assert house.evaluate({}, "rolled").body["reason"] == "SPLIT"  # by the tenant of the key


@pytest.mark.parametrize(("kind", "value", "written"), [
    ("boolean", True, "true"), ("string", " x ", '" x "'), ("integer", 3, "3"), ("number", 3, "3.0"), ("number", 0.5, "0.5"),
    ("json", {"a": None}, '{"a":null}'), ("json", [1, 2.0], "[1,2.0]")])
def test_a_value_is_written_as_its_kind_has_it(house, kind, value, written):
    house.flag("f", kind=kind, variants=[{"name": "off", "value": value}])
    answer = handler(_event(house, "/ofrep/v1/evaluate/flags/f"), None)["body"]
    assert f'"value":{written},' in answer


def _event(house, path):
    return {"version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": "", "isBase64Encoded": False, "body": "{}",
            "headers": {"content-type": "application/json", "authorization": f"Bearer {house.key}"}, "requestContext": {
                "accountId": "1", "apiId": "a", "domainName": "d", "stage": "$default", "requestId": "req-1", "time": "", "routeKey": "$default",
                "timeEpoch": 0, "http": {"method": "POST", "path": path, "protocol": "HTTP/1.1", "sourceIp": "192.0.2.1", "userAgent": "t"}}}


# ---------- whose flags ----------


def test_a_tenants_key_asks_for_its_own_tenant_and_plan_whatever_it_says(house):
    house.flag(rules=[for_plan(house.plan), {"clauses": [{"attribute": "tenant_id", "operator": "in", "values": [house.other]}], "variant": "on"}])
    lie = {"context": {"tenant_id": house.other, "plan_id": "pln_other", "targetingKey": "u"}}
    assert house.evaluate(lie, "new-checkout").body["reason"] == "TARGETING_MATCH"
    on_plan(house.tenant, None)
    evaluation.forget()
    assert house.evaluate({"context": {"tenant_id": house.other, "plan_id": house.plan}}, "new-checkout").body["variant"] == "off"
    assert house.evaluate({}, "new-checkout", by=house.others).body["variant"] == "on"


def test_the_owners_program_asks_for_any_tenant(house, owner):
    house.flag(rules=[for_plan(house.plan)])

    def variant(**context):
        return ask(handler, "POST", "/ofrep/v1/evaluate/flags/new-checkout", {"context": context}, headers=owner).body["variant"]

    assert [variant(tenant_id=each) for each in (house.tenant, house.other, "ten_never", "", 7, None)] == ["on"] + ["off"] * 5
    assert variant(tenant_id=house.other, plan_id=house.plan) == "on"


def test_who_may_not_evaluate_does_not(house):
    key = house.made("/v1/api-keys", {"name": "Other", "tenant_id": house.tenant, "scopes": ["plans.read"]})["key"]
    assert house.evaluate({}, by=key).status == 403
    assert ask(handler, "POST", "/ofrep/v1/evaluate/flags", {}, headers={}).status == 401
    assert ask(handler, "POST", "/ofrep/v1/evaluate/flags", {}, headers=signed_in("viewer")).status == 403
    assert ask(handler, "GET", "/ofrep/v1/evaluate/flags", headers=house.owner).status == 405


def test_who_asks_too_often_is_told_in_whole_seconds_when_to_come_back(house):
    limits = [{"name": "burst", "limit": 1, "window": 60}]
    key = house.made("/v1/api-keys", {"name": "Slow", "tenant_id": house.tenant, "scopes": ["flags.evaluate"], "limits": limits})["key"]
    assert house.evaluate({}, by=key).status == 200
    late = house.evaluate({}, by=key)
    assert (late.status, late.headers["Retry-After"].isdigit()) == (429, True)


# ---------- all at once ----------


def test_all_flags_are_told_at_once_unless_nothing_has_changed(house):
    flag = house.flag(rules=[rollout(500)])
    context = {"context": {"targetingKey": "u", "country": "DE"}}
    first = house.evaluate(context)
    assert [each["key"] for each in first.body["flags"]] == ["new-checkout"]
    again = house.evaluate({"context": {"country": "DE", "targetingKey": "u"}}, headers={"if-none-match": first.headers["ETag"]})
    assert (again.status, again.body, again.headers["ETag"]) == (304, None, first.headers["ETag"])
    known = {"if-none-match": f'"x", W/{first.headers["ETag"]}'}
    assert house.evaluate(context, headers=known).status == 304
    assert house.evaluate({"context": {"targetingKey": "u", "country": "FR"}}, headers=known).status == 200
    assert house.evaluate(context, headers=known, by=house.others).status == 200
    house.ask("POST", f"/v1/flags/{flag['id']}/kill")
    killed = house.evaluate(context, headers=known)
    assert (killed.status, [(each["variant"], each["reason"]) for each in killed.body["flags"]]) == (200, [("off", "DISABLED")])


def test_who_asks_about_a_tenant_is_never_told_what_that_tenant_was_told(house, owner):
    house.flag()
    context = {"context": {"tenant_id": house.tenant, "plan_id": house.plan}}
    theirs, ours = house.evaluate(context), ask(handler, "POST", "/ofrep/v1/evaluate/flags", context, headers=owner)
    assert (theirs.body, theirs.headers["ETag"] == ours.headers["ETag"]) == (ours.body, False)


def test_another_plan_is_another_tag(house):
    house.flag()
    first = house.evaluate({})
    on_plan(house.tenant, None)
    evaluation.forget()
    assert house.evaluate({}, headers={"if-none-match": first.headers["ETag"]}).status == 200


def test_another_process_sees_a_kill_when_what_it_knows_is_five_seconds_old(house):
    flag = house.flag(rules=[{"variant": "on"}])
    now = wall()
    with frozen(now):
        assert house.evaluate({}, "new-checkout").body["variant"] == "on"
        known, plans = evaluation._cache.read_at, evaluation._cache.flags
    house.ask("POST", f"/v1/flags/{flag['id']}/kill")
    evaluation._cache.read_at, evaluation._cache.flags = known, plans  # as a process has it that did not do it
    with frozen(now + timedelta(seconds=4.9)):
        assert house.evaluate({}, "new-checkout").body["variant"] == "on"
    with frozen(now + timedelta(seconds=5)):
        assert house.evaluate({}, "new-checkout").body["variant"] == "off"


def test_flags_are_read_by_one_query_all_together_and_not_again(house, monkeypatch):
    for n in range(30):
        house.flag(f"flag-{n}", rules=[rollout(500)])
    asked = []
    call = dynamodb.call
    monkeypatch.setattr(dynamodb, "call", lambda operation, *args, **more: asked.append(operation) or call(operation, *args, **more))
    assert len(house.evaluate({}).body["flags"]) == 30
    assert sorted(set(asked)) == ["BatchGetItem", "GetItem", "Query", "UpdateItem"] or sorted(set(asked)) == ["BatchGetItem", "GetItem", "Query"]
    assert asked.count("Query") == 1
    asked.clear()
    house.evaluate({})
    assert set(asked) <= {"GetItem", "UpdateItem"}  # who asks, and how often
    assert len(asked) <= 2


# ---------- preview ----------


def preview(house, flag, body, **more):
    return house.ask("POST", f"/v1/flags/{flag['id']}/preview", body, **more)


def test_a_preview_says_who_would_be_served_what_and_how_many(house):
    flag = house.flag(rules=[for_plan(house.plan)])
    contexts = [{"plan_id": house.plan}, {"tenant_id": house.tenant}, {}]
    answer = preview(house, flag, {"tenant_ids": [house.other, house.tenant], "contexts": contexts})
    assert [(each["tenant_id"], each["variant"], each["reason"]) for each in answer.body["data"]] == [
        (house.other, "off", "DEFAULT"), (house.tenant, "on", "TARGETING_MATCH"), (None, "on", "TARGETING_MATCH"),
        (None, "on", "TARGETING_MATCH"), (None, "off", "DEFAULT")]
    assert answer.body["shares"] == [{"variant": "on", "count": 3, "per_mille": 600}, {"variant": "off", "count": 2, "per_mille": 400}]


def test_a_preview_of_other_rules_changes_nothing(house):
    flag = house.flag()
    contexts = [{"targetingKey": f"u{n}"} for n in range(100)]
    shares = [preview(house, flag, {"contexts": contexts, "rules": [rollout(weight)]}).body["shares"][0]["count"] for weight in (0, 300, 1000)]
    assert (shares[0], shares[2]) == (0, 100)
    assert 10 < shares[1] < 50
    assert house.ask("GET", f"/v1/flags/{flag['id']}").body == flag


def test_a_preview_without_anything_to_tell_by_says_so(house):
    flag = house.flag(rules=[rollout(500)])
    [found] = preview(house, flag, {"contexts": [{}]}).body["data"]
    assert (found["variant"], found["error"]) == (None, "TARGETING_KEY_MISSING")


@pytest.mark.parametrize(("body", "field"), [
    ({}, "tenant_ids"), ({"tenant_ids": ["ten_never"]}, "tenant_ids.0"), ({"tenant_ids": [""]}, "tenant_ids.0"), ({"contexts": [{"targetingKey": 1}]}, "context.targetingKey"),
    ({"contexts": [{}], "rules": [{"variant": "x"}]}, "rules.0.variant"), ({"contexts": [{}], "colour": 1}, "colour")])
def test_a_bad_preview_is_refused_and_the_field_named(house, body, field):
    answer = preview(house, house.flag(), body)
    assert (answer.status, [each["field"] for each in answer.body["errors"]]) == (422, [field])


def test_a_preview_of_tenants_is_for_who_may_see_tenants(house):
    flag = house.flag()
    secret = house.made("/v1/api-keys", {"name": "Automation", "scopes": ["flags.read"]})["key"]
    way = {"headers": {"authorization": f"Bearer {secret}"}}
    assert preview(house, flag, {"contexts": [{}]}, **way).status == 200
    assert preview(house, flag, {"tenant_ids": [house.tenant]}, **way).status == 403


