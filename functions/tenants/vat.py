"""VAT ids: whether one is well formed, check digit included. Whether it is registered only the VIES service knows."""

from kernel.problems import Invalid


def check_vat_id(vat_id: str | None, country: str) -> bool:
    """True for a well-formed EU VAT id of that country, False without one; `Invalid` for anything else."""
    if vat_id is None:
        return False
    from stdnum.eu import vat  # late: only who sends a VAT id pays for it

    if not vat.is_valid(vat_id):
        raise Invalid("not a valid EU VAT id, such as DE136695976", field="vat_id")
    prefix = vat.compact(vat_id)[:2]
    if country and prefix != ("EL" if country == "GR" else country):  # Greece's VAT ids begin with EL
        raise Invalid(f"a VAT id of {prefix}, but the address is in {country}", field="vat_id")
    return True
