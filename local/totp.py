"""An authenticator: the codes that people's telephones show (RFC 6238 with SHA-1, six digits, steps of 30 s)."""

import base64
import hashlib
import hmac

STEP = 30  # seconds


def code(secret: str, seconds: float) -> str:
    """The code that a secret (base32) shows at a moment, in Unix time."""
    counter = int(seconds // STEP).to_bytes(8, "big")
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    place = digest[-1] & 15
    return f"{(int.from_bytes(digest[place:place + 4], 'big') & 0x7FFFFFFF) % 10**6:06d}"
