"""The company of the writes' tests, with two customers: one for all tests of a worker, since none of them changes what another asks about."""

from collections.abc import Iterator

import pytest

from kernel.clock import frozen, parse
from local.gateways.stripe.remote import Remote
from tests.callers import signed_in
from tests.conftest import moto
from tests.integration.isolation.customers import Customers
from tests.integration.writes.company import AT, Company
from tests.integration.writes.conftest import simulator

__all__ = ["simulator"]


@pytest.fixture(scope="module")
def customers(simulator: str) -> Iterator[Customers]:
    with pytest.MonkeyPatch.context() as patched, moto(patched):
        patched.setenv("STRIPE_API_BASE", simulator)
        Remote(simulator).post("reset", webhook_endpoints=True)
        with frozen(parse(AT)):
            yield Customers(Company(signed_in("owner"), simulator))
