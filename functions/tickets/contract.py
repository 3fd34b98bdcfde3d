"""What other features may use of tickets: a public reply with what is needed to send it to whom it is for."""

from dataclasses import dataclass

from functions.tickets.models import ReplyKind, Ticket
from kernel.records import body_of


@dataclass(frozen=True)
class Answer:
    """A public reply of ours to a customer's ticket."""

    tenant_id: str
    number: int
    subject: str
    requester_email: str
    text: str
    files: tuple[str, ...]


def answer(ticket_id: str, version: int) -> Answer | None:
    """The reply that came with that version of the ticket; None for one that is no answer to the customer."""
    ticket = Ticket.fetch(ticket_id, deleted=True)
    written = body_of(ticket, f"reply#{version:010d}")
    if written["kind"] != ReplyKind.PUBLIC or written["author"] != "staff":
        return None
    return Answer(ticket.tenant_id, ticket.number, ticket.subject, ticket.requester_email, written["text"],
                  tuple(each["name"] for each in written["attachments"]))
