"""What contracts tell others."""

from datetime import datetime

from kernel.audit import Payload


class TemplateCreated(Payload, event="contracts.template_created"):
    """There is another template."""


class TemplateUpdated(Payload, event="contracts.template_updated"):
    """Contracts that are written from now on say something else. Those that were written do not."""


class TemplateDeleted(Payload, event="contracts.template_deleted"):
    """Nothing is written by it any more."""


class TemplateRestored(Payload, event="contracts.template_restored"):
    """The template is there again."""


class _About(Payload):
    """`status`: where the contract is from now on."""

    status: str


class Created(_About, event="contracts.created"):
    """A contract is written as a draft."""


class Updated(_About, event="contracts.updated"):
    """A draft is written anew."""


class Deleted(_About, event="contracts.deleted"):
    """A draft is gone."""


class Restored(_About, event="contracts.restored"):
    """A draft is there again."""


class Sent(_About, event="contracts.sent"):
    """Somebody is asked to sign it, by a link. Its text can change no more."""

    sign_by: datetime


class CodeRequested(_About, event="contracts.code_requested"):
    """Whoever has the link wants the code that goes with it. `channel`: email or sms."""

    channel: str
    expires_at: datetime


class CodeRefused(_About, event="contracts.code_refused"):
    """The code was wrong. `tries`: how often that was so, of this code."""

    tries: int


class Signed(_About, event="contracts.signed"):
    """It was signed: `sha256` is of the document."""

    sha256: str


class Declined(_About, event="contracts.declined"):
    """Who was to sign it does not want to."""

    reason: str


class Withdrawn(_About, event="contracts.withdrawn"):
    """Nobody can sign it any more."""


class Lapsed(_About, event="contracts.lapsed"):
    """Nobody has signed it in time."""


class Activated(_About, event="contracts.activated"):
    """Its term has begun."""


class Reminded(_About, event="contracts.reminded"):
    """It ends in so many `days`. `next_months`: the next term's, None where there will be none."""

    days: int
    ends_at: datetime
    next_months: int | None


class NoticePassed(_About, event="contracts.notice_passed"):
    """The last moment to give notice has passed."""

    ends_at: datetime


class RenewalChanged(_About, event="contracts.renewal_changed"):
    """It will have a next term, of `next_months`, or (None) will not."""

    next_months: int | None


class Renewed(_About, event="contracts.renewed"):
    """Its term is over, and `by` is the contract of the next one."""

    by: str


class TermStarted(_About, event="contracts.term_started"):
    """A contract for the next term, after `renews`."""

    renews: str


class Ended(_About, event="contracts.ended"):
    """Its term is over, and there is no next one."""
