"""Tickets, of which each opens one socket, and the sockets that are open. Neither holds rights: those are looked up when needed."""

import hashlib
import secrets
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from kernel import dynamodb
from kernel.access import of_sessions
from kernel.clock import stamp, wall
from kernel.config import table
from kernel.dynamodb import Item

TICKET_LIFE = 30  # seconds
OPEN = "open#"  # one partition: the sockets of all staff are read together for each batch of news
KEPT = timedelta(hours=2, minutes=30)  # API Gateway closes each after two hours, and may not say so


def new_ticket(*, session: str, subject: str, origin: str) -> str:
    """Good once, from that origin, for a socket of that session. Only its hash is kept."""
    ticket, ends = secrets.token_urlsafe(32), wall() + timedelta(seconds=TICKET_LIFE)
    about = {"session": session, "subject": subject, "origin": origin, "expires_at": stamp(ends)}
    item = _ticket(ticket) | {name: {"S": value} for name, value in about.items()} | {"ttl": {"N": str(int(ends.timestamp()))}}
    dynamodb.client().put_item(TableName=table("realtime"), Item=item)
    return ticket


def spent(ticket: str, origin: str) -> Item | None:
    """The ticket, which from now on does not exist; None for one that is unknown, over, or of another origin."""
    found = dynamodb.held(
        dynamodb.client().delete_item, TableName=table("realtime"), Key=_ticket(ticket), ReturnValues="ALL_OLD",
        ConditionExpression="origin = :origin AND expires_at > :now",
        ExpressionAttributeValues={":origin": {"S": origin}, ":now": {"S": stamp(wall())}})
    return found and found["Attributes"]


def opened(connection_id: str, ticket: Item) -> bool:
    """Keep an open socket; False where its session has ended."""
    session, subject = ticket["session"]["S"], ticket["subject"]["S"]
    if not of_sessions({session: subject}):
        return False
    now = wall()
    about: dict[str, Any] = {"session": {"S": session}, "subject": {"S": subject}, "opened_at": {"S": stamp(now)}}
    item = dynamodb.key(OPEN, connection_id) | about | {"ttl": {"N": str(int((now + KEPT).timestamp()))}}
    dynamodb.client().put_item(TableName=table("realtime"), Item=item)
    return True


def is_open(connection_id: str) -> bool:
    return dynamodb.get(table("realtime"), OPEN, connection_id) is not None


def all_open() -> Iterator[Item]:
    return dynamodb.children(table("realtime"), OPEN)


def closed(connection_id: str) -> None:
    """Forget a socket, whether it was known or not."""
    dynamodb.client().delete_item(TableName=table("realtime"), Key=dynamodb.key(OPEN, connection_id))


def _ticket(ticket: str) -> Item:
    return dynamodb.key(f"ticket#{hashlib.sha256(ticket.encode()).hexdigest()}")
