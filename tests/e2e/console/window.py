"""A window of the console, with somebody in front of it: where they go, what they see, and what the browser has complained of."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Response, expect

from local.client import LocalCloud

PATIENCE = 15_000  # milliseconds; for busy machines
DESKTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
ANSWERED = "Failed to load resource: the server responded with a status of "  # Chromium's own words for what `_answered` looks at
CUT = "Failed to load resource: net::ERR_"
expect.set_options(timeout=PATIENCE)


class Window:
    """`provoked` are the statuses that a test means to be answered with; all else that goes wrong is in `complaints`."""

    def __init__(self, browser: Browser, cloud: LocalCloud, **options: Any) -> None:
        self.context = browser.new_context(**{"viewport": DESKTOP, "base_url": cloud.facts["url"], "reduced_motion": "reduce",
                                              "permissions": ["clipboard-read", "clipboard-write"], **options})
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(PATIENCE)
        self.provoked: set[int] = set()
        self.cut = False  # whether the network is meant to fail
        self.gone: set[str] = set()  # ids of what was deleted: it may be asked for once more
        self.complaints: list[str] = []
        self.page.on("dialog", lambda asked: asked.accept())  # whether one leaves a form
        self.page.on("console", self._said)
        self.page.on("response", self._answered)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _said(self, message: ConsoleMessage) -> None:
        expected = (ANSWERED, CUT) if self.cut else ANSWERED
        if message.type == "error" and not message.text.startswith(expected):
            self.complaints.append(message.text)

    def _answered(self, response: Response) -> None:
        gone = response.status == 404 and any(id in response.url for id in self.gone)
        if response.status >= 400 and response.status not in self.provoked and not gone:
            self.complaints.append(f"{response.request.method} {response.url}: {response.status}")

    def sign_in(self, email: str, password: str) -> None:
        self.page.goto("/")
        self.credentials(email, password)
        expect(self.navigation).to_be_visible()
        self.connected()

    def credentials(self, email: str, password: str) -> None:
        """Into the form that asks for them, wherever it is."""
        self.page.get_by_label("E-mail", exact=True).last.fill(email)
        self.page.get_by_label("Password", exact=True).last.fill(password)
        self.button("Sign in").click()

    def visit(self, path: str, **query: str) -> None:
        """As the console's own links do it: the page is not loaded again."""
        self.page.evaluate("path => history.pushState(null, '', path)", path + (f"?{urlencode(query)}" if query else ""))

    def load(self, path: str) -> None:
        """Anew: what one does oneself elsewhere, the window does not hear of."""
        self.page.goto(path)
        expect(self.navigation).to_be_visible()

    def settle(self) -> None:
        """Nothing is being fetched for the page any more."""
        expect(self.page.locator("[aria-busy=true]")).to_have_count(0)

    def connected(self) -> None:
        """What happens elsewhere is heard of. Who leaves before that is refused a socket, of which the browser complains."""
        expect(self.page.get_by_role("status").filter(has_text="Live")).to_be_visible()

    @property
    def navigation(self) -> Locator:
        return self.page.get_by_role("navigation", name="Main")

    @property
    def dialog(self) -> Locator:
        return self.page.get_by_role("dialog").last

    def button(self, name: str, within: Locator | None = None) -> Locator:
        return (within or self.page).get_by_role("button", name=name, exact=True)

    def menu(self, item: str) -> None:
        """Behind the three dots of a record."""
        self.button("More").click()
        self.page.get_by_role("menuitem", name=item, exact=True).click()

    def heading(self, text: str) -> None:
        """The page's, once it is there."""
        expect(self.page.get_by_role("heading", level=1, name=text, exact=True)).to_be_visible()

    def toast(self, text: str) -> None:
        expect(self.page.locator("[data-sonner-toast]").filter(has_text=text).first).to_be_visible()

    def rows(self, table: str) -> Locator:
        return self.page.get_by_role("region", name=f"{table} table").locator("tbody tr")

    def row(self, table: str, id: str) -> Locator:
        return self.rows(table).filter(has=self.page.locator(f"a[href$='/{id}']"))

    def answered(self, method: str, path: str, during: Callable[[], object], *, query: str = "") -> Any:
        """The body of the answer to what the page asks of the API meanwhile; `query`: what stands behind the question mark, among others."""
        def asked(response: Response) -> bool:
            there, _, more = response.url.partition("?")
            return response.request.method == method and there.endswith(f"/v1/{path}") and query in more

        with self.page.expect_response(asked) as found:
            during()
        return found.value.json() if found.value.status != 204 else None
