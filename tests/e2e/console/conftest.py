"""The console in a browser, over the local cloud that all end-to-end tests share: one browser, one window of the owner."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser

from local.client import Answer, LocalCloud
from tests.browser import NoBrowser, browser
from tests.e2e.console.company import Company
from tests.e2e.console.declared import Registry, registry
from tests.e2e.console.window import Window

PASSWORD = "violet harbour 27 moss"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
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
def company(cloud: LocalCloud, token: dict[str, str]) -> Company:
    def call(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return cloud.ask(method, path, body, **{**token, **headers})

    return Company(call)


@pytest.fixture(scope="session")
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
        owner.page.goto("/")  # a test before has failed
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
def invited(company: Company, mails: Callable[..., Any], until: Callable[..., Any]) -> Callable[[str, str], str]:
    """The link that somebody gets by mail: `invited("a@example.test", "viewer")`."""
    def invite(email: str, role: str) -> str:
        assert company.issuer
        company.ask("POST", "/v1/staff/invitations", {"name": email.split("@")[0].title(), "email": email, "role": role})
        mail = until(lambda: "".join(map(str, mails(email))), 60, "the mail")
        plain = mail.replace("=\\r\\n", "").replace("=\r\n", "").replace("=\n", "")  # quoted-printable
        found = re.search(r"/accept#(ivt_[0-9A-Z]{26}\.[\w-]{43})", plain)
        assert found, mail
        return found[0]

    return invite


@pytest.fixture(scope="session")
def colleague(invited: Callable[[str, str], str], ask: Callable[..., Answer]) -> Callable[[str], str]:
    """The address of somebody with a role, and with `PASSWORD`; made once."""
    known: dict[str, str] = {}

    def hire(role: str) -> str:
        if role not in known:
            email = f"console.{role}@example.test"
            secret = invited(email, role).split("#")[1]
            assert ask("POST", "/v1/auth/accept", {"token": secret, "password": PASSWORD})[0] == 200
            known[role] = email
        return known[role]

    return hire


@pytest.fixture(scope="session")
def other(colleague: Callable[[str], str], cloud: LocalCloud) -> Company:
    """What another colleague does meanwhile, through the API."""
    status, session, _ = cloud.ask("POST", "/v1/auth/login", {"email": colleague("admin"), "password": PASSWORD})
    assert status == 200, session
    bearer = {"authorization": f"Bearer {session['access_token']}"}

    def call(method: str, path: str, body: Any = None, **headers: str) -> Answer:
        return cloud.ask(method, path, body, **{**bearer, **headers})

    return Company(call)
