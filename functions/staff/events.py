"""What staff tell others."""

from datetime import datetime

from kernel.audit import Payload


class Created(Payload, event="staff.created"):
    """Someone has become a member of staff."""

    role: str


class Updated(Payload, event="staff.updated"):
    """A member of staff has another name or role."""

    role: str


class PreferencesChanged(Payload, event="staff.preferences_changed"):
    """A member of staff wants to see the console otherwise."""


class Disabled(Payload, event="staff.disabled"):
    """A member of staff can do nothing any more, until they are enabled again."""


class Enabled(Payload, event="staff.enabled"):
    """A member of staff is back."""


class Deleted(Payload, event="staff.deleted"):
    """A member of staff has left."""


class Restored(Payload, event="staff.restored"):
    """That a member of staff has left was taken back."""

    role: str


class RoleSaved(Payload, event="staff.role_saved"):
    """A role is new, different, or back: what it permits counts at the next request of those who have it."""

    permissions: list[str]


class RoleDeleted(Payload, event="staff.role_deleted"):
    """A role that nobody had is gone."""


class Invited(Payload, event="staff.invited"):
    """Someone is asked, by a link that is good until then, to become a member of staff: for the first time, or again."""

    role: str
    expires_at: datetime


class InvitationRevoked(Payload, event="staff.invitation_revoked"):
    """The link of an invitation is good no longer."""


class InvitationAccepted(Payload, event="staff.invitation_accepted"):
    """Who was invited is a member of staff now."""

    staff_id: str


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
