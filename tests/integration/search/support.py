"""Tenants that change, the messages that the worker gets of it, and what is in the index then."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from functions.relay.worker import envelope
from functions.search.postings import Told
from functions.search.worker import handler
from functions.tenants.models import Tenant
from kernel import audit, dynamodb, ids
from kernel.audit import Actor, Entry, Payload
from kernel.clock import frozen
from kernel.commit import commit
from kernel.search import find, sought, tokens
from tests.integration.kernel.things import everything

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACTOR = Actor(id="stf_1")


class Changed(Payload, event="tenants.changed"):
    """Something about the tenant is different."""


class Purged(Payload, event="tenants.purged"):
    """It is gone for good."""


def save(record: Any, payload: Payload | None = None) -> Any:
    commit((record, payload or Changed()), actor=ACTOR, at=AT)
    return record


def tenant(name: str, *, email: str = "a@example.test", days: int = 0, **values: Any) -> Tenant:
    """Stored, made so many days later."""
    with frozen(AT + timedelta(days=days)):
        return save(Tenant(ids.new("ten"), name=name, email=email, **values))


def messages(id: str) -> list[str]:
    """What the bus puts into the worker's queue about a record, oldest first."""
    sent = [envelope(Entry.load(item)) for item in audit.timeline(id)]
    return [json.dumps({"detail-type": each["DetailType"], "detail": json.loads(each["Detail"])}) for each in sent]


def deliver(*bodies: str) -> None:
    records = [{"messageId": str(n), "body": body, "attributes": {"ApproximateReceiveCount": "1"}} for n, body in enumerate(bodies)]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}


def indexed(*names: str, **values: Any) -> list[Tenant]:
    """Tenants of these names, each a day younger than the one before, and all in the index."""
    made = [tenant(name, days=n, **values) for n, name in enumerate(names)]
    deliver(*(body for each in made for body in messages(each.id)))
    return made


def found(query: str, *, prefix: str = "ten", **more: Any) -> list[tuple[str, str]]:
    """(title, match) of each record on the first page."""
    return [(hit.title, hit.match) for hit in find(prefix, sought(query), **{"limit": 50, **more}).hits]


def titles(query: str, **more: Any) -> list[str]:
    return [title for title, _ in found(query, **more)]


def walk(query: str, limit: int, prefix: str = "ten") -> list[str]:
    """Titles of all pages."""
    titles: list[str] = []
    after = ""
    while True:
        page = find(prefix, sought(query), limit=limit, after=after)
        assert len(page.hits) <= limit
        titles += [hit.title for hit in page.hits]
        if page.position is None:
            return titles
        assert page.position != after
        after = page.position


def index(generation: str = "0") -> list[dict[str, Any]]:
    """The items of a generation, without its number."""
    start = generation + "."
    items = [item for item in everything("search") if item["pk"]["S"].startswith(start)]
    return sorted((item | {"pk": {"S": item["pk"]["S"].removeprefix(start)}} for item in items), key=lambda item: (item["pk"]["S"], item["sk"]["S"]))


def heap(count: int, name: str, email: str = "a@example.test", only: str = "") -> None:
    """Postings of so many tenants at once: making the tenants themselves would take minutes."""
    made = [(id, tokens(id, (name.format(n), email.format(n)))) for n, id in enumerate(ids.new("ten") for _ in range(count))]
    told = [Told(id, 1, name.format(n), words, id) for n, (id, words) in enumerate(made)]
    items = [each.posting("0", token) for each in told for token in each.posted() if token.startswith(only)]
    for batch in dynamodb.chunks(items, 25):
        dynamodb.client().batch_write_item(RequestItems={"search": [{"PutRequest": {"Item": item}} for item in batch]})
