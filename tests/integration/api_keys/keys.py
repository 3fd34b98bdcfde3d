"""Keys made through the API, and requests that are made with them."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from functions.api_keys.api import handler
from functions.plans.api import handler as plans
from tests.callers import ask

AT = "2026-01-31T12:00:00+00:00"
NOW = datetime.fromisoformat(AT)


def made(headers: dict[str, str], **body: Any) -> dict[str, Any]:
    answer = ask(handler, "POST", "/v1/api-keys", {"name": "Automation", "scopes": ["plans.read"]} | body, headers=headers)
    assert answer.status == 201, answer.body
    return dict(answer.body)


def told(headers: dict[str, str], id: str, verb: str, body: Any = None, **more: Any) -> SimpleNamespace:
    return ask(handler, "POST", f"/v1/api-keys/{id}/{verb}", body, headers=headers, **more)


def bearer(key: str) -> dict[str, str]:
    return {"authorization": f"Bearer {key}"}


def used(key: str, method: str = "GET", path: str = "/v1/plans", body: Any = None, **more: Any) -> SimpleNamespace:
    """A request to the plans with a key."""
    return ask(plans, method, path, body, headers=bearer(key), **more)


def outcome(answer: SimpleNamespace) -> tuple[int, str | None]:
    return answer.status, answer.body.get("code")
