"""What waits for a person: lists that a caller may read, each counted as far as 50 by the query that also shows them."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from typing import NamedTuple

from functions.api_keys.contract import API_KEYS
from functions.insights.models import Task, TaskKind
from functions.invoices.contract import INVOICES
from functions.notifications.contract import MESSAGES
from functions.payments.contract import TRANSACTIONS
from functions.subscriptions.contract import SUBSCRIPTIONS
from kernel import dynamodb, query
from kernel.access import Principal
from kernel.resource import Resource

MOST = 50
STUCK = {"stuck__isnull": "false"}


class Watched(NamedTuple):
    kind: TaskKind
    resource: Resource
    filters: dict[str, str]


WATCHED = (
    Watched(TaskKind.SUBSCRIPTION_STUCK, SUBSCRIPTIONS, STUCK), Watched(TaskKind.INVOICE_STUCK, INVOICES, STUCK),
    Watched(TaskKind.TRANSACTION_STUCK, TRANSACTIONS, STUCK), Watched(TaskKind.MESSAGE_STUCK, MESSAGES, STUCK),
    Watched(TaskKind.INVOICE_OVERDUE, INVOICES, {"status": "open", "due_at__lte": "0d", "sort": "due_at"}),
    Watched(TaskKind.CONFIRMATION_AWAITED, TRANSACTIONS, {"status": "requires_action"}),
    Watched(TaskKind.CHARGE_FAILED, TRANSACTIONS, {"status": "failed", "created_at__gte": "-7d"}),
    Watched(TaskKind.CHARGE_DISPUTED, TRANSACTIONS, {"dispute": "inquiry,open"}),
    Watched(TaskKind.MESSAGE_UNKNOWN, MESSAGES, {"status": "unknown", "resent_as__isnull": "true"}),
    Watched(TaskKind.MESSAGE_FAILED, MESSAGES, {"status": "failed", "resent_as__isnull": "true"}),
    Watched(TaskKind.KEY_EXPIRING, API_KEYS, {"status": "active", "expires_at__gte": "0d", "expires_at__lte": "14d"}))


def questions(caller: Principal, now: datetime) -> Iterator[Callable[[], Task | None]]:
    """One for each list that the caller may read."""
    for watched in WATCHED:
        if caller.may(watched.resource.may_read):
            yield partial(_asked, watched, now)


def _asked(watched: Watched, now: datetime) -> Task | None:
    """None where nothing waits."""
    found = _stuck(watched.resource) if watched.filters is STUCK else _listed(watched, now)
    if not found:
        return None
    return Task(kind=watched.kind, count=min(found, MOST), more=found > MOST, resource=watched.resource.path.removeprefix("/v1/"),
                filters=watched.filters)


def _stuck(resource: Resource) -> int:
    """Time's own path holds what it has given up in a partition of their own."""
    items, _ = dynamodb.ask(resource.record.table(), "gsi8", "stuck#", limit=MOST + 1)
    return sum(item["pk"]["S"].startswith(resource.record.prefix + "_") for item in items)


def _listed(watched: Watched, now: datetime) -> int:
    resource, filters = watched.resource, watched.filters | {"limit": str(MOST + 1)}
    asked = query.read(filters, kind=resource.record, filters=resource.filters, choices=resource.choices, principal="", now=now)
    return len(query.page(resource.record, asked).items)
