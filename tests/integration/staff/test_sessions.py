"""Sessions as records: everyone sees and ends their own; what is ended counts at the next request, here and in the user pool."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from functions.staff import sessions as use_cases
from functions.staff.api import handler
from functions.staff.models import EndReason, Role, Session
from functions.staff.service import create
from kernel import audit, dynamodb
from kernel.audit import Actor
from kernel.config import table
from tests.integration.kernel.things import everything, hooked, refuse
from tests.integration.staff.asking import (
    NOW,
    OURS,
    cookie_of,
    get,
    happened,
    login,
    post,
    principals,
    reads,
    refresh,
    sessions,
)

BOB = "bob@example.test"


@pytest.fixture
def bob(ada, pool):
    """A viewer."""
    pool.users[BOB] = ("Correct-horse-9", "subject-bob")
    return create(name="Bob", email=BOB, role=Role.VIEWER, subject="subject-bob", actor=Actor(id="system"), at=NOW)


def revoke(me, id, **headers):
    return post(f"/v1/staff/sessions/{id}/revoke", me=me, **headers)


def logout(cookie):
    return post("/v1/auth/logout", **OURS, cookie=f"__Secure-session={cookie}")


def test_a_sign_in_is_a_record_written_with_what_lets_one_in(ada):
    calls = []
    with hooked("before-call.dynamodb.TransactWriteItems", lambda params, **_: calls.append(params["body"])):
        me = login(**{"user-agent": "Mozilla/5.0 \x07" + "x" * 500})
    assert len(calls) == 1
    assert all(part in calls[0].decode() for part in ("session#", "cookie#", "ses_", "staff.signed_in", "signin#"))
    found = get(f"/v1/staff/sessions/{me.body['session_id']}", me).body
    assert (found["staff_id"], found["mfa"], found["ended_at"], found["end_reason"]) == (ada.id, False, None, None)
    assert found["user_agent"] == "Mozilla/5.0 " + "x" * 108
    assert (found["last_seen_at"], found["created_at"][:10]) == (found["last_seen_at"], NOW.isoformat()[:10])
    assert len(found["ip_hash"]) == 32
    assert "key" not in found
    entry = audit.Entry.load(audit.timeline(found["id"])[0]).facts()
    assert (entry["type"], entry["actor"], entry["ip_hash"]) == ("staff.signed_in", ada.id, found["ip_hash"])


def test_neither_the_cookie_nor_the_pools_tokens_are_in_record_or_log(ada):
    me = login()
    [item] = principals("session#")
    told = str(everything(table("staff"))) + str(everything("audit"))
    assert not [each for each in (cookie_of(me), item["renewal"]["S"], me.body["access_token"]) if each in told]


def test_everyone_sees_their_own_sessions_and_who_may_all(ada, bob):
    owner, viewer = login(), login(BOB)
    assert {each["staff_id"] for each in get("/v1/staff/sessions", owner).body["data"]} == {ada.id, bob.id}
    assert [each["id"] for each in get("/v1/staff/sessions", viewer).body["data"]] == [viewer.body["session_id"]]
    assert get("/v1/staff/sessions", viewer, staff_id=ada.id).body["data"] == []
    assert [each["id"] for each in get("/v1/staff/sessions", owner, staff_id=bob.id).body["data"]] == [viewer.body["session_id"]]
    assert get("/v1/staff/sessions", owner, ended_at__isnull="false").body["data"] == []


def test_anothers_session_does_not_exist_for_who_may_not_see_it(ada, bob):
    owner, viewer = login(), login(BOB)
    hers, nobodys = owner.body["session_id"], "ses_01KG9CPJ00Z3CTVKTZZX3PQN7M"
    for method, tail in ((get, ""), (get, "/timeline"), (post, "/revoke")):
        answers = [method(f"/v1/staff/sessions/{id}{tail}", me=viewer) for id in (hers, nobodys)]
        assert [each.status for each in answers] == [404, 404]
        assert answers[0].body | {"detail": 0} == answers[1].body | {"detail": 0}
        assert answers[0].body["detail"].replace(hers, nobodys) == answers[1].body["detail"]
    assert reads(owner) == 200


def test_a_revoked_session_is_over_at_the_next_request_and_in_the_pool(ada, bob, pool):
    owner, viewer = login(), login(BOB)
    id = viewer.body["session_id"]
    ended = revoke(owner, id)
    assert (ended.status, ended.body["end_reason"], ended.headers["ETag"]) == (200, "revoked", '"2"')
    assert (reads(viewer), refresh(cookie_of(viewer)).status, len(pool.revoked)) == (401, 401, 1)
    assert happened(id) == ["staff.signed_in", "staff.session_revoked"]
    assert audit.Entry.load(audit.timeline(id)[1]).facts()["actor"] == ada.id
    assert [entry["type"] for entry in get(f"/v1/staff/sessions/{id}/timeline", owner).body["data"]] == [
        "staff.signed_in", "staff.session_revoked"]
    assert principals("sessions#")[0]["sk"]["S"] == owner.body["session_id"]


def test_what_is_over_stays_as_it_is(ada, pool):
    me, other = login(), login()
    answers = [revoke(me, other.body["session_id"]) for _ in range(2)]
    assert [each.status for each in answers] == [200, 200]
    assert answers[0].body == answers[1].body
    assert len(pool.revoked) == 1
    assert revoke(me, other.body["session_id"], **{"if-match": '"1"'}).status in (200, 412)


def test_the_sample_of_a_session_that_is_not_there_is_answered_as_such(ada, sample, context):
    event = sample("staff/api-revoke-session", headers={"authorization": f"Bearer {login().body['access_token']}"})
    assert handler(event, context)["statusCode"] == 404


def test_one_may_end_the_very_session_that_asks(ada):
    me = login()
    assert revoke(me, me.body["session_id"]).status == 200
    assert reads(me) == 401


def test_all_others_end_at_once_and_only_ones_own(ada, bob):
    me, *others = login(), login(), login()
    viewer = login(BOB)
    ended = post("/v1/staff/sessions/revoke-others", me=me)
    assert (ended.status, ended.body) == (200, {"ended": 2})
    assert [reads(each) for each in (me, *others, viewer)] == [200, 401, 401, 200]
    assert post("/v1/staff/sessions/revoke-others", me=me).body == {"ended": 0}


def test_signing_out_is_told_as_such(ada):
    me = login()
    assert logout(cookie_of(me)).status == 204
    assert happened(me.body["session_id"]) == ["staff.signed_in", "staff.signed_out"]
    assert Session.fetch(me.body["session_id"]).end_reason == EndReason.SIGNED_OUT


def test_a_session_is_seen_when_it_is_renewed(ada):
    me = login()
    refresh(cookie_of(me), 900)
    found = Session.fetch(me.body["session_id"])
    assert (found.last_seen_at - NOW).total_seconds() == pytest.approx(900, abs=0.01)
    assert happened(found.id) == ["staff.signed_in", "staff.session_renewed"]


def test_a_reused_cookie_ends_the_session_and_says_why(ada, pool):
    me = login()
    second = cookie_of(refresh(cookie_of(me), 1))
    assert refresh(cookie_of(me), 31.1).status == 401
    assert (refresh(second, 32).status, reads(me), len(pool.revoked)) == (401, 401, 1)
    assert Session.fetch(me.body["session_id"]).end_reason == EndReason.REUSED
    assert happened(me.body["session_id"])[-1] == "staff.session_revoked"


def test_two_tabs_at_once_both_go_on_and_the_session_lives(ada):
    me = login()
    cookie = cookie_of(me)
    with ThreadPoolExecutor(2) as threads:
        found = list(threads.map(lambda _: use_cases.rotated(cookie, actor=Actor(id="anonymous"), at=NOW), range(2)))
    assert len({fresh for _, _, fresh in found}) == 1, "both are given the same"
    assert refresh(next(fresh for _, _, fresh in found if fresh)).status == 200
    assert reads(me) == 200


def test_a_cookie_that_is_used_while_its_session_is_ended_opens_nothing(ada):
    me, once = login(), iter([1])

    def quicker(**_):
        if next(once, None):
            use_cases.end(me.body["session_id"], EndReason.REVOKED, actor=Actor(id=ada.id), at=NOW)

    with hooked("before-call.dynamodb.TransactWriteItems", quicker):
        assert refresh(cookie_of(me)).status == 401
    assert happened(me.body["session_id"]) == ["staff.signed_in", "staff.session_revoked"]


def test_who_is_disabled_while_signing_in_has_no_session(ada, pool):
    def disabled(**_):
        dynamodb.client().update_item(TableName=table("principals"), Key=dynamodb.key("staff#subject-ada"),
                                      UpdateExpression="SET active = :no", ExpressionAttributeValues={":no": {"BOOL": False}})

    with hooked("before-call.dynamodb.TransactWriteItems", disabled):
        refused = login()
    assert (refused.status, refused.body["detail"]) == (401, "wrong e-mail or password")
    assert (sessions(), principals("session#"), len(pool.revoked)) == ([], [], 1)


def test_a_pool_out_of_reach_does_not_keep_a_session_alive(ada):
    from kernel.config import aws

    me, events = login(), aws("cognito-idp").meta.events

    def out(**_):
        return refuse("InternalErrorException")

    events.register_first("before-call.cognito-identity-provider.RevokeToken", out)
    try:
        assert logout(cookie_of(me)).status == 204
    finally:
        events.unregister("before-call.cognito-identity-provider.RevokeToken", out)
    assert reads(me) == 401


def test_a_key_has_no_sessions(ada, monkeypatch):
    from kernel import access

    monkeypatch.setattr(access, "authenticate", lambda *_: access.Principal("key_1", frozenset({"*"})))
    me = login()
    assert [get("/v1/staff/sessions", me).status, post("/v1/auth/mfa/enrol", me=me).status,
            post("/v1/staff/sessions/revoke-others", me=me).status] == [403] * 3
