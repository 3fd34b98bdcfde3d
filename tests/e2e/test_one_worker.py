"""All end-to-end tests share one cloud, so one worker runs them."""

import os

import pytest


@pytest.mark.skipif("PYTEST_XDIST_WORKER" not in os.environ, reason="one process alone")
def test_these_tests_are_one_group(request: pytest.FixtureRequest) -> None:
    assert request.node.nodeid.endswith("@e2e")
