"""What staff tell others."""

from kernel.audit import Payload


class Created(Payload, event="staff.created"):
    """Someone has become a member of staff."""

    role: str


class ViewSaved(Payload, event="staff.view_saved"):
    """A saved view is new, different, or back."""

    resource: str


class ViewDeleted(Payload, event="staff.view_deleted"):
    """A saved view is gone from the lists."""

    resource: str


class SignedIn(Payload, event="staff.signed_in"):
    """A session has begun. `mfa`: with a code."""

    staff_id: str
    mfa: bool


class SessionRenewed(Payload, event="staff.session_renewed"):
    """A session has got its next cookie."""

    staff_id: str


class SignedOut(Payload, event="staff.signed_out"):
    """A session was ended by whom it belongs to, in it."""

    staff_id: str


class SessionRevoked(Payload, event="staff.session_revoked"):
    """A session was ended from outside: by someone, or because its cookie was stolen (`reused`)."""

    staff_id: str
    reason: str


class MfaEnabled(Payload, event="staff.mfa_enabled"):
    """Sign-in asks for a code from now on."""


class MfaDisabled(Payload, event="staff.mfa_disabled"):
    """Sign-in asks for a password only."""


class RecoveryCodeUsed(Payload, event="staff.recovery_code_used"):
    """Somebody has signed in with a recovery code. Sign-in asks for a password only, until they enrol again."""

    left: int


class PasswordChanged(Payload, event="staff.password_changed"):
    """A member of staff has a new password; their other sessions have ended."""
