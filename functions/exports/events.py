"""What exports tell others."""

from datetime import datetime

from kernel.audit import Payload


class Requested(Payload, event="exports.requested"):
    """Somebody wants to have much at once: of what, which of it, and which columns."""

    resource: str
    format: str
    columns: list[str]
    filter: dict[str, str]


class Started(Payload, event="exports.started"):
    """The file is being written."""


class _Ended(Payload):
    requested_by: str
    resource: str
    format: str
    language: str


class Completed(_Ended, event="exports.completed"):
    """The file can be fetched."""

    rows: int
    bytes: int
    expires_at: datetime


class Failed(_Ended, event="exports.failed"):
    """There will be no file."""

    code: str
    detail: str


class Expired(Payload, event="exports.expired"):
    """The file is gone."""


class Deleted(Payload, event="exports.deleted"):
    """Nobody wants the file any more, or the work on it."""
