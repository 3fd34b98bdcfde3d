"""One local cloud for all end-to-end tests, apart from the developer's: free ports, a folder of its own, IAM enforced, schedules off."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local import client
from local.client import Answer, LocalCloud
from tests.e2e.bearer import Bearer

ROOT = Path(__file__).resolve().parents[2]
CONSOLE = Path(__file__).parent / "console"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All end-to-end tests that share a cloud go to one worker of pytest-xdist, or every worker would start one. The demonstration comes
    first: it begins with an empty company, and leaves an issuer, without whom mails of others fail and are tried again for minutes. The
    console's come last."""
    items.sort(key=lambda item: (item.path.is_relative_to(CONSOLE), item.path.name != "test_money_loop.py"))
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent) and item.path.name != "test_contract.py":  # which has its own
            item.add_marker(pytest.mark.xdist_group("e2e"))


@pytest.fixture(scope="session")
def local_cloud() -> type[LocalCloud]:
    """For a cloud of one's own."""
    return LocalCloud


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """The cloud that all end-to-end tests share."""
    shared = LocalCloud(ROOT, tmp_path_factory.mktemp("cloud"), AUTH="true", SCHEDULES="off").start()
    yield shared
    shared.stop()


@pytest.fixture(scope="session")
def ask(cloud: LocalCloud) -> Callable[..., Answer]:
    return cloud.ask


@pytest.fixture(scope="session")
def aws(cloud: LocalCloud) -> Callable[..., Any]:
    return cloud.aws


@pytest.fixture(scope="session")
def mails(cloud: LocalCloud) -> Callable[[str], list[dict[str, Any]]]:
    return cloud.mails


@pytest.fixture(scope="session")
def outputs(cloud: LocalCloud) -> dict[str, str]:
    """The stack's: table names, queue URLs, function names."""
    return dict(cloud.facts["outputs"])


@pytest.fixture(scope="session")
def token(cloud: LocalCloud) -> Bearer:
    """Headers of the owner: `ask("GET", "/v1/plans", **token)`."""
    return Bearer(cloud.sign_in)


@pytest.fixture(scope="session")
def until() -> Callable[..., Any]:
    """Waits for a true answer and returns it: `until(lambda: mails("a@example.test"))`."""
    return client.until
