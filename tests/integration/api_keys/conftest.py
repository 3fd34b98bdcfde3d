"""Time stands still for keys."""

from collections.abc import Iterator

import pytest

from kernel.clock import frozen
from tests.integration.api_keys.keys import NOW


@pytest.fixture(autouse=True)
def still() -> Iterator[None]:
    with frozen(NOW):
        yield
