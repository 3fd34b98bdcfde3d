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
