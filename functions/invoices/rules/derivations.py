"""What the rules named in an invoice's derivations compute. Amounts are in minor units, rates and percentages decimal strings."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any

from kernel.money import Derivation, derive, parse_decimal, parse_unit, recompute

Term = tuple[str, int]


def sum_of(terms: Sequence[Term]) -> tuple[int, Derivation]:
    """The sum of named amounts, and its derivation."""
    return derive(FORMULAS, "sum", terms=[list(term) for term in terms])


def price_of(quantity: str, unit_amount: str) -> tuple[int, Derivation]:
    """Quantity times unit amount, both decimal strings that are not negative, and its derivation."""
    return derive(FORMULAS, "price", quantity=quantity, unit_amount=unit_amount)


def base_within(gross: Fraction, rate: str) -> Fraction:
    """What is left of an amount without the tax that is in it, exactly; the rate in percent as a decimal string."""
    return gross * 100 / (100 + parse_decimal(rate))


def explain(derivation: Derivation) -> int:
    """The amount in minor units, computed again from the derivation alone; ValueError if it does not hold together."""
    return recompute(FORMULAS, derivation)


def _sum(inputs: Mapping[str, Any]) -> Fraction:
    return sum((Fraction(amount) for _, amount in inputs["terms"]), Fraction(0))


FORMULAS = {
    "price": lambda inputs: parse_unit(inputs["unit_amount"]) * parse_unit(inputs["quantity"]),
    "sum": _sum,
    "what_is_below_zero": lambda inputs: max(-_sum(inputs), Fraction(0)),
    "at_most_the_sum": lambda inputs: min(Fraction(inputs["available"]), max(_sum(inputs), Fraction(0))),
    "tax_on_base": lambda inputs: inputs["base"] * parse_decimal(inputs["rate"]) / 100,
    "base_within_gross": lambda inputs: base_within(Fraction(inputs["gross"]), inputs["rate"]),
    "fixed_discount": lambda inputs: Fraction(min(inputs["value"], sum(inputs["weights"]))),
    "percent_discount": lambda inputs: sum(inputs["weights"]) * parse_decimal(inputs["percent"]) / 100,
}
