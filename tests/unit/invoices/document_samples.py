"""A small invoice to make documents of; any fact of it can be replaced."""

import copy
from typing import Any


def a_line(**facts: Any) -> dict[str, Any]:
    line = {
        "id": "line_1",
        "kind": "recurring",
        "description": "Team plan",
        "period_start": "2026-10-31T23:00:00.000000Z",
        "period_end": "2026-11-30T23:00:00.000000Z",
        "quantity": "1",
        "unit_amount": "4900",
        "amount": 4900,
        "tax_category": "S",
        "tax_rate": "19",
        "derivation": {"rule": "unit_price", "inputs": {"quantity": "1", "unit": "4900"}, "exact": "4900/1", "rounding": "half_up"},
    }
    return line | facts


def an_address(**facts: str) -> dict[str, str]:
    return {"line1": "", "line2": "", "postal_code": "", "city": "", "region": "", "country": ""} | facts


def an_invoice(**facts: Any) -> dict[str, Any]:
    snapshot = {
        "id": "inv_01",
        "number": "INV-2026-00001",
        "status": "open",
        "currency": "EUR",
        "language": "en",
        "zone": "Europe/Berlin",
        "issued_on": "2026-11-24",
        "due_on": "2026-12-08",
        "issuer": {
            "name": "Nordlicht Software GmbH",
            "address": an_address(line1="Friedrichstraße 68", postal_code="10117", city="Berlin", country="DE"),
            "vat_id": "DE123456789",
            "email": "billing@nordlicht.example",
            "website": "nordlicht.example",
            "bank": {"name": "Nordlicht Software GmbH", "iban": "DE02120300000000202051", "bic": "BYLADEM1001"},
            "register_note": "HRB 123456 B",
        },
        "branding": {"accent": "#2f5bd7", "footer": "Thank you."},
        "customer": {
            "name": "Acme Widgets",
            "address": an_address(line1="12 rue de la Paix", postal_code="75002", city="Paris", country="FR"),
            "vat_id": "FR12345678901",
            "email": "accounts@acme.example",
        },
        "lines": [a_line()],
        "taxes": [{"category": "S", "rate": "19", "base": 4900, "amount": 931, "note": ""}],
        "subtotal": 4900,
        "discount": 0,
        "tax": 931,
        "rounding": 0,
        "total": 5831,
        "balance_applied": 0,
        "amount_due": 5831,
    }
    return copy.deepcopy(snapshot | facts)
