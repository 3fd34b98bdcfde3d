"""Requests to sign-in as a browser sends them, at a moment of one's choice, and what is left of them in the tables."""

from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace
from typing import Any

from functions.staff.api import handler
from kernel import audit, dynamodb
from kernel.clock import wall
from kernel.config import table
from local.totp import STEP, code
from tests.callers import ask
from tests.integration.kernel.things import everything
from tests.integration.staff.conftest import EMAIL, PASSWORD
from tests.integration.staff.pool import Pool

OURS = {"origin": "http://localhost:8080"}
NOW = datetime.now(UTC)


def later(seconds: float = 0.0) -> str:
    return (NOW + timedelta(seconds=seconds)).isoformat()


def post(path: str, body: Any = None, *, me: SimpleNamespace | None = None, seconds: float = 0, **headers: str) -> SimpleNamespace:
    """`me` is the answer of a sign-in."""
    token = {"authorization": f"Bearer {me.body['access_token']}"} if me else {}
    return ask(handler, "POST", path, body, headers=token | headers, at=later(seconds))


def get(path: str, me: SimpleNamespace, **query: str) -> SimpleNamespace:
    return ask(handler, "GET", path, headers={"authorization": f"Bearer {me.body['access_token']}"}, at=later(), **query)


def login(email: str = EMAIL, password: str = PASSWORD, *, seconds: float = 0, **headers: str) -> SimpleNamespace:
    return post("/v1/auth/login", {"email": email, "password": password}, seconds=seconds, **headers)


def answer(challenge: SimpleNamespace, given: str, *, seconds: float = 0) -> SimpleNamespace:
    return post("/v1/auth/mfa", {"token": challenge.body["token"], "code": given}, seconds=seconds)


def refresh(cookie: str, seconds: float = 1.0, **headers: str) -> SimpleNamespace:
    return post("/v1/auth/refresh", seconds=seconds, **(OURS | {"cookie": f"__Secure-session={cookie}"} | headers))


def cookie_of(answer: SimpleNamespace) -> str:
    """The value of the one cookie that an answer sets."""
    [text] = answer.cookies
    return SimpleCookie(text)["__Secure-session"].value


def reads(me: SimpleNamespace) -> int:
    """The status of a read with the access token of an answer."""
    return get("/v1/staff", me).status


def shown(secret: str, step: int = 0) -> str:
    """The code of an authenticator now, or so many steps of 30 s away: the user pool takes each one once."""
    return code(secret, wall().timestamp() + step * STEP)


def enrolled(pool: Pool, me: SimpleNamespace) -> tuple[str, list[str]]:
    """(secret, recovery codes) of whoever is signed in. It uses up the code of the step before."""
    secret = post("/v1/auth/mfa/enrol", me=me).body["secret"]
    codes = post("/v1/auth/mfa/confirm", {"code": shown(secret, -1)}, me=me)
    assert codes.status == 200, codes.body
    return secret, codes.body["recovery_codes"]


def principals(prefix: str = "") -> list[dict[str, Any]]:
    return [item for item in everything(table("principals")) if item["pk"]["S"].startswith(prefix)]


def staff_item(subject: str) -> dict[str, Any]:
    found = dynamodb.get(table("principals"), f"staff#{subject}")
    assert found
    return found


def happened(id: str) -> list[str]:
    """The events of a record, oldest first."""
    return [audit.Entry.load(item).facts()["type"] for item in audit.timeline(id)]


def sessions() -> list[dict[str, Any]]:
    """The session records, oldest first."""
    found = [item for item in everything(table("staff")) if item["pk"]["S"].startswith("ses_")]
    return sorted(found, key=lambda item: item["pk"]["S"])
