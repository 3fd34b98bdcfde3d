"""Signed-in callers for tests without a user pool: tokens signed by a key of our own, which the kernel is told to trust."""

from functools import cache
from types import SimpleNamespace
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from kernel import access, dynamodb
from kernel.config import table

ISSUER = "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_test"


@cache
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def token(subject: str, **claims: Any) -> str:
    """An access token as the user pool makes them, with claims replaced or (None) left out."""
    whole = {"sub": subject, "iss": ISSUER, "client_id": "client", "token_use": "access", "origin_jti": f"origin-{subject}",
             "exp": 4102444800, **claims}
    return jwt.encode({k: v for k, v in whole.items() if v is not None}, key(), algorithm="RS256", headers={"kid": "test"})


def signed_in(role: str, **claims: Any) -> dict[str, str]:
    """Headers of a member of staff with that role."""
    # The one thing replaced is where the user pool's public keys are fetched from.
    access._keys = lambda: SimpleNamespace(get_signing_key_from_jwt=lambda _: SimpleNamespace(key=key().public_key()))  # type: ignore[assignment]
    subject = f"subject-{role}"
    name = table("principals")
    dynamodb.client().put_item(TableName=name, Item=access.staff_item(subject, staff_id=f"stf_{role}", role=role, active=True))
    session = dynamodb.key(f"session#origin-{subject}") | {"subject": {"S": subject}, "expires_at": {"S": "2100-01-01T00:00:00.000000Z"}}
    dynamodb.client().put_item(TableName=name, Item=session)
    return {"authorization": f"Bearer {token(subject, **claims)}"}


def ask(handler: Any, method: str, path: str, body: Any = None, *, headers: dict[str, str],
        at: str = "2026-01-31T12:00:00+00:00", ip: str = "192.0.2.1", **query: str) -> SimpleNamespace:
    """One request to a function's handler, as API Gateway's HTTP API sends it (payload format 2.0)."""
    import json
    from datetime import datetime
    from urllib.parse import urlencode

    text = body if isinstance(body, str) or body is None else json.dumps(body)
    event = {
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": urlencode(query),
        "headers": {"content-type": "application/json", **headers}, "queryStringParameters": query or None, "isBase64Encoded": False,
        "body": text, "requestContext": {
            "accountId": "1", "apiId": "a", "domainName": "d", "stage": "$default", "requestId": "req-1", "time": "", "routeKey": "$default",
            "timeEpoch": int(datetime.fromisoformat(at).timestamp() * 1000),
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": ip, "userAgent": "test"}}}
    answer = handler(event, SimpleNamespace(
        aws_request_id="req-1", function_name="test", memory_limit_in_mb=512, invoked_function_arn="arn:test"))
    parsed = json.loads(answer["body"]) if answer.get("body") else None
    return SimpleNamespace(status=answer["statusCode"], body=parsed, headers=answer["headers"], cookies=answer.get("cookies", []))
