"""A ticket's thread: an answer with a file, and what was promised by the time of a test clock."""

from playwright.sync_api import expect

from tests.e2e.console.company import Company
from tests.e2e.console.window import Window

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def test_an_answer_takes_files_along_and_what_is_late_is_so_by_the_test_clock(console: Window, company: Company) -> None:
    hours = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
    company.ask("POST", "/v1/sla-policies", {"name": company.name("Policy")} | hours)
    clock = company.ask("POST", "/v1/test-clocks", {"now": "2026-02-02T09:00:00Z"})
    tenant = company.ask("POST", "/v1/tenants", {"name": company.name("Late"), "email": "l@example.test", "clock_id": clock["id"]})
    asked = {"tenant_id": tenant["id"], "subject": "Broken", "requester_email": "ada@example.test", "text": "Nothing works."}
    ticket = company.ask("POST", "/v1/tickets", asked)["id"]
    page = console.page
    console.visit(f"/tickets/{ticket}")
    expect(page.get_by_label("Promised").get_by_text("Due:")).to_have_count(2)
    page.get_by_label("Attach files").set_input_files([{"name": name, "mimeType": "image/png", "buffer": PNG} for name in ("a.png", "b.png")])
    console.button("Leave out a.png").click()
    page.get_by_label("Text", exact=True).fill("See the picture.")
    console.answered("POST", f"tickets/{ticket}/replies", console.button("Send answer").click)
    expect(console.button("b.png")).to_be_visible()
    expect(console.button("Leave out b.png")).to_have_count(0)
