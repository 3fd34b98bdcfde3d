"""Killed before or after any call, to the tables or to the user pool, all that is about signing in leaves nobody with more than is theirs."""

from contextlib import ExitStack
from itertools import count
from types import SimpleNamespace

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb import dynamodb_backends

from functions.staff.models import Role, Session, Staff
from functions.staff.service import create
from kernel import audit
from kernel import commit as commits
from kernel.audit import Actor
from kernel.clock import frozen
from kernel.config import aws, table
from kernel.records import ROOT
from tests.integration.kernel.things import everything, hooked
from tests.integration.staff.asking import (
    NOW,
    OURS,
    answer,
    cookie_of,
    enrolled,
    happened,
    login,
    post,
    principals,
    reads,
    refresh,
    shown,
)
from tests.integration.staff.conftest import PASSWORD

NEW = "violet harbour 27 moss"
POOL = "cognito-idp"
numbers = count()


class Killed(BaseException):
    """The function is gone: no code of ours runs any more."""


@pytest.fixture(autouse=True)
def _still(pool):
    with frozen(NOW):
        yield


def killed_at(number, when, request):
    """What `request` answers, or None where it died at the call of that number, from 0."""
    calls = iter(range(1000))
    commits._buckets_known.clear()  # it has just been started: that makes most calls

    def kill(**_):
        if next(calls) == number:
            raise Killed

    events = aws(POOL).meta.events
    with ExitStack() as stack:
        stack.enter_context(hooked(f"{when}-call.dynamodb", kill))
        events.register_first(f"{when}-call.cognito-identity-provider", kill)
        stack.callback(events.unregister, f"{when}-call.cognito-identity-provider", kill)
        try:
            return request()
        except Killed:
            return None


def somebody(pool):
    """A member of staff of their own for each try, who has signed in once."""
    n = next(numbers)
    email, subject = f"ada{n}@example.test", f"subject-{n}"
    pool.users[email] = (PASSWORD, subject)
    staff = create(name="Ada", email=email, role=Role.OWNER, subject=subject, actor=Actor(id="system"), at=NOW)
    return SimpleNamespace(id=staff.id, email=email, subject=subject, me=login(email))


def with_code(pool):
    """One with an authenticator, a session of before, and a sign-in that waits for a code."""
    who = somebody(pool)
    who.secret, who.codes = enrolled(pool, who.me)
    who.asked = login(who.email)
    return who


def assert_all_is_whole():
    """No session without its record, none that has ended and lets anyone in, and every change has its entry."""
    roots = {item["pk"]["S"]: item for item in everything(table("staff")) if item["sk"]["S"] == ROOT and "head" in item}
    entries = everything("audit")
    assert {entry["pk"]["S"] for entry in entries} == roots.keys()
    for id, item in roots.items():
        assert audit.first_bad(audit.timeline(id), item["head"]["S"]) is None
    live = {id for id in roots if id.startswith("ses_") and "ended_at" not in roots[id]}
    assert {item["record"]["S"] for item in principals("session#")} == live
    assert {item["sk"]["S"] for item in principals("sessions#")} == live
    cookies = {item["session"]["S"] for item in principals("cookie#")}
    assert {item["pk"]["S"] for item in principals("session#")} <= cookies


def empty():
    """What the tries before have left is not looked at again and again."""
    for name in ("audit", "principals", "staff"):
        dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables[name].items.clear()


def every_kill(pool, prepare, request, check):
    """Runs `request(who)`, killed at one call after another until it gets through; `check(who, answer)` each time."""
    for when in ("before", "after"):
        for fatal in range(100):
            empty()
            who = prepare(pool)
            found = killed_at(fatal, when, lambda who=who: request(who))
            assert_all_is_whole()
            check(who, found)
            assert_all_is_whole()
            if found is not None:
                break
        assert found is not None and found.status < 300
        assert fatal >= 3


def opened_for(who):
    """How many sessions somebody has had."""
    return sum(item["staff_id"]["S"] == who.id for item in everything(table("staff")) if item["pk"]["S"].startswith("ses_"))


def test_a_login(pool):
    def check(who, found):
        assert opened_for(who) in ((2,) if found else (1, 2))
        assert login(who.email).status == 200

    every_kill(pool, somebody, lambda who: login(who.email), check)


def test_a_code(pool):
    def check(who, found):
        assert opened_for(who) in ((2,) if found else (1, 2))
        assert answer(login(who.email), shown(who.secret, 1)).status == 200

    every_kill(pool, with_code, lambda who: answer(who.asked, shown(who.secret)), check)


def test_a_recovery_code_opens_once_at_most_and_never_locks_anyone_out(pool):
    def check(who, found):
        before = opened_for(who)
        taken = happened(who.id).count("staff.recovery_code_used")
        assert before <= 1 + taken
        assert who.subject in pool.asked or taken, "without a code only who has shown one of theirs"
        asked = login(who.email)
        if "challenge" not in asked.body:
            return
        assert answer(asked, who.codes[0]).status == (401 if taken else 200)
        if taken:
            assert answer(asked, who.codes[1]).status == 200
        assert opened_for(who) == before + 1
        assert "challenge" not in login(who.email).body

    every_kill(pool, with_code, lambda who: answer(who.asked, who.codes[0]), check)


def test_a_renewal(pool):
    def check(who, found):
        assert reads(who.me) == 200
        again = refresh(cookie_of(who.me), 20)
        assert (again.status, reads(again), opened_for(who)) == (200, 200, 1)

    every_kill(pool, somebody, lambda who: refresh(cookie_of(who.me)), check)


def ended(who):
    return Session.fetch(who.me.body["session_id"]).ended_at is not None


def assert_over(who):
    assert (reads(who.me), refresh(cookie_of(who.me)).status) == (401, 401)


def test_the_end_of_a_session_whose_cookie_was_stolen(pool):
    def renewed(pool):
        who = somebody(pool)
        who.next = cookie_of(refresh(cookie_of(who.me)))
        return who

    def check(who, found):
        if not ended(who):
            assert (found, refresh(cookie_of(who.me), 60).status) == (None, 401)
        assert_over(who)
        assert refresh(who.next, 61).status == 401

    def stolen(who):
        found = refresh(cookie_of(who.me), 60)
        return SimpleNamespace(status=200) if found.status == 401 else found

    every_kill(pool, renewed, stolen, check)


@pytest.mark.parametrize("way", ["revoke", "logout"])
def test_the_end_of_a_session(pool, way):
    def request(who):
        if way == "logout":
            return post("/v1/auth/logout", **OURS, cookie=f"__Secure-session={cookie_of(who.me)}")
        return post(f"/v1/staff/sessions/{who.me.body['session_id']}/revoke", me=who.me)

    def check(who, found):
        if not ended(who):
            assert (found, reads(who.me)) == (None, 200)
            assert request(who).status < 300
        assert_over(who)

    every_kill(pool, somebody, request, check)


def test_the_end_of_all_others(pool):
    def twice(pool):
        who = somebody(pool)
        who.other = login(who.email)
        return who

    def request(who):
        return post("/v1/staff/sessions/revoke-others", me=who.other)

    def check(who, found):
        assert reads(who.me) == (401 if ended(who) else 200)
        assert request(who).status == 200
        assert_over(who)
        assert reads(who.other) == 200

    every_kill(pool, twice, request, check)


def test_a_new_password_leaves_no_session_that_was_opened_with_the_old_one(pool):
    def twice(pool):
        who = somebody(pool)
        who.other = login(who.email)
        return who

    def check(who, found):
        counts = pool.users[who.email][0] == NEW
        assert counts or not found
        if counts:
            assert_over(who)
            assert [login(who.email).status, login(who.email, NEW).status] == [401, 200]
        assert counts or happened(who.id) == ["staff.created"]

    every_kill(pool, twice, lambda who: post("/v1/auth/password", {"current": PASSWORD, "new": NEW}, me=who.other), check)


def test_an_enrolment_is_never_said_to_be_where_no_code_is_asked_for(pool):
    def begun(pool):
        who = somebody(pool)
        who.secret = post("/v1/auth/mfa/enrol", me=who.me).body["secret"]
        return who

    def check(who, found):
        if Staff.fetch(who.id).mfa:
            assert who.subject in pool.asked
        if who.subject in pool.asked:
            assert answer(login(who.email), shown(who.secret, 1)).status == 200

    every_kill(pool, begun, lambda who: post("/v1/auth/mfa/confirm", {"code": shown(who.secret)}, me=who.me), check)


def test_no_code_is_given_up_without_a_word_of_it(pool):
    def request(who, step=0):
        return post("/v1/auth/mfa/disable", {"password": PASSWORD, "code": shown(who.secret, step)}, me=who.me)

    def check(who, found):
        if who.subject not in pool.asked:
            assert "staff.mfa_disabled" in happened(who.id)
            return
        assert found is None
        assert request(who, 1).status == 204
        assert "access_token" in login(who.email).body

    every_kill(pool, with_code, request, check)
