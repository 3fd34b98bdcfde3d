"""How often a write request writes: one transaction each, counted by botocore's hooks while the verbs of the features are used over HTTP on
moto. Beside it stands only the naming of a bucket's month, the first time a process writes into one. Left out is what needs a gateway that answers (cards, charges, refunds) or a user pool (signing in).
"""

import os
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

from tests.bench.figures import Figure, exactly, table

READS = {"GetItem", "BatchGetItem", "Query", "TransactGetItems"}
ADDRESS = {"line1": "Hafen 1", "postal_code": "20457", "city": "Hamburg", "country": "DE"}
ISSUER = {"name": "Nordlicht GmbH", "email": "billing@nordlicht.example.test", "zone": "Europe/Berlin", "address": ADDRESS}
PRICE = {"currency": "EUR", "interval": "month", "unit_amount": "4900"}
DUE = "2026-03-31T12:00:00Z"


@dataclass
class Course:
    """The requests of one run. `made[step]` counts what it asked of DynamoDB to write."""

    headers: dict[str, str]
    made: dict[str, Counter[str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from kernel import dynamodb

        self._now: Counter[str] = Counter()
        dynamodb.client().meta.events.register("before-call.dynamodb", self._note)

    def _note(self, model: Any, params: dict[str, Any], **_: Any) -> None:
        if model.name not in READS:
            self._now["bucket" if model.name == "UpdateItem" and b'"buckets#' in params["body"] else model.name] += 1

    def send(self, feature: str, method: str, path: str, body: Any = None, *, version: int | None = None) -> Any:
        """One write, which must succeed; returns the body. A repeated step keeps the larger count."""
        from tests.callers import ask

        handler = import_module(f"functions.{feature}.api").handler
        more = {"if-match": f'"{version}"'} if version else {}
        more |= {"idempotency-key": str(uuid.uuid4())} if method == "POST" else {}
        self._now.clear()
        answer = ask(handler, method, path, body, headers=self.headers | more)
        assert answer.status < 300, (method, path, answer.body)
        step = f"{method} {'/'.join('<id>' if '_' in part and part[3] == '_' else part for part in path.split('/'))}"
        self.made[step] = max(self.made.get(step, Counter()), Counter(self._now), key=Counter.total)
        return answer.body


def figures() -> list[Figure]:
    from moto import mock_aws

    from tests import cloud, conftest

    assert conftest.AT  # it sets the environment of a function
    os.environ["POWERTOOLS_LOG_LEVEL"] = "CRITICAL"
    with mock_aws():
        os.environ.update(cloud.create())
        from tests.callers import signed_in

        course = Course(signed_in("owner"))
        for use in (settings, plans, tenants, subscriptions, invoices, clocks):
            use(course)
    return list(compared(course.made))


def compared(made: dict[str, Counter[str]]) -> Iterator[Figure]:
    """The worst of all requests, and a table of those that write anything but one transaction."""
    odd = {step: counts for step, counts in made.items() if counts != {"TransactWriteItems": 1}}
    if odd:
        print("\n" + table(("writes other than one transaction", "calls"), [(step, dict_text(counts)) for step, counts in odd.items()]))
    most = max(counts["TransactWriteItems"] for counts in made.values())
    beside = sum(counts.total() - counts["TransactWriteItems"] - counts["bucket"] for counts in made.values())
    yield exactly(f"commits: most transactions of a request, of {len(made)} kinds", most, 1)
    yield exactly("commits: other writes, months named once a process apart", beside, 0)


def dict_text(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items())) or "none"


def settings(course: Course) -> None:
    first = course.send("settings", "POST", "/v1/settings/issuers", ISSUER)
    second = course.send("settings", "POST", "/v1/settings/issuers", ISSUER | {"name": "Another GmbH"})
    course.send("settings", "PATCH", f"/v1/settings/issuers/{first['id']}", {"name": "Nordlicht Software GmbH"})
    course.send("settings", "POST", f"/v1/settings/issuers/{second['id']}/make-default")
    rates = [course.send("settings", "POST", "/v1/settings/tax-rates", {"country": country, "percent": "19"}) for country in ("DE", "FR")]
    course.send("settings", "PATCH", f"/v1/settings/tax-rates/{rates[1]['id']}", {"percent": "20"})
    course.send("settings", "DELETE", f"/v1/settings/tax-rates/{rates[1]['id']}")


def plans(course: Course) -> None:
    plan = course.send("plans", "POST", "/v1/plans", {"name": "Pro"})
    changed = course.send("plans", "PATCH", f"/v1/plans/{plan['id']}", {"name": "Pro 2"}, version=plan["version"])
    price = course.send("plans", "POST", f"/v1/plans/{plan['id']}/prices", PRICE)
    course.send("plans", "POST", f"/v1/plans/{plan['id']}/prices", PRICE | {"unit_amount": "5900", "replaces": price["id"]})
    course.send("plans", "DELETE", f"/v1/plans/{plan['id']}", version=changed["version"])
    course.send("plans", "POST", f"/v1/plans/{plan['id']}/restore")


def tenants(course: Course) -> str:
    id = str(course.send("tenants", "POST", "/v1/tenants", {"name": "Acme", "email": "a@acme.test", "address": ADDRESS})["id"])
    provision(id)
    course.send("tenants", "PATCH", f"/v1/tenants/{id}", {"name": "Acme 2"})
    course.send("tenants", "POST", f"/v1/tenants/{id}/suspend", {"reason": "unpaid"})
    course.send("tenants", "POST", f"/v1/tenants/{id}/resume")
    course.send("tenants", "POST", f"/v1/tenants/{id}/offboard", {"reason": "left"})
    return id


def provision(id: str) -> None:
    """What the worker does behind a request."""
    from functions.tenants import service
    from kernel.audit import Actor
    from kernel.clock import wall

    service.provision(id, actor=Actor(id="system:bench"), at=wall())


def customer(course: Course) -> tuple[str, list[str]]:
    """An active tenant, and two prices of a plan."""
    tenant = course.send("tenants", "POST", "/v1/tenants", {"name": "Acme", "email": "a@acme.test", "address": ADDRESS})["id"]
    provision(tenant)
    plan = course.send("plans", "POST", "/v1/plans", {"name": "Team"})["id"]
    return tenant, [course.send("plans", "POST", f"/v1/plans/{plan}/prices", PRICE | {"unit_amount": amount})["id"]
                    for amount in ("4900", "9900")]


def subscriptions(course: Course) -> None:
    tenant, prices = customer(course)
    id = course.send("subscriptions", "POST", "/v1/subscriptions", {"tenant_id": tenant, "price_id": prices[0], "trial_days": 14})["id"]
    course.send("subscriptions", "POST", f"/v1/subscriptions/{id}/change", {"price_id": prices[1]})
    course.send("subscriptions", "POST", f"/v1/subscriptions/{id}/cancel", {"when": "period_end"})
    course.send("subscriptions", "POST", f"/v1/subscriptions/{id}/uncancel")


def invoices(course: Course) -> None:
    tenant, _ = customer(course)
    line = {"description": "Setup", "quantity": "1", "unit_amount": "10000"}
    made = [course.send("invoices", "POST", "/v1/invoices", {"tenant_id": tenant, "currency": "EUR", "lines": [line]})["id"] for _ in range(3)]
    course.send("invoices", "DELETE", f"/v1/invoices/{made[0]}")
    for id, command in ((made[1], "void"), (made[2], "mark-uncollectible")):
        course.send("invoices", "POST", f"/v1/invoices/{id}/finalize")
        course.send("invoices", "POST", f"/v1/invoices/{id}/{command}", {"reason": "a mistake"})


def clocks(course: Course) -> None:
    clock = course.send("clocks", "POST", "/v1/test-clocks", {"name": "A year", "now": "2026-01-31T12:00:00Z"})["id"]
    course.send("clocks", "DELETE", f"/v1/test-clocks/{clock}")
    other = course.send("clocks", "POST", "/v1/test-clocks", {"now": "2026-01-31T12:00:00Z"})["id"]
    course.send("clocks", "POST", f"/v1/test-clocks/{other}/advance", {"to": DUE})


