"""What content tells others: of what is sold, and of who has bought it."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`status`: what the content is from now on."""

    status: str


class Created(_About, event="content.created"):
    """Somebody works on it."""


class Updated(_About, event="content.updated"):
    """What is said of it, or its price, has changed."""


class Deleted(_About, event="content.deleted"):
    """The draft is gone."""


class EditionAttached(_About, event="content.edition_attached"):
    """A file has come, and waits to be reviewed."""

    edition: int
    sha256: str


class Submitted(_About, event="content.submitted"):
    """It waits to be reviewed."""


class Published(_About, event="content.published"):
    """It can be bought, in this edition."""

    edition: int


class Rejected(_About, event="content.rejected"):
    """The review has found something."""

    reason: str


class Retired(_About, event="content.retired"):
    """Nobody new buys it."""


class _Held(Payload):
    """`status`: what the entitlement is from now on. `creator` and `fee` are what this adds to their earnings, below zero for what goes
    back, in minor units of `currency`."""

    tenant_id: str
    content_id: str
    status: str
    invoice_id: str | None = None
    currency: str | None = None
    creator: int = 0
    fee: int = 0


class Ordered(_Held, event="content.ordered"):
    """It was bought, and its invoice was drafted."""


class Granted(_Held, event="content.granted"):
    """It is free, or has been paid: it can be downloaded."""


class Earned(_Held, event="content.earned"):
    """Another period has been paid."""


class Reversed(_Held, event="content.reversed"):
    """A part of the money went back, and so do the shares; or it came again, and so do they."""


class Renewed(_Held, event="content.renewed"):
    """A new period has begun, and its invoice was drafted."""

    period_start: datetime
    period_end: datetime


class Paused(_Held, event="content.paused"):
    """The period could not be collected; until it is, nothing is downloaded."""


class Resumed(_Held, event="content.resumed"):
    """What was owed is settled, or all that had gone back has not stayed away."""


class Canceled(_Held, event="content.canceled"):
    """It was never paid."""


class CancelScheduled(_Held, event="content.cancel_scheduled"):
    """It ends with its period."""


class Ended(_Held, event="content.ended"):
    """It cannot be downloaded any more, and costs nothing more."""

    reason: str = ""


class Revoked(_Held, event="content.revoked"):
    """All of its money went back."""


class Downloaded(_Held, event="content.downloaded"):
    """Somebody was given a link to the file."""

    edition: int
