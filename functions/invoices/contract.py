"""What other features may use of invoices: drafts to commit with their own change, the document of one, and what is open."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from functions.invoices import files
from functions.invoices.bill import Line, bill, treatment_of
from functions.invoices.events import Drafted
from functions.invoices.models import BODY, INVOICES, Balance, Invoice, balance_id
from functions.invoices.rules import TaxTreatment, base_within, issue_date
from functions.settings.contract import Issuer
from functions.tenants.contract import Profile
from kernel import dynamodb, ids
from kernel.audit import canonical, digest
from kernel.clock import stamp
from kernel.dynamodb import Item
from kernel.money import Derivation
from kernel.paths import escape
from kernel.problems import Refused
from kernel.records import body_of, child

__all__ = ["INVOICES", "Document", "Draft", "DraftLine", "Invoice", "Standing", "balance_of", "document", "draft", "numbered", "open_of",
           "standing", "without_tax"]
BILLED = frozenset({"recurring", "charge"})
"""Kinds of lines whose unused time can be credited later."""


@dataclass(frozen=True)
class DraftLine:
    """One thing that is billed. `amount` is minor units (with tax if the issuer's prices include it), negative for a credit;
    `quantity` and `unit_amount` (minor units) are decimal strings; `description` is in the tenant's language."""

    kind: str
    description: str
    quantity: str
    unit_amount: str
    amount: int
    period_start: datetime | None
    period_end: datetime | None
    plan_id: str | None
    derivation: Derivation


@dataclass(frozen=True)
class Draft:
    """An unsaved draft: commit `invoice` with `event`, and `items` with them.

    `covered` has {"line_id", "amount", "period_start", "period_end"} for each line of a kind in `BILLED`, the amount in minor units
    net of discounts, the times as datetimes.
    """

    invoice: Invoice
    event: Drafted
    items: list[tuple[str, Item]]
    covered: list[dict[str, Any]]


@dataclass(frozen=True)
class Document:
    """A finalized invoice as its customer gets it. `snapshot` is what the PDF was made of."""

    number: str
    pdf: bytes
    filename: str
    snapshot: dict[str, Any]


def draft(*, profile: Profile, issuer: Issuer, rates: Mapping[str, str], lines: Sequence[DraftLine], currency: str,
          subscription_id: str | None, period_start: datetime | None, period_end: datetime | None, at: datetime,
          balance: int = 0) -> Draft:
    """A draft that finalizes itself from `at` on: no number, no dates; balance is applied then, or shown (`balance`) in a preview.

    Tax that cannot be decided now does not keep a subscription from renewing: the draft goes without, and finalizing it is refused
    until someone has settled the question.
    """
    invoice = Invoice(ids.new("inv"), tenant_id=profile.id, subscription_id=subscription_id, issuer_id=issuer.id, currency=currency,
                      language=profile.language, zone=profile.zone, series=series(issuer, at), period_start=period_start,
                      period_end=period_end, clock_id=profile.clock_id, next_action_at=at)
    made = bill([plain(n, line) for n, line in enumerate(lines, 1)], profile=profile, issuer=issuer, currency=currency,
                treatment=_likely(profile, issuer, rates), balance=balance)
    item = written(invoice, made.amounts, {"id": invoice.id, "number": "", "status": "draft", "issued_on": "", "due_on": "", **made.body})
    covered = [{"line_id": f"{invoice.id}#{n}", "amount": net, "period_start": line.period_start, "period_end": line.period_end}
               for n, (line, net) in enumerate(zip(lines, made.nets, strict=True), 1) if line.kind in BILLED]
    event = Drafted(tenant_id=profile.id, subscription_id=subscription_id, series=invoice.series)
    return Draft(invoice, event, [(Invoice.table(), item)], covered)


def written(invoice: Invoice, amounts: Mapping[str, int], body: dict[str, Any]) -> Item:
    """The invoice says this from now on: amounts and digest go on the record, the body into the child that is returned."""
    for name, value in amounts.items():
        setattr(invoice, name, value)
    invoice.lines_digest = digest(canonical(body))
    return child(invoice, BODY, body)


def series(issuer: Issuer, at: datetime) -> str:
    """One issuer's numbers of one year, which is the year in its own zone."""
    return f"{issuer.id}:{issue_date(at, issuer.zone).year}"


def document(invoice_id: str) -> Document:
    """`NotFound` for an unknown invoice, `Refused` (`invoice_draft`) for one that has no document yet."""
    invoice = Invoice.fetch(invoice_id)
    return Document(invoice.number or "", files.stored(invoice, "pdf"), files.filename(invoice, "pdf"), body_of(invoice, BODY))


@dataclass(frozen=True)
class Standing:
    """What became of an invoice. `kept` is the share of its total that was neither refunded nor charged back: 1 for most, exact;
    `paid_at` is when the last of its money came, in business time."""

    status: str
    kept: Fraction
    paid_at: datetime | None


def standing(invoice_id: str) -> Standing | None:
    """None for a draft that was discarded: it was never asked for."""
    invoice = Invoice.find(invoice_id)
    if invoice is None or invoice.deleted_at is not None:
        return None
    lost = Fraction(invoice.amount_refunded + invoice.amount_charged_back, invoice.total) if invoice.total > 0 else Fraction(0)
    return Standing(invoice.status, max(1 - lost, Fraction(0)), invoice.paid_at)


def without_tax(amount: Fraction, *, profile: Profile, issuer: Issuer, rates: Mapping[str, str]) -> Fraction:
    """What is left of an amount at the issuer's prices without the tax in it that this customer's invoice would show, in exact minor units.
    As in a draft, tax that cannot be decided now is none."""
    return base_within(amount, _likely(profile, issuer, rates).rate) if issuer.prices_include_tax else amount


def balance_of(tenant_id: str, currency: str) -> int:
    """The tenant's credit in minor units."""
    found = Balance.find(balance_id(tenant_id, currency))
    return found.amount if found else 0


def open_of(tenant_id: str) -> list[str]:
    """Ids of the open invoices of a tenant, the one that is due first in front."""
    path = next(path for path in Invoice.paths if path.index == "gsi6")
    partition = path.partition(Invoice.prefix, {"tenant_id": tenant_id, "status": "open"})
    found: list[str] = []
    start: Item | None = None
    while True:
        items, start = dynamodb.ask(Invoice.table(), path.index, partition, start=start)
        found += [item["pk"]["S"] for item in items]
        if start is None:
            return found


def numbered(number: str) -> Invoice | None:
    """The invoice that has this number, which two issuers may have given: then none, for nobody can tell which."""
    found, _ = dynamodb.ask(Invoice.table(), "gsi5", f"{Invoice.prefix}#number={escape(number)}", limit=2)
    return Invoice.load(found[0]) if len(found) == 1 else None


def plain(n: int, line: DraftLine) -> Line:
    return {"id": str(n), "kind": line.kind, "description": line.description, "quantity": line.quantity, "unit_amount": line.unit_amount,
            "amount": line.amount, "period_start": _text(line.period_start), "period_end": _text(line.period_end), "plan_id": line.plan_id,
            "derivation": line.derivation}


def _text(at: datetime | None) -> str | None:
    return stamp(at) if at else None


def _likely(profile: Profile, issuer: Issuer, rates: Mapping[str, str]) -> TaxTreatment:
    try:
        return treatment_of(profile, issuer, rates)
    except Refused:
        return TaxTreatment("O", "0")
