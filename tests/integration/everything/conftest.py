"""The company, made once for all tests here: each begins where everything has been said and nothing heard, or where all has been heard."""

from collections.abc import Iterator

import pytest

from kernel.clock import frozen, wall
from local.gateways.stripe.remote import Remote
from tests.callers import signed_in
from tests.conftest import moto
from tests.integration.everything.company import Post, lived, parked
from tests.integration.writes.company import Company, Snapshot
from tests.integration.writes.conftest import simulator

__all__ = ["simulator"]


@pytest.fixture(scope="module")
def unheard(simulator: str) -> Iterator[Snapshot]:
    """`restore()` goes back to where hardly a worker has heard of anything."""
    with pytest.MonkeyPatch.context() as patched, moto(patched):
        patched.setenv("STRIPE_API_BASE", simulator)
        Remote(simulator).post("reset", webhook_endpoints=True)
        lived(Company(signed_in("owner"), simulator))
        with frozen(wall()):
            yield Snapshot()


@pytest.fixture(scope="module")
def heard(unheard: Snapshot) -> Snapshot:
    """`restore()` goes back to where every worker has heard of everything, once, in order."""
    with pytest.MonkeyPatch.context() as patched:
        unheard.restore()
        Post(patched).run()
        assert parked() == []
        return Snapshot()
