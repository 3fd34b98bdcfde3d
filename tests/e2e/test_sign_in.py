"""Signing in through the deployed functions and a user pool that checks: password, code, recovery code, sessions; IAM enforced."""

import base64
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.staff.models import Staff
from kernel import access, ids
from local.totp import STEP, code

PASSWORD, NEW = "Correct-horse-9", "violet harbour 27 moss"


@pytest.fixture(scope="module")
def bea(aws: Any, outputs: dict[str, str]) -> str:
    """The address of a colleague."""
    email, users = "bea@example.test", aws("cognito-idp")
    made = users.admin_create_user(UserPoolId=outputs["UserPool"], Username=email, MessageAction="SUPPRESS",
                                   UserAttributes=[{"Name": "email", "Value": email}])
    users.admin_set_user_password(UserPoolId=outputs["UserPool"], Username=email, Password=PASSWORD, Permanent=True)
    subject = next(each["Value"] for each in made["User"]["Attributes"] if each["Name"] == "sub")
    now = datetime.now(UTC)
    staff = Staff(ids.new("stf"), name="Bea", email=email, role="viewer", subject=subject, created_at=now, updated_at=now, version=1)
    aws("dynamodb").put_item(TableName=outputs["StaffTable"], Item=staff.item())
    item = access.staff_item(subject, staff_id=staff.id, role="viewer", active=True)
    aws("dynamodb").put_item(TableName=outputs["PrincipalsTable"], Item=item)
    return email


class Browser:
    """Keeps the cookie and the access token, as the console does."""

    def __init__(self, cloud: Any, email: str) -> None:
        self.cloud, self.email, self.cookie, self.token = cloud, email, "", ""

    def post(self, path: str, body: Any = None) -> tuple[int, Any]:
        headers = {"origin": self.cloud.facts["url"], "cookie": self.cookie} | ({"authorization": f"Bearer {self.token}"} if self.token else {})
        status, found, sent = self.cloud.ask("POST", path, body, **headers)
        self.cookie = sent.get("set-cookie", self.cookie).split(";")[0]
        self.token = found.get("access_token", self.token) if isinstance(found, dict) else self.token
        return status, found

    def login(self, password: str = PASSWORD) -> tuple[int, Any]:
        self.token = ""
        return self.post("/v1/auth/login", {"email": self.email, "password": password})

    def reads(self) -> int:
        return int(self.cloud.ask("GET", "/v1/staff/sessions", authorization=f"Bearer {self.token}")[0])


@pytest.fixture
def browser(cloud: Any, bea: str) -> Browser:
    return Browser(cloud, bea)


def left_behind(aws: Any, outputs: dict[str, str], *secrets: str) -> list[str]:
    """Those that are in a table. What functions print, the local cloud does not keep."""
    tables = [name for output, name in outputs.items() if output.endswith("Table")]
    kept = "".join(json.dumps(page["Items"]) for name in tables for page in aws("dynamodb").get_paginator("scan").paginate(TableName=name))
    return [each for each in secrets if each in kept]


def test_a_colleague_signs_in_with_password_code_and_recovery_code(
    browser: Browser, cloud: Any, aws: Any, outputs: dict[str, str], bea: str
) -> None:
    status, found = browser.login()
    assert (status, found["mfa"], browser.reads()) == (200, False, 200)
    status, made = browser.post("/v1/auth/mfa/enrol")
    assert status == 200, made
    assert browser.post("/v1/auth/mfa/confirm", {"code": "000000"})[0] == 422
    status, given = browser.post("/v1/auth/mfa/confirm", {"code": code(made["secret"], time.time())})
    assert (status, len(given["recovery_codes"])) == (200, 10)

    other = Browser(cloud, bea)
    status, asked = other.login()
    assert (status, asked["challenge"], other.cookie, other.token) == (200, "mfa", "", "")
    assert other.post("/v1/auth/mfa", {"token": asked["token"], "code": "000000"})[0] == 401
    fresh = code(made["secret"], time.time() + STEP)  # the one before was taken
    status, done = other.post("/v1/auth/mfa", {"token": asked["token"], "code": fresh})
    assert (status, done["mfa"], other.reads()) == (200, True, 200)
    assert other.post("/v1/auth/refresh")[0] == 200
    status, asked = Browser(cloud, bea).login()
    assert Browser(cloud, bea).post("/v1/auth/mfa", {"token": asked["token"], "code": fresh})[0] == 401, "a code counts once"

    status, done = browser.post("/v1/auth/mfa", {"token": asked["token"], "code": given["recovery_codes"][0]})
    assert (status, done["mfa"]) == (200, False), done
    assert "access_token" in Browser(cloud, bea).login()[1]
    codes = [form for each in given["recovery_codes"] for form in (each, each.replace("-", ""))]
    assert left_behind(aws, outputs, PASSWORD, made["secret"], asked["token"], *codes) == []
    assert left_behind(aws, outputs, bea) == [bea], "what is kept is found"


def test_who_was_revoked_is_out_and_a_new_password_ends_all_others(
    browser: Browser, cloud: Any, aws: Any, outputs: dict[str, str], bea: str
) -> None:
    browser.login()
    others = [Browser(cloud, bea), Browser(cloud, bea)]
    ids = [each.login()[1]["session_id"] for each in others]
    assert browser.post(f"/v1/staff/sessions/{ids[0]}/revoke")[0] == 200
    assert [each.reads() for each in (browser, *others)] == [200, 401, 200]
    assert others[0].post("/v1/auth/refresh")[0] == 401
    status, found = browser.post("/v1/auth/password", {"current": PASSWORD, "new": NEW})
    assert status == 200, found
    assert [browser.reads(), others[1].reads(), others[1].post("/v1/auth/refresh")[0]] == [200, 401, 401]
    assert [Browser(cloud, bea).login()[0], Browser(cloud, bea).login(NEW)[0]] == [401, 200]
    assert left_behind(aws, outputs, NEW) == []
    assert browser.post("/v1/auth/logout")[0] == 204
    assert browser.reads() == 401


def test_who_guesses_waits(cloud: Any) -> None:
    guesser = Browser(cloud, "nobody@example.test")
    answers = [guesser.login("wrong")[0] for _ in range(9)]  # longer each time, from a second on: a slow machine may have waited once
    assert answers[:5] == [401] * 5
    assert 429 in answers[5:]


def test_the_pool_itself_takes_no_challenge_that_it_did_not_make(aws: Any, outputs: dict[str, str], bea: str) -> None:
    """As on AWS: no code opens anything without the password before it."""
    pool, client, users = outputs["UserPool"], outputs["UserPoolClient"], aws("cognito-idp")
    secret = users.describe_user_pool_client(UserPoolId=pool, ClientId=client)["UserPoolClient"]["ClientSecret"]
    proof = base64.b64encode(hmac.digest(secret.encode(), (bea + client).encode(), "sha256")).decode()
    with pytest.raises(ClientError, match="Invalid session"):
        users.respond_to_auth_challenge(ClientId=client, ChallengeName="SOFTWARE_TOKEN_MFA", Session="x" * 44, ChallengeResponses={
            "USERNAME": bea, "SOFTWARE_TOKEN_MFA_CODE": "000000", "SECRET_HASH": proof})
