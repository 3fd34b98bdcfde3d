"""What stands between a right password and the code that is asked for: a sealed token, good for three minutes, of which nothing is stored.

It also holds the password that its bearer has just typed: a recovery code ends with a sign-in by the password alone.
"""

import json
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from kernel import cursors
from kernel.problems import BadRequest, Unauthenticated

LIFE = timedelta(minutes=3)  # as long as the user pool remembers its own
_PURPOSE = "sign-in challenge"  # neither is a cursor taken for one of these, nor the other way


@dataclass(frozen=True)
class Asked:
    """A sign-in of which a code is asked. `session` is the user pool's, `epoch` that of the account (`lockout`)."""

    email: str
    password: str
    username: str
    session: str
    epoch: int


def sealed(asked: Asked, *, at: datetime) -> str:
    return cursors.sealed(json.dumps(asdict(asked)), _PURPOSE, until=at + LIFE)


def opened(token: str, *, at: datetime) -> Asked:
    """`Unauthenticated` for what is not ours, and for what is older than three minutes."""
    try:
        return Asked(**json.loads(cursors.opened(token, _PURPOSE, now=at)))
    except BadRequest as failure:
        raise Unauthenticated("sign in again") from failure
