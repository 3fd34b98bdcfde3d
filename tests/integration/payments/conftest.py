"""One simulator for all tests, emptied before each; a test fails when it asked for something the simulator does not have."""

import os
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from functions.payments import stripe_gateway
from kernel import dynamodb
from local.gateways.stripe import create_app
from local.gateways.stripe.remote import Remote
from local.gateways.stripe.server import running
from tests.integration.payments.company import Company


@pytest.fixture(scope="session")
def simulator() -> Iterator[str]:
    with running(create_app(None)) as url:
        yield url


@pytest.fixture
def company(aws: None, owner: dict[str, str], simulator: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Company]:
    monkeypatch.setenv("STRIPE_API_BASE", simulator)
    monkeypatch.setenv("QUEUE_URL", os.environ["PAYMENTS_QUEUE"])
    control = Remote(simulator)
    control.post("reset", webhook_endpoints=True)
    control.faults(drop_connection_next=0, drop_connection=0.0, latency_seconds=0.0)
    yield Company(simulator, owner)
    assert control.unknown() == []


@pytest.fixture
def one_try(monkeypatch: pytest.MonkeyPatch) -> None:
    """The SDK's own second try would be answered: without it a lost answer is lost."""
    monkeypatch.setattr(stripe_gateway, "RETRIES", 0)


@pytest.fixture
def isolated(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    """Threads see each other's transactions whole. moto copies all tables before one and puts them back when it is refused."""
    lock, client = threading.RLock(), dynamodb.client()

    def alone(call: Callable[..., Any]) -> Callable[..., Any]:
        def locked(**arguments: Any) -> Any:
            with lock:
                return call(**arguments)

        return locked

    for name in ("get_item", "query", "transact_write_items", "update_item"):
        monkeypatch.setattr(client, name, alone(getattr(client, name)))
