"""What is typed is not lost and not written over what others have saved; what is refused is said where it was typed."""

import re
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.console.company import Company
from tests.e2e.console.records import account
from tests.e2e.console.window import Window


@pytest.fixture
def plan(company: Company) -> Any:
    return company.fresh_plan()


def edit(console: Window, plan: Any, name: str) -> None:
    console.visit(f"/plans/{plan['id']}")
    console.heading(plan["name"])
    console.button("Edit").click()
    console.dialog.get_by_label("Name").fill(name)


def rename(company: Company, plan: Any, name: str) -> None:
    company.ask("PATCH", f"/v1/plans/{plan['id']}", {"name": name}, if_match=f'"{plan["version"]}"')


@pytest.mark.parametrize(("choice", "kept"), [("Save mine", "Mine"), ("Keep theirs", "Theirs")])
def test_somebody_was_faster_both_versions_are_shown_and_one_is_chosen(
        choice: str, kept: str, console: Window, company: Company, admin: Company, plan: Any) -> None:
    edit(console, plan, "Mine")
    rename(admin, plan, "Theirs")
    console.provoked = {412}
    console.button("Save changes").click()
    conflict = console.dialog.get_by_role("alert")
    expect(conflict).to_contain_text("Somebody changed this plan while you were typing")
    expect(conflict.get_by_role("row").filter(has_text="Name")).to_contain_text("TheirsMine")
    console.button(choice).click()
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    console.heading(kept)
    assert company.ask("GET", f"/v1/plans/{plan['id']}")["name"] == kept


def test_what_somebody_else_changed_meanwhile_and_one_did_not_touch_stays_as_they_left_it(
        console: Window, company: Company, admin: Company, plan: Any) -> None:
    edit(console, plan, "Mine")
    admin.ask("PATCH", f"/v1/plans/{plan['id']}", {"trial_days": 21}, if_match=f'"{plan["version"]}"')
    console.provoked = {412}
    console.button("Save changes").click()
    expect(console.dialog.get_by_role("alert")).to_contain_text("Somebody changed this plan")
    console.button("Save mine").click()
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    console.heading("Mine")
    left = company.ask("GET", f"/v1/plans/{plan['id']}")
    assert (left["name"], left["trial_days"]) == ("Mine", 21)


def test_what_is_typed_is_not_thrown_away_by_a_slip_and_focus_returns(console: Window, plan: Any) -> None:
    edit(console, plan, "Half typed")
    console.page.keyboard.press("Escape")
    expect(console.dialog.get_by_role("alert")).to_contain_text("Discard what you typed?")
    console.button("Keep editing").click()
    expect(console.dialog.get_by_label("Name")).to_have_value("Half typed")
    console.page.keyboard.press("Escape")
    console.button("Discard").click()
    expect(console.page.get_by_role("dialog")).to_have_count(0)
    expect(console.button("Edit")).to_be_focused()
    console.heading(plan["name"])


def test_the_browsers_back_does_not_leave_a_form_unasked(console: Window, plan: Any) -> None:
    console.visit("/plans")
    console.heading("Plans")
    edit(console, plan, "Half typed")
    console.page.go_back()
    expect(console.dialog.get_by_role("alert")).to_contain_text("Discard what you typed?")
    expect(console.page).to_have_url(f"/plans/{plan['id']}")
    console.button("Discard").click()
    console.heading(plan["name"])
    console.page.go_back()
    console.heading("Plans")


def test_a_reason_that_is_half_typed_is_asked_for_too_and_the_page_is_not_left_unasked(console: Window, company: Company) -> None:
    id = company.ask("POST", "/v1/tenants", {"name": company.name("Suspended"), "email": "asked@example.test"})["id"]
    console.visit(f"/tenants/{id}")
    console.page.get_by_role("heading", level=1, name="Suspended").wait_for()
    console.button("Suspend").click()
    console.dialog.get_by_label("Reason").fill("Did not")
    console.page.keyboard.press("Control+k")
    expect(console.page.get_by_role("dialog")).to_have_count(1)
    console.page.keyboard.press("Escape")
    expect(console.dialog.get_by_role("alert")).to_contain_text("Discard what you typed?")
    console.button("Keep editing").click()
    with console.page.expect_event("dialog"):
        console.page.reload()
    expect(console.page.get_by_role("dialog")).to_have_count(0)


def test_what_the_api_refuses_is_said_at_its_field(console: Window) -> None:
    console.provoked = {422}
    console.visit("/tenants")
    console.button("New tenant").first.click()
    console.dialog.get_by_label("Name").fill("Globex")
    email = console.dialog.get_by_label("E-mail")
    email.fill("nobody")
    console.button("Create").click()
    expect(email).to_have_attribute("aria-invalid", "true")
    expect(email).to_have_accessible_description(re.compile("."))
    expect(console.dialog.get_by_label("Name")).not_to_have_attribute("aria-invalid", "true")
    email.fill("billing@globex.example.test")
    console.button("Create").click()
    console.toast("Created: Globex")


def test_lines_of_a_statement_are_entered_each_in_its_own_currency(console: Window, company: Company) -> None:
    bank = account(company)
    console.visit(f"/gateways/{bank['id']}")
    console.heading(bank["name"])
    console.button("Enter statement lines").click()
    console.button("Add", console.dialog).click()
    typed = {"id": company.name("line"), "booked_on": "2026-01-31", "currency": "JPY", "amount": "-1,200", "text": "fees"}
    for part, value in typed.items():
        console.dialog.locator(f"input[name='lines.0.{part}']").fill(value)
    console.button("Enter statement lines", console.dialog).click()
    console.toast("Enter statement lines")
    company.ask("POST", "/v1/reconciliation/runs", {"gateway_id": bank["id"]})
    assert company.newest("reconciliation", gateway_id=bank["id"])["amount"] == {"amount": -1200, "currency": "JPY"}


def test_what_cannot_be_undone_asks_for_the_name(console: Window, company: Company) -> None:
    made = company.ask("POST", "/v1/api-keys", {"name": company.name("Leaked"), "scopes": ["plans.read"]})
    console.visit(f"/api-keys/{made['id']}")
    console.heading(made["name"])
    console.menu("Revoke")
    confirm = console.button("Revoke", console.dialog)
    asked = console.dialog.get_by_label(f"Type {made['name']} to confirm")
    asked.fill(made["name"][:-1])
    expect(confirm).to_be_disabled()
    asked.fill(made["name"])
    confirm.click()
    console.toast(f"Revoke: {made['name']}")
    assert company.ask("GET", f"/v1/api-keys/{made['id']}")["status"] == "revoked"
