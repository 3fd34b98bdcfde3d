"""A key lets in while it is good, from where it may be used, to what it may do, as often as it may ask; and says why not."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.api_keys.api import handler
from functions.api_keys.models import ApiKey
from functions.tenants.models import Tenant
from kernel import audit, keys
from kernel.clock import frozen
from tests.callers import ask
from tests.integration.api_keys.keys import NOW, made, outcome, told, used
from tests.integration.exports.company import store
from tests.integration.kernel.things import everything, hooked

pytestmark = pytest.mark.usefixtures("aws")

def test_a_key_is_shown_once_and_kept_as_a_hash(owner):
    key = made(owner, name="CI")
    assert key["key"].startswith("po_live_")
    assert key["key"].endswith(key["last4"])
    assert used(key["key"]).status == 200
    shown = ask(handler, "GET", f"/v1/api-keys/{key['id']}", headers=owner).body
    assert "key" not in shown
    for name in ("api_keys", "principals", "audit"):
        assert key["key"] not in str(everything(name))
    assert keys.hashed(key["key"]) not in str(everything("audit"))


def test_asked_again_with_the_same_idempotency_key_there_is_one_key_and_its_text_is_not_shown_again(owner):
    again = [ask(handler, "POST", "/v1/api-keys", {"name": "CI", "scopes": ["plans.read"]}, headers=owner | {"idempotency-key": "k-1"})
             for _ in range(2)]
    assert [answer.status for answer in again] == [201, 201]
    assert again[0].body["id"] == again[1].body["id"]
    assert again[0].body["key"] and again[1].body["key"] is None
    assert again[0].body["key"] not in str(everything("api_keys"))


def test_a_key_that_does_not_exist_is_no_caller(owner):
    assert outcome(used(keys.fresh("live"))) == (401, "unauthenticated")
    assert outcome(used(made(owner)["key"][:-1] + "é")) == (401, "unauthenticated")


def test_a_disabled_key_can_be_enabled_and_a_revoked_one_never_again(owner):
    key = made(owner)
    assert told(owner, key["id"], "disable").body["status"] == "disabled"
    assert outcome(used(key["key"])) == (401, "key_disabled")
    assert told(owner, key["id"], "enable").status == 200
    assert used(key["key"]).status == 200
    assert told(owner, key["id"], "revoke").status == 200
    assert outcome(used(key["key"])) == (401, "key_revoked")
    assert [told(owner, key["id"], verb).status for verb in ("enable", "disable", "revoke")] == [409, 409, 409]
    assert outcome(told(owner, key["id"], "rotate", {})) == (409, "key_revoked")


def test_a_key_is_good_until_the_moment_it_expires(owner):
    key = made(owner, expires_at="2026-01-31T13:00:00Z")["key"]
    with frozen(NOW + timedelta(hours=1, microseconds=-1)):
        assert used(key).status == 200
    with frozen(NOW + timedelta(hours=1)):
        assert outcome(used(key)) == (401, "key_expired")
    for end in ("2026-01-31T12:00:00Z", "9999-12-31T23:59:59-14:00"):
        answer = ask(handler, "POST", "/v1/api-keys", {"name": "x", "scopes": ["plans.read"], "expires_at": end}, headers=owner)
        assert (answer.status, answer.body["errors"][0]["field"]) == (422, "expires_at")


@pytest.mark.parametrize(("allowed", "ip", "status"), [
    ("192.0.2.0/24", "192.0.2.255", 200), ("192.0.2.0/24", "192.0.3.0", 403), ("192.0.2.7", "192.0.2.7", 200), ("192.0.2.7", "192.0.2.8", 403),
    ("2001:db8::/32", "2001:db8:1::1", 200), ("2001:db8::/32", "2001:db9::1", 403), ("192.0.2.0/24", "::ffff:192.0.2.1", 200),
    ("::ffff:192.0.2.0/120", "192.0.2.1", 200), ("2001:db8::/32", "192.0.2.1", 403), ("0.0.0.0/0", "2001:db8::1", 403)])
def test_a_key_may_be_used_from_where_it_is_allowed(owner, allowed, ip, status):
    answer = used(made(owner, allowed_ips=[allowed])["key"], ip=ip)
    assert outcome(answer) == (status, None if status == 200 else "ip_not_allowed")


def test_what_is_wrong_first_is_told_first(owner):
    """Existence, enabled, expiry, address, permission, credits, rate."""
    key = made(owner, scopes=["tenants.read"], allowed_ips=["198.51.100.1"], expires_at="2026-01-31T13:00:00Z", credits={"amount": 1},
               limits=[{"name": "slow", "limit": 1, "window": 60}])
    told(owner, key["id"], "disable")
    with frozen(NOW + timedelta(hours=2)):
        assert outcome(used(key["key"])) == (401, "key_disabled")
        told(owner, key["id"], "enable")
        assert outcome(used(key["key"])) == (401, "key_expired")
    assert outcome(used(key["key"])) == (403, "ip_not_allowed")
    assert outcome(used(key["key"], ip="198.51.100.1")) == (403, "forbidden")
    ask(handler, "PATCH", f"/v1/api-keys/{key['id']}", {"scopes": ["plans.read"]}, headers=owner)
    assert used(key["key"], ip="198.51.100.1").status == 200
    assert outcome(used(key["key"], ip="198.51.100.1")) == (429, "exhausted")
    ask(handler, "PATCH", f"/v1/api-keys/{key['id']}", {"credits": {"amount": 5}}, headers=owner)
    answer = used(key["key"], ip="198.51.100.1")
    assert outcome(answer) == (429, "rate_limited")
    assert answer.headers["Retry-After"] == "60"


def test_the_old_key_of_a_rotation_lives_for_its_grace(owner):
    old = made(owner, limits=[{"name": "burst", "limit": 50, "window": 60}], expires_at="2026-03-01T00:00:00Z")
    new = told(owner, old["id"], "rotate", {"grace_seconds": 3600}).body
    same = {name: old[name] for name in ("name", "scopes", "limits", "environment", "allowed_ips")}
    assert {name: new[name] for name in same} == same
    assert (new["replaces"], new["expires_at"][:10]) == (old["id"], "2026-03-01")
    assert new["key"] != old["key"]
    with frozen(NOW + timedelta(minutes=59, seconds=59)):
        assert (used(old["key"]).status, used(new["key"]).status) == (200, 200)
    with frozen(NOW + timedelta(hours=1)):
        assert outcome(used(old["key"])) == (401, "key_expired")
        assert used(new["key"]).status == 200
        assert outcome(told(owner, old["id"], "rotate", {})) == (409, "key_replaced")
        last = told(owner, new["id"], "rotate", {}, at="2026-01-31T13:00:00+00:00").body["key"]
        assert outcome(used(last)) == (200, None)
        assert outcome(used(new["key"])) == (401, "key_expired")  # without a grace, at once


def test_a_rotation_never_makes_the_old_key_live_longer(owner):
    old = made(owner, expires_at="2026-01-31T12:30:00Z")
    told(owner, old["id"], "rotate", {"grace_seconds": 86400})
    assert ask(handler, "GET", f"/v1/api-keys/{old['id']}", headers=owner).body["expires_at"] == "2026-01-31T12:30:00.000000Z"
    with frozen(NOW + timedelta(minutes=30)):
        assert outcome(used(old["key"])) == (401, "key_expired")


def test_a_tenants_key_is_of_a_tenant_that_stays_and_only_reads(owner):
    store(Tenant("ten_1", name="A", email="a@a.test", status="offboarding", version=1))
    for tenant, scopes, code in ("ten_0", ["tenants.read"], "unknown_reference"), ("ten_1", ["tenants.read"], "tenant_left"), (
            "ten_1", ["tenants.write"], "scope_not_for_tenants"):
        body = {"name": "x", "tenant_id": tenant, "scopes": scopes}
        answer = ask(handler, "POST", "/v1/api-keys", body, headers=owner)
        assert (answer.status, answer.body["code"]) == (422, code)


def test_a_rotation_gives_nobody_more_to_use(owner):
    """Neither credits nor limits begin anew, nor are they there twice while both keys are good."""
    old = made(owner, limits=[{"name": "burst", "limit": 3, "window": 60}], credits={"amount": 4})
    used(old["key"])
    new = told(owner, old["id"], "rotate", {"grace_seconds": 3600}).body
    assert [used(key).status for key in (new["key"], old["key"], new["key"])] == [200, 200, 429]
    with frozen(NOW + timedelta(minutes=2)):
        assert [outcome(used(key)) for key in (new["key"], old["key"])] == [(200, None), (429, "exhausted")]


def test_another_window_of_a_limit_counts_at_once(owner):
    """What was used up of a month is not a debt to a minute."""
    key = made(owner, limits=[{"name": "slow", "limit": 1, "window": 2_678_400}])
    assert [used(key["key"]).status for _ in range(2)] == [200, 429]
    faster = {"limits": [{"name": "slow", "limit": 2, "window": 60}]}
    assert ask(handler, "PATCH", f"/v1/api-keys/{key['id']}", faster, headers=owner).status == 200
    assert [used(key["key"]).status for _ in range(3)] == [200, 200, 429]


@pytest.mark.parametrize(("allowed", "outcomes"), [(0, [(401, "key_disabled")]), (10**12, [(200, None)])])
def test_a_plan_may_allow_no_request_or_as_many_as_there_are(owner, allowed, outcomes):
    from functions.plans.models import Plan

    store(Plan("pln_1", name="Pro", limits={"api_requests_per_minute": allowed}, version=1),
          Tenant("ten_1", name="A", email="a@a.test", status="active", plan_id="pln_1", version=1))
    assert [outcome(used(made(owner, tenant_id="ten_1")["key"]))] == outcomes


def test_a_scope_is_a_permission_that_there_is(owner):
    answer = ask(handler, "POST", "/v1/api-keys", {"name": "x", "scopes": ["plans.fly"]}, headers=owner)
    assert (answer.status, answer.body["code"], answer.body["errors"][0]["field"]) == (422, "unknown_permission", "scopes")


def test_usage_says_what_is_left(owner):
    key = made(owner, limits=[{"name": "burst", "limit": 3, "window": 60}], credits={"amount": 10, "refill": "daily"})
    path = f"/v1/api-keys/{key['id']}/usage"
    assert ask(handler, "GET", path, headers=owner).body == {
        "last_used_at": None, "credits_left": 10, "limits": [{"name": "burst", "limit": 3, "window": 60, "remaining": 3, "full_in": 0}]}
    headers = used(key["key"]).headers
    assert headers["RateLimit"] == '"burst";r=2;t=20'
    found = ask(handler, "GET", path, headers=owner).body
    assert (found["last_used_at"], found["credits_left"]) == ("2026-01-31T12:00:00Z", 9)
    assert (found["limits"][0]["remaining"], found["limits"][0]["full_in"]) == (2, 20)


def test_all_keys_of_a_tenant_share_what_its_plan_allows(owner):
    from functions.plans.models import Plan

    store(Plan("pln_1", name="Pro", limits={"api_requests_per_minute": 3}, version=1),
          Tenant("ten_1", name="A", email="a@a.test", status="active", plan_id="pln_1", version=1))
    one, two = (made(owner, tenant_id="ten_1")["key"] for _ in range(2))
    assert [used(key).status for key in (one, two, one, two, one)] == [200, 200, 200, 429, 429]


def test_of_a_thousand_looks_at_keys_none_is_wrong(owner):
    good = [made(owner)["key"] for _ in range(5)]
    bad = [key[:-1] + ("A" if key[-1] != "A" else "B") for key in good]
    reads = []
    with hooked("before-call.dynamodb.GetItem", lambda **_: reads.append(1)):
        for n in range(1000):
            key = (good if n % 2 else bad)[n % 5]
            try:
                keys.authenticated(key, f"192.0.2.{n % 250}")  # from so many addresses that none of them guesses too often
                assert key in good
            except keys.Unauthenticated:
                assert key in bad
    assert len(reads) == 1000


@settings(max_examples=60)
@given(st.text(max_size=70))
def test_what_is_no_key_is_a_401(text):
    from kernel.access import authenticate
    from kernel.problems import Unauthenticated

    with pytest.raises(Unauthenticated):
        authenticate(f"Bearer po_live_{text}", "192.0.2.1")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(("verb", "body"), [("rotate", {}), ("revoke", None), ("disable", None)])
def test_killed_at_any_call_it_is_done_or_it_is_not_and_nobody_has_more_than_they_should(owner, when, verb, body):
    class Killed(BaseException):
        pass

    for fatal in range(40):
        key, count = made(owner), iter(range(100))

        def kill(count=count, fatal=fatal, **_):
            if next(count) == fatal:
                raise Killed

        try:
            with hooked(f"{when}-call.dynamodb", kill):
                answer = told(owner, key["id"], verb, body)
        except Killed:
            record = ApiKey.fetch(key["id"])
            assert (used(key["key"]).status == 200) is (record.status == "active" and record.replaced_by is None)
        else:
            assert (answer.status < 300, used(key["key"]).status) == (True, 401)
            break
    else:
        pytest.fail("it never got through")
    heads = {item["pk"]["S"]: item["head"]["S"] for item in everything("api_keys") if "head" in item}
    assert [id for id, head in heads.items() if audit.first_bad(audit.timeline(id), head) is not None] == []
