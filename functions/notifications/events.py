"""What notifications tell others."""

from kernel.audit import Payload


class _About(Payload):
    template: str
    channel: str
    key: str


class Started(_About, event="notifications.started"):
    """The message is written down, and will be given to the mail or SMS service once."""


class Sent(_About, event="notifications.sent"):
    """The service took the message."""


class Failed(_About, event="notifications.failed"):
    """The service refused the message: nobody got it."""

    error: str


class Postponed(_About, event="notifications.postponed"):
    """The service was not ready and surely did not take the message: it is given to it later."""


class Lost(_About, event="notifications.outcome_unknown"):
    """Nobody knows whether the message was sent. It is not sent again, unless staff say so."""


class Suppressed(_About, event="notifications.suppressed"):
    """The message was not sent on purpose."""

    reason: str


class ResendRequested(_About, event="notifications.resend_requested"):
    """Staff want a message to be sent once more: the subject is the new one."""

    reason: str


class Resent(_About, event="notifications.resent"):
    """Another message has taken the subject's place."""

    by: str
