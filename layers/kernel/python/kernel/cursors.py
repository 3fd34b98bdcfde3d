"""Cursors: where a list goes on, encrypted, bound to query and caller, for a day. What else is handed out to come back is sealed so too."""

import base64
import json
import os
from datetime import datetime, timedelta
from typing import Any

from kernel.audit import digest
from kernel.clock import stamp, wall
from kernel.config import secret, setting
from kernel.problems import BadRequest

_LIFE = timedelta(hours=24)


def sealed(key: str, identity: str, *, until: datetime | None = None) -> str:
    """A cursor: encrypted and authenticated, bound to query and caller (`identity`). It says nothing of our keys and fits nothing else."""
    nonce = os.urandom(12)
    text = json.dumps([key, stamp(until or wall() + _LIFE)]).encode()
    return base64.urlsafe_b64encode(nonce + _cipher().encrypt(nonce, text, identity.encode())).decode().rstrip("=")


def opened(cursor: str, identity: str, *, now: datetime | None = None) -> str:
    """The key in a cursor, or a 400 where it is of another list or caller, or its time is over."""
    from cryptography.exceptions import InvalidTag

    try:
        raw = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        key, expires = json.loads(_cipher().decrypt(raw[:12], raw[12:], identity.encode()))
    except (ValueError, InvalidTag) as failure:
        raise BadRequest("the cursor belongs to another list", code="invalid_cursor", field="cursor") from failure
    if expires <= stamp(now or wall()):
        raise BadRequest("the cursor has expired, start over", code="invalid_cursor", field="cursor")
    return str(key)


def _cipher() -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(bytes.fromhex(digest(secret(setting("CURSOR_SECRET")))))
