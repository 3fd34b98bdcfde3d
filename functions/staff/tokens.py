"""The secret in the link of an invitation: made anew from the record wherever it is needed, and stored nowhere."""

import base64
import hmac

from functions.staff.models import Invitation
from kernel.config import secret, setting

_PURPOSE = b"staff.invitations"  # nothing else that is made with the stack's secret can pass for one


def of(invitation: Invitation) -> str:
    """`<id>.<HMAC-SHA256 over id and nonce>`: another nonce, and the old link is dead."""
    key = hmac.digest(secret(setting("CURSOR_SECRET")).encode(), _PURPOSE, "sha256")
    proof = hmac.digest(key, f"{invitation.id}.{invitation.nonce}".encode(), "sha256")
    return f"{invitation.id}.{base64.urlsafe_b64encode(proof).decode().rstrip('=')}"


def opened(token: str) -> Invitation | None:
    """The invitation that a token is of, whatever has become of it. None for one that we did not make, or would make no more."""
    found = Invitation.find(token.partition(".")[0])
    return found if found is not None and hmac.compare_digest(of(found).encode(), token.encode()) else None
