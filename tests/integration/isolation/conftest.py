"""The company of the writes' tests, with two customers."""

import pytest

from kernel.clock import frozen, parse
from tests.integration.isolation.customers import Customers
from tests.integration.writes.company import AT, Company
from tests.integration.writes.conftest import company, simulator

__all__ = ["company", "simulator"]


@pytest.fixture
def customers(company: Company) -> Customers:
    with frozen(parse(AT)):
        return Customers(company)
