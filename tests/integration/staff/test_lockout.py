"""Guessing: five are free, then one waits, the longer the more there were, whoever the account is of, and however many ask at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from functions.staff import lockout
from functions.staff.lockout import LONGEST, waiting
from kernel.clock import frozen
from tests.integration.kernel.limited import one_call_at_a_time
from tests.integration.kernel.things import hooked, refuse
from tests.integration.staff.asking import NOW, answer, enrolled, login, post, principals, shown
from tests.integration.staff.conftest import EMAIL, PASSWORD


def test_the_wait_doubles_from_a_second_to_a_quarter_of_an_hour():
    assert [waiting(n).total_seconds() for n in range(1, 9)] == [0, 0, 0, 0, 1, 2, 4, 8]
    assert waiting(14).total_seconds() == 512
    assert {waiting(n) for n in (15, 16, 100, 10**9)} == {LONGEST} == {timedelta(minutes=15)}


@pytest.mark.parametrize("email", [EMAIL, "nobody@example.test"])
def test_after_five_failures_one_waits_with_the_same_answer_for_everyone(ada, email):
    assert [login(email, "wrong").status for _ in range(5)] == [401] * 5
    refused = login(email, "wrong", seconds=0.5)
    assert (refused.status, refused.headers["Retry-After"]) == (429, "1")
    assert (refused.body["code"], refused.body["detail"]) == ("too_many_attempts", "too many attempts to sign in, wait")
    assert login(email, "wrong", seconds=1).status == 401
    assert login(email, "wrong", seconds=2.9).status == 429
    assert login(email, "wrong", seconds=3).status == 401
    assert login(email, "wrong", seconds=3).headers["Retry-After"] == "4"


def test_the_right_password_has_to_wait_too_and_then_it_starts_anew(ada):
    for _ in range(5):
        login(password="wrong")
    assert login(seconds=0.9).status == 429
    assert login(seconds=1).status == 200
    assert [login(password="wrong", seconds=2).status for _ in range(6)] == [401] * 5 + [429]


def test_however_the_address_is_written_it_is_one_account(ada):
    ways = [EMAIL, EMAIL.upper(), f"  {EMAIL} ", "Ada@Example.TEST", "\uff41da@example.test"]
    assert [login(each, "wrong").status for each in ways] == [401] * 5
    assert login().status == 429
    assert len(principals("signin#")) == 1


def test_an_account_has_no_second_name_by_which_one_is_counted_anew(ada):
    """The user pool would take the subject as well, which everybody knows who has seen a token."""
    for _ in range(5):
        login(password="wrong")
    assert [login("subject-ada", each).status for each in ("wrong", PASSWORD)] == [422, 422]
    assert len(principals("signin#")) == 1


def test_one_account_does_not_wait_for_another(ada):
    for _ in range(6):
        login("nobody@example.test")
    assert login().status == 200


def test_the_pool_is_not_asked_while_one_waits(ada, pool):
    for _ in range(5):
        login(password="wrong")
    before = len(pool.calls)
    assert login(seconds=0.1).status == 429
    assert len(pool.calls) == before


def test_of_many_guesses_at_once_five_are_heard(ada, monkeypatch):
    """Of as many functions as may run: they meet in the table alone."""
    one_call_at_a_time(monkeypatch)

    def guess(_):
        try:
            lockout.attempt(EMAIL, at=NOW)
        except lockout.TooManyAttempts:
            return False
        return True

    with ThreadPoolExecutor(16) as threads:
        heard = list(threads.map(guess, range(64)))
    assert heard.count(True) == 5


def test_a_guess_that_others_overtake_is_counted_after_them(ada, pool):
    others = iter(range(4))

    def overtake(**_):
        if next(others, None) is not None:
            lockout.attempt(EMAIL, at=NOW)

    with hooked("before-call.dynamodb.UpdateItem", overtake):
        assert login(password="wrong").status == 401
    assert pool.calls == ["DescribeUserPoolClient", "InitiateAuth"] or pool.calls == ["InitiateAuth"]
    assert login().status == 429


def test_codes_are_guesses_as_well(ada, pool):
    with frozen(NOW):
        secret, codes = enrolled(pool, login())
        asked = login()
        almost = codes[0][:-1] + ("2" if codes[0][-1] == "3" else "3")
        tries = [answer(asked, given).status for given in ("000000", almost, "000001", "000002")]
        assert tries == [401] * 4
        assert answer(asked, shown(secret)).status == 429
        assert login(seconds=0.5).status == 429
        assert answer(asked, shown(secret), seconds=1).status == 200
        assert "challenge" in login(seconds=1).body


def test_a_right_password_without_its_code_forgives_nothing(ada, pool):
    with frozen(NOW):
        enrolled(pool, login())
        assert [login().status for _ in range(6)] == [200] * 5 + [429]


@pytest.mark.parametrize(("path", "body", "wrong"), [
    ("/v1/auth/mfa/confirm", {"code": "000000"}, 422), ("/v1/auth/mfa/disable", {"password": "wrong", "code": "000000"}, 422),
    ("/v1/auth/password", {"current": "wrong", "new": "violet harbour 27 moss"}, 422)])
def test_guesses_of_who_is_signed_in_count_for_the_same_account(ada, path, body, wrong):
    me = login()
    assert [post(path, body, me=me).status for _ in range(6)] == [wrong] * 5 + [429]
    assert login().status == 429


def test_a_day_later_it_is_forgotten(ada):
    for _ in range(5):
        login(password="wrong")
    assert [login(password="wrong", seconds=86401).status for _ in range(6)] == [401] * 5 + [429]
    [item] = principals("signin#")
    assert int(item["ttl"]["N"]) == int((NOW + timedelta(seconds=86401, days=1)).timestamp())


@pytest.mark.parametrize("code", ["InternalServerError", "ThrottlingException", "AccessDeniedException", "ResourceNotFoundException"])
@pytest.mark.parametrize("call", ["GetItem", "UpdateItem"])
def test_where_it_cannot_be_counted_nobody_gets_in(ada, pool, call, code):
    with hooked(f"before-call.dynamodb.{call}", lambda **_: refuse(code)):
        refused = login(password=PASSWORD)
    assert (refused.status, refused.headers["Retry-After"]) == (503, "1")
    assert "InitiateAuth" not in pool.calls
