"""What announcements tell others."""

from kernel.audit import Payload


class _About(Payload):
    """`status`: where the announcement is from now on."""

    status: str


class Created(_About, event="announcements.created"):
    """Somebody writes an announcement: nobody sees it yet."""


class Updated(_About, event="announcements.updated"):
    """Its text or its window has changed."""


class Scheduled(_About, event="announcements.scheduled"):
    """It goes live when its window begins."""


class Started(_About, event="announcements.started"):
    """It is live: those whom it addresses see it."""


class Mailed(_About, event="announcements.mailed"):
    """These tenants are to get it by mail now."""

    tenant_ids: list[str]


class Ended(_About, event="announcements.ended"):
    """Its window is over: nobody sees it any more."""


class Canceled(_About, event="announcements.canceled"):
    """It was taken back: nobody sees it, or ever will."""


class Deleted(_About, event="announcements.deleted"):
    """The announcement is gone."""
