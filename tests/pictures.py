"""`make pictures`: docs/pictures anew, of the console over the company that the seed makes; what a reviewer looks at first."""

import tempfile
from pathlib import Path

from playwright.sync_api import expect

from local.client import LocalCloud
from local.settings import ROOT
from tests.browser import browser
from tests.e2e.console.company import Company
from tests.e2e.console.window import DESKTOP, PHONE, Window

PLACE = ROOT / "docs" / "pictures"
# A picture has at most 150 KB: where there is much to read, less of it is shown.
MIDDLE, LOW = {**DESKTOP, "height": 720}, {**DESKTOP, "height": 560}
# Name: where, in which theme, how wide. `{…}` is the newest of a list.
PICTURES = {
    "overview": ("/", "light", DESKTOP),
    "overview-dark": ("/", "dark", DESKTOP),
    "overview-phone": ("/", "light", PHONE),
    "tenants": ("/tenants", "light", LOW),
    "tenant": ("/tenants/{tenants}", "light", DESKTOP),
    "subscriptions": ("/subscriptions", "light", LOW),
    "invoices": ("/invoices", "light", LOW),
    "invoice": ("/invoices/{invoices}", "light", MIDDLE),
    "invoice-dark": ("/invoices/{invoices}", "dark", MIDDLE),
    "plan-phone": ("/plans/{plans}", "light", PHONE),
    "revenue": ("/revenue", "light", MIDDLE),
    "forecast": ("/forecast", "light", MIDDLE),
    "audit": ("/audit", "light", LOW),
    "roles": ("/staff/roles", "light", DESKTOP),
    "profile": ("/profile", "light", DESKTOP),
}


def main() -> None:
    PLACE.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, browser() as chromium:
        cloud = LocalCloud(ROOT, Path(folder), SEED="on", SCHEDULES="off").start()
        try:
            take(Window(chromium, cloud), cloud)
        finally:
            cloud.stop()


def take(window: Window, cloud: LocalCloud) -> None:
    company, page = Company(cloud, cloud.sign_in()[1]["access_token"]), window.page
    newest = {name: company.newest(name)["id"] for name in ("tenants", "plans")} | {"invoices": company.newest("invoices", status="paid")["id"]}
    window.sign_in(cloud.facts["email"], cloud.facts["password"])
    for name, (path, theme, size) in PICTURES.items():
        page.set_viewport_size(size)
        window.visit(path.format(**newest))
        page.evaluate("theme => document.documentElement.dataset.theme = theme", theme)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        page.screenshot(path=PLACE / f"{name}.png", animations="disabled")


if __name__ == "__main__":
    main()
