"""What stands between a right password and the code that is asked for: a sealed token, good for three minutes, of which nothing is stored.

It also holds the password that its bearer has just typed: a recovery code ends with a sign-in by the password alone.
"""

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from kernel.clock import parse, stamp
from kernel.config import secret, setting
from kernel.problems import Unauthenticated

LIFE = timedelta(minutes=3)  # as long as the user pool remembers its own
_PURPOSE = b"sign-in challenge"  # neither is a cursor taken for one of these, nor the other way


@dataclass(frozen=True)
class Asked:
    """A sign-in of which a code is asked. `session` is the user pool's, `epoch` that of the account (`lockout`)."""

    email: str
    password: str
    username: str
    session: str
    epoch: int


def sealed(asked: Asked, *, at: datetime) -> str:
    nonce = os.urandom(12)
    text = json.dumps([stamp(at + LIFE), asdict(asked)]).encode()
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text, _PURPOSE)).decode().rstrip("=")


def opened(token: str, *, at: datetime) -> Asked:
    """`Unauthenticated` for what is not ours, and for what is older than three minutes."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4))
        until, values = json.loads(_cipher().decrypt(raw[:12], raw[12:], _PURPOSE))
    except (ValueError, InvalidTag) as failure:
        raise Unauthenticated("sign in again") from failure
    if parse(until) <= at:
        raise Unauthenticated("sign in again")
    return Asked(**values)


def _cipher() -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(hashlib.sha256(_PURPOSE + secret(setting("CURSOR_SECRET")).encode()).digest())
