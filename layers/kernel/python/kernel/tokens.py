"""Access tokens: JWTs signed with RS256 (RFC 7519, RFC 7515), verified with the standard library alone.

PyJWT with cryptography would be a fifth of what a fresh process costs. Verifying needs no secret, and nothing of a signature is parsed:
the one encoding that it may stand for is built and compared whole (RFC 8017, 8.2.2). The tests hold it against PyJWT.
"""

import hashlib
import hmac
import json
from base64 import b64decode
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from kernel.clock import wall
from kernel.problems import Unavailable

LEEWAY = 10  # seconds for clocks that differ
_LIFE, _PAUSE, _TIMEOUT = 3600, 30, 5  # seconds: how long keys are kept, how soon an unknown one is asked for again, of a fetch
_SHA256 = bytes.fromhex("3031300d060960864801650304020105000420")  # DigestInfo of a SHA-256 (RFC 8017, 9.2, note 1)
_SMALLEST = 2048  # bits of a key that is believed
Key = tuple[int, int]  # modulus, exponent
Find = Callable[[str], Key | None]


class Keys:
    """The keys of a JWKS document, fetched when first wanted, when an hour old, and for an unknown name at most every 30 s."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._known: dict[str, Key] = {}
        self._fetched = 0.0

    def find(self, name: str) -> Key | None:
        """The key of that name, or None. `Unavailable` where the document cannot be had."""
        age = wall().timestamp() - self._fetched
        if age > _LIFE or (name not in self._known and age > _PAUSE):
            self._known = {key["kid"]: _rsa(key) for key in self._fetch() if key.get("kty") == "RSA" and key.get("use", "sig") == "sig"}
            self._fetched = wall().timestamp()
        return self._known.get(name)

    def _fetch(self) -> list[dict[str, Any]]:
        import urllib3

        try:
            answer = urllib3.PoolManager().request("GET", self._url, timeout=_TIMEOUT, retries=False, redirect=False)
            found: list[dict[str, Any]] = json.loads(answer.data)["keys"] if answer.status == 200 else []
        except (urllib3.exceptions.HTTPError, ValueError, KeyError) as failure:
            raise Unavailable("cannot tell who is calling, try again") from failure
        if not found:
            raise Unavailable("cannot tell who is calling, try again")
        return found


def verified(token: str, find: Find, *, issuer: str) -> dict[str, Any]:
    """The claims of a token that is signed by one of the keys, of that issuer, and valid now; ValueError for any other text."""
    head, _, signature = token.rpartition(".")
    header = _object(head.partition(".")[0])
    name = header.get("kid")
    if header.get("alg") != "RS256" or "crit" in header or not isinstance(name, str):
        raise ValueError("not signed as ours are")
    key = find(name)
    if key is None:
        raise ValueError("signed with a key that is not known")
    claims = dict(_signed(head, signature, key))
    now = wall().timestamp()
    if not now - LEEWAY < _moment(claims, "exp") or any(_moment(claims, each) > now + LEEWAY for each in ("nbf", "iat") if each in claims):
        raise ValueError("not valid now")
    if claims.get("iss") != issuer or not isinstance(claims.get("sub"), str):
        raise ValueError("of somebody else")
    return claims


@lru_cache(maxsize=1024)
def _signed(head: str, signature: str, key: Key) -> dict[str, Any]:
    """The payload, if the signature is the key's. Kept, since a caller shows the same token for minutes; what it says is checked anew."""
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    given = int.from_bytes(raw := _decoded(signature))
    block = b"\x00\x01" + b"\xff" * (size - len(_SHA256) - 35) + b"\x00" + _SHA256 + hashlib.sha256(head.encode("ascii")).digest()
    if len(raw) != size or given >= modulus or not hmac.compare_digest(pow(given, exponent, modulus).to_bytes(size), block):
        raise ValueError("not signed with this key")
    return _object(head.partition(".")[2])


def _rsa(key: dict[str, Any]) -> Key:
    modulus, exponent = int.from_bytes(_decoded(key["n"])), int.from_bytes(_decoded(key["e"]))
    if modulus.bit_length() < _SMALLEST or exponent < 3:
        raise ValueError("a key that is too weak")
    return modulus, exponent


def _moment(claims: dict[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f"{name} is no time")
    return value


def _object(text: str) -> dict[str, Any]:
    found = json.loads(_decoded(text))
    if not isinstance(found, dict):
        raise ValueError("not an object")
    return found


def _decoded(text: str) -> bytes:
    """base64url without its padding, and without any leniency."""
    if "+" in text or "/" in text or "=" in text:
        raise ValueError("not base64url")
    return b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
