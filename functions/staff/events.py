"""What staff tell others."""

from kernel.audit import Payload


class Created(Payload, event="staff.created"):
    """Someone has become a member of staff."""

    role: str
