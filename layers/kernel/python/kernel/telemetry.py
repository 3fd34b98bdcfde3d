"""One structured log line per request or message. No secret and no personal datum goes in here."""

from contextvars import ContextVar

from aws_lambda_powertools import Logger

logger = Logger()
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)
