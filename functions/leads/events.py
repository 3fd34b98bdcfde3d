"""What leads tell others."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`status`: where the lead is from now on."""

    status: str


class Created(_About, event="leads.created"):
    """Somebody might become a customer."""


class Updated(_About, event="leads.updated"):
    """What is known of it has changed."""


class Contacted(_About, event="leads.contacted"):
    """Somebody of ours has spoken with it."""


class Qualified(_About, event="leads.qualified"):
    """It is worth our time."""


class Converted(_About, event="leads.converted"):
    """It tries the product out, as a tenant with a subscription in trial."""

    tenant_id: str
    subscription_id: str


class Won(_About, event="leads.won"):
    """It pays."""

    tenant_id: str


class Lost(_About, event="leads.lost"):
    """It does not become a customer."""

    reason: str


class Reopened(_About, event="leads.reopened"):
    """It was lost, and we try again."""


class NoteAdded(_About, event="leads.note_added"):
    """Somebody has written something down about it."""


class Reminded(_About, event="leads.reminded"):
    """Its next step is to be taken now."""

    name: str
    owner_id: str | None
    next_step: str
    next_step_at: datetime


class Deleted(_About, event="leads.deleted"):
    """The lead is gone."""


class Restored(_About, event="leads.restored"):
    """The lead is there again."""
