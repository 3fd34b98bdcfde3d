"""What tickets tell others. What was written in them is read from the ticket: an event never holds it."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`status`: the state that the ticket is in from now on."""

    number: int
    status: str


class Created(_About, event="tickets.created"):
    """A customer asks for help."""


class Updated(_About, event="tickets.updated"):
    """What is known of the ticket has changed, such as who works on it or how urgent it is."""


class Opened(_About, event="tickets.opened"):
    """Somebody works on it."""


class Paused(_About, event="tickets.paused"):
    """It waits for the customer."""


class Solved(_About, event="tickets.solved"):
    """It is answered, as far as we know."""


class Closed(_About, event="tickets.closed"):
    """It is done with, for good."""


class Replied(_About, event="tickets.replied"):
    """Somebody has answered; `author` is `customer` or `staff`, `version` leads to the reply."""

    reply_id: str
    author: str
    version: int


class Noted(_About, event="tickets.noted"):
    """Staff have written something down for themselves."""

    reply_id: str


class Continued(_About, event="tickets.continued"):
    """The customer has answered to a closed ticket: another one goes on with it."""

    ticket_id: str


class _Promised(_About):
    """`promise` is `first_reply` or `resolution`."""

    promise: str
    subject: str
    priority: str
    assignee_id: str | None
    due_at: datetime


class SlaWarned(_Promised, event="tickets.sla_warned"):
    """What was promised falls due soon."""


class SlaBreached(_Promised, event="tickets.sla_breached"):
    """What was promised was not kept."""


class _Policy(Payload):
    name: str


class PolicyCreated(_Policy, event="tickets.policy_created"):
    """From now on tickets are promised something else."""


class PolicyUpdated(_Policy, event="tickets.policy_updated"):
    """What tickets are promised has changed."""


class PolicyDeleted(_Policy, event="tickets.policy_deleted"):
    """New tickets are promised this no longer."""


class PolicyRestored(_Policy, event="tickets.policy_restored"):
    """New tickets may be promised this again."""
