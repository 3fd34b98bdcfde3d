"""One structured log line per request or message. No secret and no personal datum goes in here."""

from contextvars import ContextVar
from typing import Any

from aws_lambda_powertools import Logger

logger = Logger()
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
notes: ContextVar[dict[str, Any] | None] = ContextVar("notes", default=None)


def note(**values: Any) -> None:
    """Adds to the one log line of the request that is being answered."""
    if (noted := notes.get()) is not None:
        noted.update(values)
