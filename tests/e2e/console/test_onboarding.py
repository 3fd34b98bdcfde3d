"""A tenant's checklist: its items are ticked, skipped and reopened on its page, and the board shows where it stands."""

from playwright.sync_api import expect

from tests.e2e.console.company import Company
from tests.e2e.console.window import Window

ITEMS = [{"key": "call", "title": "Speak with us"}, {"key": "paid", "title": "Pay", "needs": ["call"]}]


def test_items_are_ticked_skipped_and_reopened_and_the_board_follows(console: Window, company: Company) -> None:
    template = company.ask("POST", "/v1/onboarding/templates", {"name": company.name("Template"), "items": ITEMS})
    company.ask("POST", f"/v1/onboarding/templates/{template['id']}/make-default")
    name = company.name("Beginner")
    tenant = company.ask("POST", "/v1/tenants", {"name": name, "email": "beginner@example.test"})
    id = company.newest("onboarding", tenant_id=tenant["id"])["id"]
    page = console.page
    console.visit(f"/onboarding/{id}")
    expect(page.get_by_text("0 of 2 done")).to_be_visible()
    expect(page.get_by_text("After: Speak with us")).to_be_visible()
    expect(console.button("Tick: Pay")).to_be_disabled()
    console.answered("POST", f"onboarding/{id}/tick", console.button("Tick: Speak with us").click)
    console.button("Skip: Pay").click()
    page.get_by_label("Why is it skipped?").fill("by bank transfer")
    console.answered("POST", f"onboarding/{id}/skip", console.button("Skip").last.click)
    expect(page.get_by_text("1 of 1 done")).to_be_visible()
    expect(page.get_by_text("by bank transfer")).to_be_visible()
    console.visit("/first-steps")
    expect(page.get_by_role("region", name="Completed").get_by_role("link", name=name)).to_be_visible()
    page.get_by_role("link", name=name).click()
    console.answered("POST", f"onboarding/{id}/reopen", console.button("Reopen: Pay").click)
    console.visit("/first-steps")
    expect(page.get_by_role("region", name="Open").get_by_role("link", name=name)).to_be_visible()
