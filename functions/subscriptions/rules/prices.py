"""Prices as rules see them: what one unit costs per interval, and how two prices compare."""

from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Literal

from kernel.calendar import Cycle, Interval
from kernel.money import exponent, parse_unit
from kernel.problems import Refused

# How many of an interval make a month (design §7.7).
_PER_MONTH = {
    Interval.DAY: Fraction(365, 12),
    Interval.WEEK: Fraction(52, 12),
    Interval.MONTH: Fraction(1),
    Interval.QUARTER: Fraction(1, 3),
    Interval.YEAR: Fraction(1, 12),
}


@dataclass(frozen=True)
class Price:
    """One version of a price: `unit_amount` is a decimal string in minor units, due every `interval_count` intervals."""

    id: str
    unit_amount: str
    currency: str
    interval: Interval
    interval_count: int = 1

    def __post_init__(self) -> None:
        parse_unit(self.unit_amount)
        exponent(self.currency)
        Interval(self.interval)
        if self.interval_count < 1:
            raise ValueError("a price is due every 1 or more intervals")


def monthly_value(price: Price, quantity: str = "1") -> Fraction:
    """What a price brings a month, in exact minor units: yearly 1/12, quarterly 1/3, weekly 52/12, daily 365/12."""
    return parse_unit(price.unit_amount) * parse_unit(quantity) * _PER_MONTH[price.interval] / price.interval_count


def classify_change(
    old: Price, new: Price, old_quantity: str = "1", new_quantity: str = "1"
) -> Literal["upgrade", "downgrade", "same"]:
    """Compare by monthly value. Refused (`currency_change`) if the currencies differ."""
    require_same_currency(old, new)
    before, after = monthly_value(old, old_quantity), monthly_value(new, new_quantity)
    if before == after:
        return "same"
    return "upgrade" if after > before else "downgrade"


def cycle_after(cycle: Cycle, new: Price, at: datetime) -> Cycle:
    """The cycle once a price applies: unchanged if it is due as often, else a new one anchored at the instant of the change."""
    if (cycle.interval, cycle.count) == (new.interval, new.interval_count):
        return cycle
    return Cycle(at, cycle.zone, new.interval, new.interval_count)


def require_same_currency(old: Price, new: Price) -> None:
    """Refused if a change of price would change the currency: open balances and numbers of one subscription share one."""
    if old.currency != new.currency:
        raise Refused("currency_change", f"A subscription in {old.currency} cannot change to a price in {new.currency}.")
