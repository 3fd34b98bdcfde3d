"""A message to a customer, or to staff: written down before it is sent, so that it is sent at most once."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import BaseModel, Field

from kernel.config import table
from kernel.fields import Language
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View

Template = Literal["invoice", "receipt", "dunning", "uncollectible", "action_required", "refund", "trial_ending", "welcome", "export_ready",
                   "export_failed", "invitation", "lead_reminder", "onboarding_overdue", "ticket_reply", "ticket_sla", "health_failed",
                   "health_recovered", "announcement", "backup_failed", "contract_sign", "contract_code", "contract_signed",
                   "contract_declined", "contract_reminder"]


class Channel(StrEnum):
    EMAIL = "email"
    SMS = "sms"


class MessageStatus(StrEnum):
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"  # surely not sent
    UNKNOWN = "unknown"  # perhaps sent: a person decides
    SUPPRESSED = "suppressed"  # not sent on purpose


class Message(Record):
    """`key` names what the message is about (`receipt#inv_…`). `waiting`: nobody has been asked to send it since the last answer, so
    asking cannot be a second time. Its texts are the child `body`: {"html", "text"}.

    It is never held by a test clock: how long the mail service may take is measured on the wall.
    """

    class Meta:
        table_name = table("notifications")

    prefix = "msg"
    searched = ("subject", "recipient")
    paths = (Path("gsi1", bucket=True), Path("gsi2", by=("status",), bucket=True), Path("gsi3", by=("tenant_id",)),
             Path("gsi4", by=("template",), bucket=True), Path("gsi5", by=("key",)))

    tenant_id = Text(null=True)  # none in what staff get
    template = Text()
    channel = Text()
    recipient = Text()
    language = Text()
    key = Text()
    subject = Text()
    status = Text(default=MessageStatus.SENDING)
    waiting = Flag(default=False)
    postponed = Integer(default=0)
    provider_id = Text(null=True)
    error = Text(null=True)
    invoice_id = Text(null=True)
    invitation_id = Text(null=True)  # whose link takes its place in the body when it is sent
    contract_id = Text(null=True)  # whose link or code does
    attachments = Json(default=list)
    reason = Text(null=True)  # why it was sent once more
    resend_of = Text(null=True)
    resent_as = Text(null=True)


class MessageView(View):
    tenant_id: str | None
    template: Template
    channel: Channel
    recipient: str
    language: Language
    key: str
    subject: str
    status: MessageStatus
    postponed: int
    provider_id: str | None
    error: str | None
    invoice_id: str | None
    invitation_id: str | None
    contract_id: str | None
    attachments: list[str]
    reason: str | None
    resend_of: str | None
    resent_as: str | None


class MessageBody(BaseModel):
    """What the recipient got to read. An SMS has no HTML."""

    html: str
    text: str


class Resend(Body):
    """`recipient`: another address or number than before, where that was the mistake."""

    reason: str = Field(min_length=1, max_length=500)
    recipient: Annotated[str, Field(min_length=1, max_length=254)] | None = None


MESSAGES = Resource(name="notifications", record=Message, view=MessageView, filters=(
    *COMMON, "tenant_id", "status", "template", "channel", "key", "recipient", "language", "subject", "postponed", "provider_id", "error",
    "invoice_id", "invitation_id", "contract_id", "reason", "resend_of", "resent_as", "stuck"))
