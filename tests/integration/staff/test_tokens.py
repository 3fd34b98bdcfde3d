"""Access tokens: only the user pool's own, of this application, for a session that stands."""

import json
import time
from base64 import urlsafe_b64encode

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from jwt.algorithms import RSAAlgorithm

from functions.staff.api import handler
from kernel import access, dynamodb
from kernel.config import table
from tests.callers import ISSUER, ask, key, token

SESSION, SUBJECT = "origin-subject-ada", "subject-ada"
CLAIMS = {"sub": SUBJECT, "iss": ISSUER, "client_id": "client", "token_use": "access", "origin_jti": SESSION, "exp": 4102444800}
FOREIGN = rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(autouse=True)
def _sessions(ada):
    """Ada's; and Eve is of the staff too, without a session."""
    eve = access.staff_item("subject-eve", staff_id="stf_eve", role="owner", active=True)
    dynamodb.client().put_item(TableName=table("principals"), Item=eve)
    item = dynamodb.key(f"session#{SESSION}") | {"subject": {"S": SUBJECT}, "expires_at": {"S": "2100-01-01T00:00:00.000000Z"}}
    dynamodb.client().put_item(TableName=table("principals"), Item=item)


def status(text, scheme="Bearer "):
    answer = ask(handler, "GET", "/v1/staff", headers={"authorization": scheme + text})
    assert answer.status in (200, 401), answer.body
    return answer.status


def part(value):
    return urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_a_token_of_the_pool_opens():
    assert status(token(SUBJECT)) == 200


@pytest.mark.parametrize("claims", [
    {"iss": "https://cognito-idp.us-east-1.amazonaws.com/us-east-1_other"}, {"iss": None}, {"client_id": "another"}, {"client_id": None},
    {"token_use": "id"}, {"token_use": None}, {"exp": 1}, {"exp": None}, {"sub": None}, {"origin_jti": None}, {"origin_jti": "another"},
    {"sub": "subject-eve"}, {"nbf": 4102444800}])
def test_one_wrong_claim_is_enough_to_be_refused(claims):
    whole = CLAIMS | claims
    text = jwt.encode({k: v for k, v in whole.items() if v is not None}, key(), algorithm="RS256", headers={"kid": "test"})
    assert status(text) == 401


def test_a_token_expires_with_ten_seconds_for_clocks_that_differ():
    assert status(token(SUBJECT, exp=int(time.time()) - 5)) == 200
    assert status(token(SUBJECT, exp=int(time.time()) - 15)) == 401


@pytest.mark.parametrize("alg", ["none", "None", "NONE", ""])
def test_an_unsigned_token_is_refused(alg):
    for signature in ("", "AAAA"):
        assert status(f"{part({'alg': alg, 'typ': 'JWT', 'kid': 'test'})}.{part(CLAIMS)}.{signature}") == 401


def test_the_public_key_is_no_secret_to_sign_with():
    pem = key().public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    import hashlib
    import hmac

    body = f"{part({'alg': 'HS256', 'typ': 'JWT', 'kid': 'test'})}.{part(CLAIMS)}"
    signature = urlsafe_b64encode(hmac.new(pem, body.encode(), hashlib.sha256).digest()).rstrip(b"=").decode()
    assert status(f"{body}.{signature}") == 401


@pytest.mark.parametrize("algorithm", ["RS384", "RS512", "PS256"])
def test_another_algorithm_of_the_same_key_is_refused(algorithm):
    assert status(jwt.encode(CLAIMS, key(), algorithm=algorithm, headers={"kid": "test"})) == 401


def test_another_key_under_a_known_or_an_unknown_name_is_refused():
    for kid in ("test", "unknown"):
        assert status(jwt.encode(CLAIMS, FOREIGN, algorithm="RS256", headers={"kid": kid})) == 401
    assert status(jwt.encode(CLAIMS, key(), algorithm="RS256", headers={"kid": "unknown"})) == 401
    assert status(jwt.encode(CLAIMS, key(), algorithm="RS256")) == 401


@pytest.mark.parametrize("header", ["jku", "x5u", "jwk", "x5c"])
def test_a_token_does_not_bring_its_own_key(header, keys):
    url, asked = keys
    jwk = RSAAlgorithm.to_jwk(FOREIGN.public_key(), as_dict=True)
    brought = {"jku": f"{url}/brought", "x5u": f"{url}/brought", "jwk": jwk, "x5c": ["AAAA"]}[header]
    assert status(jwt.encode(CLAIMS, FOREIGN, algorithm="RS256", headers={"kid": "test", header: brought})) == 401
    assert "/brought" not in asked


def test_an_altered_token_is_refused():
    header, payload, signature = token(SUBJECT).split(".")
    assert status(f"{header}.{part(CLAIMS | {'sub': 'subject-eve'})}.{signature}") == 401
    assert status(f"{header}.{payload}.{signature[:-4]}AAAA") == 401
    assert status(f"{header}.{payload}") == 401


@pytest.mark.parametrize(("scheme", "text"), [("", ""), ("Bearer ", ""), ("Bearer ", "x"), ("Basic ", "YTpi"), ("Bearer ", "a.b.c"),
                                              ("Bearer ", "e" * 9000), ("Bearer ", "é.é.é")])
def test_whatever_else_comes_in_the_header_is_refused(scheme, text):
    assert status(text, scheme) == 401


def test_the_scheme_must_be_bearer():
    assert [status(token(SUBJECT), scheme) for scheme in ("", "Basic ", "Bearer  ")] == [401, 401, 401]


def test_a_session_that_has_ended_or_expired_closes_its_tokens():
    expired = dynamodb.key(f"session#{SESSION}") | {"subject": {"S": SUBJECT}, "expires_at": {"S": "2020-01-01T00:00:00.000000Z"}}
    dynamodb.client().put_item(TableName=table("principals"), Item=expired)
    assert status(token(SUBJECT)) == 401
    dynamodb.client().delete_item(TableName=table("principals"), Key=dynamodb.key(f"session#{SESSION}"))
    assert status(token(SUBJECT)) == 401


@pytest.mark.parametrize("kid", ["../../etc/passwd", "..\\..\\etc\\passwd", "/dev/null", "file:///etc/passwd", "https://evil.example/jwks.json",
                                 "test' OR '1'='1", "'; DROP TABLE principals; --", "test\x00", "\x00", "", " ", "TEST", "é", "a" * 100_000])
def test_a_keys_name_is_compared_and_used_for_nothing_else(kid, keys):
    for key_, alg in ((FOREIGN, "RS256"), (key(), "RS256"), ("x" * 32, "HS256")):
        assert status(jwt.encode(CLAIMS, key_, algorithm=alg, headers={"kid": kid})) == 401
    assert set(keys[1]) <= {"/jwks.json"}, "only our own address is asked"


@pytest.mark.parametrize("header", [{"kid": 1}, {"kid": None}, {"kid": ["test"]}, {"kid": {"a": 1}}, {"crit": ["exp"]}, {"b64": False},
                                    {"alg": None}, {"alg": 1}, {"alg": ["RS256"]}, {"zip": "DEF", "alg": "dir"}])
def test_a_header_of_the_wrong_form_is_refused(header):
    head = part({"alg": "RS256", "typ": "JWT", "kid": "test"} | header)
    _, payload, signature = token(SUBJECT).split(".")
    assert status(f"{head}.{payload}.{signature}") == 401


def test_the_public_key_signs_nothing_in_any_of_its_forms():
    import hashlib
    import hmac

    public = key().public_key()
    forms = [public.public_bytes(encoding, form) for encoding in (Encoding.PEM, Encoding.DER)
             for form in (PublicFormat.SubjectPublicKeyInfo, PublicFormat.PKCS1)]
    forms += [form.strip() for form in forms] + [json.dumps(RSAAlgorithm.to_jwk(public, as_dict=True)).encode(), b""]
    for secret in forms:
        for alg, digest in (("HS256", hashlib.sha256), ("HS384", hashlib.sha384), ("HS512", hashlib.sha512)):
            body = f"{part({'alg': alg, 'typ': 'JWT', 'kid': 'test'})}.{part(CLAIMS)}"
            signature = urlsafe_b64encode(hmac.new(secret, body.encode(), digest).digest()).rstrip(b"=").decode()
            assert status(f"{body}.{signature}") == 401


def test_an_id_token_and_a_refresh_token_of_the_pool_open_nothing():
    for claims in ({"token_use": "id", "aud": "client"}, {"token_use": "id", "client_id": None, "aud": "client"}, {"token_use": "refresh"},
                   {"client_id": None, "aud": "client"}, {"client_id": ["client"]}, {"token_use": ["access"]}):
        assert status(token(SUBJECT, **claims)) == 401


@pytest.mark.parametrize("claims", [{"exp": "4102444800x"}, {"exp": {"a": 1}}, {"exp": -1}, {"nbf": "x"}, {"iat": 4102444800}, {"iat": "x"},
                                    {"iss": ["https://cognito-idp.us-east-1.amazonaws.com/us-east-1_test"]}, {"iss": ISSUER + "/"},
                                    {"iss": ISSUER.replace("https", "http")}, {"sub": 1}, {"sub": ["subject-ada"]}, {"sub": ""},
                                    {"origin_jti": ""}, {"origin_jti": 1}, {"origin_jti": [SESSION]}])
def test_a_claim_of_the_wrong_form_is_refused_and_breaks_nothing(claims):
    whole = CLAIMS | claims
    head = part({"alg": "RS256", "typ": "JWT", "kid": "test"})  # signed here, since a library would not sign some of them
    from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
    from cryptography.hazmat.primitives.hashes import SHA256

    signature = urlsafe_b64encode(key().sign(f"{head}.{part(whole)}".encode(), PKCS1v15(), SHA256())).rstrip(b"=").decode()
    assert status(f"{head}.{part(whole)}.{signature}") == 401
