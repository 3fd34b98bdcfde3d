"""Every expected failure is one of these. `kernel.http` turns them into RFC 9457 problems; workers park what cannot succeed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any


class Problem(Exception):
    """Base of all expected failures. `status` and `code` are part of the public API; `context` joins the answer's members."""

    status = 500
    code = "internal_error"
    retry_after: int | None = None  # seconds

    def __init__(self, detail: str, *, code: str | None = None, field: str | None = None, caller: Any = None, **context: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.caller = caller  # who was refused, where nobody was let in
        self.code = code or self.code
        self.field = field
        self.context = context

    def body(self) -> dict[str, Any]:
        """RFC 9457: `type` names the kind of problem, `errors` the fields (dotted path and JSON pointer)."""
        found = {"type": f"/problems/{self.code}", "title": self.code.replace("_", " "), "status": self.status,
                 "code": self.code, "detail": self.detail, **self.context}
        if self.field:
            found["errors"] = [error(self.field, self.code, self.detail)]
        return found


def error(field: str, code: str, detail: str, *, parts: Sequence[str] | None = None) -> dict[str, str]:
    """One refused field: dotted, and as a JSON pointer (RFC 6901). `parts` where a name in it may hold a dot."""
    escaped = (part.replace("~", "~0").replace("/", "~1") for part in (field.split(".") if parts is None else parts))
    return {"field": field, "pointer": "".join(f"/{part}" for part in escaped), "code": code, "detail": detail}


class BadRequest(Problem):
    """The request cannot be read."""

    status, code = 400, "bad_request"


class Unauthenticated(Problem):
    status, code = 401, "unauthenticated"


class Forbidden(Problem):
    status, code = 403, "forbidden"


class NotFound(Problem):
    status, code = 404, "not_found"


class MethodNotAllowed(Problem):
    status, code = 405, "method_not_allowed"


class Conflict(Problem):
    """The state of things does not allow it, now."""

    status, code = 409, "conflict"


class Refused(Conflict):
    """A rule says no: `code` for machines, `detail` a sentence for people. What rules raise, so that they need no other problem."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail, code=str(code))


class Busy(Problem):
    """The same is being done already; its answer can be had in a moment."""

    status, code = 409, "in_progress"
    retry_after = 1


class Stale(Problem):
    """The caller's version is not the newest (`If-Match`)."""

    status, code = 412, "stale_version"


class TooLarge(Problem):
    status, code = 413, "too_large"


class UnsupportedMediaType(Problem):
    status, code = 415, "unsupported_media_type"


class Invalid(Problem):
    """The request was read and is refused."""

    status, code = 422, "invalid"


@contextmanager
def referred(field: str) -> Iterator[None]:
    """Within it, what does not exist is a mistake in that field of the body (422), not in the address (404)."""
    try:
        yield
    except NotFound as missing:
        raise Invalid(missing.detail, code="unknown_reference", field=field) from missing


class PreconditionRequired(Problem):
    status, code = 428, "precondition_required"


class Limited(Problem):
    """Asked more often than a limit allows. Without `retry_after`, waiting does not help."""

    status, code = 429, "rate_limited"

    def __init__(self, detail: str, *, retry_after: int | None, **context: Any) -> None:
        super().__init__(detail, **context)
        self.retry_after = retry_after


class Exhausted(Limited):
    """The credits are used up."""

    code = "exhausted"


class Unavailable(Problem):
    """Something we depend on did not answer in time; trying again is right."""

    status, code = 503, "unavailable"

    def __init__(self, detail: str, *, retry_after: int = 1, **context: Any) -> None:
        super().__init__(detail, **context)
        self.retry_after = retry_after


class Duplicate(Exception):
    """A marker of a commit was there already: what the caller is about to do has been done. `found` are its values."""

    def __init__(self, key: str, found: dict[str, Any]) -> None:
        super().__init__(key)
        self.key = key
        self.found = found


class Repeated(Exception):
    """The marker of an `Idempotency-Key` was there already: the request has had its effect."""
