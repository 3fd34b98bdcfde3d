"""Discounts on the lines of an invoice: which apply, in what order, and each line's share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from functions.invoices.rules.derivations import FORMULAS
from kernel.money import Derivation, allocate, check_amount, derive, parse_unit

_ORDER = ("line", "plan", "all")


@dataclass(frozen=True)
class Discount:
    """An `amount` in minor units or a `percent` (decimal string, 0 to 100) off the line or plan that `target` names, or off all lines."""

    id: str
    scope: Literal["line", "plan", "all"]
    applied_at: datetime
    target: str = ""
    amount: int | None = None
    percent: str | None = None

    def __post_init__(self) -> None:
        if self.scope not in _ORDER or (self.amount is None) == (self.percent is None):
            raise ValueError("a discount has a scope and either an amount or a percentage")
        if self.amount is not None and check_amount(self.amount) < 0:
            raise ValueError("a discount is not negative")
        if self.percent is not None and parse_unit(self.percent) > 100:
            raise ValueError("a discount is at most 100 %")


@dataclass(frozen=True)
class AppliedDiscount:
    """What a discount took off: `amount` ≥ 0, of it one share per line by largest remainder over the weights in the derivation."""

    discount_id: str
    amount: int
    shares: tuple[int, ...]
    derivation: Derivation


class Discountable(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def plan_id(self) -> str: ...
    @property
    def amount(self) -> int: ...


def apply_discounts(lines: Sequence[Discountable], discounts: Sequence[Discount]) -> tuple[list[int], list[AppliedDiscount]]:
    """Each line's amount after all discounts, and the discounts that took something.

    Scope first (line → plan → all), then by when applied (design §7.6); each works on what the earlier ones left. A discount is
    rounded once and never takes more than there is; credit lines are not discounted.
    """
    nets = [line.amount for line in lines]
    applied = []
    for discount in sorted(discounts, key=lambda d: (_ORDER.index(d.scope), d.applied_at, d.id)):
        weights = [max(net, 0) if _covers(discount, line) else 0 for line, net in zip(lines, nets, strict=True)]
        amount, derivation = _taken(discount, weights)
        if amount:
            shares = allocate(amount, weights)
            nets = [net - share for net, share in zip(nets, shares, strict=True)]
            applied.append(AppliedDiscount(discount.id, amount, tuple(shares), derivation))
    return nets, applied


def _covers(discount: Discount, line: Discountable) -> bool:
    if discount.scope == "all":
        return True
    return discount.target == (line.id if discount.scope == "line" else line.plan_id)


def _taken(discount: Discount, weights: list[int]) -> tuple[int, Derivation]:
    if discount.percent is not None:
        return derive(FORMULAS, "percent_discount", discount_id=discount.id, percent=discount.percent, weights=weights)
    return derive(FORMULAS, "fixed_discount", discount_id=discount.id, value=discount.amount, weights=weights)
