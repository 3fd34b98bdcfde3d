"""Prefixed, time-ordered ids: `ten_01J...` (26 Crockford characters: 48 bits of milliseconds, 80 random bits, as ULID has them)."""

import os

from kernel.clock import wall

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
PATTERN = r"^[a-z]{3}_[0-9A-HJKMNP-TV-Z]{26}$"


def new(prefix: str) -> str:
    number = int(wall().timestamp() * 1000) << 80 | int.from_bytes(os.urandom(10), "big")
    return f"{prefix}_" + "".join(ALPHABET[number >> shift & 31] for shift in range(125, -1, -5))


def prefix_of(id: str) -> str:
    return id.split("_", 1)[0]
