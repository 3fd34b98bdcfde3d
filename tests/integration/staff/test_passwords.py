"""A new password: only for who knows the old one, never a weak one, and with it all other sessions are over."""

import pytest

from functions.staff import lockout
from tests.integration.kernel.things import hooked
from tests.integration.staff.asking import (
    NOW,
    cookie_of,
    happened,
    login,
    post,
    principals,
    reads,
    refresh,
    sessions,
)
from tests.integration.staff.conftest import EMAIL, PASSWORD

NEW = "violet harbour 27 moss"


def change(me, current=PASSWORD, new=NEW):
    return post("/v1/auth/password", {"current": current, "new": new}, me=me)


def test_a_new_password_counts_and_ends_all_other_sessions(ada, pool):
    me, other = login(), login()
    done = change(me)
    assert (done.status, done.body) == (200, {"ended": 1})
    assert [reads(me), reads(other), refresh(cookie_of(me)).status, refresh(cookie_of(other)).status] == [200, 401, 200, 401]
    assert [login().status, login(password=NEW).status] == [401, 200]
    assert happened(ada.id) == ["staff.created", "staff.password_changed"]
    assert NEW not in str(principals())


def test_it_takes_the_one_that_counts(ada):
    me, other = login(), login()
    refused = change(me, current="wrong")
    assert (refused.status, refused.body["code"], refused.body["errors"][0]["field"]) == (422, "wrong_password", "current")
    assert (reads(other), login().status) == (200, 200)
    assert post("/v1/auth/password", {"current": PASSWORD, "new": NEW}).status == 401


@pytest.mark.parametrize(("new", "code"), [("short", "password_too_short"), ("Password1234!", "password_too_common"),
                                           ("ada@example.test", "password_is_personal"), ("aaaaaaaaaaaaaaaa", "password_too_simple")])
def test_a_weak_one_is_refused_before_anything_is_asked(ada, pool, new, code):
    me, before = login(), len(pool.calls) + 1
    refused = change(me, new=new)
    assert (refused.status, refused.body["code"], refused.body["errors"][0]["field"]) == (422, code, "new")
    assert len(pool.calls) <= before


def test_who_is_let_in_with_the_old_one_at_that_moment_has_no_session(ada):
    """The pool has taken the old password just before it was changed; the session would have been opened just after."""
    me, once = login(), iter([1])

    def changed(**_):
        if next(once, None):
            attempt = lockout.attempt(EMAIL, at=NOW)
            from kernel import dynamodb

            dynamodb.client().transact_write_items(TransactItems=[attempt.passed(new_epoch=True)])

    with hooked("before-call.dynamodb.TransactWriteItems", changed):
        assert login().status == 401
    assert len(sessions()) == 1
    assert reads(me) == 200


def test_every_sign_there_is_may_be_in_it(ada):
    new = "ключ 鍵 🔑 \"quoted\" \\ back"
    assert change(login(), new=new).status == 200
    assert login(password=new).status == 200
