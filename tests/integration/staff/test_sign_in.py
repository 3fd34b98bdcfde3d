"""Sign-in: one answer to whoever may not, an opaque cookie that works once, and a session that ends when it must."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie

import pytest

from functions.staff import sessions
from functions.staff.api import handler
from kernel import access, dynamodb
from kernel.audit import Actor
from kernel.config import table
from tests.callers import ask

EMAIL, PASSWORD = "ada@example.test", "Correct-horse-9"
OURS = {"origin": "http://localhost:8080"}
NOW = datetime.now(UTC)


def later(seconds=0.0):
    return (NOW + timedelta(seconds=seconds)).isoformat()


def login(email=EMAIL, password=PASSWORD):
    return ask(handler, "POST", "/v1/auth/login", {"email": email, "password": password}, headers={}, at=later())


def cookie_of(answer):
    """The value of the one cookie that an answer sets."""
    (text,) = answer.cookies
    return SimpleCookie(text)["__Secure-session"].value


def refresh(cookie, seconds=1.0, **headers):
    sent = OURS | {"cookie": f"other=1; __Secure-session={cookie}"} | headers
    return ask(handler, "POST", "/v1/auth/refresh", headers=sent, at=later(seconds))


def logout(cookie, **headers):
    return ask(handler, "POST", "/v1/auth/logout", headers=OURS | {"cookie": f"__Secure-session={cookie}"} | headers, at=later())


def reads(answer):
    """The status of a read with the access token of an answer."""
    return ask(handler, "GET", "/v1/staff", headers={"authorization": f"Bearer {answer.body['access_token']}"}).status


def principals():
    return dynamodb.client().scan(TableName=table("principals"))["Items"]


def test_who_signs_in_gets_a_token_that_works_and_a_cookie_that_no_script_reads(ada):
    answer = login()
    assert (answer.status, answer.body["token_type"], answer.body["expires_in"]) == (200, "Bearer", 900)
    assert answer.headers["Cache-Control"] == "no-store"
    assert reads(answer) == 200
    (text,) = answer.cookies
    value, *attributes = text.split("; ")
    assert len(value.removeprefix("__Secure-session=")) >= 43
    assert set(attributes) == {"Path=/v1/auth", "Secure", "HttpOnly", "SameSite=Strict", "Max-Age=2592000"}


def test_the_cookie_is_stored_as_a_hash_and_the_pools_token_never_leaves(ada):
    answer = login()
    stored = str(principals())
    assert cookie_of(answer) not in stored
    assert answer.body["access_token"] not in stored
    assert not [item for item in principals() if "renewal" in item and item["renewal"]["S"] in str(vars(answer))]


def test_unknown_wrong_disabled_and_unfinished_are_answered_alike(ada, pool):
    pool.users |= {"gone@example.test": (PASSWORD, "subject-gone"), "new@example.test": (PASSWORD, "subject-new")}
    pool.challenged.add("new@example.test")
    item = access.staff_item("subject-gone", staff_id="stf_2", role="owner", active=False)
    dynamodb.client().put_item(TableName=table("principals"), Item=item)
    answers = [login(password="wrong"), login("nobody@example.test"), login("gone@example.test"), login("new@example.test")]
    assert {answer.status for answer in answers} == {401}
    for answer in answers:
        answer.headers = {name: value for name, value in answer.headers.items() if "RateLimit" not in name}  # which count, whoever it is
    assert all((answer.body, answer.headers, answer.cookies) == (answers[0].body, answers[0].headers, []) for answer in answers)
    assert not [item for item in principals() if item["pk"]["S"].startswith("session#")]


def test_a_cookie_is_exchanged_for_the_next_one(ada):
    first = cookie_of(login())
    answer = refresh(first)
    second = cookie_of(answer)
    assert (answer.status, reads(answer)) == (200, 200)
    assert second != first
    assert cookie_of(refresh(second, 100)) not in (first, second)


def test_two_tabs_may_use_one_cookie_within_30_seconds(ada):
    first = cookie_of(login())
    second = cookie_of(refresh(first, 1))
    for seconds in (1, 31):
        answer = refresh(first, seconds)
        assert (answer.status, cookie_of(answer), reads(answer)) == (200, second, 200)


def test_an_answer_that_is_lost_with_its_page_costs_nothing(ada):
    first = cookie_of(login())
    refresh(first, 1)
    again = cookie_of(refresh(first, 2))
    assert refresh(again, 1000).status == 200


def test_a_cookie_whose_next_was_used_gets_none(ada):
    first = cookie_of(login())
    third = cookie_of(refresh(cookie_of(refresh(first, 1)), 2))
    answer = refresh(first, 3)
    assert (answer.status, answer.cookies) == (200, [])
    assert refresh(third, 1000).status == 200


def test_an_old_cookie_that_comes_back_ends_the_session_for_everyone(ada):
    signed_in = login()
    first = cookie_of(signed_in)
    second = cookie_of(refresh(first, 1))
    assert refresh(first, 31.1).status == 401
    assert refresh(second, 32).status == 401
    assert reads(signed_in) == 401


def test_two_tabs_at_the_same_instant_get_the_same_next_cookie(ada):
    first, other = cookie_of(login()), []

    def other_tab(**_):
        dynamodb.client().meta.events.unregister("before-call.dynamodb.TransactWriteItems", other_tab)
        other.append(sessions.rotated(first, actor=Actor(id='anonymous'), at=NOW))

    dynamodb.client().meta.events.register("before-call.dynamodb.TransactWriteItems", other_tab)
    answer = refresh(first)
    assert (answer.status, cookie_of(answer), reads(answer)) == (200, other[0][2], 200)
    assert refresh(other[0][2]).status == 200


def test_a_session_ends_after_30_days_however_often_it_was_renewed(ada):
    cookie = cookie_of(login())
    cookie = cookie_of(refresh(cookie, 29 * 86400))
    assert refresh(cookie, 30 * 86400).status == 401


@pytest.mark.parametrize("headers", [
    {"origin": "https://evil.example"}, {"origin": "null"}, {"origin": ""}, {"origin": "http://localhost:8080.evil.example"}])
def test_a_cookie_is_not_taken_from_a_foreign_page(ada, headers):
    cookie = cookie_of(login())
    assert refresh(cookie, **headers).status == 403
    assert logout(cookie, **headers).status == 403
    assert refresh(cookie).status == 200


def test_without_an_origin_there_is_no_cookie_and_without_a_cookie_no_session(ada):
    cookie = cookie_of(login())
    assert ask(handler, "POST", "/v1/auth/refresh", headers={"cookie": f"__Secure-session={cookie}"}).status == 403
    assert ask(handler, "POST", "/v1/auth/refresh", headers=OURS).status == 401
    assert [refresh(bad).status for bad in ("", "x", "é", "a" * 4000)] == [401] * 4


def test_a_form_cannot_use_the_cookie(ada):
    cookie = cookie_of(login())
    for kind in ("application/x-www-form-urlencoded", "text/plain", "multipart/form-data"):
        assert refresh(cookie, **{"content-type": kind}).status == 415


def test_who_signs_out_is_out_here_and_in_the_pool(ada, pool):
    signed_in = login()
    answer = logout(cookie_of(signed_in))
    assert (answer.status, answer.body) == (204, None)
    (text,) = answer.cookies
    assert {"__Secure-session=", "Max-Age=0", "Path=/v1/auth", "Secure", "HttpOnly"} <= set(text.split("; "))
    assert len(pool.revoked) == 1
    assert reads(signed_in) == 401
    assert refresh(cookie_of(signed_in)).status == 401
    assert logout(cookie_of(signed_in)).status == 204


def test_a_second_sign_in_is_a_session_of_its_own(ada):
    one, two = login(), login()
    logout(cookie_of(one))
    assert (reads(one), reads(two), refresh(cookie_of(two)).status) == (401, 200, 200)


def test_what_the_principal_says_counts_at_the_next_request(ada):
    signed_in = login()

    def now_is(**changed):
        item = access.staff_item("subject-ada", staff_id=ada.id, **({"role": "owner", "active": True} | changed))
        dynamodb.client().put_item(TableName=table("principals"), Item=item)
        return reads(signed_in)

    assert [now_is(), now_is(role="viewer"), now_is(role="nobody"), now_is(active=False), now_is()] == [200, 200, 403, 401, 200]


@pytest.mark.parametrize(("body", "status"), [
    ({"email": EMAIL}, 422), ({"email": EMAIL, "password": PASSWORD, "otp": "1"}, 422), ({"email": 1, "password": PASSWORD}, 422),
    ({"email": EMAIL, "password": "x" * 257}, 422), ("{", 400), ("[]", 422), ("", 422)])
def test_a_sign_in_that_cannot_be_read_is_refused(ada, body, status):
    assert ask(handler, "POST", "/v1/auth/login", body, headers={}).status == status


def test_the_members_of_staff_are_read_without_what_the_pool_calls_them(ada):
    me = {"authorization": f"Bearer {login().body['access_token']}"}
    found = ask(handler, "GET", f"/v1/staff/{ada.id}", headers=me).body
    assert (found["name"], found["email"], found["role"], found["status"]) == ("Ada", EMAIL, "owner", "active")
    assert "subject" not in found
    assert ask(handler, "GET", "/v1/staff", headers=me, role="owner").body["data"] == [found]
    told = ask(handler, "GET", f"/v1/staff/{ada.id}/timeline", headers=me).body["data"]
    assert [entry["type"] for entry in told] == ["staff.created"]
    assert ada.subject not in str(told)


@pytest.mark.parametrize(("name", "status"), [("api-login-wrong", 401), ("api-answer-forged-challenge", 401), ("api-refresh-foreign-origin", 403)])
def test_a_sample_is_answered_as_its_name_says(ada, sample, context, name, status):
    answer = handler(sample(f"staff/{name}"), context)
    assert answer["statusCode"] == status, answer["body"]
