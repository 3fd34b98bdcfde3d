"""What a browser fetches of the console stays small; `make bench` prints the figures."""

import pytest

from tests.bench.console import FIRST, FONT, LAZY, TOTAL, weights


@pytest.mark.usefixtures("declared")
def test_the_built_files_weigh_no_more_than_they_may() -> None:
    found = weights()
    assert {name: found[name] for name, most in (("first", FIRST), ("lazy", LAZY), ("total", TOTAL), ("font", FONT)) if found[name] > most} == {}
