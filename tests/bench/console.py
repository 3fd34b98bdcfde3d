"""The console: what it weighs, how long building it takes, how soon a page stands, and how soon a change is on somebody else's screen."""

import gzip
import re
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import expect

from local import console
from local.client import LocalCloud
from tests.bench.clouds import local_cloud
from tests.bench.figures import Figure
from tests.browser import browser
from tests.e2e.console.company import PASSWORD, Company
from tests.e2e.console.test_accessibility import everywhere
from tests.e2e.console.window import PHONE, Window

ROUNDS, ROWS = 5, 25
# The bars: KB gzipped, KB, seconds, milliseconds.
FIRST, LAZY, TOTAL, FONT, BUILD = 180.0, 25.0, 350.0, 60.0, 40.0
PAINTED, SLOWLY, PALETTE, ANNOUNCED = 400.0, 2500.0, 100.0, 1000.0
SLOW_4G = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}  # as Lighthouse has it


def figures() -> list[Figure]:
    built = seconds_to_build()
    with local_cloud() as cloud, browser() as chromium:
        company = Company(cloud, cloud.sign_in()[1]["access_token"])
        for n in range(ROWS):
            company.ask("POST", "/v1/plans", {"name": f"Plan {n:02}", "description": "For teams that grow"})
        window = Window(chromium, cloud)
        window.sign_in(cloud.facts["email"], cloud.facts["password"])
        return [*sizes(), at_most("`npm ci` and build", built, "s", BUILD), *painted(window), palette(window),
                *looked_at(window), announced(window, company, cloud)]


def at_most(what: str, value: float, unit: str, bar: float) -> Figure:
    return Figure(f"console: {what}", value, unit, must=f"<= {bar:,.0f} {unit}".rstrip(), ok=value <= bar)


def seconds_to_build() -> float:
    """From nothing but the sources."""
    for stamp in (console.SOURCE / "node_modules" / ".installed", console.ROOT / ".local" / "console.built"):
        stamp.unlink(missing_ok=True)
    began = time.perf_counter()
    console.build()
    return time.perf_counter() - began


def packed(*files: Path) -> float:
    return sum(len(gzip.compress(file.read_bytes(), 9)) for file in files) / 1000


def weights() -> dict[str, float]:
    """KB: `first` load, the heaviest `lazy` page, `total` of script and style, gzipped; the `font` as it is."""
    assets = console.DIST / "assets"
    page = (console.DIST / "index.html").read_text()
    first = [assets / name for name in re.findall(r"/assets/([\w.-]+\.(?:js|css))", page)]
    code = [file for file in assets.iterdir() if file.suffix in (".js", ".css")]
    return {"first": packed(*first), "lazy": max(packed(file) for file in code if file not in first), "total": packed(*code),
            "font": max(file.stat().st_size for file in assets.glob("*.woff2")) / 1000}


def sizes() -> list[Figure]:
    found = weights()
    return [at_most("first load, gzip -9", found["first"], "KB", FIRST), at_most("the heaviest lazy page", found["lazy"], "KB", LAZY),
            at_most("all script and style", found["total"], "KB", TOTAL), at_most("the font", found["font"], "KB", FONT)]


def milliseconds(done: Callable[[], object]) -> float:
    began = time.perf_counter()
    done()
    return (time.perf_counter() - began) * 1000


def list_painted(window: Window) -> float:
    """From the navigation to the frame that shows the last of 25 rows, by the browser's own clock; what has a hash in its name is cached."""
    window.page.goto("/plans?sort=name&name__gte=Plan", wait_until="commit")
    found: float = window.page.evaluate("""rows => new Promise(done => {
      const look = () => document.querySelectorAll("tbody tr").length >= rows
        ? requestAnimationFrame(() => done(performance.now())) : requestAnimationFrame(look);
      look();
    })""", ROWS)
    return found


def painted(window: Window) -> list[Figure]:
    quick = statistics.median(list_painted(window) for _ in range(ROUNDS))
    devtools: Any = window.context.new_cdp_session(window.page)
    devtools.send("Network.enable")
    devtools.send("Network.emulateNetworkConditions", SLOW_4G)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    slow = statistics.median(list_painted(window) for _ in range(ROUNDS))
    devtools.detach()
    return [at_most(f"a list of {ROWS} rows painted", quick, "ms", PAINTED), at_most("the same, CPU x 4 and slow 4G", slow, "ms", SLOWLY)]


def palette(window: Window) -> Figure:
    """From the key to the frame that shows it."""
    window.load("/plans")
    found = []
    for _ in range(ROUNDS):
        found.append(window.page.evaluate("""() => new Promise(done => {
          const began = performance.now();
          const look = () => document.querySelector("[role=dialog]")
            ? requestAnimationFrame(() => done(performance.now() - began)) : requestAnimationFrame(look);
          dispatchEvent(new KeyboardEvent("keydown", { key: "k", ctrlKey: true, bubbles: true }));
          look();
        })"""))
        window.page.keyboard.press("Escape")
        expect(window.page.get_by_role("dialog")).to_have_count(0)
    return at_most("the palette opens", statistics.median(found), "ms", PALETTE)


def looked_at(window: Window) -> list[Figure]:
    """axe and the width of the page, over all pages of the navigation, in both themes and sizes. Tests look at all the rest."""
    wrong, over = [], 0
    for path in [link.get_attribute("href") or "" for link in window.navigation.get_by_role("link").all()]:
        window.visit(path)
        expect(window.page.get_by_role("heading", level=1).first).to_be_visible()
        expect(window.page.locator("[aria-busy=true]")).to_have_count(0)
        found = [each for where in everywhere(window.page).values() for each in where]
        over += sum("over the edge" in each for each in found)
        wrong += found
    return [at_most("violations that axe finds", len(wrong) - over, "", 0), at_most(f"pages wider than {PHONE['width']} px", over, "", 0)]


def announced(window: Window, company: Company, cloud: LocalCloud) -> Figure:
    """From before a colleague's request is sent to what the other screen says; the slowest of all."""
    colleague = cloud.ask("POST", "/v1/auth/login", {"email": company.colleague("admin")["email"], "password": PASSWORD})[1]
    other = Company(cloud, colleague["access_token"])
    window.load("/plans")
    expect(window.page.locator("[aria-busy=true]")).to_have_count(0)
    expect(window.page.get_by_role("status").filter(has_text="Live")).to_be_visible()
    found = []
    for n in range(ROUNDS):
        said = window.page.get_by_role("main").get_by_role("button", name=f"{n + 1} new, show")

        def change(said: Any = said) -> None:
            other.fresh_plan()
            said.wait_for()

        found.append(milliseconds(change))
    return at_most("a change on another screen", max(found), "ms", ANNOUNCED)
