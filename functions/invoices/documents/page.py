"""The invoice as a PDF: the snapshot becomes a view of finished texts, and Typst lays that out."""

import json
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import typst

from functions.invoices.documents import Snapshot
from functions.invoices.documents.formats import Formats, formats_for
from functions.invoices.documents.labels import Labels, labels_for
from functions.invoices.documents.text import breakable, printable

_TEMPLATES = Path(__file__).parent.parent / "templates"
_ACCENT = "#2f5bd7"
_UNDATED = "2000-01-01"  # a draft has no date of issue, and the file must not take the clock's
_CITY_BEFORE_CODE = {"AU", "CA", "GB", "IE", "IN", "NZ", "US"}


def render(snapshot: Snapshot) -> bytes:
    """The PDF of one invoice."""
    issued = datetime.fromisoformat(snapshot.get("issued_on") or _UNDATED).replace(tzinfo=UTC)
    page = typst.Compiler(_TEMPLATES / "invoice.typ", root=_TEMPLATES, font_paths=fonts())
    options: dict[str, Any] = {"format": "pdf", "sys_inputs": {"view": json.dumps(view(snapshot))}, "timestamp": issued}
    try:
        made = page.compile(pdf_standards="a-3a", **options)
    except typst.TypstError as error:
        if "PDF/A" not in str(error.diagnostic):
            raise
        made = page.compile(**options)  # a sign that no font has: the archive's standard is given up, the invoice is not
    assert isinstance(made, bytes)
    return made


@cache
def fonts() -> typst.Fonts:
    """Our fonts and Typst's own; those of the machine would make the bytes depend on it."""
    return typst.Fonts(include_system_fonts=False, font_paths=[_TEMPLATES / "fonts"])


def view(snapshot: Snapshot) -> dict[str, Any]:
    """What the template shows, every value a finished text in the invoice's language."""
    labels = labels_for(snapshot["language"])
    formats = formats_for(snapshot["language"], labels.language, snapshot["currency"], snapshot["zone"])
    issuer, customer, branding = snapshot["issuer"], snapshot["customer"], snapshot.get("branding") or {}
    number = printable(snapshot["number"])
    accent = branding.get("accent") or ""
    return {
        "language": labels.language,
        "title": " ".join(filter(None, [labels.invoice, number])),
        "author": printable(issuer["name"]),
        "accent": accent if re.fullmatch(r"#[0-9a-fA-F]{6}", accent) else _ACCENT,
        "mark": {"draft": labels.draft, "void": labels.void}.get(snapshot["status"], ""),
        "words": {name: getattr(labels, name) for name in ("invoice", "page", "page_of", "payment", "amount_due")},
        "number": number,
        "issuer": _party(labels.sender, issuer, labels, formats),
        "customer": _party(labels.billed_to, customer, labels, formats),
        "facts": _facts(snapshot, labels, formats),
        "due": _due(snapshot, labels, formats),
        "line_heads": _line_heads(snapshot, labels),
        "lines": [_line(line, labels, formats) for line in snapshot["lines"]],
        "tax_heads": [labels.tax, labels.net, labels.amount],
        "taxes": [_tax(tax, labels, formats) for tax in snapshot["taxes"]],
        "notes": list(dict.fromkeys(filter(None, (breakable(tax.get("note")) for tax in snapshot["taxes"])))),
        "totals": _totals(snapshot, labels, formats),
        "bank": _bank(snapshot, labels),
        "footer": _footer(issuer, branding, labels),
    }


def _party(role: str, party: dict[str, Any], labels: Labels, formats: Formats) -> dict[str, Any]:
    address = {name: breakable(value) for name, value in (party.get("address") or {}).items()}
    code, city, region = (address.get(name, "") for name in ("postal_code", "city", "region"))
    country = address.get("country", "")
    if country in _CITY_BEFORE_CODE:
        place = [" ".join(filter(None, [", ".join(filter(None, [city, region])), code]))]
    else:
        place = [" ".join(filter(None, [code, city])), region]
    lines = [address.get("line1"), address.get("line2"), *place, formats.country(country)]
    vat_id = breakable(party.get("vat_id"))
    contact = [f"{labels.vat_id} {vat_id}" if vat_id else "", breakable(party.get("email"))]
    return {"role": role, "name": breakable(party["name"]), "lines": list(filter(None, lines)), "contact": list(filter(None, contact))}


def _facts(snapshot: Snapshot, labels: Labels, formats: Formats) -> list[list[str]]:
    facts = [
        [labels.number, printable(snapshot["number"])],
        [labels.issued_on, formats.day(snapshot.get("issued_on") or "")],
        [labels.due_on, formats.day(snapshot.get("due_on") or "")],
    ]
    return [fact for fact in facts if fact[1]]


def _due(snapshot: Snapshot, labels: Labels, formats: Formats) -> dict[str, str]:
    payable = snapshot["status"] in ("draft", "open") and snapshot["amount_due"] > 0 and snapshot.get("due_on")
    hint = labels.payable_by.format(date=formats.day(snapshot["due_on"])) if payable else ""
    return {"amount": formats.money(snapshot["amount_due"]), "hint": hint}


def _line_heads(snapshot: Snapshot, labels: Labels) -> list[str]:
    return [labels.description, labels.quantity, labels.unit_price, labels.tax, f"{labels.amount} ({printable(snapshot['currency'])})"]


def _line(line: dict[str, Any], labels: Labels, formats: Formats) -> dict[str, str]:
    kind = {"credit": labels.credit, "charge": labels.charge}.get(line["kind"], "")
    period = formats.period(line.get("period_start") or "", line.get("period_end") or "")
    return {
        "description": breakable(line["description"]),
        "detail": " · ".join(filter(None, [kind, period])),
        "quantity": formats.decimal(line["quantity"]),
        "unit_price": formats.plain(line["unit_amount"]),
        "tax": _rate(line["tax_category"], line["tax_rate"], formats),
        "amount": formats.plain(line["amount"]),
    }


def _tax(tax: dict[str, Any], labels: Labels, formats: Formats) -> list[str]:
    name = " ".join(filter(None, [labels.tax_category(tax["category"]), _rate(tax["category"], tax["rate"], formats)]))
    return [name, formats.plain(tax["base"]), formats.plain(tax["amount"])]


def _rate(category: str, rate: str, formats: Formats) -> str:
    """What lies outside the scope of a tax (O) has no rate, not a rate of zero (EN 16931, BR-O-05)."""
    return "" if category == "O" else formats.percent(rate)


def _totals(snapshot: Snapshot, labels: Labels, formats: Formats) -> list[dict[str, Any]]:
    """The steps from subtotal to amount due, each with the sign with which it counts; of those at zero only the three that a law wants."""
    steps = [
        (labels.subtotal, snapshot["subtotal"], True),
        (labels.discount, -snapshot["discount"], False),
        (labels.tax, snapshot["tax"], True),
        (labels.rounding, snapshot["rounding"], False),
        (labels.total, snapshot["total"], True),
        (labels.credited, -snapshot.get("credited", 0), False),
        (labels.balance_applied, -snapshot["balance_applied"], False),
        (labels.credit_to_balance, snapshot.get("credit_to_balance", 0), False),
    ]
    shown = [(label, amount) for label, amount, always in steps if always or amount]
    return [{"label": label, "value": formats.money(amount), "strong": label == labels.total} for label, amount in shown]


def _bank(snapshot: Snapshot, labels: Labels) -> list[list[str]]:
    """Where to pay; nothing when there is nothing to pay."""
    bank = snapshot["issuer"].get("bank") or {}
    if not bank.get("iban") or snapshot["amount_due"] <= 0 or snapshot["status"] not in ("draft", "open"):
        return []
    iban = re.sub(r"\s", "", printable(bank["iban"]))
    rows = [
        [labels.account_holder, breakable(bank.get("name"))],
        [labels.iban, " ".join(re.findall(".{1,4}", iban))],
        [labels.bic, printable(bank.get("bic"))],
        [labels.reference, printable(snapshot["number"])],
    ]
    return [row for row in rows if row[1]]


def _footer(issuer: dict[str, Any], branding: dict[str, Any], labels: Labels) -> list[str]:
    vat_id = printable(issuer.get("vat_id"))
    legal = [breakable(issuer.get("register_note")), f"{labels.vat_id} {vat_id}" if vat_id else ""]
    lines = [map(breakable, (issuer["name"], issuer.get("website"), issuer.get("email"))), legal, [breakable(branding.get("footer"))]]
    return list(filter(None, (" · ".join(filter(None, line)) for line in lines)))
