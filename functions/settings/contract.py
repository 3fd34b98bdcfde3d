"""What other features may use of settings: the issuer and the tax rates. Read at every invoice: two gets, one query."""

from dataclasses import dataclass
from typing import Any

from functions.settings import models
from kernel import dynamodb
from kernel.commit import marker
from kernel.problems import Refused

DEFAULT_ISSUER = "default_issuer"


@dataclass(frozen=True)
class Issuer:
    """Who issues a document. `address` is {line1, line2, postal_code, city, region, country}, `bank` {name, iban, bic}, `branding`
    {accent, footer}; `dunning_days` count from the first failed charge, `payment_terms_days` from the date of issue."""

    id: str
    name: str
    address: dict[str, Any]
    vat_id: str | None
    email: str
    website: str | None
    bank: dict[str, Any]
    register_note: str
    zone: str
    currency: str
    language: str
    number_prefix: str
    payment_terms_days: int
    prices_include_tax: bool
    dunning_days: tuple[int, ...]
    branding: dict[str, Any]


def issuer(id: str | None = None) -> Issuer:
    """The issuer with this id (`NotFound`), or the default one; `Refused("issuer_missing")` while there is none."""
    return _shown(models.Issuer.fetch(id or _default()))


def tax_rates() -> dict[str, str]:
    """Standard rate in percent, as decimal text, by ISO 3166 country. At most a thousand, and there are 249 countries."""
    items, _ = dynamodb.ask(models.TaxRate.table(), "gsi1", "tax#all", limit=1000)
    return {item["country"]["S"]: item["percent"]["S"] for item in items}


def _default() -> str:
    found = marker(models.Issuer, DEFAULT_ISSUER)
    if found is None:
        raise Refused("issuer_missing", "no issuer has been set up: create one at /v1/settings/issuers")
    return str(found["issuer_id"])


def _shown(record: models.Issuer) -> Issuer:
    values = {name: getattr(record, name) for name in list(Issuer.__dataclass_fields__)[1:]}
    return Issuer(record.id, **values | {"dunning_days": tuple(record.dunning_days)})
