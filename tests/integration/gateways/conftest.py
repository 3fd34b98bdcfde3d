"""One simulator for all tests, emptied before each; a test fails when it asked for something the simulator does not have."""

from collections.abc import Iterator

import pytest

from local.gateways.stripe import create_app
from local.gateways.stripe.server import running
from tests.integration.gateways.support import SECRET, Inbox, Shop, receiving


@pytest.fixture(scope="session")
def simulator_url() -> Iterator[str]:
    with running(create_app(None)) as url:
        yield url


@pytest.fixture
def shop(simulator_url: str) -> Iterator[Shop]:
    shop = Shop(simulator_url)
    shop.control.post("reset", webhook_endpoints=True)
    yield shop
    assert shop.control.unknown() == []


@pytest.fixture
def inbox(shop: Shop) -> Iterator[Inbox]:
    with receiving() as inbox:
        shop.control.ask("PUT", "webhook_endpoint", {"url": inbox.url, "secret": SECRET})
        yield inbox
