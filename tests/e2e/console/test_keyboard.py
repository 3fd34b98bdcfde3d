"""Without a mouse: everything is reached, single keys do what they say and can be switched off, and focus returns where it came from."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.company import Company
from tests.e2e.console.window import Window


@pytest.fixture
def two(company: Company) -> list[Any]:
    """Plans, the newest first."""
    return [company.fresh_plan(), company.fresh_plan()][::-1]


@pytest.fixture
def preferences(company: Company) -> Iterator[None]:
    yield
    company.ask("PATCH", "/v1/me", {"shortcuts": True, "language": None, "theme": "system"}, content_type="application/merge-patch+json")


def test_a_journey_by_keys_alone(console: Window, two: list[Any]) -> None:
    page, press = console.page, console.page.keyboard.press
    console.load("/profile")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    press("g")
    press("p")
    console.heading("Plans")
    expect(console.row("Plans", two[0]["id"])).to_be_visible()
    for key in ("j", "j", "k", "x"):
        press(key)
    expect(page.get_by_label(f"Select {two[0]['name']}")).to_be_checked()
    press("x")
    press("e")
    expect(page.get_by_role("dialog", name="Edit plan")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("n")
    expect(page.get_by_role("dialog", name="New plan")).to_be_visible()
    press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    press("/")
    expect(page.get_by_label("Search plans")).to_be_focused()
    page.evaluate("document.activeElement.blur()")
    press("Enter")
    expect(page).to_have_url(f"/plans/{two[0]['id']}")
    console.heading(two[0]["name"])
    press("e")
    expect(console.dialog.get_by_label("Name")).to_be_visible()
    press("Escape")


def test_tab_leads_past_the_navigation_and_to_each_row(console: Window, two: list[Any]) -> None:
    page, press = console.page, console.page.keyboard.press
    console.load("/plans")
    expect(console.row("Plans", two[0]["id"])).to_be_visible()
    press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    press("Enter")
    reached = []
    for _ in range(40):
        press("Tab")
        reached.append(page.evaluate("document.activeElement.getAttribute('href') ?? document.activeElement.innerText"))
        if reached[-1] == f"/plans/{two[0]['id']}":
            break
    assert reached[-1] == f"/plans/{two[0]['id']}", reached
    assert "/tenants" not in reached, "the navigation was passed by"
    press("Enter")
    console.heading(two[0]["name"])


def test_focus_returns_to_what_opened_a_dialog(console: Window, two: list[Any]) -> None:
    console.load("/plans")
    console.heading("Plans")
    for opener, dialog in (("New plan", "New plan"), ("Export", "Export: Plans")):
        button = console.button(opener)
        button.focus()
        console.page.keyboard.press("Enter")
        expect(console.page.get_by_role("dialog", name=dialog)).to_be_visible()
        console.page.keyboard.press("Escape")
        expect(button).to_be_focused()
    menu = console.button("Columns")
    menu.press("Enter")
    expect(console.page.get_by_role("menu")).to_be_visible()
    console.page.keyboard.press("Escape")
    expect(menu).to_be_focused()


@pytest.mark.usefixtures("preferences")
def test_shortcuts_are_listed_and_can_be_switched_off(console: Window, two: list[Any]) -> None:
    page, press = console.page, console.page.keyboard.press
    help = page.get_by_role("dialog", name="Keyboard shortcuts")
    console.load("/plans")
    expect(console.row("Plans", two[0]["id"])).to_be_visible()
    page.evaluate("document.activeElement.blur()")
    press("?")
    expect(help).to_contain_text("Select row")
    console.answered("PATCH", "me", help.get_by_label("Shortcuts are on").click)
    press("Escape")
    expect(help).to_have_count(0)
    press("j")
    press("e")
    press("?")
    press("n")
    press("Control+k")  # not a single key: it stays
    expect(page.get_by_role("dialog")).to_have_count(1)
    expect(page.get_by_role("dialog", name="Search and commands")).to_be_visible()
    press("Escape")


@pytest.mark.usefixtures("preferences")
def test_the_console_speaks_german(console: Window) -> None:
    page = console.page
    console.visit("/profile")
    console.answered("PATCH", "me", lambda: page.get_by_label("Language").select_option("de"))
    expect(page.locator("html")).to_have_attribute("lang", "de")
    expect(page.get_by_role("link", name=re.compile("^Rechnungen"))).to_be_visible()
    console.answered("PATCH", "me", lambda: page.locator("select").first.select_option("en"))
    expect(page.get_by_role("link", name=re.compile("^Invoices"))).to_be_visible()
