"""The second factor: nobody who has one gets in without it, each code counts once, and a recovery code ends it."""

import hashlib
from urllib.parse import parse_qs, urlparse

import pytest

from functions.staff.models import Staff
from kernel import dynamodb
from kernel.clock import frozen
from kernel.config import table
from tests.integration.kernel.things import everything
from tests.integration.staff.asking import (
    NOW,
    answer,
    cookie_of,
    enrolled,
    get,
    happened,
    login,
    post,
    principals,
    reads,
    refresh,
    sessions,
    shown,
)
from tests.integration.staff.conftest import EMAIL, PASSWORD


@pytest.fixture
def secret(ada, pool):
    """Of Ada's authenticator; `secret.codes` are her recovery codes."""
    with frozen(NOW):
        found, codes = enrolled(pool, login())
        yield type("Secret", (str,), {"codes": codes})(found)


def test_the_secret_is_shown_once_as_text_and_as_an_address_for_authenticators(ada, pool):
    me = login()
    made = post("/v1/auth/mfa/enrol", me=me)
    uri = urlparse(made.body["uri"])
    assert (made.status, made.headers["Cache-Control"], uri.scheme, uri.netloc) == (200, "no-store", "otpauth", "totp")
    assert uri.path == f"/Platform%20Owner:{EMAIL}"
    assert parse_qs(uri.query) == {"secret": [made.body["secret"]], "issuer": ["Platform Owner"]}
    assert made.body["secret"] not in str(everything(table("staff"))) + str(principals()) + str(everything("audit"))


def test_an_enrolment_counts_once_a_code_of_it_was_confirmed(ada, pool):
    with frozen(NOW):
        me = login()
        secret = post("/v1/auth/mfa/enrol", me=me).body["secret"]
        assert "access_token" in login().body
        wrong = post("/v1/auth/mfa/confirm", {"code": "000000"}, me=me)
        assert (wrong.status, wrong.body["code"], wrong.body["errors"][0]["field"]) == (422, "wrong_code", "code")
        assert Staff.fetch(ada.id).mfa is False
        done = post("/v1/auth/mfa/confirm", {"code": shown(secret)}, me=me)
        assert (done.status, done.headers["Cache-Control"], len(set(done.body["recovery_codes"]))) == (200, "no-store", 10)
        assert login().body["challenge"] == "mfa"
        assert get(f"/v1/staff/{ada.id}", me).body["mfa"] is True
        assert happened(ada.id) == ["staff.created", "staff.mfa_enabled"]


def test_recovery_codes_are_stored_as_hashes_and_never_in_the_audit_log(secret, ada):
    stored = str(everything(table("staff"))) + str(everything("audit"))
    assert not [code for code in secret.codes if code in stored or code.replace("-", "") in stored]
    hashes = [hashlib.sha256(code.replace("-", "").encode()).hexdigest() for code in secret.codes]
    assert Staff.fetch(ada.id).recovery_codes == hashes
    assert not [each for each in hashes if each in str(everything("audit"))]


def test_a_password_alone_opens_nothing(secret):
    before = len(sessions())
    asked = login()
    assert (asked.status, asked.body.keys(), asked.cookies) == (200, {"challenge", "token"}, [])
    assert asked.headers["Cache-Control"] == "no-store"
    assert PASSWORD not in asked.body["token"]
    assert len(sessions()) == before


def test_the_code_completes_the_sign_in_and_the_session_says_so(secret):
    done = answer(login(), shown(secret))
    assert (done.status, done.body["mfa"], reads(done)) == (200, True, 200)
    again = refresh(cookie_of(done))
    assert (again.status, again.body["mfa"], again.body["session_id"]) == (200, True, done.body["session_id"])
    assert get(f"/v1/staff/sessions/{done.body['session_id']}", done).body["mfa"] is True


@pytest.mark.parametrize("given", ["000000", "00000000", "١٢٣٤٥٦", "ABCD-EFGH-JKMN-PQRS-TVWX-YZ01", "      x"])
def test_a_wrong_code_of_either_kind_is_answered_alike(secret, given):
    found = answer(login(), given)
    assert (found.status, found.body["detail"]) in [(401, "the code is wrong, or was used before")] or found.status == 422


def test_a_code_counts_once(secret):
    code = shown(secret)
    assert answer(login(), code).status == 200
    assert answer(login(), code).status == 401


def test_a_challenge_is_good_for_three_minutes_and_only_as_it_was_given(secret):
    asked = login()
    token = asked.body["token"]
    assert answer(asked, shown(secret), seconds=181).status == 401
    for other in ("", "x", "é", token[:-2], token[:-6] + "AAAAAA", "A" * 8192, token + "AAAA"):
        asked.body["token"] = other
        assert answer(asked, shown(secret)).status == 401, other
    asked.body["token"] = token
    assert answer(asked, shown(secret), seconds=179).status == 200


def test_a_challenge_can_be_told_from_no_other(secret):
    assert login().body["token"] != login().body["token"]


def test_a_challenge_ends_with_the_password_it_was_given_for(secret, ada):
    me, old = answer(login(), shown(secret)), login()
    assert post("/v1/auth/password", {"current": PASSWORD, "new": "violet harbour 27 moss"}, me=me).status == 200
    assert answer(old, shown(secret, 1)).status == 401


def test_who_was_disabled_meanwhile_does_not_get_in_with_the_right_code(secret, ada):
    asked = login()
    dynamodb.client().update_item(TableName=table("principals"), Key=dynamodb.key("staff#subject-ada"), UpdateExpression="SET active = :no",
                                  ExpressionAttributeValues={":no": {"BOOL": False}})
    for given in (shown(secret), secret.codes[0]):
        assert answer(asked, given).status == 401
    assert len(Staff.fetch(ada.id).recovery_codes) == 10


def test_a_recovery_code_opens_once_and_ends_the_enrolment(secret, ada, pool):
    first, second = login(), login()
    done = answer(first, secret.codes[3].lower().replace("-", " "))
    assert (done.status, done.body["mfa"], reads(done)) == (200, False, 200)
    assert answer(second, secret.codes[3]).status == 401
    assert "access_token" in login().body, "no code is asked for any more"
    assert get(f"/v1/staff/{ada.id}", done).body["mfa"] is False
    assert happened(ada.id)[-1] == "staff.recovery_code_used"
    assert len(Staff.fetch(ada.id).recovery_codes) == 9


def test_who_has_recovered_enrols_again_and_gets_new_recovery_codes(secret, ada, pool):
    _, fresh = enrolled(pool, answer(login(), secret.codes[0]))
    assert not set(fresh) & set(secret.codes)
    assert answer(login(), secret.codes[1]).status == 401
    assert answer(login(), fresh[1]).status == 200


def test_two_who_show_the_same_recovery_code_at_once_get_in_once(secret, ada):
    from tests.integration.kernel.things import hooked

    first, second, other = login(), login(), []

    def quicker(**_):
        if not other:
            other.append(None)
            other[0] = answer(second, secret.codes[0])

    with hooked("before-call.dynamodb.TransactWriteItems", quicker):
        slower = answer(first, secret.codes[0])
    assert sorted([slower.status, other[0].status]) == [200, 401]
    assert happened(ada.id).count("staff.recovery_code_used") == 1


def test_enrolling_anew_takes_disabling_first(secret):
    me = answer(login(), shown(secret))
    for path, body in (("enrol", None), ("confirm", {"code": shown(secret, 1)})):
        refused = post(f"/v1/auth/mfa/{path}", body, me=me)
        assert (refused.status, refused.body["code"]) == (409, "mfa_enabled")


def test_disabling_takes_both_factors_once_more(secret, ada):
    me = answer(login(), shown(secret))
    for password, code in (("wrong", shown(secret, 1)), (PASSWORD, "000000"), (PASSWORD, shown(secret)), (PASSWORD, secret.codes[0])):
        refused = post("/v1/auth/mfa/disable", {"password": password, "code": code}, me=me)
        assert (refused.status, refused.body["code"]) == (422, "wrong_code")
    assert login().body["challenge"] == "mfa"
    live = len(principals("session#"))
    assert post("/v1/auth/mfa/disable", {"password": PASSWORD, "code": shown(secret, 1)}, me=me, seconds=100).status == 204
    assert (len(principals("session#")), Staff.fetch(ada.id).recovery_codes) == (live, [])
    assert happened(ada.id)[-1] == "staff.mfa_disabled"
    assert "access_token" in login(seconds=100).body
    assert post("/v1/auth/mfa/disable", {"password": PASSWORD, "code": "000000"}, me=me, seconds=100).body["code"] == "mfa_disabled"


@pytest.mark.parametrize("path", ["enrol", "confirm", "disable"])
def test_nobody_is_enrolled_who_has_not_signed_in(ada, path):
    assert post(f"/v1/auth/mfa/{path}", {"code": "123456"}).status == 401
