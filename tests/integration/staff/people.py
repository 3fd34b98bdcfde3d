"""Members of staff as the product makes them, each in a session of their own."""

from dataclasses import dataclass
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from functions.staff.api import handler
from functions.staff.models import CustomRole, CustomRoleCreate, Staff
from functions.staff.roles import create as make_role
from functions.staff.service import create
from kernel import access, dynamodb
from kernel.access import Principal
from kernel.audit import Actor
from kernel.config import table
from tests.callers import ask, token

SYSTEM, ALL = Actor(id="system"), Principal("stf_all", frozenset({"*"}), role="owner")


@dataclass
class Person:
    """A member with the headers of their session. `ask` sends a request to the API of staff, or to another."""

    staff: Staff
    headers: dict[str, str]

    @property
    def id(self) -> str:
        return self.staff.id

    @property
    def principal(self) -> Principal:
        return access.authenticate(self.headers["authorization"], "192.0.2.1")

    def ask(self, method: str, path: str, body: Any = None, *, api: Any = handler, headers: Any = None, **query: str) -> SimpleNamespace:
        return ask(api, method, path, body, headers=self.headers | (headers or {}), at=datetime.now(UTC).isoformat(), **query)


def person(role: str = "owner", name: str = "Ada") -> Person:
    """Someone who has just been hired, and has signed in."""
    subject = f"subject-{uuid4().hex}"
    staff = create(name=name, email=f"{subject}@example.test", role=role, subject=subject, actor=SYSTEM, at=datetime.now(UTC))  # type: ignore[arg-type]
    return Person(staff, session(subject))


def session(subject: str) -> dict[str, str]:
    """The headers of a new session of a user of the pool."""
    item = dynamodb.key(f"session#origin-{subject}") | {"subject": {"S": subject}, "expires_at": {"S": "2100-01-01T00:00:00.000000Z"}}
    dynamodb.client().put_item(TableName=table("principals"), Item=item)
    return {"authorization": f"Bearer {token(subject)}"}


def role_of(*permissions: str, name: str = "Own") -> CustomRole:
    """A role of one's own."""
    return make_role(CustomRoleCreate(name=name, permissions=list(permissions)), ALL, actor=SYSTEM, at=datetime.now(UTC))


def owners() -> set[str]:
    return set((dynamodb.get(table("principals"), "owners") or {}).get("ids", {"SS": []})["SS"])
