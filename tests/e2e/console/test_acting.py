"""Acting as a tenant in the console: under a banner, with what the tenant may see and nothing else, until one leaves."""

from collections.abc import Callable

from playwright.sync_api import expect

from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.window import Window


def test_support_sees_what_a_tenant_sees_and_nothing_else_until_they_leave(opened: Callable[..., Window], company: Company) -> None:
    name, other = str(company.ask("GET", f"/v1/tenants/{company.tenant}")["name"]), company.name("Other")
    company.ask("POST", "/v1/tenants", {"name": other, "email": "other@example.test"})
    window = opened(company.colleague("support")["email"], PASSWORD)
    window.visit("/impersonation", new="")
    window.dialog.get_by_role("button", name="Tenant").click()
    window.page.get_by_role("combobox").last.fill(name)
    window.page.get_by_role("option").filter(has_text=name).first.click()
    window.dialog.get_by_label("Reason", exact=True).fill("They see no invoices")
    id = window.answered("POST", "impersonation", window.button("Create", window.dialog).click)["id"]
    banner = window.page.get_by_role("region", name="Impersonation", exact=True)
    expect(banner).to_contain_text(f"You act as {name}")
    window.heading(name)
    expect(window.navigation.get_by_role("link", name="Leads")).to_have_count(0)
    shown = window.answered("GET", "tenants", lambda: window.visit("/tenants"))["data"]
    assert [each["id"] for each in shown] == [company.tenant]
    expect(banner).to_be_visible()
    window.settle()
    window.answered("POST", f"impersonation/{id}/end", window.button("Leave").click)
    expect(window.navigation.get_by_role("link", name="Leads")).to_be_visible()
    expect(banner).to_have_count(0)
    ended = company.ask("GET", f"/v1/impersonation/{id}")
    assert (ended["status"], ended["end_reason"], ended["staff_id"]) == ("ended", "left", company.colleague("support")["id"])


def test_who_is_stopped_by_somebody_else_is_themselves_again_at_the_next_click(opened: Callable[..., Window], company: Company) -> None:
    window = opened(company.colleague("admin")["email"], PASSWORD)
    window.visit("/impersonation", new="")
    window.dialog.get_by_role("button", name="Tenant").click()
    window.page.get_by_role("option").first.click()
    window.dialog.get_by_label("Reason", exact=True).fill("They see no invoices")
    id = window.answered("POST", "impersonation", window.button("Create", window.dialog).click)["id"]
    expect(window.button("Leave")).to_be_visible()
    window.provoked = {401}
    company.ask("POST", f"/v1/impersonation/{id}/end", {})
    window.visit("/invoices")
    expect(window.button("Leave")).to_have_count(0)
    expect(window.navigation.get_by_role("link", name="Leads")).to_be_visible()
    window.heading("Invoices")
