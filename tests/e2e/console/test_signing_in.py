"""Who comes in, stays in, and is let in again: invitation, password, second factor, silent renewal, the end of a session."""

import time
from collections.abc import Callable
from typing import Any

from playwright.sync_api import Route, expect

from local.totp import STEP, code
from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.window import Window

Opened = Callable[..., Window]


def test_who_is_invited_joins_and_signs_in_with_a_code_then_with_a_recovery_code(opened: Opened, company: Company) -> None:
    email = f"joins.{company.tag}@example.test"
    window = opened()
    page = window.page
    page.goto(company.invited(email, "support"))
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    window.button("Join").click()
    expect(window.navigation).to_be_visible()
    assert "ivt_" not in page.url

    window.visit("/profile")
    window.button("Set up an authenticator").click()
    secret = page.locator("p").filter(has_text="Or type this secret").locator("code").inner_text()
    page.get_by_label("Code of your authenticator").fill(code(secret, time.time()))
    window.button("Confirm").click()
    spares = page.get_by_role("listitem").filter(has=page.locator("xpath=ancestor::ul[contains(@class,'font-mono')]"))
    expect(spares).to_have_count(10)
    spare = spares.first.inner_text()

    sign_out(window)
    window.provoked = {401}
    window.credentials(email, "not the password")
    expect(page.get_by_role("alert")).to_be_visible()
    window.credentials(email, PASSWORD)
    page.get_by_label("Code of your authenticator").fill(code(secret, time.time() + STEP))
    window.button("Sign in").click()
    expect(window.navigation).to_be_visible()

    sign_out(window)
    window.credentials(email, PASSWORD)
    window.button("Use a recovery code").click()
    page.get_by_label("Recovery code").fill(spare)
    window.button("Sign in").click()
    expect(window.navigation).to_be_visible()


def sign_out(window: Window) -> None:
    window.connected()
    window.button("Sign out").click()
    expect(window.page.get_by_label("E-mail")).to_be_visible()


def test_a_link_without_its_secret_says_so(opened: Opened) -> None:
    page = opened().page
    page.goto("/accept")
    expect(page.get_by_text("This link is not complete")).to_be_visible()


def test_a_token_that_has_expired_is_renewed_unseen(console: Window) -> None:
    def expired(route: Route) -> None:
        route.continue_(headers={**route.request.headers, "authorization": "Bearer of.the.past"})

    console.provoked = {401}
    console.visit("/profile")
    console.page.route("**/v1/settings/issuers?*", expired, times=1)
    renewed = console.answered("POST", "auth/refresh", lambda: console.visit("/settings/issuers"))
    assert renewed["access_token"]
    expect(console.rows("Issuers").first).to_be_visible()


def test_two_tabs_that_renew_at_once_both_stay_in(opened: Opened, company: Company) -> None:
    window = opened(company.colleague("viewer")["email"], PASSWORD)
    tabs = [window.page, window.context.new_page()]
    for _ in range(2):
        for tab in tabs:
            tab.goto("/plans", wait_until="commit")
        for tab in tabs:
            expect(tab.get_by_role("heading", level=1, name="Plans")).to_be_visible()


def test_a_session_that_ends_is_entered_again_over_a_half_filled_form_which_then_saves(opened: Opened, company: Company) -> None:
    member = company.colleague("admin")
    window = opened(member["email"], PASSWORD)
    name = company.name("Half typed")
    window.visit("/plans")
    window.button("New plan").click()
    window.dialog.get_by_label("Name").fill(name)
    window.provoked = {401}
    company.ask("POST", f"/v1/staff/sessions/{session_of(company, member)}/revoke")
    expect(window.page.get_by_role("dialog", name="Your session has ended")).to_be_visible()
    window.credentials(member["email"], PASSWORD)
    expect(window.page.get_by_role("dialog", name="Your session has ended")).to_have_count(0)
    expect(window.dialog.get_by_label("Name")).to_have_value(name)
    window.button("Create").click()
    window.toast(f"Created: {name}")


def session_of(company: Company, member: Any) -> str:
    return str(company.newest("staff/sessions", staff_id=member["id"], ended_at__isnull="true")["id"])


def test_a_viewer_changes_nothing_and_a_narrow_role_sees_nothing_else(opened: Opened, company: Company) -> None:
    plan = company.fresh_plan()
    window = opened(company.colleague("viewer")["email"], PASSWORD)
    window.visit(f"/plans/{plan['id']}")
    window.heading(plan["name"])
    expect(window.button("Edit")).to_have_count(0)
    window.visit("/plans")
    expect(window.row("Plans", plan["id"])).to_be_visible()
    expect(window.button("New plan")).to_have_count(0)

    role = company.ask("POST", "/v1/staff/roles", {"name": company.name("Narrow"), "permissions": ["plans.read"]})["id"]
    narrow = opened(company.colleague(role)["email"], PASSWORD)
    expect(narrow.navigation.get_by_role("link", name="Plans", exact=True)).to_be_visible()
    expect(narrow.navigation.get_by_role("link", name="Tenants", exact=True)).to_have_count(0)
    expect(narrow.page.get_by_role("region", name="Plans table"), "the overview shows what there is for them").to_be_visible()
    narrow.provoked = {403}
    narrow.visit("/tenants")
    expect(narrow.page.get_by_role("alert")).to_be_visible()
    expect(narrow.rows("Tenants")).to_have_count(0)
