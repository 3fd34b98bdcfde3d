"""Stripe's amounts: which currencies, how small, how large, and the multiples some of them demand."""

from local.gateways.stripe.errors import invalid
from local.gateways.stripe.forms import Params

CURRENCIES = frozenset(
    """aed afn all amd ang aoa ars aud awg azn bam bbd bdt bgn bhd bif bmd bnd bob brl bsd bwp byn bzd cad cdf chf clp cny cop crc
    cve czk djf dkk dop dzd egp etb eur fjd fkp gbp gel gip gmd gnf gtq gyd hkd hnl htg huf idr ils inr isk jmd jod jpy kes kgs khr
    kmf krw kwd kyd kzt lak lbp lkr lrd lsl mad mdl mga mkd mmk mnt mop mur mvr mwk mxn myr mzn nad ngn nio nok npr nzd omr pab pen
    pgk php pkr pln pyg qar ron rsd rub rwf sar sbd scr sek sgd shp sle sos srd std szl thb tjs tnd top try ttd twd tzs uah ugx usd
    uyu uzs vnd vuv wst xaf xcd xof xpf yer zar zmw""".split()  # noqa: SIM905  a literal of 130 texts hides what it lists
)
# https://docs.stripe.com/currencies#special-cases: three decimals with a last digit of 0, two decimals that must be 00.
MULTIPLES = {"bhd": 10, "jod": 10, "kwd": 10, "omr": 10, "tnd": 10, "isk": 100, "ugx": 100}
SMALLEST, LARGEST = 50, 99_999_999


def currency(params: Params) -> str:
    """The lower-case ISO 4217 code in `currency`."""
    code = params.required("currency").lower()
    if code not in CURRENCIES:
        raise invalid(f"Invalid currency: {code}", param="currency")
    return code


def chargeable(params: Params, code: str) -> int:
    """The `amount` of a payment in the smallest unit of `code`."""
    params.required("amount")
    amount = params.integer("amount") or 0
    if amount < 1:
        raise invalid("Invalid positive integer", param="amount", code="parameter_invalid_integer")
    if amount < SMALLEST:
        raise invalid(f"Amount must be at least {SMALLEST} {code}", param="amount", code="amount_too_small")
    if amount > LARGEST:
        raise invalid(f"Amount must be no more than {LARGEST} {code}", param="amount", code="amount_too_large")
    if amount % MULTIPLES.get(code, 1):
        raise invalid(f"Amounts in {code} are multiples of {MULTIPLES[code]}", param="amount")
    return amount
