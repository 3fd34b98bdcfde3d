"""What can be done with messages: written down, then given to the service once; given up as unknown; sent once more by staff."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from functions.contracts.contract import signer, signing_code, signing_link
from functions.invoices.contract import Document, document
from functions.notifications import events, render, sender
from functions.notifications.models import Channel, Message, MessageStatus
from functions.notifications.render import Rendered
from functions.notifications.rules import OUTCOME_WITHIN, pause
from functions.notifications.sender import Attachment, Mail, Outcome
from functions.settings.contract import Issuer, issuer
from functions.staff.contract import invitation_link, invitee, member
from functions.tenants.contract import billing_profile, last_known
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.clock import wall
from kernel.commit import Marker, commit, marker
from kernel.config import setting
from kernel.problems import Duplicate
from kernel.records import body_of, child

BODY, SEALED_CODE = "body", "******"


@dataclass(frozen=True)
class Notice:
    """What a tenant is to be told, or else a member of staff, `staff_id`, or who is invited to become one, or signs a contract, or whoever
    has the address or number `to`, in `language`. Of a tenant, `to` is somebody there; of staff, where it goes if there is no such member.
    `key` names it by business, for ever. Of the invoice that it is about come number and issuer, and with `attach` its PDF. `suppressed`
    says why it is not sent after all."""

    template: str
    key: str
    tenant_id: str | None
    values: dict[str, Any]
    invoice_id: str | None = None
    attach: bool = False
    channel: Channel = Channel.EMAIL
    suppressed: str | None = None
    staff_id: str = ""
    to: str = ""
    invitation_id: str | None = None
    contract_id: str | None = None
    language: str = ""


@dataclass(frozen=True)
class _Reader:
    """Whom a notice is for."""

    name: str
    language: str
    email: str = ""
    phone: str | None = None
    zone: str = "UTC"


@dataclass(frozen=True)
class _Parcel:
    """What is sent for a message: by whom, the texts, the document."""

    from_: Issuer
    texts: Rendered
    document: Document | None


def notify(notice: Notice, *, actor: Actor, at: datetime) -> None:
    """Send the notice, at most once: the message and its marker are committed BEFORE anybody is asked to send it.

    A crash in between leaves it `sending`, which `step` turns into `unknown`; it is never repeated by a machine. Idempotent by the
    marker of business key, channel and recipient, which has no expiry.
    """
    reader = _reader(notice)
    recipient = (reader.email if notice.channel == Channel.EMAIL else reader.phone) or ""
    key = f"sent#{notice.key}#{notice.channel}#{recipient.casefold()}"
    if marker(Message, key) is not None:
        return
    parcel = _packed(notice, reader)
    message = _message(notice, parcel, recipient, render.language_of(reader.language))
    once = Marker(Message, key, {"message_id": message.id})
    body = child(message, BODY, {"html": parcel.texts.html, "text": parcel.texts.text})
    try:
        commit((message, _told(message)), actor=actor, at=at, markers=[once], items=[(Message.table(), body)])
    except Duplicate:  # the same notice at the same moment
        return
    if message.status == MessageStatus.SENDING:
        _send(message, parcel, actor=actor, at=at)


def step(message: Message, *, actor: Actor, at: datetime) -> None:
    """What time does to a message that is `sending`: one that waits is offered, any other is given up as unknown."""
    if not message.waiting:
        _settle(message, Outcome(MessageStatus.UNKNOWN, error="no answer was recorded within 15 minutes"), actor=actor, at=at)
        return
    message.waiting, message.next_action_at = False, wall() + OUTCOME_WITHIN
    commit((message, _told(message)), actor=actor, at=at)  # of two who get here at once, one goes on
    found, body = _document(message.invoice_id), body_of(message, BODY)
    parcel = _Parcel(_issuer(found), Rendered(message.subject, body["html"], body["text"]), found if message.attachments else None)
    _send(message, parcel, actor=actor, at=at)


def _reader(notice: Notice) -> _Reader:
    """Staff who may not sign in any more have no address for us. Somebody named is written to though the tenant is gone."""
    if notice.contract_id is not None:
        who = signer(notice.contract_id)
        return _Reader(who.name, who.language, who.email, who.phone, who.zone)
    if notice.tenant_id is not None and (found := (last_known if notice.to else billing_profile)(notice.tenant_id)):
        return _Reader(found.name, found.language, notice.to or found.email, found.phone, found.zone)
    if notice.invitation_id is not None:
        invited = invitee(notice.invitation_id)
        return _Reader(invited.name, notice.language, invited.email)
    staff = member(notice.staff_id)
    language = notice.language or (staff and staff.language) or issuer().language
    return _Reader(staff.name if staff else "", language, staff.email if staff and staff.active else notice.to, notice.to or None)


def _packed(notice: Notice, reader: _Reader) -> _Parcel:
    found, language = _document(notice.invoice_id), render.language_of(reader.language)
    from_ = _issuer(found)
    values = {"issuer": from_, "customer": reader.name, "zone": reader.zone, "number": found and found.number, **notice.values}
    if notice.channel == Channel.SMS:
        return _Parcel(from_, render.sms(notice.template, language, values, sender=from_.name), None)
    return _Parcel(from_, render.mail(notice.template, language, values), found if notice.attach else None)


def _document(invoice_id: str | None) -> Document | None:
    return document(invoice_id) if invoice_id else None


def _issuer(found: Document | None) -> Issuer:
    return issuer(found.snapshot["issuer"]["id"] if found else None)


def _message(notice: Notice, parcel: _Parcel, recipient: str, language: str) -> Message:
    who = "member of staff" if notice.staff_id else "tenant"
    reason = notice.suppressed or (None if recipient else f"the {who} has no address for {notice.channel}")
    return Message(
        ids.new("msg"), tenant_id=notice.tenant_id, template=notice.template, channel=notice.channel, recipient=recipient, key=notice.key,
        language=language, subject=parcel.texts.subject, invoice_id=notice.invoice_id, invitation_id=notice.invitation_id,
        contract_id=notice.contract_id,
        attachments=[parcel.document.filename] if parcel.document else [],
        status=MessageStatus.SUPPRESSED if reason else MessageStatus.SENDING, error=reason,
        next_action_at=None if reason else wall() + OUTCOME_WITHIN)


def _send(message: Message, parcel: _Parcel, *, actor: Actor, at: datetime) -> None:
    texts = _unsealed(message, parcel.texts)
    if texts is None:
        outcome = Outcome(MessageStatus.FAILED, error="what it is about is open no longer")
    elif message.channel == Channel.SMS:
        outcome = sender.send_sms(message.recipient, texts.text)
    else:
        outcome = sender.send_mail(_mail(message, replace(parcel, texts=texts)))
    _settle(message, outcome, actor=actor, at=at)


def sealed_link(page: str) -> str:
    """What stands in a stored body where the recipient gets a link of their own."""
    return f"{setting('ORIGIN')}/{page}#sealed"


def _unsealed(message: Message, texts: Rendered) -> Rendered | None:
    """The texts as they are sent. Whoever may read messages must not find in them what makes a member of staff, or signs a contract. None:
    it does so no longer."""
    sealed = _SEALED.get(message.template)
    if sealed is None:
        return texts
    seal, secret = sealed(message)
    return None if secret is None else replace(texts, html=texts.html.replace(seal, secret), text=texts.text.replace(seal, secret))


def _to_sign(message: Message) -> tuple[str, str | None]:
    return sealed_link("sign"), signing_link(message.contract_id)


# Of which templates a secret takes its place: what stands there, and the secret.
_SEALED: dict[str, Callable[[Message], tuple[str, str | None]]] = {
    "invitation": lambda message: (sealed_link("accept"), invitation_link(message.invitation_id)),
    "contract_sign": _to_sign, "contract_signed": _to_sign,
    "contract_code": lambda message: (SEALED_CODE, signing_code(message.contract_id))}


def _mail(message: Message, parcel: _Parcel) -> Mail:
    attachment = Attachment(parcel.document.filename, parcel.document.pdf) if parcel.document else None
    return Mail(message.id, message.recipient, message.subject, parcel.texts.html, parcel.texts.text,
                sender_name=parcel.from_.name, reply_to=parcel.from_.email, attachment=attachment)


def _settle(message: Message, outcome: Outcome, *, actor: Actor, at: datetime) -> None:
    message.status, message.provider_id, message.error, message.next_action_at = (
        outcome.status, outcome.provider_id, outcome.error and outcome.error[:500], None)
    if outcome.status == MessageStatus.SENDING:
        _postpone(message)
    commit((message, _told(message)), actor=actor, at=at)


def _postpone(message: Message) -> None:
    message.postponed += 1
    wait = pause(message.postponed)
    if wait is None:
        message.status = MessageStatus.FAILED
    else:
        message.waiting, message.next_action_at = True, wall() + wait


def _told(message: Message) -> Payload:
    """The event of the message's new state."""
    about = {"template": message.template, "channel": message.channel, "key": message.key}
    match message.status:
        case MessageStatus.SENT:
            return events.Sent(**about)
        case MessageStatus.FAILED:
            return events.Failed(**about, error=message.error or "")
        case MessageStatus.UNKNOWN:
            return events.Lost(**about)
        case MessageStatus.SUPPRESSED:
            return events.Suppressed(**about, reason=message.error or "")
    return events.Postponed(**about) if message.waiting else events.Started(**about)
