"""What reconciliation tells others."""

from kernel.audit import Payload


class Requested(Payload, event="reconciliation.requested"):
    """A gateway's books are to be compared with ours."""

    gateway_id: str


class Completed(Payload, event="reconciliation.completed"):
    """They were compared. `opened`: so many exceptions are new."""

    gateway_id: str
    opened: int


class _About(Payload):
    gateway_id: str
    kind: str
    transaction_id: str | None


class Opened(_About, event="reconciliation.opened"):
    """The two sides do not say the same, or one of them says nothing."""


class Changed(_About, event="reconciliation.changed"):
    """What is wrong is another thing now, or looks different."""


class Reopened(_About, event="reconciliation.reopened"):
    """It was closed, and is wrong again or wrong in another way."""


class Resolved(_About, event="reconciliation.resolved"):
    """Somebody of ours has dealt with it."""


class Cleared(_About, event="reconciliation.cleared"):
    """Both sides agree by now."""
