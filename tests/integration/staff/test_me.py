"""GET and PATCH /v1/me: who calls, how they want to see the console, and what the company counts by."""

import pytest

from functions.settings.api import handler as settings
from kernel import dynamodb
from kernel.access import ROLES
from tests.integration.api_keys.keys import bearer, made
from tests.integration.kernel.things_api import assert_is_problem
from tests.integration.staff.people import person, role_of

pytestmark = pytest.mark.usefixtures("pool")
DEFAULTS = {"language": None, "zone": None, "theme": "system", "shortcuts": True}
ISSUER = {"name": "Owner GmbH", "email": "o@owner.test", "address": {"country": "DE"}, "zone": "Europe/Berlin", "currency": "EUR",
          "language": "de"}


def test_everyone_learns_who_they_are_and_what_they_may_do():
    person()
    for role in ROLES:
        me = person(role, name="Mae")
        told = me.ask("GET", "/v1/me")
        assert told.status == 200
        assert told.body == {
            "id": me.id, "name": "Mae", "email": me.staff.email, "role": role, "permissions": sorted(ROLES[role]), "tenant_id": None, "impersonation": None,
            "session": f"origin-{me.staff.subject}", "mfa": False, "preferences": DEFAULTS, "company": None, "mode": "live"}
    own = role_of("plans.read", "plans.write")
    told = person(own.id).ask("GET", "/v1/me")
    assert (told.body["role"], told.body["permissions"]) == (own.id, ["plans.read", "plans.write"])


def test_members_choose_for_themselves_what_the_console_is_like():
    me, other = person("viewer"), person("viewer")
    wanted = {"language": "de", "zone": "Europe/Vienna", "theme": "dark", "shortcuts": False}
    assert me.ask("PATCH", "/v1/me", wanted).body["preferences"] == wanted
    assert me.ask("PATCH", "/v1/me", {"zone": None}).body["preferences"] == wanted | {"zone": None}
    assert me.ask("GET", "/v1/me").body["preferences"] == wanted | {"zone": None}
    assert other.ask("GET", "/v1/me").body["preferences"] == DEFAULTS
    types = [each["type"] for each in person().ask("GET", f"/v1/staff/{me.id}/timeline").body["data"]]
    assert types == ["staff.created", "staff.preferences_changed", "staff.preferences_changed"]


def test_the_same_preferences_again_are_no_change():
    me = person("viewer")
    for _ in range(2):
        assert me.ask("PATCH", "/v1/me", {"theme": "dark"}).status == 200
    assert len(person().ask("GET", f"/v1/staff/{me.id}/timeline").body["data"]) == 2


@pytest.mark.parametrize("change", [{"language": "fr"}, {"zone": "Mars/Base"}, {"theme": "pink"}, {"shortcuts": "no"}, {"role": "owner"},
                                    {"name": "Ada"}])
def test_a_preference_that_is_none_is_refused_by_name(change):
    answer = person("viewer").ask("PATCH", "/v1/me", change)
    assert_is_problem(answer, 422)
    assert answer.body["errors"][0]["field"] == next(iter(change))


def test_the_company_is_its_default_issuer_and_no_business_of_a_tenants_key():
    me = person()
    assert me.ask("POST", "/v1/settings/issuers", ISSUER, api=settings).status == 201
    assert me.ask("GET", "/v1/me").body["company"] == {"name": "Owner GmbH", "currency": "EUR", "zone": "Europe/Berlin", "language": "de"}


def test_a_key_has_no_preferences():
    mine = person()
    key = bearer(made(mine.headers)["key"])
    told = mine.ask("GET", "/v1/me", headers=key).body
    assert (told["name"], told["session"], told["preferences"], told["mfa"]) == (None, None, None, None)
    assert_is_problem(mine.ask("PATCH", "/v1/me", {"theme": "dark"}, headers=key), 403, "members_only")


def test_who_was_hired_before_there_were_preferences_has_the_usual_ones():
    me = person()
    dynamodb.client().update_item(TableName="staff", Key=dynamodb.key(me.id), UpdateExpression="REMOVE theme, shortcuts")
    assert me.ask("GET", "/v1/me").body["preferences"] == DEFAULTS


def test_on_a_local_cloud_everything_is_test_data(monkeypatch):
    me = person()
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    assert me.ask("GET", "/v1/me").body["mode"] == "local"
