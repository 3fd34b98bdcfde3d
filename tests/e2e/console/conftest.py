"""The console in a browser, over the local cloud that all end-to-end tests share: one browser, one window of the owner."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from local.client import LocalCloud
from tests.browser import NoBrowser, browser
from tests.e2e.bearer import Bearer
from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.declared import Registry, registry
from tests.e2e.console.window import Window


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Not for the whole session: Playwright leaves its event loop running, and other tests of this worker run loops of their own."""
    try:
        with browser() as found:
            yield found
    except NoBrowser as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture(scope="session")
def declared(cloud: LocalCloud) -> Registry:
    """The cloud has built the console."""
    return registry()


@pytest.fixture(scope="session")
def company(cloud: LocalCloud, token: Bearer) -> Company:
    return Company(cloud, token)


@pytest.fixture(scope="module")
def owner(chromium: Browser, cloud: LocalCloud) -> Iterator[Window]:
    """Signed in once; tests take it as `console`."""
    window = Window(chromium, cloud)
    window.sign_in(cloud.facts["email"], cloud.facts["password"])
    yield window
    window.context.close()


@pytest.fixture
def console(owner: Window) -> Iterator[Window]:
    """The owner's window, with nothing open, in which nothing goes wrong but what the test provokes."""
    owner.provoked = set()
    if owner.page.get_by_role("dialog").count() or owner.page.get_by_role("menu").count():
        owner.load("/")  # a test before has failed
    owner.complaints.clear()
    yield owner
    assert owner.complaints == []


@pytest.fixture
def opened(chromium: Browser, cloud: LocalCloud) -> Iterator[Callable[..., Window]]:
    """One more window, of nobody yet, or of whom is named: `opened("a@example.test", "secret")`."""
    windows: list[Window] = []

    def open_one(*credentials: str, **options: Any) -> Window:
        windows.append(Window(chromium, cloud, **options))
        if credentials:
            windows[-1].sign_in(*credentials)
        return windows[-1]

    yield open_one
    complaints = [each for window in windows for each in window.complaints]
    for window in windows:
        window.context.close()
    assert complaints == []


@pytest.fixture(scope="session")
def admin(company: Company, cloud: LocalCloud) -> Company:
    """What a colleague does meanwhile, through the API."""
    credentials = {"email": company.colleague("admin")["email"], "password": PASSWORD}
    return Company(cloud, Bearer(lambda: cloud.ask("POST", "/v1/auth/login", credentials)))
