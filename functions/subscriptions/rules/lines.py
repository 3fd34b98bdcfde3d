"""The invoice lines of a period and of a change in mid-period, each with the derivation of its amount.

Signs follow EN 16931 (BR-27, a unit price is never negative): a credit has the quantity "-1". Quantity times unit amount,
rounded, is the amount of every line; a prorated line therefore counts one unit of its own amount, and the full price and
quantity stand in its parameters and derivation.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from typing import Any, Literal

from functions.subscriptions.rules.behind import Invoiced
from functions.subscriptions.rules.prices import Price, cycle_after, require_same_currency
from kernel.calendar import Cycle, boundary, period_at, remaining_days
from kernel.money import Derivation, derive, parse_unit, recompute


@dataclass(frozen=True)
class Line:
    """A line of a draft invoice. `text` is a code and `params` its words, for a template to put into a language; amounts in minor units."""

    kind: Literal["recurring", "credit", "charge"]
    text: Literal["recurring", "unused_time", "remaining_time"]
    params: dict[str, str]
    quantity: str
    unit_amount: str
    amount: int
    period_start: datetime
    period_end: datetime
    derivation: Derivation


def recurring_lines(*, price: Price, quantity: str, period_start: datetime, period_end: datetime) -> list[Line]:
    """The line of one whole period. A free price gives a line of zero, so that the invoice says what it is for."""
    amount, derivation = derive(
        _FORMULAS,
        "price",
        price_id=price.id,
        unit_amount=price.unit_amount,
        quantity=quantity,
        period_start=_text(period_start),
        period_end=_text(period_end),
    )
    params = {"price_id": price.id, "quantity": quantity}
    line = Line("recurring", "recurring", params, quantity, price.unit_amount, amount, period_start, period_end, derivation)
    return [line]


def credit_lines(*, invoiced: Sequence[Invoiced], at: datetime, zone: str) -> list[Line]:
    """Credit the unused part of what was invoiced (design §7.4), for a change or a cancellation that pays back; no line of zero."""
    lines = [_credit(part, at, zone) for part in invoiced]
    return [line for line in lines if line.amount]


def change_lines(
    *, old: Price, new: Price, quantity: str, invoiced: Sequence[Invoiced], cycle: Cycle, at: datetime
) -> list[Line]:
    """The lines of a change to `new` × `quantity` that takes effect at an instant of a running, paid-for period.

    Credits for the unused part of what was invoiced, then a charge for the remaining part of the period; or, if the new price is
    due at another interval, for a whole first period from now on (`cycle_after` gives its cycle). A trial has no lines: nothing
    was invoiced and nothing is due. Refused (`currency_change`) if the currencies differ.
    """
    require_same_currency(old, new)
    credits = credit_lines(invoiced=invoiced, at=at, zone=cycle.zone)
    next_cycle = cycle_after(cycle, new, at)
    if next_cycle != cycle:
        start, end = boundary(next_cycle, 0), boundary(next_cycle, 1)
        return credits + recurring_lines(price=new, quantity=quantity, period_start=start, period_end=end)
    return [*credits, _remaining(new, quantity, cycle, at)]


def explain(derivation: Derivation) -> int:
    """The amount in minor units, computed again from the derivation alone; ValueError if it does not hold together."""
    return recompute(_FORMULAS, derivation)


def _credit(part: Invoiced, at: datetime, zone: str) -> Line:
    if part.amount < 0:
        raise ValueError("only what was charged can be credited")
    start = min(max(at, part.period_start), part.period_end)
    share = _share(part.period_start, part.period_end, at, zone)
    amount, derivation = derive(_FORMULAS, "unused_of_invoiced", line_id=part.line_id, invoiced=part.amount, **share)
    params = {"line_id": part.line_id}
    return Line("credit", "unused_time", params, "-1", str(-amount), amount, start, part.period_end, derivation)


def _remaining(price: Price, quantity: str, cycle: Cycle, at: datetime) -> Line:
    _, start, end = period_at(cycle, at)
    amount, derivation = derive(
        _FORMULAS,
        "remaining_of_price",
        price_id=price.id,
        unit_amount=price.unit_amount,
        quantity=quantity,
        **_share(start, end, at, cycle.zone),
    )
    params = {"price_id": price.id, "quantity": quantity}
    return Line("charge", "remaining_time", params, "1", str(amount), amount, at, end, derivation)


def _share(start: datetime, end: datetime, at: datetime, zone: str) -> dict[str, str]:
    # Days are written down beside the times they come from, so that a later edition of the time zone database explains the same cent.
    remaining, whole = remaining_days(start, end, at, zone)
    return {
        "period_start": _text(start),
        "period_end": _text(end),
        "at": _text(at),
        "zone": zone,
        "remaining_days": f"{remaining.numerator}/{remaining.denominator}",
        "period_days": f"{whole.numerator}/{whole.denominator}",
    }


def _text(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _price(inputs: Mapping[str, Any]) -> Fraction:
    return parse_unit(inputs["unit_amount"]) * parse_unit(inputs["quantity"])


def _factor(inputs: Mapping[str, Any]) -> Fraction:
    return Fraction(inputs["remaining_days"]) / Fraction(inputs["period_days"])


_FORMULAS = {
    "price": _price,
    "remaining_of_price": lambda inputs: _price(inputs) * _factor(inputs),
    "unused_of_invoiced": lambda inputs: -inputs["invoiced"] * _factor(inputs),
}
