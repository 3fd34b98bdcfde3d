"""Secrets that are made anew wherever they are needed, and stored nowhere: that of an invitation's link, and the cookie after a cookie."""

import base64
import hmac

from functions.staff.models import Invitation
from kernel.config import secret, setting


def derived(purpose: str, text: str) -> str:
    """HMAC-SHA256 of a text, in 43 signs. What is made with the stack's secret for one purpose cannot pass for anything else."""
    key = hmac.digest(secret(setting("CURSOR_SECRET")).encode(), purpose.encode(), "sha256")
    return base64.urlsafe_b64encode(hmac.digest(key, text.encode(), "sha256")).decode().rstrip("=")


def of(invitation: Invitation) -> str:
    """`<id>.<HMAC of id and nonce>`: another nonce, and the old link is dead."""
    return f"{invitation.id}.{derived('staff.invitations', f'{invitation.id}.{invitation.nonce}')}"


def opened(token: str) -> Invitation | None:
    """The invitation that a token is of, whatever has become of it. None for one that we did not make, or would make no more."""
    found = Invitation.find(token.partition(".")[0])
    return found if found is not None and hmac.compare_digest(of(found).encode(), token.encode()) else None
