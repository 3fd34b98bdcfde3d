"""What impersonation tells others."""

from kernel.audit import Payload


class Started(Payload, event="impersonation.started"):
    """A member of staff acts as a tenant from now on."""

    staff_id: str
    tenant_id: str
    writing: bool


class Ended(Payload, event="impersonation.ended"):
    """They do no more."""

    staff_id: str
    tenant_id: str
    reason: str
