"""A kind of record for tests of the kernel, with every sort of access path; and hands on the AWS client that the kernel uses."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from kernel import dynamodb, ids, query
from kernel.audit import Actor, Payload
from kernel.clock import frozen
from kernel.commit import _announce_buckets, commit
from kernel.config import table
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
ACTOR = Actor(id="stf_tester", request_id="req-1")


class Thing(Record):
    """Lives in the tenants' table: every feature table has the same shape."""

    class Meta:
        table_name = table("tenants")

    prefix = "thg"
    unaudited = frozenset({"secret"})
    paths = (
        Path("gsi1"),
        Path("gsi2", by=("status",)),
        Path("gsi3", by=("group_id", "status")),
        Path("gsi4", sort="name"),
        Path("gsi5", sort="rank"),
        Path("gsi6", by=("color",), bucket=True),
        Path("gsi7", by=("status",), sort="due_at", where={"status": ("open",)}),
    )

    name = Text(default="thing")
    status = Text(default="open")
    group_id = Text(null=True)
    color = Text(null=True)
    rank = Integer(default=0)
    flag = Flag(default=False)
    due_at = Time(null=True)
    settings = Json(default=dict)
    secret = Text(null=True)


class Odd(Thing):
    """The same things on other paths: sorted by what may be null, in monthly buckets too, and by a flag."""

    class Meta:
        table_name = table("tenants")

    paths = (
        Path("gsi1", bucket=True),
        Path("gsi2", by=("status",), sort="due_at"),
        Path("gsi3", sort="group_id"),
        Path("gsi4", by=("group_id",), sort="name"),
        Path("gsi5", by=("flag",), sort="rank"),
        Path("gsi6", by=("color",), sort="due_at", bucket=True),
        Path("gsi7", by=("status", "color"), sort="flag", where={"status": ("open", "void")}),
    )


class Changed(Payload, event="things.changed"):
    """Something about the thing is different."""


def thing(**values: Any) -> Thing:
    return Thing(ids.new("thg"), **values)


def save(record: Record, *, at: datetime = AT, actor: Actor = ACTOR, **more: Any) -> Any:
    return commit((record, Changed()), actor=actor, at=at, **more)


def stored(count: int, *, every: timedelta = timedelta(0), start: datetime = AT, **values: Any) -> list[Thing]:
    """So many things, created `every` apart; without it all in the same instant. `values` may be functions of the number."""
    made = []
    for n in range(count):
        with frozen(start + n * every):
            one = thing(**{name: value(n) if callable(value) else value for name, value in values.items()})
            save(one)
        made.append(one)
    return made


def put(things: list[Thing]) -> list[Thing]:
    """Things as `commit` would leave them, without their audit entries: many at once, quickly."""
    for one in things:
        one.created_at, one.updated_at = one.created_at or AT, one.updated_at or AT
    items = [(one, one.item()) for one in things]
    for one, item in items:
        _announce_buckets(one, item)
    for batch in dynamodb.chunks((item for _, item in items), 25):
        dynamodb.client().batch_write_item(RequestItems={Thing.table(): [{"PutRequest": {"Item": item}} for item in batch]})
    return things


def everything(name: str) -> list[dict[str, Any]]:
    """All items of a table: what only a test may ask for."""
    pages = dynamodb.client().get_paginator("scan").paginate(TableName=name)
    return [item for page in pages for item in page["Items"]]


def refuse(code: str, *, reasons: list[str] | None = None) -> tuple[Any, dict[str, Any]]:
    """DynamoDB's answer that says no."""
    status = 500 if code == "InternalServerError" else 400
    found: dict[str, Any] = {"Error": {"Code": code, "Message": "no"}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return SimpleNamespace(status_code=status), found | ({"CancellationReasons": [{"Code": r} for r in reasons]} if reasons else {})


FILTERS = ("id", "status", "group_id", "name", "rank", "flag", "color", "due_at", "created_at", "deleted_at", "extra", "settings")
CHOICES = {"status": frozenset({"open", "paid", "void"}), "color": frozenset({"red", "blue"})}


def asked(principal: str = "stf_1", only: dict[str, tuple[Any, ...]] | None = None, kind: type[Thing] = Thing, **params: Any) -> query.Asked:
    """What these query parameters ask for."""
    texts = {k: str(v) for k, v in params.items()}
    return query.read(texts, kind=kind, filters=FILTERS, choices=CHOICES, principal=principal, only=only)


def first_page(kind: type[Thing] = Thing, **params: Any) -> query.Page:
    """The page that these query parameters ask for."""
    return query.page(kind, asked(kind=kind, **params))


def ask(**params: Any) -> tuple[list[str], str | None]:
    """Ids on the page that these query parameters ask for, and its cursor."""
    page = first_page(**params)
    return [item["pk"]["S"] for item in page.items], page.cursor


def walk(**params: Any) -> list[str]:
    """Ids of all pages."""
    found: list[str] = []
    cursor, pages = None, 0
    while True:
        ids, cursor = ask(**params, **({"cursor": cursor} if cursor else {}))
        assert len(ids) <= int(params.get("limit", 50))
        found, pages = found + ids, pages + 1
        assert pages < 1100
        if cursor is None:
            return found


@contextmanager
def hooked(event: str, react: Callable[..., Any]) -> Iterator[None]:
    """botocore's own hooks: `before-call.dynamodb.<Call>` may answer in DynamoDB's place, `after-call` sees what it has done."""
    events = dynamodb.client().meta.events
    events.register_first(event, react)
    try:
        yield
    finally:
        events.unregister(event, react)


@contextmanager
def recorded() -> Iterator[list[tuple[str, dict[str, Any]]]]:
    """(call, answer) of each call to DynamoDB in the block."""
    calls: list[tuple[str, dict[str, Any]]] = []

    def note(model: Any, parsed: dict[str, Any], **_: Any) -> None:
        calls.append((model.name, parsed))

    with hooked("after-call.dynamodb", note):
        yield calls
