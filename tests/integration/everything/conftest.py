"""The company, made once for all tests here: each begins where everything has been said and nothing heard, or where all has been heard."""

from collections.abc import Iterator

import pytest

from kernel.clock import frozen, wall
from tests.integration.everything.company import Post, lived, parked
from tests.integration.writes.company import Snapshot, opened
from tests.integration.writes.conftest import simulator

__all__ = ["simulator"]


@pytest.fixture(scope="module")
def unheard(simulator: str) -> Iterator[Snapshot]:
    """`restore()` goes back to where hardly a worker has heard of anything."""
    with opened(simulator) as company:
        lived(company)
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
