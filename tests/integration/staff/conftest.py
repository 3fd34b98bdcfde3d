"""Sign-in with a user pool, its key set, and one member of staff."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.staff.models import Role, Staff
from functions.staff.service import create
from kernel import access
from kernel.audit import Actor
from kernel.tokens import Keys
from tests.integration.staff.pool import Pool, public_keys

EMAIL, PASSWORD = "ada@example.test", "Correct-horse-9"


@pytest.fixture(scope="session")
def keys() -> Iterator[Any]:
    with public_keys() as found:
        yield found


@pytest.fixture
def pool(aws: None, keys: Any, monkeypatch: pytest.MonkeyPatch) -> Pool:
    client = Keys(keys[0] + "/jwks.json")
    monkeypatch.setattr(access, "_keys", lambda: client)  # where they are fetched from is all that differs
    return Pool()


@pytest.fixture
def ada(pool: Pool) -> Staff:
    pool.users[EMAIL] = (PASSWORD, "subject-ada")
    return create(name="Ada", email=EMAIL, role=Role.OWNER, subject="subject-ada", actor=Actor(id="system"), at=datetime.now(UTC))
