"""Exact money: integer minor units, one rounding rule, shares that always sum, and amounts that carry their derivation."""

import re
from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

MAX_AMOUNT = 10**14
"""Largest absolute amount in minor units: safe in a JSON number, in DynamoDB and in every sum that one document makes."""

# ISO 4217, list one (SIX, the standard's maintenance agency), state of 2026: currencies that circulate. Funds codes, metals and
# testing codes are left out, since nobody is invoiced in them; so is what was withdrawn (HRK, SLL, ANG, ZWL, CUC, BGN).
_BY_EXPONENT = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
    2: """AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE
    CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD
    KZT LAK LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR
    PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU
    UZS VED VES WST XCD XCG YER ZAR ZMW ZWG""",
    3: "BHD IQD JOD KWD LYD OMR TND",
}
_EXPONENTS = {code: digits for digits, codes in _BY_EXPONENT.items() for code in codes.split()}
CURRENCIES = frozenset(_EXPONENTS)

_DECIMAL = re.compile(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?")

Derivation = dict[str, Any]
"""Why an amount is what it is, as JSON: {"rule", "inputs": {…}, "exact": "n/d" in minor units, "rounding": "half_up"}."""

Formulas = Mapping[str, Callable[[Mapping[str, Any]], Fraction]]
"""What each rule's name means: from the inputs to the exact amount in minor units."""


def exponent(currency: str) -> int:
    """How many decimals a currency has: 0 for JPY, 2 for EUR, 3 for KWD (ISO 4217). ValueError if the code is unknown."""
    try:
        return _EXPONENTS[currency]
    except KeyError:
        raise ValueError(f"{currency!r} is not an active ISO 4217 currency code") from None


def round_half_up(value: Fraction) -> int:
    """The nearest whole number; a half goes away from zero (2.5 → 3, −2.5 → −3)."""
    n, d = abs(value.numerator), value.denominator
    rounded = (2 * n + d) // (2 * d)
    return -rounded if value < 0 else rounded


def check_amount(amount: int) -> int:
    """The amount itself if it is a whole number of minor units within ±MAX_AMOUNT; else ValueError."""
    if type(amount) is not int or abs(amount) > MAX_AMOUNT:
        raise ValueError(f"an amount is a whole number of minor units within ±{MAX_AMOUNT}")
    return amount


def parse_decimal(text: str) -> Fraction:
    """A plain decimal such as "12.5" or "-3", exactly: at most 12 decimals, within ±MAX_AMOUNT, no "+", no exponent; else ValueError."""
    if not isinstance(text, str) or not _DECIMAL.fullmatch(text):
        raise ValueError("a decimal number is digits with at most 12 decimals, such as 12.5")
    value = Fraction(text)
    if abs(value) > MAX_AMOUNT:
        raise ValueError(f"a decimal number lies within ±{MAX_AMOUNT}")
    return value


def parse_unit(text: str) -> Fraction:
    """A unit price, quantity or rate: a decimal (see `parse_decimal`) that is not negative, else ValueError.

    Unit prices are in minor units: "0.06" is 0.06 cents.
    """
    value = parse_decimal(text)
    if text.startswith("-"):
        raise ValueError("a unit price or quantity is not negative")
    return value


def allocate(total: int, weights: Sequence[int | Fraction]) -> list[int]:
    """Split an amount in proportion to weights so that the parts sum to it: by largest remainder, ties to the earlier.

    Each part is within one minor unit of its exact share; a negative total mirrors the positive one. ValueError if a weight is
    negative or none is above zero.
    """
    whole = sum(weights, Fraction(0))
    if whole <= 0 or min(weights) < 0:
        raise ValueError("weights are not negative, and at least one is above zero")
    exact = [abs(total) * Fraction(weight) / whole for weight in weights]
    parts = [share.numerator // share.denominator for share in exact]
    by_remainder = sorted(range(len(parts)), key=lambda i: parts[i] - exact[i])
    for i in by_remainder[: abs(total) - sum(parts)]:
        parts[i] += 1
    return [-part for part in parts] if total < 0 else parts


def derive(formulas: Formulas, rule: str, **inputs: Any) -> tuple[int, Derivation]:
    """Compute an amount by a named rule and say how: (amount in minor units, derivation). Inputs are JSON values without floats."""
    exact = Fraction(formulas[rule](inputs))
    derivation = {"rule": rule, "inputs": inputs, "exact": f"{exact.numerator}/{exact.denominator}", "rounding": "half_up"}
    return check_amount(round_half_up(exact)), derivation


def recompute(formulas: Formulas, derivation: Derivation) -> int:
    """The amount that a derivation explains, from its rule and inputs alone; ValueError if the exact value it states is another."""
    if derivation["rule"] not in formulas:
        raise ValueError(f"unknown rule {derivation['rule']!r}")
    amount, again = derive(formulas, derivation["rule"], **derivation["inputs"])
    if again != derivation:
        raise ValueError(f"the derivation states {derivation['exact']}, its inputs give {again['exact']}")
    return amount


def _known(currency: str) -> str:
    exponent(currency)
    return currency


UNIT = {"pattern": r"^(0|[1-9][0-9]{0,14})(\.[0-9]{1,12})?$"}
"""What `parse_unit` takes, for the JSON schema of a field that it checks."""

Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", examples=["EUR"]), AfterValidator(_known)]
"""An active ISO 4217 code, for Pydantic models."""

Amount = Annotated[int, Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT, examples=[4900])]
"""Whole minor units within ±MAX_AMOUNT, for Pydantic models; refuses "12", 1.0 and true."""


class Money(BaseModel):
    """An amount in minor units of its currency, as the API shows it: {"amount": 4900, "currency": "EUR"}."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True, hide_input_in_errors=True)

    amount: Amount
    currency: Currency
