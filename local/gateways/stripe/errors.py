"""Stripe's error answers: what is refused, with which status, and whether the refusal is remembered."""

from typing import Any

Json = dict[str, Any]


class Refusal(Exception):
    """An answer of Stripe's error form. `kept` says that what happened before it (a failed charge) stays and may be replayed."""

    def __init__(self, status: int, error: Json, *, kept: bool = False) -> None:
        super().__init__(error["message"])
        self.status = status
        self.error = {name: value for name, value in error.items() if value is not None}
        self.kept = kept


def invalid(message: str, *, param: str | None = None, code: str | None = None, status: int = 400, **more: Any) -> Refusal:
    """`invalid_request_error`: the request cannot be carried out as it was asked."""
    return Refusal(status, {"type": "invalid_request_error", "message": message, "param": param, "code": code, **more})


def missing(kind: str, id: str, *, param: str, status: int = 404) -> Refusal:
    """An unknown id: 404 where it stands in the path, 400 where a parameter names it."""
    return invalid(f"No such {kind}: '{id}'", param=param, code="resource_missing", status=status)


def unknown_url(method: str, path: str) -> Refusal:
    return invalid(f"Unrecognized request URL ({method}: {path}). The simulator answers what its README lists.", status=404)


def unauthorized() -> Refusal:
    return invalid("A secret key (sk_… or rk_…) is needed as bearer token or basic user.", status=401)


def other_body(key: str) -> Refusal:
    return Refusal(400, {"type": "idempotency_error", "message": f"The idempotency key '{key}' was first used for another request."})


def key_in_use(key: str) -> Refusal:
    return invalid(f"A request with the idempotency key '{key}' is still running.", code="idempotency_key_in_use", status=409)


def declined(code: str, decline_code: str | None, message: str, **objects: Any) -> Refusal:
    """`card_error`, HTTP 402, with the objects it left behind (`payment_intent`, `payment_method`, `charge` …)."""
    error = {"type": "card_error", "code": code, "decline_code": decline_code, "message": message, **objects}
    return Refusal(402, error, kept=True)
