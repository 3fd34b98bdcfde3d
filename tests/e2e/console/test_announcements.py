"""What is announced stands above every page until its reader has dismissed it."""

from playwright.sync_api import Route, expect

from tests.e2e.console.company import Company
from tests.e2e.console.window import Window


def announce(company: Company, severity: str) -> str:
    """The title of one that is live."""
    title = company.name("Announced")
    made = company.ask("POST", "/v1/announcements", {"title": title, "body": "**Soon** <b>b</b>", "severity": severity})
    company.ask("POST", f"/v1/announcements/{made['id']}/publish", {})
    return title


def test_an_announcement_comes_without_a_reload_and_goes_when_it_is_dismissed(console: Window, company: Company) -> None:
    page = console.page
    late: list[Route] = []  # the first answer is on its way for long: it knows of neither
    page.route("**/announcements/current", lambda route: late.append(route), times=1)
    console.load("/plans")
    console.connected()
    info, critical = announce(company, "info"), announce(company, "critical")
    region = page.get_by_role("region", name="Announced now")
    expect(region.get_by_role("heading").first).to_have_text(f"Critical: {critical}")
    expect(region.get_by_role("heading", name=f"Information: {info}")).to_be_visible()
    expect(region.locator("article").first).to_contain_text("Soon <b>b</b>")
    late[0].fulfill(json={"data": [], "unread": 0})

    console.button(f"Dismiss {critical}", region).press("Enter")
    expect(region.get_by_role("heading", name=critical)).to_have_count(0)
    expect(console.button(f"Dismiss {info}", region)).to_be_focused()
    page.keyboard.press("Enter")
    expect(region).to_have_count(0)
    expect(page.get_by_role("main")).to_be_focused()
    console.load("/plans")
    expect(region).to_have_count(0)


def test_a_text_is_seen_as_its_readers_will_before_it_is_kept(console: Window) -> None:
    console.load("/announcements")
    console.button("New announcement").first.click()
    console.dialog.get_by_label("Text").fill("**bold** <i>i</i>")
    console.button("Preview", console.dialog).click()
    expect(console.dialog.get_by_text("bold <i>i</i>")).to_be_visible()
    console.dialog.get_by_label("Text").fill("")
    console.page.keyboard.press("Escape")
    expect(console.page.get_by_role("dialog")).to_have_count(0)
