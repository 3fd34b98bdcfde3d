"""Which tax a customer pays on a service supplied by electronic means, by the two countries and the customer's VAT id."""

from collections.abc import Mapping
from dataclasses import dataclass

from kernel.money import parse_unit
from kernel.problems import Refused

_EU = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_COUNTRIES = frozenset(_EU.split())
"""Member states by ISO 3166 code (Article 52 of the Treaty on European Union; Greece is GR here and EL in a VAT id)."""


@dataclass(frozen=True)
class TaxTreatment:
    """An EN 16931 tax category (UNTDID 5305), its rate in percent as a decimal string, and the code of the note the law asks for."""

    category: str
    rate: str
    note_code: str | None = None


REVERSE_CHARGE = TaxTreatment("AE", "0", "reverse_charge")
OUTSIDE_SCOPE = TaxTreatment("O", "0", "outside_scope")


def tax_treatment(
    issuer_country: str, customer_country: str, customer_vat_id_valid: bool | None, rates: Mapping[str, str]
) -> TaxTreatment:
    """Decide by Directive 2006/112/EC: Article 44 (business customers), 58 and 59c (consumers), 196 (reverse charge).

    - Same country: its standard rate.
    - Both in the EU, VAT id valid: reverse charge. No valid VAT id: the customer's country's rate if `rates` has it (the
      issuer is in the One Stop Shop), else the issuer's (below the threshold of Article 59c).
    - Otherwise outside the scope of the issuer's tax (category O: services; an e-invoice states no rate for it).

    `rates` maps countries to standard rates. `customer_vat_id_valid` is None while an id waits for its check: where that decides,
    this is Refused (`vat_id_unchecked`) instead of guessed. Refused (`tax_rate_missing`) if the issuer's own rate is needed and absent.
    Regions that a country code does not show (Canary Islands, Monaco, Northern Ireland's goods) are not told apart.
    """
    if issuer_country == customer_country:
        return _standard(issuer_country, rates)
    if not {issuer_country, customer_country} <= EU_COUNTRIES:
        return OUTSIDE_SCOPE
    if customer_vat_id_valid is None:
        raise Refused("vat_id_unchecked", "The customer's VAT id has not been checked yet; it decides the tax.")
    if customer_vat_id_valid:
        return REVERSE_CHARGE
    return _standard(customer_country if customer_country in rates else issuer_country, rates)


def _standard(country: str, rates: Mapping[str, str]) -> TaxTreatment:
    if country not in rates:
        raise Refused("tax_rate_missing", f"No tax rate is set for {country}.")
    rate = rates[country]
    return TaxTreatment("S" if parse_unit(rate) else "Z", rate)
