"""Every page and everything that opens over one, light and dark, on a desk and on a phone: axe finds nothing, and nothing runs over the edge.

A page is loaded once; theme and size are changed under it. In the dark only the colours differ, so only they are looked at again.
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from local import console as built
from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.declared import NAMES, Registry
from tests.e2e.console.records import found
from tests.e2e.console.test_forms import edit, rename
from tests.e2e.console.test_signing_in import session_of
from tests.e2e.console.window import DESKTOP, PHONE, Window

AXE = built.SOURCE / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Of many rows, which are alike, the first six.
RUN = """async (options) => {
  const { violations } = await axe.run({ exclude: [["tbody tr:nth-child(n+7)"]] }, { ...options, preload: false, iframes: false, resultTypes: ["violations"] });
  return violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => `${id}: ${target} ${failureSummary}`));
}"""


def violations(page: Page, theme: str, size: Any) -> list[str]:
    page.set_viewport_size(size)
    page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    rules = {"runOnly": {"type": "rule", "values": ["color-contrast"]}} if theme == "dark" else {"runOnly": {"type": "tag", "values": TAGS}}
    found = page.evaluate(RUN, rules)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")  # by now charts have the new width
    return [*found, *([f"{over} px over the edge"] if over > 0 else [])]


def everywhere(page: Page) -> dict[str, list[str]]:
    """What is wrong, by theme and width; a theme changes colours alone, so one width is enough for it. Leaves the page as it was."""
    looks = ((PHONE, "light"), (DESKTOP, "dark"), (DESKTOP, "light"))
    found = {f"{theme} {size['width']}": violations(page, theme, size) for size, theme in looks}
    return {where: wrong for where, wrong in found.items() if wrong}


@pytest.fixture
def settled(console: Window) -> Iterator[Callable[[], None]]:
    """Waits until nothing is being fetched for the page any more."""
    def wait() -> None:
        console.settle()
        expect(console.page.get_by_role("heading", level=1).first).to_be_visible()

    yield wait
    console.page.set_viewport_size(DESKTOP)


def test_every_page_of_the_navigation(console: Window, settled: Callable[[], None]) -> None:
    console.load("/")
    settled()
    pages = [link.get_attribute("href") or "" for link in console.navigation.get_by_role("link").all()]
    assert len(pages) > 15
    wrong = {}
    for path in [*pages, "/profile", "/nowhere"]:
        console.visit(path)
        settled()
        wrong |= {f"{path} {where}": found for where, found in everywhere(console.page).items()}
    assert wrong == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_page_of_a_record(name: str, console: Window, settled: Callable[[], None], company: Company) -> None:
    id = found(name, company)
    console.visit(f"/{name}/{id}")
    expect(console.button(f"Copy {id}").first).to_be_visible()
    settled()
    assert everywhere(console.page) == {}


def test_every_form(console: Window, settled: Callable[[], None], declared: Registry) -> None:
    wrong = {}
    for resource in declared.resources.values():
        if "create" not in resource.verbs:
            continue
        console.visit(f"/{resource.name}")
        settled()
        console.button(resource.fresh).first.click()
        expect(console.dialog).to_be_visible()
        wrong |= {f"{resource.name} {where}": found for where, found in everywhere(console.page).items()}
        console.page.keyboard.press("Escape")
        expect(console.page.get_by_role("dialog"), f"nothing is typed: {resource.name}").to_have_count(0)
    assert wrong == {}


def test_everything_that_opens_over_a_list(console: Window, settled: Callable[[], None], company: Company) -> None:
    plan, page = company.fresh_plan(), console.page
    console.load(f"/plans?name={plan['name']}")
    settled()
    row = page.get_by_label(f"Select {plan['name']}")
    opens: dict[str, Callable[[], object]] = {
        "views": lambda: console.button("Save view").click(),
        "filters": lambda: console.button("Filter").click(),
        "a chip": lambda: page.get_by_role("button", name="Name is").click(),
        "columns": lambda: console.button("Columns").click(),
        "export": lambda: console.button("Export").click(),
        "palette": lambda: page.keyboard.press("Control+k"),
        "help": lambda: (row.focus(), page.keyboard.press("?")),
    }
    wrong = {}
    row.check()
    wrong |= {f"selected {where}": found for where, found in everywhere(page).items()}
    for name, open_it in opens.items():
        page.set_viewport_size(DESKTOP)
        open_it()
        expect(page.get_by_role("dialog").or_(page.get_by_role("menu")).first).to_be_visible()
        wrong |= {f"{name} {where}": found for where, found in everywhere(page).items()}
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog").or_(page.get_by_role("menu"))).to_have_count(0)
    page.set_viewport_size(PHONE)
    console.button("Open menu").click()
    wrong |= {f"menu {where}": found for where, found in everywhere(page).items()}
    page.set_viewport_size(PHONE)
    console.button("Close menu").click()
    assert wrong == {}


def test_everything_that_opens_over_a_record(console: Window, settled: Callable[[], None], company: Company) -> None:
    made, page, wrong = company.ask("POST", "/v1/api-keys", {"name": company.name("Looked at"), "scopes": ["plans.read"]}), console.page, {}
    console.load(f"/api-keys/{made['id']}")
    settled()
    for name, item in (("menu", None), ("raw", "Raw JSON"), ("question", "Revoke")):
        page.set_viewport_size(DESKTOP)
        if item:
            console.menu(item)
        else:
            console.button("More").click()
        wrong |= {f"{name} {where}": found for where, found in everywhere(page).items()}
        page.keyboard.press("Escape")
        expect(page.get_by_role("dialog").or_(page.get_by_role("menu"))).to_have_count(0)
    console.button("Rotate").click()
    console.button("Rotate", console.dialog).click()
    expect(console.button("I have it")).to_be_visible()
    wrong |= {f"secret {where}": found for where, found in everywhere(page).items()}
    console.button("I have it").click()
    assert wrong == {}


def test_what_stands_in_the_way_of_saving(opened: Callable[..., Window], company: Company) -> None:
    """Somebody was faster; the session has ended."""
    member, plan, wrong = company.colleague("admin"), company.fresh_plan(), {}
    window = opened(member["email"], PASSWORD)
    edit(window, plan, "Mine")
    rename(company, plan, "Theirs")
    window.provoked = {401, 412}
    window.button("Save changes").click()
    expect(window.dialog.get_by_role("alert")).to_contain_text("Somebody changed this plan")
    wrong |= {f"conflict {where}": found for where, found in everywhere(window.page).items()}
    company.ask("POST", f"/v1/staff/sessions/{session_of(company, member)}/revoke")
    expect(window.page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    wrong |= {f"ended {where}": found for where, found in everywhere(window.page).items()}
    assert wrong == {}


def test_the_doors(opened: Callable[..., Window]) -> None:
    window = opened()
    page, wrong = window.page, {}
    for path in ("/", "/accept", "/accept#ivt_x"):
        page.goto("about:blank")
        page.goto(path)
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        wrong |= {f"{path} {where}": found for where, found in everywhere(page).items()}
    assert wrong == {}
