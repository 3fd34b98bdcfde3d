"""Drafts: one-off invoices, what they would come to, and what an invoice is made of."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.invoices.bill import bill, treatment_of
from functions.invoices.contract import DraftLine, draft, plain
from functions.invoices.models import BODY, INVOICES, Balance, Invoice, InvoiceBreakdown, InvoiceCreate, InvoiceLineCreate, balance_id
from functions.invoices.rules import Command, InvoiceState, price_of, transition
from functions.settings.contract import Issuer, issuer, tax_rates
from functions.tenants.contract import Profile, billing_profile
from kernel.audit import Actor
from kernel.clock import resolve, wall
from kernel.commit import commit
from kernel.problems import Invalid, referred
from kernel.records import body_of


@dataclass(frozen=True)
class _Asked:
    profile: Profile
    issuer: Issuer
    rates: Mapping[str, str]
    lines: list[DraftLine]


def create(body: InvoiceCreate, *, actor: Actor, at: datetime) -> Invoice:
    """A one-off draft, which waits until a person finalizes it. `Invalid` for an unknown tenant or an amount out of range."""
    _drawn_up(body)
    asked = _read(body)
    at = resolve(asked.profile.clock_id, at)
    made = draft(profile=asked.profile, issuer=asked.issuer, rates=asked.rates, lines=asked.lines, currency=body.currency,
                 subscription_id=None, period_start=None, period_end=None, at=at)
    made.invoice.collect, made.invoice.next_action_at = body.collect, None
    commit((made.invoice, made.event), actor=actor, at=at, items=made.items)
    return made.invoice


def preview(body: InvoiceCreate) -> InvoiceBreakdown:
    """What the draft would come to if it were finalized now, its use of the balance included. Writes nothing."""
    return InvoiceBreakdown(**_drawn_up(body))


def breakdown(id: str) -> InvoiceBreakdown:
    """Lines, taxes and totals of an invoice with their derivations."""
    return InvoiceBreakdown(**body_of(Invoice.fetch(id), BODY))


def discard(id: str, *, actor: Actor, at: datetime) -> None:
    """Delete a draft. `Refused` once it has a number."""
    invoice = Invoice.fetch(id)
    transition(InvoiceState(invoice.status), Command.EDIT)
    invoice.deleted_at = wall()
    commit((invoice, INVOICES.events["deleted"]()), actor=actor, at=resolve(invoice.clock_id, at))


def _drawn_up(body: InvoiceCreate) -> dict[str, Any]:
    asked = _read(body)
    balance = Balance.find(balance_id(asked.profile.id, body.currency))
    try:
        return bill([plain(n, line) for n, line in enumerate(asked.lines, 1)], profile=asked.profile, issuer=asked.issuer,
                    treatment=treatment_of(asked.profile, asked.issuer, asked.rates), currency=body.currency,
                    balance=balance.amount if balance else 0).body
    except ValueError as error:
        raise Invalid(str(error), field="lines") from error


def _read(body: InvoiceCreate) -> _Asked:
    with referred("tenant_id"):
        profile = billing_profile(body.tenant_id)
    return _Asked(profile, issuer(), tax_rates(), [_line(n, line) for n, line in enumerate(body.lines)])


def _line(n: int, line: InvoiceLineCreate) -> DraftLine:
    try:
        amount, derivation = price_of(line.quantity, line.unit_amount)
    except ValueError as error:
        raise Invalid(str(error), field=f"lines.{n}.unit_amount") from error
    return DraftLine("one_off", line.description, line.quantity, line.unit_amount, amount, None, None, None, derivation)
