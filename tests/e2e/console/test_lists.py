"""What a list offers beside its rows: views, columns, many rows at once, what was deleted; and the palette that leads everywhere."""

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.company import Company
from tests.e2e.console.window import Window


@pytest.fixture
def plan(company: Company) -> Any:
    found = company.fresh_plan()
    company.indexed("plans", found["name"])
    return found


@pytest.mark.parametrize("shared", [False, True], ids=["own", "shared"])
def test_a_filter_is_saved_as_a_view_for_oneself_or_for_all(
        shared: bool, console: Window, company: Company, admin: Company, plan: Any) -> None:
    name = company.name("View")
    console.visit("/plans", name=plan["name"])
    expect(console.rows("Plans")).to_have_count(1)
    console.button("Save view").click()
    console.page.get_by_label("Name of this view").fill(name)
    console.page.get_by_label("Share with all colleagues").set_checked(shared)
    console.button("Save").click()
    tab = console.button(name)
    expect(tab).to_have_attribute("aria-pressed", "true")
    console.button("All").click()
    expect(console.page.get_by_role("button", name="Remove filter")).to_have_count(0)
    tab.click()
    expect(console.page).to_have_url(console.page.url.split("?")[0] + "?name=" + plan["name"].replace(" ", "+"))
    seen = [each["name"] for each in admin.ask("GET", "/v1/staff/views?resource=plans")["data"]]
    assert (name in seen) == shared
    console.button(f"Delete view {name}").click()
    expect(tab).to_have_count(0)


def test_a_filter_is_put_together_changed_and_taken_away(console: Window, plan: Any) -> None:
    console.load("/plans")
    console.button("Filter").click()
    console.button("Status").last.click()
    console.page.get_by_label("Archived").check()
    console.page.keyboard.press("Escape")
    expect(console.button("Status is Archived")).to_be_visible()
    expect(console.row("Plans", plan["id"])).to_have_count(0)
    console.button("Remove filter Status").click()
    expect(console.row("Plans", plan["id"])).to_be_visible()
    search = console.page.get_by_label("Search plans")
    search.fill(plan["name"])
    expect(console.rows("Plans")).to_have_count(1)
    search.fill("nobody calls a plan so")
    expect(console.page.get_by_text("Nothing matches these filters")).to_be_visible()
    console.button("Clear filters").click()
    expect(console.row("Plans", plan["id"])).to_be_visible()


def test_columns_are_chosen_and_remembered(console: Window, plan: Any) -> None:
    console.load("/plans")
    column = console.page.get_by_role("columnheader", name="Features")
    expect(console.row("Plans", plan["id"])).to_be_visible()
    expect(column).to_have_count(0)
    choose_column(console, "Features")
    expect(column).to_be_visible()
    console.visit("/tenants")
    console.heading("Tenants")
    console.visit("/plans")
    expect(column).to_be_visible()
    choose_column(console, "Features")
    expect(column).to_have_count(0)


def choose_column(console: Window, name: str) -> None:
    console.button("Columns").click()
    console.page.get_by_role("menuitemcheckbox", name=name).click()
    console.page.keyboard.press("Escape")
    expect(console.page.get_by_role("menu")).to_have_count(0)


def test_many_are_deleted_at_once_found_among_the_deleted_and_restored(console: Window, company: Company) -> None:
    plans = [company.fresh_plan() for _ in range(2)]
    console.gone |= {plan["id"] for plan in plans}
    console.load("/plans")
    for plan in plans:
        console.page.get_by_label(f"Select {plan['name']}").check()
    bar = console.page.get_by_role("toolbar", name="Bulk actions")
    expect(bar).to_contain_text("2 selected")
    console.button("Delete", bar).click()
    for plan in plans:
        expect(console.row("Plans", plan["id"])).to_have_count(0)
    console.button("Deleted").click()
    console.page.get_by_label(f"Select {plans[0]['name']}").check()
    console.button("Restore", bar).click()
    expect(console.row("Plans", plans[0]["id"])).to_have_count(0)
    console.row("Plans", plans[1]["id"]).get_by_role("link").first.click()
    console.button("Restore").click()
    expect(console.button("Edit")).to_be_visible()
    assert [company.ask("GET", f"/v1/plans/{plan['id']}")["deleted_at"] for plan in plans] == [None, None]


def test_the_palette_finds_a_record_jumps_to_a_page_and_begins_something(console: Window, plan: Any) -> None:
    page = console.page
    console.load("/plans")
    for typed, option, then in (
            (plan["name"], plan["name"], f"/plans/{plan['id']}"), ("invoic", "Invoices", "/invoices"), ("new pla", "New plan", "/plans")):
        page.keyboard.press("Control+k")
        page.get_by_role("combobox").fill(typed)
        expect(page.get_by_role("option", name=option).first).to_be_visible()
        page.get_by_role("option", name=option).first.click()
        expect(page).to_have_url(then)
    expect(page.get_by_role("dialog", name="New plan")).to_be_visible()
    page.keyboard.press("Escape")


def test_ids_json_and_curl_are_copied(console: Window, plan: Any) -> None:
    console.visit(f"/plans/{plan['id']}")
    console.button(f"Copy {plan['id']}").first.click()
    assert console.page.evaluate("navigator.clipboard.readText()") == plan["id"]
    console.menu("Copy as curl")
    console.toast("Copied curl")
    assert f"/v1/plans/{plan['id']}" in console.page.evaluate("navigator.clipboard.readText()")
    console.menu("Raw JSON")
    expect(console.dialog.get_by_role("region")).to_contain_text(f'"id": "{plan["id"]}"')
    console.button("Close").click()


def test_the_palette_does_what_can_be_done_with_the_record_on_the_screen(console: Window, plan: Any) -> None:
    page = console.page
    console.visit(f"/plans/{plan['id']}")
    console.heading(plan["name"])
    page.keyboard.press("Control+k")
    page.get_by_role("option", name="Edit", exact=True).click()
    expect(page.get_by_role("dialog", name="Edit plan")).to_be_visible()
    page.keyboard.press("Escape")
    console.visit("/plans")
    console.heading("Plans")
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_be_visible()
    expect(page.get_by_role("option", name="Edit", exact=True)).to_have_count(0)
    page.keyboard.press("Escape")
