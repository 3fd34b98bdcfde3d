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

from jwt.algorithms import RSAAlgorithm

from kernel.config import aws
from tests.callers import key, token

SECRET = "a_client_secret_of_the_tests"
Answer = tuple[SimpleNamespace, dict[str, Any]]


class Pool:
    """`users` {e-mail: (password, subject)}; `challenged` must change their password first; `revoked` are refresh tokens."""

    def __init__(self) -> None:
        self.users: dict[str, tuple[str, str]] = {}
        self.challenged: set[str] = set()
        self.revoked: set[str] = set()
        self._renewals: dict[str, tuple[str, str]] = {}
        events = aws("cognito-idp").meta.events
        for operation in (self.describe_user_pool_client, self.initiate_auth, self.get_tokens_from_refresh_token, self.revoke_token,
                          self.admin_create_user, self.admin_get_user, self.admin_set_user_password):
            name = "".join(word.title() for word in operation.__name__.split("_"))
            events.register(f"before-call.cognito-identity-provider.{name}", self._answering(operation))

    def _answering(self, operation: Any) -> Any:
        return lambda params, **_: operation(json.loads(params["body"]))

    def describe_user_pool_client(self, asked: dict[str, Any]) -> Answer:
        return _said({"UserPoolClient": {"ClientId": asked["ClientId"], "ClientSecret": SECRET}})

    def initiate_auth(self, asked: dict[str, Any]) -> Answer:
        given = asked["AuthParameters"]
        digest = hmac.new(SECRET.encode(), (given["USERNAME"] + asked["ClientId"]).encode(), hashlib.sha256).digest()
        assert given["SECRET_HASH"] == base64.b64encode(digest).decode()
        password, subject = self.users.get(given["USERNAME"], ("", ""))
        if not password or password != given["PASSWORD"]:
            return _refused("NotAuthorizedException")
        if given["USERNAME"] in self.challenged:
            return _said({"ChallengeName": "NEW_PASSWORD_REQUIRED", "Session": "s"})
        origin, renewal = uuid4().hex, uuid4().hex
        self._renewals[renewal] = (subject, origin)
        return _said({"AuthenticationResult": {"AccessToken": token(subject, origin_jti=origin), "RefreshToken": renewal, "ExpiresIn": 900}})

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

    def admin_get_user(self, asked: dict[str, Any]) -> Answer:
        return _said({"Username": asked["Username"], "UserAttributes": self._attributes(asked["Username"])})

    def admin_set_user_password(self, asked: dict[str, Any]) -> Answer:
        assert asked["Permanent"]
        self.users[asked["Username"]] = (asked["Password"], self.users[asked["Username"]][1])
        return _said({})

    def _attributes(self, email: str) -> list[dict[str, str]]:
        return [{"Name": "email", "Value": email}, {"Name": "sub", "Value": self.users[email][1]}]

    def revoke_token(self, asked: dict[str, Any]) -> Answer:
        self.revoked.add(asked["Token"])
        return _said({})


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
