"""One payment gateway for all tests, emptied before each, and a company in front of it."""

from collections.abc import Iterator

import pytest

from local.gateways.stripe import create_app
from local.gateways.stripe.remote import Remote
from local.gateways.stripe.server import running
from tests.integration.writes.canaries import watch as watch
from tests.integration.writes.company import Company


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    with running(create_app(None)) as url:
        yield url


@pytest.fixture
def company(aws: None, owner: dict[str, str], simulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("STRIPE_API_BASE", simulator)
    control = Remote(simulator)
    control.post("reset", webhook_endpoints=True)
    yield Company(owner, simulator)
    assert control.unknown() == []
