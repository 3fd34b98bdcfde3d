"""How many items a page of 50 reads, counted by the server that answers, among a thousand and among a hundred thousand tenants."""

import json
import os
from collections.abc import Iterator
from typing import Any

from tests.bench.figures import Figure, table
from tests.bench.stacks import ENVIRONMENT, event, set_up
from tests.bench.table_server import Tables, serve

SIZES = (1_000, 100_000)
LIMIT = 50
ONE, TEN = 51, 125  # design, section 5: limit + 1 by one value, 2.5 x limit by up to ten
QUERIES: dict[str, tuple[dict[str, str], int]] = {
    "all": ({}, ONE),
    "by one state": ({"status": "active"}, ONE),
    "by one plan": ({"plan_id": f"pln_{7:026d}"}, ONE),
    "by one owner, newest of a range": ({"owner_id": f"stf_{3:026d}", "created_at__gte": "2026-01-01T12:03:00Z"}, ONE),
    "in order of name": ({"sort": "name"}, ONE),
    "by six states": ({"status": "requested,provisioning,active,suspended,offboarding,deleted"}, TEN),
    "by ten plans": ({"plan_id": ",".join(f"pln_{n * 9:026d}" for n in range(10))}, TEN),
    "by ten owners": ({"owner_id": ",".join(f"stf_{n:026d}" for n in range(10))}, TEN)}


def figures() -> list[Figure]:
    """The worst page of each bar; all of them are printed."""
    found = {size: among(size) for size in SIZES}
    rows = [(name, *(str(found[size][name]) for size in SIZES), str(bar)) for name, (_, bar) in QUERIES.items()]
    print("\n" + table((f"items read for a page of {LIMIT}", *(f"of {size:,}" for size in SIZES), "must be <="), rows))
    # Gap: search (`q=` and GET /v1/search) is not counted yet: at most 3 x limit + 20 postings where the longest word has <= 500.
    return [worst(found[size], size, bar, text) for size in SIZES for bar, text in ((ONE, "one value"), (TEN, "up to ten values"))]


def worst(found: dict[str, int], size: int, bar: int, text: str) -> Figure:
    most = max(read for name, read in found.items() if QUERIES[name][1] == bar)
    return Figure(f"items read: page of {LIMIT} by {text}, of {size:,}", most, "", must=f"<= {bar}", ok=most <= bar)


def among(size: int) -> dict[str, int]:
    """The most items that any of the first pages read, by query."""
    tables = Tables()
    with serve(tables) as url:
        os.environ.update(ENVIRONMENT | {"AWS_ENDPOINT_URL": url, "POWERTOOLS_LOG_LEVEL": "CRITICAL"})
        set_up(tables, size)
        forget()
        return {name: max(pages(tables, asked)) for name, (asked, _) in QUERIES.items()}


def forget() -> None:
    """What this process knows of an earlier server."""
    from kernel import access, config, dynamodb, sdk

    for cached in (access._keys, sdk.session, config.aws, config.secret, dynamodb.client):
        cached.cache_clear()


def pages(tables: Tables, asked: dict[str, str], n: int = 3) -> Iterator[int]:
    """Items read for each of the first pages."""
    cursor: dict[str, str] = {}
    for _ in range(n):
        before = tables.examined["Query"]
        page = body(asked | cursor)
        yield tables.examined["Query"] - before
        if page["next_cursor"] is None:
            return
        assert len(page["data"]) == LIMIT, asked
        cursor = {"cursor": page["next_cursor"]}


def body(asked: dict[str, str]) -> Any:
    from functions.tenants.api import handler
    from tests.bench.peers.driver import CONTEXT

    answer = handler(event(limit=str(LIMIT), **asked), CONTEXT)
    assert answer["statusCode"] == 200, answer["body"]
    return json.loads(answer["body"])
