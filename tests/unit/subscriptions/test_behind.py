"""The money behind a line: whatever changes come in a row, and whatever goes back, no more is credited than has stayed."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from functions.subscriptions.rules import Behind, Invoiced, backed, behind_change
from functions.subscriptions.rules.behind import LOOKED_AT
from kernel.money import round_half_up

DAY = datetime(2025, 6, 1, tzinfo=UTC)
shares = st.fractions(0, 1, max_denominator=31)
changes = st.lists(st.tuples(st.integers(0, 10**7), shares), max_size=12)  # what the new line costs, and which share of the old was unused


def line(n: int, behind: list[Behind], amount: int) -> Invoiced:
    return Invoiced(f"inv_{n}#1", backed(amount, behind), DAY, DAY, tuple(behind))


def after(first: int, made: list[tuple[int, Fraction]], kept: Fraction = Fraction(1)) -> tuple[int, list[Behind]]:
    """The last line's amount and what is behind it, of every invoice so much having stayed when the next change came."""
    amount, behind = first, [Behind("inv_0", first, kept)]
    for n, (cost, unused) in enumerate(made, 1):
        old = line(n - 1, behind, amount)
        credit = round_half_up(old.amount * unused)
        amount, behind = cost, behind_change(f"inv_{n}", cost, [old], {old.line_id: credit} if credit else {})
        assert backed(amount, behind) == amount, "all of it, to the cent, as long as nothing more goes back"
    return amount, behind


def lost(behind: list[Behind], stayed: Fraction) -> list[Behind]:
    return [replace(each, kept=min(each.kept, stayed)) if each.amount > 0 else each for each in behind]


@given(st.integers(0, 10**7), changes, shares)
def test_a_new_line_is_backed_whole_whatever_was_carried_over(first: int, made: list[tuple[int, Fraction]], kept: Fraction) -> None:
    after(first, made, kept)


@given(st.integers(0, 10**7), changes)
def test_without_refunds_carried_money_and_own_sum_to_the_line(first: int, made: list[tuple[int, Fraction]]) -> None:
    amount, behind = after(first, made)
    assert abs(sum(each.amount for each in behind) - amount) <= len(behind)


@given(st.integers(0, 10**7), changes, shares, shares)
def test_the_more_goes_back_the_less_is_backed_down_to_nothing(first: int, made: list[tuple[int, Fraction]], some: Fraction, more: Fraction) -> None:
    amount, behind = after(first, made)
    some, more = max(some, more), min(some, more)
    assert amount >= backed(amount, lost(behind, some)) >= backed(amount, lost(behind, more)) >= 0
    assert backed(amount, lost(behind, Fraction(0))) == 0


@given(st.lists(st.integers(1, 10**6), min_size=LOOKED_AT, max_size=3 * LOOKED_AT))
def test_of_many_invoices_the_largest_are_looked_at_and_the_rest_is_one(costs: list[int]) -> None:
    total, behind = 0, [Behind("inv_0", 0)]
    for n, cost in enumerate(costs, 1):
        old, total = line(n - 1, behind, total), total + cost
        behind = behind_change(f"inv_{n}", total, [old], {old.line_id: old.amount} if old.amount else {})
        assert len(behind) <= LOOKED_AT + 2
        assert sum(each.amount for each in behind) == total
    assert [each.invoice_id for each in behind].count("") <= 1
