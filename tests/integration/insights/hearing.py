"""News as the bus brings it to the worker of insights, and its table as a whole."""

import json
from typing import Any

from functions.insights.worker import handler
from tests.integration.writes.company import everything

TENANT = "ten_01KGA0000000000000000000T0"
News = tuple[str, str, int, str, dict[str, Any], str | None]


def news(type: str, subject: str, version: int, at: str, data: dict[str, Any], *, clock_id: str | None = None) -> News:
    return type, subject, version, at, data, clock_id


def subscribed(version: int, day: str, monthly: int = 100, status: str = "active", *, type: str = "created", sub: str = "sub_A",
               tenant: str = TENANT, currency: str = "EUR", trial: bool = False, clock_id: str | None = None) -> News:
    """News of a subscription, whose price is in whole minor units a month."""
    data = {"tenant_id": tenant, "plan_id": "pln_1", "status": status, "currency": currency, "monthly": monthly * 10**6, "trial": trial,
            "from_plan_id": "pln_0", "direction": "upgrade", "invoice_id": "inv_1", "reason": "other", "period_start": f"{day}T00:00:00Z",
            "period_end": f"{day}T00:00:00Z"}
    return news(f"subscriptions.{type}", sub, version, f"{day}T09:00:00.000000Z", data, clock_id=clock_id)


def invoiced(type: str, version: int, *, due_on: str = "2026-01-14", amount: int = 5000, id: str = "inv_A", currency: str = "EUR",
             owed: int = 0, status: str = "open", clock_id: str | None = None) -> News:
    """News of an invoice over `amount`, of which so much is still `owed` after a part was paid."""
    data = {"tenant_id": TENANT, "subscription_id": None, "number": "1", "currency": currency, "total": amount, "amount_due": amount,
            "due_on": due_on, "transaction_id": None, "paid_at": "2026-01-20T09:00:00Z", "amount": amount - owed, "owed": owed,
            "status": status}
    return news(f"invoices.{type}", id, version, "2026-01-20T09:00:00.000000Z", data, clock_id=clock_id)


def moved(type: str, version: int, *, id: str = TENANT, clock_id: str | None = None) -> News:
    return news(f"tenants.{type}", id, version, "2026-01-20T09:00:00.000000Z",
                {"name": "A", "email": "a@a.test", "language": "en", "reason": "r"}, clock_id=clock_id)


def hear(*told: News) -> None:
    """All of it at once, as SQS would. Nothing may be refused or parked."""
    records = [{"messageId": str(n), "body": _body(*each), "attributes": {"ApproximateReceiveCount": "1"}} for n, each in enumerate(told)]
    assert handler({"Records": records}, None) == {"batchItemFailures": []}


def _body(type: str, subject: str, version: int, at: str, data: dict[str, Any], clock_id: str | None) -> str:
    detail = {"subject": subject, "version": version, "effective_at": at, "recorded_at": at, "actor": "stf_1", "request_id": "r",
              "cause": None, "depth": 0, "data": data, "tenant_id": TENANT, "clock_id": clock_id}
    return json.dumps({"detail-type": type, "source": "platform-owner", "detail": detail})


def sums() -> dict[tuple[str, str], dict[str, int]]:
    """All sums of the ledger, {(pk, sk): {name: number}}, without what is 0."""
    found = {(item["pk"]["S"], item["sk"]["S"]): {name: int(value["N"]) for name, value in item.items() if value.get("N", "0") != "0"}
             for item in everything("insights") if item["pk"]["S"].startswith(("totals", "days#", "due#", "tenants"))}
    return {key: numbers for key, numbers in found.items() if numbers}
