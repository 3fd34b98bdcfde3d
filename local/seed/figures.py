"""What the history comes to in figures: nobody told the insights of it, and telling them one event after the other would take a minute.

Their own use cases are told, of the newest state of each invoice and tenant, and of all states of a tenant's subscriptions at once; the
clock of the history is gone by then, so it counts.
"""

from collections import defaultdict
from typing import Any

from functions.insights import scoring, service
from functions.insights.rules import State
from functions.insights.worker import handler
from functions.invoices.events import PaymentFailed
from kernel.audit import UNCHAINED, Actor, Entry
from kernel.clock import parse, wall
from kernel.config import table
from kernel.worker import Event
from local.ops import scan


def tell() -> int:
    """How many events there were to hear of."""
    states: dict[tuple[str, str], list[State]] = defaultdict(list)
    newest: dict[str, Entry] = {}
    count = 0
    told: Any
    for entry in map(Entry.load, (item for item in scan(table("audit")) if not item["pk"]["S"].startswith(UNCHAINED))):
        kind = handler.subscriptions.get(entry.facts()["type"])
        if kind is None:
            continue
        count += 1
        if entry.facts()["type"].startswith("subscriptions."):
            told = kind.payload.model_validate_json(entry.data)
            states[told.tenant_id, told.currency].append(service.state(told, _event(entry)))
            continue
        if entry.facts()["type"].startswith("invoices."):
            told = kind.payload.model_validate_json(entry.data)
            service.signal(told, _event(entry), entry.facts()["type"].partition(".")[2])
        if kind.payload is PaymentFailed:
            continue  # it says nothing of what is owed
        if entry.subject not in newest or newest[entry.subject].version < entry.version:
            newest[entry.subject] = entry
    for (tenant_id, currency), own in states.items():
        service.subscriptions(tenant_id, currency, own)
    for entry in newest.values():
        kind = handler.subscriptions[entry.facts()["type"]]
        kind.run(kind.payload.model_validate_json(entry.data), _event(entry))
    _night([f"{tenant_id}#{currency}" for tenant_id, currency in states])
    return count


def _night(heads: list[str]) -> None:
    """Nobody waits for the first night to see who may leave."""
    now = wall()
    scoring.history(heads, now)
    scoring.score(scoring.train(now), now, Actor(id="system:seed"))


def _event(entry: Entry) -> Event:
    at = parse(entry.facts()["effective_at"])
    return Event(entry.subject, entry.version, at, Actor(id="system:seed"), entry.tenant_id, entry.clock_id)
