"""A company that writes to its customers: what the queue would bring, and what left by SES and SNS."""

from collections.abc import Iterator
from contextlib import contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from botocore.exceptions import ClientError
from moto.core import DEFAULT_ACCOUNT_ID
from moto.ses import ses_backends
from moto.sns import sns_backends

from functions.invoices.events import Finalized, Paid, PaymentFailed
from functions.invoices.models import Invoice
from functions.notifications.models import Message
from functions.notifications.worker import handler
from kernel import dynamodb
from kernel.audit import Payload
from kernel.config import aws
from tests.integration.invoices.company import AT, told


class Killed(BaseException):
    """The function dies at this moment: nothing in it runs any more."""


def mails() -> list[EmailMessage]:
    """What SES has taken, in order."""
    taken = ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages
    return [message_from_bytes(_bytes(each.raw_data), policy=default) for each in taken]  # type: ignore[misc]


def envelopes() -> list[set[str]]:
    """To whom SES was to bring each mail."""
    return [set(each.destinations) for each in ses_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sent_messages]


def texts_sent() -> list[tuple[str, str]]:
    """(number, text) of each SMS that SNS has taken."""
    return [tuple(each) for each in sns_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].sms_messages.values()]


def _bytes(raw: Any) -> bytes:
    return raw if isinstance(raw, bytes) else str(raw).encode()


def messages() -> list[Message]:
    """All messages, oldest first."""
    items = dynamodb.client().scan(TableName=Message.table(), ConsistentRead=True)["Items"]
    found = [Message.load(item) for item in items if item["sk"]["S"] == "#" and item["pk"]["S"].startswith("msg_")]
    return sorted(found, key=lambda message: message.id)


def run(*records: dict[str, Any]) -> list[str]:
    """Ids of the messages that the worker gives back to the queue."""
    return [each["itemIdentifier"] for each in handler({"Records": list(records)}, None)["batchItemFailures"]]


def hear(payload: Payload, subject: str, **facts: Any) -> None:
    assert run(told(payload, subject, **facts)) == []


def finalized(invoice: Invoice, **facts: Any) -> Finalized:
    return Finalized(**invoice.told() | {"due_on": invoice.due_on, "transaction_id": None} | facts)


def paid(invoice: Invoice) -> Paid:
    return Paid(**invoice.told(), paid_at=AT)


def payment_failed(invoice: Invoice, **facts: Any) -> PaymentFailed:
    return PaymentFailed(**invoice.told() | {"attempt": 1, "code": "card_declined", "next_attempt_at": AT.replace(month=2, day=7)} | facts)


@contextmanager
def service(event: str, failure: BaseException) -> Iterator[list[str]]:
    """Within the block an `event` of the SDK, such as `before-send.ses.SendRawEmail`, raises `failure`; yields the calls."""
    calls: list[str] = []

    def meddle(**_: Any) -> None:
        calls.append(event)
        raise failure

    client = aws(event.split(".")[1])
    client.meta.events.register_first(event, meddle)
    try:
        yield calls
    finally:
        client.meta.events.unregister(event, meddle)


def refusal(status: int, code: str) -> ClientError:
    """What SES answers when it does not want to."""
    return ClientError({"Error": {"Code": code, "Message": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "SendRawEmail")  # type: ignore[typeddict-item]
