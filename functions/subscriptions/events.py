"""What subscriptions tell others."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    """`status` and `monthly` are as they are from now on: the agreed price times quantity, a month, in 10^-6 minor units of `currency`
    and without tax; `trial`: nothing has been billed so far. Events of before this was told have no status."""

    tenant_id: str
    plan_id: str
    status: str = ""
    currency: str = ""
    monthly: int = 0
    trial: bool = False


class Created(_About, event="subscriptions.created"):
    """A tenant has subscribed: in trial, or active at once."""


class TrialEnding(_About, event="subscriptions.trial_ending"):
    """The trial ends in three days."""

    trial_end: datetime


class Activated(_About, event="subscriptions.activated"):
    """The trial has ended, the first period begins."""


class Renewed(_About, event="subscriptions.renewed"):
    """A new period has begun, and its invoice has been drafted."""

    period_start: datetime
    period_end: datetime
    invoice_id: str | None


class PlanChanged(_About, event="subscriptions.plan_changed"):
    """Another price from now on; the difference is on `invoice_id`, where there is one."""

    from_plan_id: str
    direction: str
    invoice_id: str | None


class PastDue(_About, event="subscriptions.past_due"):
    """An invoice could not be collected; it is tried again."""

    invoice_id: str


class Recovered(_About, event="subscriptions.recovered"):
    """What was owed has been paid."""


class Paused(_About, event="subscriptions.paused"):
    """Nothing is billed until it is resumed."""


class Resumed(_About, event="subscriptions.resumed"):
    """A new period has begun after a pause."""


class CancelScheduled(_About, event="subscriptions.cancel_scheduled"):
    """It ends with its period, unless that is taken back."""

    period_end: datetime


class CancelRevoked(_About, event="subscriptions.cancel_revoked"):
    """It goes on after all."""


class Ended(_About, event="subscriptions.ended"):
    """Nothing is owed from here on."""

    reason: str
