"""What the simulator remembers, in one SQLite file: objects, idempotent answers, webhook deliveries, settings, unknown paths."""

import json
import secrets
import sqlite3
import string
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.gateways.stripe.errors import Json

SCHEMA = """
create table if not exists objects (seq integer primary key, id text not null unique, kind text not null, body text not null);
create index if not exists objects_by_kind on objects (kind, seq);
create table if not exists answers
    (key text primary key, request text not null, status int not null, body text not null, request_id text not null, at real not null);
create table if not exists deliveries
    (id integer primary key, event text not null, endpoint text not null, due real not null, direction int not null,
     attempts int not null default 0, claimed int not null default 0);
create index if not exists deliveries_by_due on deliveries (claimed, due);
create table if not exists settings (name text primary key, value text not null);
create table if not exists unknown (seq integer primary key, method text not null, path text not null);
"""
ALPHABET = string.ascii_letters + string.digits
SIGNS = {"": "is", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
REMEMBERED_SECONDS = 24 * 3600


def new_id(prefix: str) -> str:
    return f"{prefix}_{''.join(secrets.choice(ALPHABET) for _ in range(24))}"


@dataclass(frozen=True)
class Answer:
    """A remembered answer: `request` is what was asked under the key, `request_id` the one that did the work."""

    request: str
    status: int
    body: str
    request_id: str


@dataclass(frozen=True)
class Delivery:
    """One attempt to make: direction 0 goes in parallel, 1 one by one in order, -1 one by one newest first."""

    id: int
    event: str
    endpoint: str
    direction: int
    attempts: int


class Store:
    """Used by one thread at a time (the event loop's); every change happens inside `transaction()`."""

    def __init__(self, file: Path | None) -> None:
        if file:
            file.parent.mkdir(parents=True, exist_ok=True)
        self._db = sqlite3.connect(file or ":memory:", isolation_level=None, check_same_thread=False)
        try:
            self._db.execute("pragma journal_mode = wal")
            self._db.execute("pragma synchronous = off")  # survives a killed process; a lost machine may lose test money
            self._db.executescript(SCHEMA)
            self._db.execute("update deliveries set claimed = 0")  # what a killed process had in hand is sent again
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise ValueError(f"{file} cannot be read as the simulator's state ({error}): delete it to start over.") from error

    def close(self) -> None:
        self._db.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        self._db.execute("begin immediate")
        try:
            yield
        except BaseException:
            self._db.execute("rollback")
            raise
        self._db.execute("commit")

    def save(self, thing: Json) -> None:
        """Insert or replace an object by its id."""
        self._db.execute(
            "insert into objects (id, kind, body) values (?, ?, ?) on conflict (id) do update set body = excluded.body",
            (thing["id"], thing["object"], json.dumps(thing)),
        )

    def get(self, id: str, kind: str | None = None) -> Json | None:
        row = self._db.execute("select body, kind from objects where id = ?", (id,)).fetchone()
        return json.loads(row[0]) if row and kind in (None, row[1]) else None

    def find(self, kind: str, where: Json, *, limit: int = -1, beyond: str | None = None, newest_first: bool = True) -> list[Json]:
        """Objects of a kind after the object `beyond`, whose fields equal `where` (`created__gte` compares, a list is any of)."""
        sql, values = ["select body from objects where kind = ?"], [kind]
        for name, value in where.items():
            field, _, operator = name.partition("__")
            several = isinstance(value, list)
            sign = "in (select value from json_each(?))" if several else f"{SIGNS[operator]} ?"
            sql.append(f"and json_extract(body, '$.{field}') {sign}")
            values.append(json.dumps(value) if several else value)
        if beyond:
            sql.append(f"and seq {'<' if newest_first else '>'} (select seq from objects where id = ?)")
            values.append(beyond)
        sql.append(f"order by seq {'desc' if newest_first else 'asc'} limit ?")
        return [json.loads(body) for (body,) in self._db.execute(" ".join(sql), [*values, limit])]

    def remove(self, kind: str) -> None:
        self._db.execute("delete from objects where kind = ?", (kind,))

    def charged(self, key: str) -> dict[str, Json]:
        """Successful charges per value of the metadata `key`: `{value: {"count": n, "amount": minor units}}`."""
        rows = self._db.execute(
            """select json_each.value, count(*), sum(json_extract(body, '$.amount')) from objects, json_each(body, '$.metadata')
               where kind = 'charge' and json_extract(body, '$.status') = 'succeeded' and json_each.key = ? group by 1""",
            (key,),
        )
        return {value: {"count": count, "amount": amount} for value, count, amount in rows}

    def recall(self, key: str) -> Answer | None:
        since = time.time() - REMEMBERED_SECONDS
        row = self._db.execute("select request, status, body, request_id from answers where key = ? and at > ?", (key, since)).fetchone()
        return Answer(*row) if row else None

    def remember(self, key: str, answer: Answer) -> None:
        row = (key, answer.request, answer.status, answer.body, answer.request_id, time.time())
        self._db.execute("insert or replace into answers values (?, ?, ?, ?, ?, ?)", row)

    def schedule(self, event: str, endpoint: str, *, due: float, direction: int = 0) -> None:
        sql = "insert into deliveries (event, endpoint, due, direction) values (?, ?, ?, ?)"
        self._db.execute(sql, (event, endpoint, due, direction))

    def claim(self, limit: int, *, parallel: bool) -> list[Delivery]:
        """Take up to `limit` deliveries that are due; nobody else gets them until they are postponed or finished."""
        where = "direction = 0" if parallel else "direction <> 0"
        rows = self._db.execute(
            f"""select id, event, endpoint, direction, attempts from deliveries where claimed = 0 and due <= ? and {where}
                order by direction * id, due, id limit ?""",
            (time.time(), limit),
        ).fetchall()
        self._db.executemany("update deliveries set claimed = 1 where id = ?", [(row[0],) for row in rows])
        return [Delivery(*row) for row in rows]

    def finish(self, delivery: Delivery) -> None:
        self._db.execute("delete from deliveries where id = ?", (delivery.id,))

    def postpone(self, delivery: Delivery, due: float) -> None:
        sql = "update deliveries set claimed = 0, direction = 0, attempts = attempts + 1, due = ? where id = ?"
        self._db.execute(sql, (due, delivery.id))

    def next_due(self, *, parallel_only: bool) -> float | None:
        """When the next delivery is due that nobody has claimed, in seconds since 1970."""
        sql = "select min(due) from deliveries where claimed = 0 and (not ? or direction = 0)"
        due: float | None = self._db.execute(sql, (parallel_only,)).fetchone()[0]
        return due

    def has_due_in_order(self) -> bool:
        sql = "select 1 from deliveries where claimed = 0 and direction <> 0 and due <= ? limit 1"
        return self._db.execute(sql, (time.time(),)).fetchone() is not None

    def pending(self, event: str | None = None) -> int:
        """Deliveries still to be made, of one event or of all."""
        count: int = self._db.execute("select count(*) from deliveries where ?1 is null or event = ?1", (event,)).fetchone()[0]
        return count

    def setting(self, name: str) -> Any:
        row = self._db.execute("select value from settings where name = ?", (name,)).fetchone()
        return json.loads(row[0]) if row else None

    def set(self, name: str, value: Any) -> None:
        self._db.execute("insert or replace into settings values (?, ?)", (name, json.dumps(value)))

    def note_unknown(self, method: str, path: str) -> None:
        self._db.execute("insert into unknown (method, path) values (?, ?)", (method, path))

    def unknown(self) -> list[str]:
        return [f"{method} {path}" for method, path in self._db.execute("select method, path from unknown order by seq")]

    def forget(self, *, endpoints: bool) -> None:
        """Empty everything; webhook endpoints stay unless `endpoints`, because they are wiring rather than data."""
        for table in ("answers", "deliveries", "settings", "unknown"):
            self._db.execute(f"delete from {table}")
        self._db.execute("delete from objects where ? or kind <> 'webhook_endpoint'", (endpoints,))
