"""Nobody gives by a key what they lack: not by making one, nor by letting one that is there do more. Taking away is everybody's."""

import pytest

from functions.api_keys.api import handler
from tests.callers import ask, signed_in
from tests.integration.api_keys.keys import bearer, made, outcome, told, used
from tests.integration.kernel.things import everything
from tests.integration.staff.people import person

pytestmark = pytest.mark.usefixtures("aws")


def test_nobody_makes_a_key_that_may_do_more_than_they():
    developer = signed_in("developer")
    assert ask(handler, "POST", "/v1/api-keys", {"name": "x", "scopes": ["*"]}, headers=developer).status == 403
    admin = made(signed_in("admin"), scopes=["api_keys.write", "plans.read"])["key"]
    for scopes, status in (["plans.read"], 201), (["plans.write"], 403), (["plans.*"], 403), (["*"], 403):
        assert ask(handler, "POST", "/v1/api-keys", {"name": "x", "scopes": scopes}, headers=bearer(admin)).status == status
    strong = made(signed_in("admin"), scopes=["*"])
    assert outcome(told(bearer(admin), strong["id"], "rotate", {})) == (403, "forbidden")
    own = [each for each in everything("api_keys") if each["pk"]["S"].startswith("key_")]
    assert len(own) == 3


def test_a_key_outlives_who_made_it_and_is_found_by_them(owner):
    leaver = person("admin", "Lea")
    kept = made(leaver.headers, name="Nightly")
    made(owner, name="Another's")
    assert person("owner", "Olga").ask("POST", f"/v1/staff/{leaver.id}/disable").status == 200
    assert leaver.ask("GET", "/v1/me").status == 401
    assert used(kept["key"]).status == 200
    found = ask(handler, "GET", "/v1/api-keys", headers=owner, created_by=leaver.id, status="active").body
    assert ([each["id"] for each in found["data"]], found["next_cursor"]) == ([kept["id"]], None)
    assert told(owner, kept["id"], "rotate", {}).body["created_by"] != leaver.id, "who rotates it has it"
    assert outcome(used(kept["key"])) == (401, "key_expired")


GIVING = ({"allowed_ips": []}, {"expires_at": None}, {"expires_at": "2026-12-01T00:00:00Z"}, {"limits": []}, {"credits": None},
          {"credits": {"amount": 10**9}}, {"name": "y", "limits": [{"name": "b", "limit": 1000, "window": 1}]})


@pytest.fixture
def strong(owner):
    """A key that may do everything, from one address, for an hour, seldom."""
    return made(owner, scopes=["*"], allowed_ips=["198.51.100.1"], expires_at="2026-01-31T13:00:00Z", credits={"amount": 1},
                limits=[{"name": "slow", "limit": 1, "window": 60}])


@pytest.fixture
def weak(owner):
    """Who may write keys, and little else."""
    return bearer(made(owner, scopes=["api_keys.*", "plans.read"])["key"])


@pytest.mark.parametrize("body", GIVING)
def test_nobody_gives_more_to_a_key_that_may_do_what_they_lack(owner, strong, weak, body):
    path = f"/v1/api-keys/{strong['id']}"
    assert outcome(ask(handler, "PATCH", path, body, headers=weak)) == (403, "forbidden")
    bulk = {"action": "update", "ids": [strong["id"]], "body": body}
    assert [each["status"] for each in ask(handler, "POST", "/v1/api-keys/bulk", bulk, headers=weak).body["data"]] == [403]
    assert ask(handler, "GET", path, headers=owner).body["version"] == 1
    assert ask(handler, "PATCH", path, body, headers=owner).status == 200


def test_a_key_that_may_do_what_one_lacks_can_be_named_weakened_and_taken_away_but_not_enabled(owner, strong, weak):
    path = f"/v1/api-keys/{strong['id']}"
    assert told(weak, strong["id"], "disable").status == 200
    assert outcome(told(weak, strong["id"], "enable")) == (403, "forbidden")
    assert outcome(used(strong["key"])) == (401, "key_disabled")
    assert ask(handler, "PATCH", path, {"name": "whose is it?", "extra": {"asked": True}}, headers=weak).status == 200
    assert told(owner, strong["id"], "enable").status == 200
    assert ask(handler, "PATCH", path, {"scopes": ["plans.read"], "allowed_ips": []}, headers=weak).status == 200
    assert [told(weak, strong["id"], verb).status for verb in ("disable", "enable", "revoke")] == [200, 200, 200]


BOUNDS = ({"allowed_ips": ["192.0.2.0/24"]}, {"expires_at": "2026-01-31T13:00:00Z"}, {"limits": [{"name": "x", "limit": 9, "window": 60}]},
          {"credits": {"amount": 9}})


@pytest.mark.parametrize("bounds", BOUNDS)
def test_a_key_with_bounds_frees_neither_itself_nor_another(owner, bounds):
    bound = made(owner, scopes=["api_keys.write", "plans.read"], **bounds)
    other = made(owner, scopes=["plans.read"])
    free = {each: None if each in ("expires_at", "credits") else [] for each in bounds}
    for method, path, body in (("PATCH", f"/v1/api-keys/{bound['id']}", free), ("PATCH", f"/v1/api-keys/{other['id']}", {"scopes": ["plans.read"]}),
                               ("POST", "/v1/api-keys", {"name": "x", "scopes": ["plans.read"]})):
        assert outcome(ask(handler, method, path, body, headers=bearer(bound["key"]))) == (403, "key_bounded"), path
    assert outcome(told(bearer(bound["key"]), other["id"], "rotate", {})) == (403, "key_bounded")
    assert told(bearer(bound["key"]), other["id"], "disable").status == 200


def test_a_key_that_was_replaced_ends_when_that_was_said(owner):
    old = made(owner, scopes=["plans.read"])
    assert told(owner, old["id"], "rotate", {"grace_seconds": 3600}).status == 201
    assert outcome(ask(handler, "PATCH", f"/v1/api-keys/{old['id']}", {"expires_at": "2030-01-01T00:00:00Z"}, headers=owner)) == (409, "key_replaced")
