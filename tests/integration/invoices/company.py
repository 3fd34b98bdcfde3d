"""A small company that sends invoices: its issuer, its customers, and what the queues would bring to its worker."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import count
from typing import Any

from functions.invoices.contract import Draft, DraftLine, draft
from functions.invoices.models import Balance, Invoice, balance_id
from functions.invoices.rules import price_of
from functions.invoices.worker import handler
from functions.payments.events import DisputeClosed, Failed, MethodAdded, PayerChanged, RefundCounted, Submitted, Succeeded
from functions.payments.models import Payer, Transaction
from functions.settings.contract import issuer, tax_rates
from functions.settings.models import IssuerCreate, TaxRateCreate
from functions.settings.service import create_issuer, create_rate
from functions.tenants.contract import billing_profile
from functions.tenants.models import TenantCreate
from functions.tenants.service import create as create_tenant
from kernel import ids
from kernel.audit import Actor, Payload
from kernel.clock import stamp
from kernel.commit import commit

AT = datetime(2026, 1, 31, 12, tzinfo=UTC)
US = Actor(id="system:tests")
SUBSCRIPTION = "sub_01KG00000000000000000000AA"
_messages = count(1)


def an_issuer(**facts: Any) -> None:
    """An issuer in Berlin, with Germany's and France's tax rates."""
    body = {"name": "Nordlicht GmbH", "email": "billing@nordlicht.example.test", "zone": "Europe/Berlin",
            "address": {"line1": "Hafen 1", "city": "Berlin", "country": "DE"}}
    create_issuer(IssuerCreate.model_validate(body | facts), actor=US, at=AT)
    for country, percent in (("DE", "19"), ("FR", "20")):
        create_rate(TaxRateCreate(country=country, percent=percent), actor=US, at=AT)


def a_tenant(*, card: bool = True, country: str = "DE", **facts: Any) -> str:
    body = {"name": "Acme", "email": "acme@acme.example.test", "zone": "Europe/Berlin", "address": {"country": country}}
    tenant = create_tenant(TenantCreate.model_validate(body | facts), actor=US, at=AT)
    if card:
        add_card(tenant.id)
    return tenant.id


def add_card(tenant_id: str) -> None:
    payer = Payer.of(tenant_id) or Payer(Payer.id_of(tenant_id), tenant_id=tenant_id)
    payer.default_method_id = ids.new("pmt")
    commit((payer, PayerChanged(tenant_id=tenant_id)), actor=US, at=AT)


def a_line(amount: int, **facts: Any) -> DraftLine:
    """One unit of an amount; below zero a credit."""
    _, derivation = price_of("1", str(abs(amount)))
    return DraftLine(**{"kind": "recurring" if amount >= 0 else "credit", "description": "Team", "quantity": "1" if amount >= 0 else "-1",
                        "unit_amount": str(abs(amount)), "amount": amount, "period_start": AT, "period_end": AT.replace(month=3, day=1),
                        "plan_id": "pln_1", "derivation": derivation} | facts)


def unsaved(tenant_id: str, *lines: DraftLine, at: datetime = AT) -> Draft:
    return draft(profile=billing_profile(tenant_id), issuer=issuer(), rates=tax_rates(), lines=lines or [a_line(4900)], currency="EUR",
                 subscription_id=SUBSCRIPTION, period_start=AT, period_end=AT.replace(month=3, day=1), at=at)


def a_draft(tenant_id: str, *lines: DraftLine, at: datetime = AT) -> str:
    """A subscription's draft, committed as subscriptions do; its id."""
    made = unsaved(tenant_id, *lines, at=at)
    commit((made.invoice, made.event), actor=US, at=at, items=made.items)
    return made.invoice.id


def an_open(tenant_id: str, *lines: DraftLine, at: datetime = AT) -> Invoice:
    id = a_draft(tenant_id, *lines, at=at)
    assert run(finalize_message(id)) == []
    return Invoice.fetch(id)


def message(kind: str, detail: Any, *, receives: int = 1) -> dict[str, Any]:
    """One SQS record as the worker gets it."""
    return {"messageId": f"m-{next(_messages)}", "body": json.dumps({"detail-type": kind, "detail": detail}),
            "attributes": {"ApproximateReceiveCount": str(receives)}}


def finalize_message(id: str, **facts: Any) -> dict[str, Any]:
    return message("finalize", {"id": id}, **facts)


def told(payload: Payload, subject: str, *, at: datetime = AT, version: int = 2) -> dict[str, Any]:
    """One SQS record of an event from the bus."""
    return message(payload.event, {
        "subject": subject, "version": version, "effective_at": stamp(at), "recorded_at": stamp(at), "actor": "system:payments",
        "request_id": "req-1", "cause": None, "depth": 1, "data": {"schema": 1, **payload.model_dump(mode="json")}, "tenant_id": None,
        "clock_id": None})


def run(*records: dict[str, Any]) -> list[str]:
    """The worker's answer: ids of the messages that are given back to the queue."""
    answer = handler({"Records": list(records)}, None)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def deliver(records: list[dict[str, Any]]) -> None:
    """Runs messages one by one, as often as they are given back."""
    for _ in range(4):
        records = [record for record in records if run(record)]
    assert records == []


def decided(transaction_id: str, status: str, **facts: Any) -> None:
    """The gateway has answered, and payments have noted it; nobody else has heard of it."""
    found = Transaction.fetch(transaction_id)
    found.status, found.next_action_at = status, None
    for name, value in facts.items():
        setattr(found, name, value)
    about = {"tenant_id": found.tenant_id, "invoice_id": found.invoice_id, "amount": found.amount, "currency": found.currency}
    commit((found, Submitted(**about)), actor=US, at=AT)


def succeeded(invoice: Invoice, transaction_id: str | None, *, at: datetime = AT, amount: int | None = None) -> dict[str, Any]:
    payload = Succeeded(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=amount or invoice.amount_due, currency="EUR")
    return told(payload, transaction_id or "", at=at)


def transferred(invoice: Invoice, transaction_id: str, amount: int, *, currency: str = "EUR", at: datetime = AT) -> dict[str, Any]:
    """Staff or the bank's statement tell of money for the invoice."""
    payload = Succeeded(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=amount, currency=currency, by_transfer=True)
    return told(payload, transaction_id, at=at, version=1)


def failed(invoice: Invoice, transaction_id: str | None, *, at: datetime = AT, hard: bool = False) -> dict[str, Any]:
    payload = Failed(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=invoice.amount_due, currency="EUR",
                     code="lost_card" if hard else "insufficient_funds", hard=hard)
    return told(payload, transaction_id or "", at=at)


def refunded(invoice: Invoice, transaction_id: str | None, so_far: int, *, currency: str = "EUR", at: datetime = AT,
             version: int = 4) -> dict[str, Any]:
    payload = RefundCounted(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=invoice.amount_due, currency=currency,
                            amount_refunded=so_far)
    return told(payload, transaction_id or "", at=at, version=version)


def charged_back(invoice: Invoice, transaction_id: str | None, kept: int, *, currency: str = "EUR", version: int = 5) -> dict[str, Any]:
    payload = DisputeClosed(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=invoice.amount_due, currency=currency,
                            outcome="lost" if kept else "won", amount_charged_back=kept)
    return told(payload, transaction_id or "", version=version)


def method_added(tenant_id: str, *, at: datetime = AT) -> dict[str, Any]:
    return told(MethodAdded(tenant_id=tenant_id), ids.new("pmt"), at=at, version=1)


def come_due(until: datetime, ids: Iterable[str]) -> None:
    """What the schedule's planner sends for records that are due."""
    assert run(*(message("due", {"id": id, "until": stamp(until)}) for id in ids)) == []


def balance(tenant_id: str, currency: str = "EUR") -> int:
    found = Balance.find(balance_id(tenant_id, currency))
    return found.amount if found else 0
