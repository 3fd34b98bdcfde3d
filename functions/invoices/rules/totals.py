"""The totals of an invoice: discounts, tax per category and rate, and what credit notes and balance pay of it (design §7.2, §7.6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from functions.invoices.rules.derivations import FORMULAS, sum_of
from functions.invoices.rules.discounts import AppliedDiscount, Discount, apply_discounts
from kernel.money import Derivation, check_amount, derive, parse_unit

_TAXED = frozenset({"S", "L", "M"})
_UNTAXED = frozenset({"Z", "E", "AE", "K", "G", "O"})


@dataclass(frozen=True)
class TaxedLine:
    """What totals need of a line: minor units (with tax if prices include it), EN 16931 category, rate in percent as a decimal string."""

    id: str
    amount: int
    category: str
    rate: str
    note_code: str | None = None
    plan_id: str = ""

    def __post_init__(self) -> None:
        check_amount(self.amount)
        if self.category not in _TAXED | _UNTAXED or (self.category in _TAXED) != (parse_unit(self.rate) > 0):
            raise ValueError("a tax category is one of EN 16931, and has a rate above zero just when it is S, L or M")


@dataclass(frozen=True)
class TaxRow:
    """All lines of one category and rate. Minor units: `subtotal` and `base` before tax, without and with discounts; `amount` the tax.

    `rounding` is the cent by which base and tax miss the gross amount when prices include tax.
    """

    category: str
    rate: str
    note_code: str | None
    subtotal: int
    base: int
    amount: int
    rounding: int
    derivations: dict[str, Derivation]


@dataclass(frozen=True)
class Settlement:
    """How a total is met before money moves. total − credited − balance_applied == amount_due − credit_to_balance; none is negative."""

    credited: int
    balance_applied: int
    amount_due: int
    credit_to_balance: int
    derivations: dict[str, Derivation]


@dataclass(frozen=True)
class Totals:
    """Minor units; subtotal − discount + tax + rounding == total. `subtotal` and `discount` are before tax, in either way of pricing.

    `nets` is each line's amount after discounts, in the terms of the lines: what a later change credits. `rounding` is BT-114.
    """

    subtotal: int
    discount: int
    taxes: tuple[TaxRow, ...]
    tax: int
    rounding: int
    total: int
    credited: int
    balance_applied: int
    amount_due: int
    credit_to_balance: int
    discounts: tuple[AppliedDiscount, ...]
    nets: tuple[int, ...]
    derivations: dict[str, Derivation]


def totals(
    lines: Sequence[TaxedLine],
    *,
    prices_include_tax: bool,
    discounts: Sequence[Discount] = (),
    credit_notes: int = 0,
    balance: int = 0,
) -> Totals:
    """Lines → discounts → tax on the document → credit notes → prepaid balance → amount due. Every amount carries its derivation."""
    nets, applied = apply_discounts(lines, discounts)
    rows = _tax_rows(lines, nets, prices_include_tax)

    def over_rows(value: Callable[[TaxRow], int]) -> tuple[int, Derivation]:
        return sum_of([(f"{row.category} {row.rate}", value(row)) for row in rows])

    subtotal, of_subtotal = over_rows(lambda row: row.subtotal)
    discount, of_discount = over_rows(lambda row: row.subtotal - row.base)
    tax, of_tax = over_rows(lambda row: row.amount)
    rounding, of_rounding = over_rows(lambda row: row.rounding)
    total, of_total = sum_of([("subtotal", subtotal), ("discount", -discount), ("tax", tax), ("rounding", rounding)])
    own = {"subtotal": of_subtotal, "discount": of_discount, "tax": of_tax, "rounding": of_rounding, "total": of_total}
    paid = split_credit(total, credit_notes=credit_notes, balance=balance)
    return Totals(
        subtotal=subtotal,
        discount=discount,
        taxes=tuple(rows),
        tax=tax,
        rounding=rounding,
        total=total,
        credited=paid.credited,
        balance_applied=paid.balance_applied,
        amount_due=paid.amount_due,
        credit_to_balance=paid.credit_to_balance,
        discounts=tuple(applied),
        nets=tuple(nets),
        derivations=own | paid.derivations,
    )


def split_credit(total: int, *, credit_notes: int = 0, balance: int = 0) -> Settlement:
    """Credit notes first, then prepaid balance, then the customer pays; all in minor units.

    What a total below zero, or credit notes beyond it, leave over becomes balance. ValueError if either input is negative.
    """
    if check_amount(credit_notes) < 0 or check_amount(balance) < 0:
        raise ValueError("credit notes and prepaid balance are not negative")
    open_terms = [("total", total), ("credit notes", -credit_notes)]
    as_json = [list(term) for term in open_terms]
    left_over, of_left_over = derive(FORMULAS, "what_is_below_zero", terms=as_json)
    applied, of_applied = derive(FORMULAS, "at_most_the_sum", available=balance, terms=as_json)
    due, of_due = sum_of([*open_terms, ("balance", -applied), ("to balance", left_over)])
    derivations = {"balance_applied": of_applied, "amount_due": of_due, "credit_to_balance": of_left_over}
    return Settlement(credit_notes, applied, due, left_over, derivations)


def of_balance(so_far: int, *, before: int, taken: int, at_hand: int) -> int:
    """How much of a payment that went back the balance gives, in minor units: first what is `at_hand` there. What comes again (`so_far` is
    less than `before`) fills the invoice first, and then the balance with what was `taken` of it."""
    return taken + min(so_far - before, at_hand) if so_far >= before else min(taken, so_far)


def _tax_rows(lines: Sequence[TaxedLine], nets: Sequence[int], prices_include_tax: bool) -> list[TaxRow]:
    groups: dict[tuple[object, ...], list[tuple[TaxedLine, int]]] = {}
    for line, net in zip(lines, nets, strict=True):
        groups.setdefault((line.category, parse_unit(line.rate), line.note_code), []).append((line, net))
    return [_tax_row(group, prices_include_tax) for group in groups.values()]


def _tax_row(group: Sequence[tuple[TaxedLine, int]], prices_include_tax: bool) -> TaxRow:
    first, rate = group[0][0], group[0][0].rate
    subtotal, of_subtotal = sum_of([(line.id, line.amount) for line, _ in group])
    base, of_base = sum_of([(line.id, net) for line, net in group])
    gross = base
    if prices_include_tax:
        subtotal, of_subtotal = derive(FORMULAS, "base_within_gross", gross=subtotal, rate=rate)
        base, of_base = derive(FORMULAS, "base_within_gross", gross=base, rate=rate)
    amount, of_amount = derive(FORMULAS, "tax_on_base", base=base, rate=rate)
    missed = [("gross", gross), ("base", -base), ("tax", -amount)] if prices_include_tax else []
    rounding, of_rounding = sum_of(missed)
    derivations = {"subtotal": of_subtotal, "base": of_base, "amount": of_amount, "rounding": of_rounding}
    return TaxRow(first.category, rate, first.note_code, subtotal, base, amount, rounding, derivations)
