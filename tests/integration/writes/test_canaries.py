"""Secrets are planted wherever a request can carry one, and looked for everywhere: none is logged, answered, stored, filed or mailed."""

import json
import re
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError
from pydantic import BaseModel, TypeAdapter

from functions.staff.api import handler as staff
from functions.staff.models import Role
from functions.staff.service import create
from kernel import dynamodb
from kernel.audit import Actor
from kernel.clock import parse
from kernel.config import aws
from kernel.http import Api, Body, requires
from tests.callers import ask, token
from tests.integration.notifications.company import mails
from tests.integration.staff.pool import Pool
from tests.integration.writes.canaries import CANARY, Watch, leaks
from tests.integration.writes.company import AT, MESSAGE, due, everything, news
from tests.integration.writes.everywhere import told_to_all

EMAIL, PASSWORD = "bird@example.test", f"{CANARY}-password-1"
JSON = {"content-type": "application/json"}


class Secretive(Body):
    secret: str
    number: int = 0


class Counted(BaseModel):
    number: int


broken = Api()


@broken.post("/v1/broken/<way>", middlewares=requires("things.write"))
def fail(way: str, body: Secretive) -> Counted:
    """Fails in a way that quotes what was sent."""
    match way:
        case "error":
            raise RuntimeError(f"cannot use {body.secret}")
        case "chain":
            try:
                int(body.secret)
            except ValueError as failure:
                raise KeyError(body.secret) from failure
        case "model":
            Secretive.model_validate({"secret": [body.secret], body.secret[:3]: body.secret})
        case "number":
            TypeAdapter(dict[str, Secretive]).validate_python({"a": {"secret": 1, "number": body.secret}})
        case "service":
            raise ClientError({"Error": {"Code": "ValidationException", "Message": f"1 error: value '{body.secret}'"}}, "InitiateAuth")
    return {"number": body.secret}  # type: ignore[return-value]  # not what it promises


def test_what_is_looked_for_would_be_found(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    """Deep in `extra` lies what the caller wants to be kept: it is in the table, the audit log, an export and an answer."""
    it, text = watch
    it.ask("POST", "/v1/gateways", {"name": "S", "secret_key": "sk_test_1", "extra": {"a": [{"b": CANARY}]}})
    places = {each.partition(":")[0] for each in leaks(it, text)}
    assert {"table payments", "table audit"} <= places
    assert any(place.startswith("POST /v1/gateways") for place in places)
    assert text.getvalue().count('"request"') > 0


def test_keys_of_a_gateway_are_in_secrets_manager_and_nowhere_else(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    keys = {"secret_key": f"sk_test_{CANARY}", "webhook_secret": f"whsec_{CANARY}"}
    once = {"idempotency-key": f"{CANARY}-key"}
    made = it.ask("POST", "/v1/gateways", {"name": "S", **keys}, headers=once)
    it.ask("POST", "/v1/gateways", {"name": "S", **keys}, headers=once)
    it.ask("POST", "/v1/gateways", {"name": "T", **keys}, headers=once)
    path = f"/v1/gateways/{made.body['id']}"
    assert it.ask("PATCH", path, {"secret_key": f"sk_test_{CANARY}_2", "is_default": True}, headers={"if-match": '"1"'}).status == 200
    it.ask("PATCH", path, keys, headers={"if-match": '"1"'})
    it.ask("PATCH", path, keys, headers={"if-match": f'"{CANARY}"'})
    for body in ({"secret_key": {CANARY: CANARY}}, {"secret_key": f"{CANARY} {CANARY}"}, {"secret_key": CANARY * 60, "webhook_secret": [CANARY]},
                 {"name": "S", "secret_keys": CANARY}, {"kind": CANARY, **keys}, {"name": "S", "is_default": CANARY, **keys},
                 f'{{"secret_key": "{CANARY}"', f'["{CANARY}"]', f'"{CANARY}"', f'{{"name": "S", "secret_key": "{CANARY}", "extra": NaN}}'):
        assert it.ask("POST", "/v1/gateways", body).status in (400, 422)
        assert it.ask("PATCH", path, body, headers={"if-match": '"2"'}).status in (400, 422)
    for etag in ('"2"', '"9"'):
        asked = {"action": "update", "ids": [made.body["id"]], "body": keys, "etags": {made.body["id"]: etag}}
        it.ask("POST", "/v1/gateways/bulk", asked, headers=once)
    for address, query in (("/v1/gateways", {}), (path, {}), (f"{path}/timeline", {}), ("/v1/audit", {}), ("/v1/gateways", {"q": CANARY}),
                           ("/v1/search", {"q": CANARY}), ("/v1/gateways", {"secret_key": CANARY}), ("/v1/gateways", {"cursor": CANARY})):
        it.ask("GET", address, **query)
    company = it.company
    for format in ("csv", "jsonl"):
        export = it.ask("POST", "/v1/gateways/exports", {"format": format}).body["id"]
        it.ask(MESSAGE, "exports", news(export))
        assert company.done("GET", f"/v1/exports/{export}")["status"] == "done"
    assert it.ask(MESSAGE, "payments", due(company.charge())).status == 200
    assert leaks(it, text) == []
    assert CANARY not in "".join(capfd.readouterr())
    kept = aws("secretsmanager").get_secret_value(SecretId=f"test/gateways/{made.body['id']}")["SecretString"]
    assert json.loads(kept)["secret_key"] == f"sk_test_{CANARY}"  # what the last request that was right has sent


def test_a_sign_in_leaves_no_password_no_cookie_and_no_token_behind(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    pool = Pool()
    pool.users[EMAIL] = (PASSWORD, "subject-bird")
    create(name="Bird", email=EMAIL, role=Role.VIEWER, subject="subject-bird", actor=Actor(id="system"), at=parse(AT))
    now = {"at": datetime.now(UTC).isoformat()}
    right = ask(staff, "POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, headers=JSON, **now)
    assert right.status == 200
    cookie, access = right.cookies[0].split("=", 1)[1].split(";")[0], right.body["access_token"]
    own = {"origin": "http://localhost:8080"}
    for body in ({"email": EMAIL, "password": f"{CANARY}-wrong"}, {"email": EMAIL, "password": [CANARY]}, {"email": EMAIL, "pasword": CANARY},
                 {"email": EMAIL, "password": PASSWORD, "otp": CANARY}, {"email": EMAIL, "password": CANARY * 90}, {"password": PASSWORD},
                 f'{{"email": "{EMAIL}", "password": "{CANARY}'):
        it.ask("POST", "/v1/auth/login", body, api=staff, headers=JSON)
    for path in ("/v1/auth/refresh", "/v1/auth/logout"):
        for sent in (f"__Secure-session={CANARY}", f"{CANARY}", f"other={cookie}", f"__Secure-session={cookie}"):
            it.ask("POST", path, {}, api=staff, headers={"cookie": sent, "origin": f"https://{CANARY}.test"})
    renewed = ask(staff, "POST", "/v1/auth/refresh", {}, headers=own | {"cookie": f"__Secure-session={cookie}"}, **now)
    assert renewed.status == 200
    assert it.ask("GET", "/v1/staff", api=staff, headers={"authorization": f"Bearer {access}"}).status == 200
    aws("cognito-idp").meta.events.register_first("before-call.cognito-identity-provider.InitiateAuth", _quoting)
    assert it.ask("POST", "/v1/auth/login", {"email": EMAIL, "password": PASSWORD}, api=staff, headers=JSON).status == 500
    second = renewed.cookies[0].split("=", 1)[1].split(";")[0]
    assert leaks(it, text, cookie, second, access, renewed.body["access_token"]) == []
    assert CANARY not in "".join(capfd.readouterr())


def _quoting(**_: Any) -> Any:
    """As AWS words the refusal of a parameter."""
    message = f"1 validation error detected: Value '{PASSWORD}' at 'authParameters' failed to satisfy constraint"
    return SimpleNamespace(status_code=400), {"Error": {"Code": "ValidationException", "Message": message}, "ResponseMetadata": {}}


def test_an_api_key_is_shown_once_and_is_nowhere(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    company, body, once = it.company, {"name": "CI", "scopes": ["plans.read"]}, {"idempotency-key": "k-1"}
    old = company.done("POST", "/v1/api-keys", body, headers=once)
    new = company.done("POST", f"/v1/api-keys/{old['id']}/rotate", {"grace_seconds": 60}, headers=once)
    it.ask("POST", "/v1/api-keys", body, headers=once)
    it.ask("POST", f"/v1/api-keys/{old['id']}/rotate", {"grace_seconds": 60}, headers=once)
    for key in (old["key"], new["key"]):
        for sent in (key, key + "x", f" {key}", f"{key},{key}"):
            for method, path in (("GET", "/v1/plans"), ("POST", "/v1/plans"), ("GET", "/v1/nothing"), ("GET", "/v1/tenants")):
                it.ask(method, path, {"name": key} if method == "POST" else None, headers={"authorization": f"Bearer {sent}"},
                       api=None if path != "/v1/nothing" else staff)
        it.ask("GET", "/v1/api-keys", q=key[-4:])
        it.ask("GET", f"/v1/api-keys/{old['id']}/timeline")
    it.ask(MESSAGE, "exports", news(it.ask("POST", "/v1/api-keys/exports", {"format": "csv"}).body["id"]))
    assert leaks(it, text, old["key"], new["key"]) == []
    assert old["key"] not in "".join(capfd.readouterr())


def test_the_link_of_an_invitation_is_in_its_mail_alone(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    pool = Pool()
    dynamodb.client().delete_item(TableName="principals", Key=dynamodb.key("staff#subject-owner"))  # who invites has to be somebody
    create(name="Owner", email="owner@example.test", role=Role.OWNER, subject="subject-owner", actor=Actor(id="system"), at=parse(AT))
    assert it.ask("POST", "/v1/staff/invitations", {"name": "Grace", "email": EMAIL, "role": "viewer"}).status == 201
    told_to_all(it.company)
    found = re.search(r"/accept#(\S+)", mails()[-1].get_body(("plain",)).get_content())
    assert found is not None
    for given in ({"token": found[1] + "x", "password": PASSWORD}, {"token": found[1], "password": f"{CANARY}"}, {"token": found[1]},
                  {"token": found[1], "password": PASSWORD, "more": PASSWORD}):
        assert it.ask("POST", "/v1/auth/accept", given, api=staff, headers=JSON).status == 422
    assert it.ask("POST", "/v1/auth/accept", {"token": found[1], "password": PASSWORD}, api=staff, headers=JSON).status == 200
    assert EMAIL in pool.users
    assert [each for each in leaks(it, text, found[1]) if not each.startswith("mails")] == []
    assert CANARY not in "".join(capfd.readouterr())


def test_no_header_is_repeated_or_kept(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    for sent in (f"Bearer {CANARY}", CANARY, f"Basic {CANARY}", f"Bearer {CANARY}.{CANARY}.{CANARY}", f"Bearer po_live_{CANARY}",
                 f"Bearer {token('subject-owner', aud=CANARY, iss=CANARY)}", f"Bearer {token(CANARY)}", f"Bearer \ud800{CANARY}"):
        assert it.ask("GET", "/v1/plans", headers={"authorization": sent}).status == 401
    for headers in ({"idempotency-key": f"{CANARY} with a space"}, {"if-match": CANARY}, {"content-type": CANARY}, {"x-api-key": CANARY},
                    {"stripe-signature": f"t=1,v1={CANARY}"}, {"cookie": CANARY}, {"idempotency-key": f'"{CANARY}"'}):
        it.ask("POST", "/v1/plans", {"name": "Pro"}, headers=headers)
        it.ask("POST", "/v1/webhooks/stripe", {"id": CANARY, "type": CANARY}, headers=headers)
        it.ask("POST", "/v1/tenants", {"name": "Acme"}, headers=headers)
    assert leaks(it, text) == []
    assert CANARY not in "".join(capfd.readouterr())


def test_a_mistake_of_ours_does_not_quote_what_was_sent(watch: tuple[Watch, Any], capfd: pytest.CaptureFixture[str]) -> None:
    it, text = watch
    for way in ("error", "chain", "model", "number", "service", "answer"):
        assert it.ask("POST", f"/v1/broken/{way}", {"secret": CANARY}, api=broken).status == 500
    assert leaks(it, text) == []
    assert CANARY not in "".join(capfd.readouterr())
    assert text.getvalue().count('"unexpected"') == 6
    assert '"RuntimeError"' in text.getvalue()
    assert "test_canaries.py" in text.getvalue(), "it says where"
    assert everything("staff") == []
