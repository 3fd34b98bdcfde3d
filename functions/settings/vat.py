"""VAT ids of issuers, in the countries whose check digits are known."""

from kernel.problems import Invalid


def check_vat_id(vat_id: str, country: str) -> str:
    """The VAT id, in the EU without spaces. `Invalid` for one that is none of that ISO 3166 country.

    In the EU it begins with the country (Greece: EL). Where a country has no VAT, or its form is not known here, any text stands.
    """
    from stdnum import get_cc_module  # late: only who sends a VAT id pays for it
    from stdnum.eu import vat as eu

    prefix = "EL" if country == "GR" else country
    if country.lower() in eu.MEMBER_STATES:
        if not (eu.is_valid(vat_id) and eu.compact(vat_id).startswith(prefix)):
            raise Invalid(f"not a valid VAT id of {country}, such as DE136695976", field="vat_id")
        return str(eu.compact(vat_id))
    known = get_cc_module(country.lower(), "vat")
    if known is not None and not known.is_valid(vat_id):
        raise Invalid(f"not a valid VAT id of {country}", field="vat_id")
    return vat_id
