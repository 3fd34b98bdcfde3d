"""How long a warm request through the local gateway takes, beside a static page from the same origin, which asks no function."""

import json
import time
from collections.abc import Callable
from http.client import HTTPConnection
from itertools import count
from typing import Any

from local.client import LocalCloud, until
from tests.bench.clouds import local_cloud
from tests.bench.figures import Figure, percentile

WARM, ROUNDS, TENANTS = 20, 200, 50
BAR_MS = 15.0


class Browser:
    """The signed-in owner, on one connection that is kept open, as a browser keeps it."""

    def __init__(self, cloud: LocalCloud) -> None:
        _, session, _ = cloud.sign_in()
        self.connection = HTTPConnection("localhost", int(cloud.environment["PORT"]), timeout=30)
        self.headers = {"content-type": "application/json", "authorization": f"Bearer {session['access_token']}"}

    def ask(self, method: str, path: str, body: Any = None) -> bytes:
        self.connection.request(method, path, None if body is None else json.dumps(body), self.headers)
        with self.connection.getresponse() as answer:
            content = answer.read()
            assert answer.status < 300, f"{method} {path} answered {answer.status}: {content[:300]!r}"
        return content


def figures() -> list[Figure]:
    with local_cloud() as cloud:
        browser = Browser(cloud)
        tenant = sign_up(browser)
        names = count(1)
        page = measured({
            "GET a static page": lambda: browser.ask("GET", "/"),
            "GET one tenant": lambda: browser.ask("GET", f"/v1/tenants/{tenant}"),
            f"GET a list of {TENANTS} tenants": lambda: browser.ask("GET", f"/v1/tenants?limit={TENANTS}")})
        # Apart from the reads: what a new plan sets off behind the request (relay, bus) would be measured with them.
        page |= measured({"POST a plan": lambda: browser.ask("POST", "/v1/plans", {"name": f"Plan {next(names)}"})})
    return compared(page)


def sign_up(browser: Browser) -> str:
    """The tenants of the list; returns one of them when all have settled, so that nobody works beside what is measured."""
    ids = [json.loads(browser.ask("POST", "/v1/tenants", {"name": f"Tenant {n}", "email": f"t{n}@example.test"}))["id"]
           for n in range(TENANTS)]
    until(lambda: len(json.loads(browser.ask("GET", "/v1/tenants?status=active&limit=100"))["data"]) == TENANTS, 60, "activation")
    time.sleep(2)  # their welcome mails
    return str(ids[0])


def measured(requests: dict[str, Callable[[], object]]) -> dict[str, list[float]]:
    """Milliseconds of each, in turns, so that a busy moment of the machine meets all of them."""
    found: dict[str, list[float]] = {name: [] for name in requests}
    for n in range(WARM + ROUNDS):
        for name, ask in requests.items():
            began = time.perf_counter()
            ask()
            if n >= WARM:
                found[name].append((time.perf_counter() - began) * 1000)
    return found


def compared(times: dict[str, list[float]]) -> list[Figure]:
    base, *others = times
    found = []
    for share in (0.5, 0.95):
        page, label = percentile(times[base], share), f"p{share * 100:.0f}"
        found.append(Figure(f"{base}, {label}", page, "ms"))
        for name in others:
            value = percentile(times[name], share)
            bar = f"<= {BAR_MS:.0f} ms" if share == 0.5 else ""
            found.append(Figure(f"{name}, {label}", value, "ms", page, base, bar, not bar or value <= BAR_MS))
    return found
