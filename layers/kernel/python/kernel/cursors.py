"""Cursors: where a list goes on, enciphered and signed, bound to query and caller. They say nothing of our keys and fit nothing else.

With the standard library alone, since cryptography would cost every fresh process that lists more than a page 20 ms: a keystream of
SHAKE-256 over key and nonce, and HMAC-SHA-256 over all of it, each with a key of its own.
"""

import hashlib
import hmac
import json
import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import timedelta

from kernel.clock import stamp, wall
from kernel.config import secret, setting
from kernel.problems import BadRequest

_LIFE = timedelta(hours=24)
_NONCE, _TAG = 16, 32


def sealed(key: str, identity: str) -> str:
    """A cursor that holds `key` for a day, for who asks the same (`identity`)."""
    nonce = os.urandom(_NONCE)
    hidden = nonce + _ciphered(json.dumps([key, stamp(wall() + _LIFE)]).encode(), nonce)
    return urlsafe_b64encode(hidden + _tag(hidden, identity)).decode().rstrip("=")


def opened(cursor: str, identity: str) -> str:
    """The key in a cursor, or a 400 where it is of another list or caller, or older than a day."""
    try:
        raw = urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
    except ValueError as failure:
        raise BadRequest("the cursor belongs to another list", code="invalid_cursor", field="cursor") from failure
    hidden, tag = raw[:-_TAG], raw[-_TAG:]
    if len(raw) <= _NONCE + _TAG or not hmac.compare_digest(tag, _tag(hidden, identity)):
        raise BadRequest("the cursor belongs to another list", code="invalid_cursor", field="cursor")
    key, expires = json.loads(_ciphered(hidden[_NONCE:], hidden[:_NONCE]))
    if expires < stamp(wall()):
        raise BadRequest("the cursor has expired, start over", code="invalid_cursor", field="cursor")
    return str(key)


def _ciphered(text: bytes, nonce: bytes) -> bytes:
    """The text with its keystream: the same call hides and shows it."""
    stream = hashlib.shake_256(_key("stream") + nonce).digest(len(text))
    return bytes(a ^ b for a, b in zip(text, stream, strict=True))


def _tag(hidden: bytes, identity: str) -> bytes:
    return hmac.digest(_key("tag"), hidden + identity.encode(), "sha256")


def _key(use: str) -> bytes:
    return hmac.digest(secret(setting("CURSOR_SECRET")).encode(), use.encode(), "sha256")
