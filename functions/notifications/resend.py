"""Sending a message once more, because staff say so: a new message with the same texts, so that the API needs no templates."""

from datetime import datetime

from pydantic import TypeAdapter

from functions.notifications import events
from functions.notifications.models import Channel, Message, MessageBody, MessageStatus, Resend
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit
from kernel.fields import Email, Phone
from kernel.problems import Invalid, Refused
from kernel.records import body_of, child

_COPIED = ("tenant_id", "template", "channel", "language", "subject", "invoice_id", "invitation_id", "contract_id", "attachments")
_REACHED: dict[Channel, TypeAdapter[str]] = {Channel.EMAIL: TypeAdapter(Email), Channel.SMS: TypeAdapter(Phone)}


def resend(id: str, body: Resend, *, actor: Actor, at: datetime) -> Message:
    """A new message in the old one's place, which the worker sends; its key is `resend#<old id>`.

    Refused while the outcome is open, or when the message has been sent once more already: then that one can be. `Invalid` for a
    recipient that the channel cannot reach.
    """
    old = Message.fetch(id)
    if old.status == MessageStatus.SENDING:
        raise Refused("still_sending", "the message is being sent: wait for the outcome")
    if old.resent_as is not None:
        raise Refused("already_resent", f"it was sent once more as {old.resent_as}: that one can be sent again")
    new = Message(ids.new("msg"), **{name: getattr(old, name) for name in _COPIED}, key=f"resend#{old.id}", resend_of=old.id,
                  recipient=_recipient(old, body), reason=body.reason, waiting=True, next_action_at=wall())
    old.resent_as = new.id
    about = {"template": old.template, "channel": old.channel}
    # The old one stands first: it is what the caller addressed, and its version is what keeps a second resend out.
    commit((old, events.Resent(**about, key=old.key, by=new.id)),
           (new, events.ResendRequested(**about, key=new.key, reason=body.reason)), actor=actor, at=at,
           items=[(Message.table(), child(new, "body", body_of(old, "body")))])
    return new


def body(id: str) -> MessageBody:
    """The texts of a message."""
    return MessageBody.model_validate(body_of(Message.fetch(id), "body"))


def _recipient(old: Message, body: Resend) -> str:
    address = body.recipient or old.recipient
    if (old.invitation_id or old.contract_id) and address != old.recipient:
        raise Invalid("who is asked cannot be changed: whoever got the link would become them", code="not_theirs", field="recipient")
    try:
        return str(_REACHED[Channel(old.channel)].validate_python(address))
    except ValueError as error:
        raise Invalid(f"not something that {old.channel} reaches", field="recipient") from error
