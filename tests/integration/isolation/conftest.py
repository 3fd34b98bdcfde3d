"""The company of the writes' tests, with two customers: one for all tests of a worker, since none of them changes what another asks about."""

from collections.abc import Iterator

import pytest

from kernel.clock import frozen, parse
from tests.integration.isolation.customers import Customers
from tests.integration.writes.company import AT, opened
from tests.integration.writes.conftest import simulator

__all__ = ["simulator"]


@pytest.fixture(scope="module")
def customers(simulator: str) -> Iterator[Customers]:
    with frozen(parse(AT)), opened(simulator) as company:
        yield Customers(company)
