"""What an invoice says: from lines, parties and rates to totals and the body that its documents are made of. No I/O, no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from functions.invoices.documents.labels import labels_for
from functions.invoices.rules import TaxedLine, TaxRow, TaxTreatment, Totals, tax_treatment, totals
from functions.settings.contract import Issuer
from functions.tenants.contract import Profile

AMOUNTS = ("subtotal", "discount", "tax", "rounding", "total", "credited", "balance_applied", "amount_due", "credit_to_balance")
Line = Mapping[str, Any]


@dataclass(frozen=True)
class Bill:
    """`body` without number, dates and status, which come with finalizing; `nets` are the lines' amounts after discounts."""

    amounts: dict[str, int]
    nets: tuple[int, ...]
    body: dict[str, Any]


def treatment_of(profile: Profile, issuer: Issuer, rates: Mapping[str, str]) -> TaxTreatment:
    """Refused where it cannot be decided. A customer whose country nobody knows is taxed like one at home: only a known place exempts."""
    home = issuer.address["country"]
    return tax_treatment(home, profile.address.get("country") or home, profile.vat_id_valid, rates)


def bill(lines: Sequence[Line], *, profile: Profile, issuer: Issuer, treatment: TaxTreatment, currency: str, balance: int = 0) -> Bill:
    """`lines` are JSON with id, kind, description, quantity, unit_amount, amount, period_start, period_end, plan_id and derivation.

    Amounts are minor units; `balance` is the tenant's credit. ValueError where an amount leaves the range of money.
    """
    taxed = [TaxedLine(line["id"], line["amount"], treatment.category, treatment.rate, treatment.note_code, line["plan_id"] or "")
             for line in lines]
    sums = totals(taxed, prices_include_tax=issuer.prices_include_tax, balance=balance)
    amounts = {name: getattr(sums, name) for name in AMOUNTS}
    body = {
        "currency": currency, "language": profile.language, "zone": profile.zone, "prices_include_tax": issuer.prices_include_tax,
        "issuer": _sender(issuer), "branding": dict(issuer.branding), "customer": _customer(profile),
        "lines": [{**line, "tax_category": treatment.category, "tax_rate": treatment.rate} for line in lines],
        "taxes": [_tax(row, profile.language) for row in sums.taxes], "derivations": _derivations(sums), **amounts}
    return Bill(amounts, sums.nets, body)


def _derivations(sums: Totals) -> dict[str, Any]:
    return {**sums.derivations, "discounts": [asdict(discount) for discount in sums.discounts]}


def _tax(row: TaxRow, language: str) -> dict[str, Any]:
    """The note is what the law wants said, in the words of the invoice's language."""
    return asdict(row) | {"note": getattr(labels_for(language), row.note_code) if row.note_code else ""}


def _sender(issuer: Issuer) -> dict[str, Any]:
    names = ("id", "name", "address", "vat_id", "email", "website", "bank", "register_note")
    return {name: getattr(issuer, name) for name in names}


def _customer(profile: Profile) -> dict[str, Any]:
    return {name: getattr(profile, name) for name in ("id", "name", "address", "vat_id", "email")}
