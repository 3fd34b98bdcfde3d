"""Who calls: a token of ours, a session that goes on, a role that may."""

import pytest

from functions.plans.api import handler
from functions.tenants.models import Tenant
from kernel import dynamodb, ids
from kernel.access import CUSTOM, Principal
from kernel.problems import NotFound
from kernel.records import scope
from tests.callers import ask, token
from tests.integration.exports.company import store
from tests.integration.kernel.things_api import assert_is_problem, things

pytestmark = pytest.mark.usefixtures("aws")


@pytest.mark.parametrize(
    "spoil",
    [
        {"exp": 1},
        {"iss": "https://elsewhere"},
        {"client_id": "other"},
        {"token_use": "id"},
        {"origin_jti": None},
        {"origin_jti": "unknown"},
        {"sub": "someone-else"},
        {"sub": None},
    ],
)
def test_a_token_that_is_not_ours_is_a_401(owner, spoil):
    headers = {"authorization": f"Bearer {token('subject-owner', **spoil)}"}
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=headers), 401, "unauthenticated")


@pytest.mark.parametrize(
    "value",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic dTpw", "bearer x", "Bearer \ud800", "Bearer é.é.é", "Bearer " + "a." * 9],
)
def test_an_authorization_that_is_no_token_is_a_401(owner, value):
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers={"authorization": value}), 401)


def test_a_token_signed_by_nobody_we_know_is_a_401(owner):
    import jwt

    forged = jwt.encode({"sub": "subject-owner"}, "a-key-of-the-attacker-that-is-long-enough", algorithm="HS256")
    unsigned = jwt.encode({"sub": "subject-owner"}, "", algorithm="none")
    for each in (forged, unsigned):
        assert_is_problem(ask(handler, "GET", "/v1/plans", headers={"authorization": f"Bearer {each}"}), 401)


def test_a_role_or_session_taken_away_counts_at_the_next_request(owner):
    assert ask(handler, "GET", "/v1/plans", headers=owner).status == 200
    key = {"pk": {"S": "staff#subject-owner"}, "sk": {"S": "#"}}
    change = {
        "UpdateExpression": "SET #r = :r",
        "ExpressionAttributeNames": {"#r": "role"},
        "ExpressionAttributeValues": {":r": {"S": "nobody"}},
    }
    dynamodb.client().update_item(TableName="principals", Key=key, **change)
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=owner), 403)
    dynamodb.client().delete_item(TableName="principals", Key={"pk": {"S": "session#origin-subject-owner"}, "sk": {"S": "#"}})
    assert_is_problem(ask(handler, "GET", "/v1/plans", headers=owner), 401)


def test_a_public_address_asks_nobody_who_they_are(context):
    assert ask(things, "POST", "/v1/open", headers={}).status == 204
    assert_is_problem(ask(things, "GET", "/v1/things", headers={}), 401)


def test_the_permissions_of_a_role_of_ones_own_count_at_the_next_request(owner):
    name, key = "principals", {"pk": {"S": "staff#subject-owner"}, "sk": {"S": "#"}}
    dynamodb.client().update_item(TableName=name, Key=key, UpdateExpression="SET #r = :r", ExpressionAttributeNames={"#r": "role"},
                                  ExpressionAttributeValues={":r": {"S": "rol_1"}})
    assert ask(handler, "GET", "/v1/plans", headers=owner).status == 403
    for permissions, status in (["plans.read"], 200), (["plans.write"], 403), (["*.read"], 200):
        dynamodb.client().put_item(TableName=name, Item=dynamodb.key(CUSTOM) | {"rol_1": {"SS": permissions}})
        assert ask(handler, "GET", "/v1/plans", headers=owner).status == status


@pytest.mark.parametrize(("held", "granted", "covers"), [
    ({"*"}, {"*", "plans.*", "*.read", "plans.write"}, True), ({"plans.*"}, {"plans.write", "plans.*"}, True),
    ({"*.read"}, {"plans.read", "*.read"}, True), ({"plans.*"}, {"*"}, False), ({"plans.read", "plans.write"}, {"plans.*"}, False),
    ({"*.read"}, {"plans.*"}, False), ({"plans.*"}, {"*.read"}, False), ({"plans.read"}, {"plans.read", "plans.write"}, False),
    ({"plans.read"}, set(), True)])
def test_nobody_grants_what_they_lack(held, granted, covers):
    assert Principal("stf_1", frozenset(held)).covers(granted) is covers


def test_another_tenants_record_does_not_exist_where_a_tenant_asks():
    tenants = [Tenant(ids.new("ten"), name="Acme", email="a@acme.test") for _ in range(2)]
    store(*tenants)
    token = scope.set(tenants[0].id)
    try:
        assert Tenant.find(tenants[0].id) and Tenant.find(tenants[1].id) is None
        with pytest.raises(NotFound):
            Tenant.fetch(tenants[1].id)
    finally:
        scope.reset(token)
