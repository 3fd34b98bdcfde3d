"""Two clocks: the wall clock (`created_at`, logs, expiry) and business time (`at`), which is always an input of a use case.

A record may be held by a test clock (`clock_id`): its business time is then what that clock shows, whatever the wall says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from kernel.config import table

_wall: ContextVar[datetime | None] = ContextVar("wall", default=None)


def wall() -> datetime:
    """The time on the wall, UTC. The seed and the tests set it with `frozen`; nothing else may."""
    return _wall.get() or datetime.now(UTC)


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Within the block the wall clock stands still at `at`: how a company's history is made in one go."""
    token = _wall.set(at)
    try:
        yield
    finally:
        _wall.reset(token)


def stamp(at: datetime) -> str:
    """`2026-11-24T01:02:03.000004Z`: UTC with six decimals always, so that texts sort as times do. Naive times are refused."""
    if at.tzinfo is None:
        raise ValueError("a time needs a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ").rjust(27, "0")


def parse(text: str) -> datetime:
    """RFC 3339 to an aware UTC time. ValueError where it is not one, has no offset, or lies outside the years 1 to 9999."""
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time needs an offset, such as Z")
    try:
        return at.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(f"{text} lies outside the years 1 to 9999") from error


def resolve(clock_id: str | None, at: datetime) -> datetime:
    """Business time of a request or a message about a record: its test clock's, where it has one that was not deleted, else `at`."""
    item = _item(clock_id)
    return parse(item["now"]["S"]) if item and "deleted_at" not in item else at


def is_gone(clock_id: str | None) -> bool:
    """Whether a test clock was deleted, and perhaps removed for good: what it held is back in real time."""
    return clock_id is not None and "deleted_at" in (_item(clock_id) or {"deleted_at": {}})


def _item(clock_id: str | None) -> dict[str, dict[str, Any]] | None:
    from kernel import dynamodb  # only records on a test clock cost this read

    return None if clock_id is None else dynamodb.get(table("clocks"), clock_id)
