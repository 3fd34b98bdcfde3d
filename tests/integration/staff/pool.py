"""A user pool as the functions see it: Cognito's answers at the border of boto3, its tokens, and its public keys over HTTP.

moto's own would need one more package, and makes no tokens with an `origin_jti`.
"""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import jwt
from botocore import xform_name
from jwt.algorithms import RSAAlgorithm

from kernel.clock import wall
from kernel.config import aws
from local.totp import STEP, code
from tests.callers import key, token

SECRET = "a_client_secret_of_the_tests"
Answer = tuple[SimpleNamespace, dict[str, Any]]


class Pool:
    """`users` {e-mail: (password, subject)}; `challenged` must change their password first; `revoked` are refresh tokens; `secrets`
    {subject: the authenticator's}, `asked` are the subjects of whom a code is asked. A code counts once, as with Cognito."""

    def __init__(self) -> None:
        self.users: dict[str, tuple[str, str]] = {}
        self.challenged: set[str] = set()
        self.revoked: set[str] = set()
        self.secrets: dict[str, str] = {}
        self.asked: set[str] = set()
        self.calls: list[str] = []
        self._pending: dict[str, str] = {}
        self._challenges: dict[str, str] = {}
        self._used: set[tuple[str, str]] = set()
        self._renewals: dict[str, tuple[str, str]] = {}
        events = aws("cognito-idp").meta.events
        for name in ("DescribeUserPoolClient", "InitiateAuth", "RespondToAuthChallenge", "GetTokensFromRefreshToken", "RevokeToken",
                     "AssociateSoftwareToken", "VerifySoftwareToken", "SetUserMFAPreference", "AdminSetUserMFAPreference",
                     "AdminCreateUser", "AdminGetUser", "AdminSetUserPassword", "ChangePassword"):
            events.register(f"before-call.cognito-identity-provider.{name}", self._answering(name))

    def _answering(self, name: str) -> Any:
        operation = getattr(self, xform_name(name))

        def answer(params: dict[str, Any], **_: Any) -> Answer:
            self.calls.append(name)
            found: Answer = operation(json.loads(params["body"]))
            return found

        return answer

    def describe_user_pool_client(self, asked: dict[str, Any]) -> Answer:
        return _said({"UserPoolClient": {"ClientId": asked["ClientId"], "ClientSecret": SECRET}})

    def initiate_auth(self, asked: dict[str, Any]) -> Answer:
        given = asked["AuthParameters"]
        digest = hmac.new(SECRET.encode(), (given["USERNAME"] + asked["ClientId"]).encode(), hashlib.sha256).digest()
        assert given["SECRET_HASH"] == base64.b64encode(digest).decode()
        named = {subject: (password, subject) for password, subject in self.users.values()}  # a user's own name, as Cognito takes it too
        password, subject = (named | self.users).get(given["USERNAME"], ("", ""))
        if not password or password != given["PASSWORD"]:
            return _refused("NotAuthorizedException")
        if given["USERNAME"] in self.challenged:
            return _said({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"})
        if subject in self.asked:
            self._challenges[session := uuid4().hex] = subject
            return _said({"ChallengeName": "SOFTWARE_TOKEN_MFA", "Session": session, "ChallengeParameters": {"USER_ID_FOR_SRP": subject}})
        return self._let_in(subject)

    def _let_in(self, subject: str) -> Answer:
        origin, renewal = uuid4().hex, uuid4().hex
        self._renewals[renewal] = (subject, origin)
        return _said({"AuthenticationResult": {"AccessToken": token(subject, origin_jti=origin), "RefreshToken": renewal, "ExpiresIn": 900}})

    def respond_to_auth_challenge(self, asked: dict[str, Any]) -> Answer:
        given = asked["ChallengeResponses"]
        subject = given["USERNAME"]
        digest = hmac.new(SECRET.encode(), (subject + asked["ClientId"]).encode(), hashlib.sha256).digest()
        assert given["SECRET_HASH"] == base64.b64encode(digest).decode()
        if self._challenges.get(asked["Session"]) != subject:
            return _refused("NotAuthorizedException")
        if not self._matches(subject, self.secrets[subject], given["SOFTWARE_TOKEN_MFA_CODE"]):
            return _refused("CodeMismatchException")
        del self._challenges[asked["Session"]]
        return self._let_in(subject)

    def _matches(self, subject: str, secret: str, given: str) -> bool:
        now = wall().timestamp()
        good = given in [code(secret, now + step * STEP) for step in (-1, 0, 1)] and (subject, given) not in self._used
        if good:
            self._used.add((subject, given))
        return good

    def associate_software_token(self, asked: dict[str, Any]) -> Answer:
        secret = base64.b32encode(uuid4().bytes + b"more").decode()
        self._pending[_subject(asked)] = secret
        return _said({"SecretCode": secret})

    def verify_software_token(self, asked: dict[str, Any]) -> Answer:
        subject = _subject(asked)
        if subject not in self._pending or not self._matches(subject, self._pending[subject], asked["UserCode"]):
            return _refused("EnableSoftwareTokenMFAException")
        self.secrets[subject] = self._pending.pop(subject)
        return _said({"Status": "SUCCESS"})

    def set_user_mfa_preference(self, asked: dict[str, Any]) -> Answer:
        return self._prefer(_subject(asked), asked)

    def admin_set_user_mfa_preference(self, asked: dict[str, Any]) -> Answer:
        return self._prefer(asked["Username"], asked)

    def _prefer(self, subject: str, asked: dict[str, Any]) -> Answer:
        wanted = asked["SoftwareTokenMfaSettings"]["Enabled"]
        if wanted and subject not in self.secrets:
            return _refused("InvalidParameterException")
        self.asked = self.asked | {subject} if wanted else self.asked - {subject}
        return _said({})

    def admin_get_user(self, asked: dict[str, Any]) -> Answer:
        """By e-mail, or by the subject, which is a user's own name."""
        _, subject = self.users.get(asked["Username"], ("", asked["Username"]))
        return _said({"Username": subject, "UserAttributes": [{"Name": "sub", "Value": subject}]})

    def change_password(self, asked: dict[str, Any]) -> Answer:
        subject = _subject(asked)
        email, old = next((email, password) for email, (password, found) in self.users.items() if found == subject)
        if asked["PreviousPassword"] != old:
            return _refused("NotAuthorizedException")
        self.users[email] = (asked["ProposedPassword"], subject)
        return _said({})

    def get_tokens_from_refresh_token(self, asked: dict[str, Any]) -> Answer:
        if asked["ClientSecret"] != SECRET or asked["RefreshToken"] in self.revoked:
            return _refused("NotAuthorizedException")
        subject, origin = self._renewals[asked["RefreshToken"]]
        return _said({"AuthenticationResult": {"AccessToken": token(subject, origin_jti=origin), "ExpiresIn": 900}})

    def admin_create_user(self, asked: dict[str, Any]) -> Answer:
        assert asked["MessageAction"] == "SUPPRESS"
        if asked["Username"] in self.users:
            return _refused("UsernameExistsException")
        self.users[asked["Username"]] = ("", f"subject-{uuid4().hex}")
        return _said({"User": {"Username": asked["Username"], "Attributes": self._attributes(asked["Username"])}})

    def admin_set_user_password(self, asked: dict[str, Any]) -> Answer:
        assert asked["Permanent"]
        self.users[asked["Username"]] = (asked["Password"], self.users[asked["Username"]][1])
        return _said({})

    def _attributes(self, email: str) -> list[dict[str, str]]:
        return [{"Name": "email", "Value": email}, {"Name": "sub", "Value": self.users[email][1]}]

    def revoke_token(self, asked: dict[str, Any]) -> Answer:
        self.revoked.add(asked["Token"])
        return _said({})


def _subject(asked: dict[str, Any]) -> str:
    return str(jwt.decode(asked["AccessToken"], key().public_key(), algorithms=["RS256"])["sub"])


def _said(parsed: dict[str, Any]) -> Answer:
    return SimpleNamespace(status_code=200), parsed


def _refused(code: str) -> Answer:
    return SimpleNamespace(status_code=400), {"Error": {"Code": code, "Message": ""}, "ResponseMetadata": {}}


@contextmanager
def public_keys() -> Iterator[tuple[str, list[str]]]:
    """(URL of the pool's key set on loopback, paths that were asked for)."""
    jwk = RSAAlgorithm.to_jwk(key().public_key(), as_dict=True) | {"kid": "test", "use": "sig", "alg": "RS256"}
    asked: list[str] = []

    class Keys(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"keys": [jwk]}).encode())

        def log_message(self, *_: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Keys)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
