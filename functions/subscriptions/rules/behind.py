"""The money behind what was invoiced: which invoices brought it, also where a change carried it over from one to the next (ADR 8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from fractions import Fraction

from kernel.money import round_half_up

LOOKED_AT = 24  # invoices behind one line: seats may change every day of a year, and each invoice is a read


@dataclass(frozen=True)
class Behind:
    """What an invoice brought for a line, in minor units and in the terms of lines, and the share of its total that has stayed with us.

    Below zero where a change cost less than it credited: the difference became balance. Without an `invoice_id` it is the rest, of
    invoices that brought too little to be looked at.
    """

    invoice_id: str
    amount: int
    kept: Fraction = Fraction(1)


@dataclass(frozen=True)
class Invoiced:
    """An invoiced line that still covers time: its amount in minor units net of discounts, not negative, for [start, end).

    Of the amount only that counts which has money `behind` it. After a change, the lines of the change stand in the place of those
    that it credited: nothing is credited twice.
    """

    line_id: str
    amount: int
    period_start: datetime
    period_end: datetime
    behind: tuple[Behind, ...] = ()


def backed(amount: int, behind: Sequence[Behind]) -> int:
    """How much of a line's amount we have the money for, rounded down: never less than nothing, and never more than the line."""
    return max(min(_stayed(behind), amount), 0)


def behind_change(invoice_id: str, amount: int, invoiced: Sequence[Invoiced], credits: Mapping[str, int]) -> list[Behind]:
    """What stands behind the line of a change: what it carries over from the lines that it credits (minor units by line id), each of their
    invoices in proportion, and the rest by its own invoice. All of it together backs the whole line, to the cent."""
    carried = _few([replace(each, amount=round_half_up(Fraction(each.amount * credits[part.line_id], part.amount)))
                    for part in invoiced if part.line_id in credits for each in part.behind])
    own = amount - min(_stayed(carried), sum(credits.values()))
    return [Behind(invoice_id, own), *carried]


def _stayed(behind: Sequence[Behind]) -> int:
    return sum((each.amount * each.kept for each in behind), Fraction(0)) // 1


def _few(behind: Sequence[Behind]) -> list[Behind]:
    """Those that brought most, and the rest as one that nothing goes back of any more."""
    most = sorted((each for each in behind if each.amount), key=lambda each: (not each.invoice_id, -abs(each.amount)))
    rest = _stayed(most[LOOKED_AT:])
    return [*most[:LOOKED_AT], *([Behind("", rest)] if rest else [])]
