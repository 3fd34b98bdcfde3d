"""Gives one message to SES or SNS, once, and says what is known of it afterwards."""

from collections.abc import Callable
from dataclasses import dataclass
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError, ConnectTimeoutError, EndpointConnectionError, ParamValidationError

from functions.notifications.models import MessageStatus
from functions.notifications.rules import one_line
from kernel.config import aws, setting

_BUSY = {"Throttling", "ThrottlingException", "Throttled", "TooManyRequestsException"}


@dataclass(frozen=True)
class Attachment:
    filename: str
    pdf: bytes


@dataclass(frozen=True)
class Mail:
    """What a mail is made of. `id` makes its Message-ID, the same each time it is made."""

    id: str
    recipient: str
    subject: str
    html: str
    text: str
    sender_name: str
    reply_to: str
    attachment: Attachment | None


@dataclass(frozen=True)
class Outcome:
    """`SENDING` means that it was surely not taken and may be offered again."""

    status: MessageStatus
    provider_id: str | None = None
    error: str | None = None


def send_mail(mail: Mail) -> Outcome:
    try:
        raw, recipient = mime(mail), ascii_address(mail.recipient)
    except (ValueError, UnicodeError) as error:
        return Outcome(MessageStatus.FAILED, error=f"cannot be written as a mail: {error}")
    # The envelope names the one recipient: whatever stood in the headers, nobody else would get it.
    return _offered(lambda: aws("ses").send_raw_email(Source=setting("SENDER"), Destinations=[recipient], RawMessage={"Data": raw}))


def send_sms(number: str, text: str) -> Outcome:
    """`number` as E.164."""
    kind = {"AWS.SNS.SMS.SMSType": {"DataType": "String", "StringValue": "Transactional"}}
    return _offered(lambda: aws("sns").publish(PhoneNumber=number, Message=text, MessageAttributes=kind))


def _offered(call: Callable[[], dict[str, Any]]) -> Outcome:
    """The clients never try again by themselves (`kernel.config`): an answer that is lost must not become a second message."""
    try:
        return Outcome(MessageStatus.SENT, provider_id=call()["MessageId"])
    except ClientError as failure:
        code, status = failure.response["Error"]["Code"], failure.response["ResponseMetadata"]["HTTPStatusCode"]
        if code in _BUSY:
            return Outcome(MessageStatus.SENDING, error=str(failure))
        return Outcome(MessageStatus.FAILED if status < 500 else MessageStatus.UNKNOWN, error=str(failure))
    except (ConnectTimeoutError, EndpointConnectionError) as failure:
        return Outcome(MessageStatus.SENDING, error=str(failure))  # there was no connection, so nothing was said
    except ParamValidationError as failure:
        return Outcome(MessageStatus.FAILED, error=str(failure))
    except BotoCoreError as failure:
        return Outcome(MessageStatus.UNKNOWN, error=str(failure))


def mime(mail: Mail) -> bytes:
    """The mail with a text and an HTML part, as it goes over the wire. ValueError for an address that cannot be one."""
    sender = setting("SENDER")
    made = EmailMessage(policy=SMTP)
    made["To"] = Address(addr_spec=ascii_address(mail.recipient))
    made["Reply-To"] = Address(addr_spec=ascii_address(mail.reply_to))
    made["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office replies stay away
    made.set_content(mail.text)
    made.add_alternative(mail.html, subtype="html")
    if mail.attachment is not None:
        made.add_attachment(mail.attachment.pdf, maintype="application", subtype="pdf", filename=one_line(mail.attachment.filename))
    # What holds words of users is written here: the library loses the quotes of a name with signs in it when it folds the line.
    return b"".join((_line("From", f"{_name(one_line(mail.sender_name, 100))} <{sender}>"),
                     _line("Subject", _encoded("Subject", one_line(mail.subject))), made.as_bytes()))


def _name(name: str) -> str:
    """A display name: a quoted string (RFC 5322, 3.2.4), or encoded words (RFC 2047)."""
    return '"' + name.replace("\\", "\\\\").replace('"', '\\"') + '"' if _is_plain(name) else _encoded("From", name)


def _encoded(header: str, text: str) -> str:
    return Header(text, "us-ascii" if _is_plain(text) else "utf-8", header_name=header).encode(linesep="\r\n")


def _is_plain(text: str) -> bool:
    """Whether a text can stand as it is: ASCII, and nothing that a reader would take for an encoded word."""
    return text.isascii() and "=?" not in text


def _line(header: str, value: str) -> bytes:
    return f"{header}: {value}\r\n".encode("ascii")


def ascii_address(address: str) -> str:
    """The address with its domain in IDNA, as SES wants it. ValueError where the part before the @ is not ASCII either."""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise ValueError(f"{local!r} is not ASCII")
    return f"{local}@{domain.encode('idna').decode()}"
