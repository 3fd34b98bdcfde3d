"""Tokens are believed exactly where PyJWT believes them."""

import time
from base64 import urlsafe_b64encode
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from kernel import tokens
from kernel.tokens import verified
from tests.callers import ISSUER, key, token

OTHER = rsa.generate_private_key(public_exponent=65537, key_size=2048)
NUMBERS = key().public_key().public_numbers()
KEY = (NUMBERS.n, NUMBERS.e)


def find(name: str) -> tokens.Key | None:
    return KEY if name == "test" else None


def ours(text: str) -> Any:
    try:
        return verified(text, find, issuer=ISSUER)
    except ValueError:
        return None


def theirs(text: str) -> Any:
    try:
        if jwt.get_unverified_header(text).get("kid") != "test":
            return None
        return jwt.decode(text, key().public_key(), algorithms=["RS256"], issuer=ISSUER, leeway=tokens.LEEWAY,
                          options={"require": ["exp", "iss", "sub"], "verify_aud": False})
    except jwt.PyJWTError:
        return None


NOW = int(time.time())
MOMENTS = st.one_of(st.none(), st.integers(-2**40, 2**40), st.sampled_from([NOW - 3600, NOW - 60, NOW + 60, NOW + 3600]))
NAMES = st.one_of(st.none(), st.text(max_size=4), st.just(ISSUER), st.just("subject"))


@given(exp=MOMENTS, nbf=MOMENTS, iat=MOMENTS, sub=NAMES, iss=NAMES)
def test_what_a_token_claims_is_judged_alike(exp: Any, nbf: Any, iat: Any, sub: Any, iss: Any) -> None:
    text = token("subject", exp=exp, nbf=nbf, iat=iat, sub=sub, iss=iss)
    assert (ours(text) is None) == (theirs(text) is None)


@given(st.integers(0, 10**6), st.integers(1, 255))
def test_no_token_survives_the_change_of_a_byte(place: int, by: int) -> None:
    text = token("subject").encode()
    place %= len(text)
    spoilt = text[:place] + bytes([text[place] ^ by]) + text[place + 1:]
    last = place == len(text) - 1  # of whose six bits four stand for nothing; PyJWT reads them so too
    assert last or ours(spoilt.decode("latin-1")) is None


@given(st.text(max_size=60))
def test_no_text_is_a_token(text: str) -> None:
    assert ours(text) is None


def test_a_signature_must_be_the_whole_encoding_and_of_the_keys_length() -> None:
    head, _, signature = token("subject").rpartition(".")
    assert ours(f"{head}.{signature}")
    raw = tokens._decoded(signature)
    for bad in (b"", b"\x00" + raw, raw[:-1], raw[1:], (int.from_bytes(raw) + KEY[0]).to_bytes(257), bytes(256), b"\x00" * 255 + b"\x01"):
        assert ours(f"{head}.{urlsafe_b64encode(bad).rstrip(b'=').decode()}") is None


def test_another_key_and_another_algorithm_are_refused() -> None:
    claims = jwt.decode(token("subject"), options={"verify_signature": False})
    assert ours(jwt.encode(claims, OTHER, algorithm="RS256", headers={"kid": "test"})) is None
    for algorithm in ("RS384", "RS512", "PS256"):
        assert ours(jwt.encode(claims, key(), algorithm=algorithm, headers={"kid": "test"})) is None
    assert ours(jwt.encode(claims, key(), algorithm="RS256", headers={"kid": "test", "crit": ["exp"]})) is None


def test_a_weak_key_is_no_key() -> None:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()
    with pytest.raises(ValueError, match="weak"):
        tokens._rsa(jwt.algorithms.RSAAlgorithm.to_jwk(weak, as_dict=True))
