"""Worked examples of billing systems in use, by the rules of subscriptions and of money; ids as in the collection.

F to H and M are beside the rules of invoices. What a row asks in another system's words is asked here in ours: a billing cycle day is
a cycle anchored on that day, possibly
before the start; a repair is a credit; the prepaid amount is balance. Rows or parts of rows that do not apply:

- A5 (annual): there a yearly plan first gets a short period up to the billing day; ours starts its year at the anchor.
- B3: our anchor is an instant, so the skipped 02:00 can only be met by a later boundary; it is shifted as the row says.
- D17: there shares are of seconds, ours of local days (design §7.3). They agree in a zone without clock changes, as in this
  row; over a change of clocks they differ, and the test shows by how much.
- D1: there the free part of the month stays as a line of 0.00. Ours was invoiced before, so nothing is credited and nothing repeated.
- I rates usage: no rule here. K3, K5, K7 are schedules of other systems; L but L1 is beside insights.
"""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from functions.invoices.rules import TaxedLine, totals
from functions.subscriptions import rules
from functions.subscriptions.rules import Invoiced, Price
from kernel import calendar
from kernel.calendar import Cycle, Interval
from kernel.money import allocate, exponent, parse_unit, round_half_up
from tests.unit.shares import share_left


def day(text: str, zone: str = "UTC") -> datetime:
    return calendar.instant(datetime.fromisoformat(text), zone)


def boundaries(cycle: Cycle, n: int) -> list[str]:
    zone = ZoneInfo(cycle.zone)
    return [calendar.boundary(cycle, i).astimezone(zone).date().isoformat() for i in range(1, n + 1)]


def cents(interval: Interval, unit_amount: int, currency: str = "USD") -> Price:
    return Price("pri_1", str(unit_amount), currency, interval)


def change(old: Price, new: Price, start: str, at: str, paid: int | None = None) -> list[int]:
    """The amounts of a change of plan, the old one having been paid in full for the period that began at `start`."""
    cycle = Cycle(day(start), "UTC", old.interval, old.interval_count)
    invoiced = [Invoiced("line#0001", int(old.unit_amount) if paid is None else paid, day(start), calendar.boundary(cycle, 1))]
    lines = rules.change_lines(old=old, new=new, quantity="1", invoiced=invoiced, cycle=cycle, at=day(at))
    assert all(rules.explain(line.derivation) == line.amount for line in lines)
    return [line.amount for line in lines]


class TestA:
    """Calendar anchoring."""

    def test_a1_the_31st_becomes_the_last_day(self) -> None:
        assert boundaries(Cycle(day("2024-01-31"), "UTC", Interval.MONTH), 3) == ["2024-02-29", "2024-03-31", "2024-04-30"]

    def test_a3_after_the_28th_of_february_billing_goes_on(self) -> None:
        assert boundaries(Cycle(day("2017-01-31"), "UTC", Interval.MONTH), 3) == ["2017-02-28", "2017-03-31", "2017-04-30"]

    def test_a5_billing_day_30_meets_february(self) -> None:
        _, _, end = calendar.period_at(Cycle(day("2012-01-30"), "UTC", Interval.MONTH), day("2012-02-16"))
        assert end == day("2012-02-29")

    @pytest.mark.parametrize(("interval", "end"), [(Interval.MONTH, "2012-03-14"), (Interval.YEAR, "2013-02-14")])
    def test_a7_billing_day_14_is_before_the_start(self, interval: Interval, end: str) -> None:
        assert calendar.period_at(Cycle(day("2012-02-14"), "UTC", interval), day("2012-02-16"))[2] == day(end)

    def test_a11_a_year_has_no_boundary_in_its_months(self) -> None:
        start = datetime(2024, 1, 31, 1, tzinfo=UTC)
        cycle = Cycle(start, "UTC", Interval.YEAR)
        for month in (2, 3, 4):
            assert calendar.period_at(cycle, datetime(2024, month, 29, tzinfo=UTC)) == (0, start, datetime(2025, 1, 31, 1, tzinfo=UTC))

    def test_a13_the_hour_of_the_anchor_is_kept(self) -> None:
        cycle = Cycle(datetime(2025, 1, 30, 15, tzinfo=UTC), "UTC", Interval.MONTH)
        _, start, end = calendar.period_at(cycle, datetime(2025, 2, 13, 20, tzinfo=UTC))
        assert (start, end) == (datetime(2025, 1, 30, 15, tzinfo=UTC), datetime(2025, 2, 28, 15, tzinfo=UTC))

    @pytest.mark.parametrize(
        ("anchor", "interval", "expected"),
        [
            ("2024-09-02", Interval.MONTH, ["2024-10-02", "2024-11-02", "2024-12-02"]),
            ("2023-01-31", Interval.MONTH, ["2023-02-28", "2023-03-31", "2023-04-30"]),
            ("2024-01-31", Interval.MONTH, ["2024-02-29", "2024-03-31", "2024-04-30"]),
            ("2022-06-03", Interval.WEEK, ["2022-06-10", "2022-06-17", "2022-06-24"]),
        ],
    )
    def test_a15_second_of_the_month_last_of_the_month_every_friday(self, anchor: str, interval: Interval, expected: list[str]) -> None:
        assert boundaries(Cycle(day(anchor), "UTC", interval), 3) == expected


class TestB:
    """Time zones and clock changes."""

    def test_b1_eighteen_months_in_juneau_are_eighteen_lines(self) -> None:
        juneau = "America/Juneau"
        trial_end = calendar.add_days(datetime(2015, 9, 1, 8, 1, 1, tzinfo=UTC), 30, juneau)
        assert trial_end.astimezone(ZoneInfo(juneau)).date() == date(2015, 10, 1)
        cycle = Cycle(day("2015-10-01", juneau), juneau, Interval.MONTH)
        seen, at = [], trial_end
        for n in range(18):
            index, start, end = calendar.period_at(cycle, at)
            [line] = rules.recurring_lines(price=cents(Interval.MONTH, 24995), quantity="1", period_start=start, period_end=end)
            assert (index, line.amount) == (n, 24995)
            seen.append((start.astimezone(ZoneInfo(juneau)), end))
            at = end
        assert all((start.day, start.hour) == (1, 0) for start, _ in seen)
        assert all(before[1] == after[0] for before, after in pairwise(seen))

    def test_b3_two_oclock_does_not_exist(self) -> None:
        los_angeles = "America/Los_Angeles"
        cycle = Cycle(day("2015-02-08T02:00", los_angeles), los_angeles, Interval.MONTH)
        assert calendar.boundary(cycle, 1).isoformat() == "2015-03-08T10:00:00+00:00"  # 02:00-08:00
        assert boundaries(cycle, 3) == ["2015-03-08", "2015-04-08", "2015-05-08"]
        assert calendar.boundary(cycle, 2) == day("2015-04-08T02:00", los_angeles)


class TestC:
    """Proration factors."""

    @pytest.mark.parametrize(
        ("start", "end", "at", "share"),
        [
            ("2023-05-15", "2023-06-15", "2023-05-23", Fraction(23, 31)),  # C1
            ("2023-02-15", "2023-03-15", "2023-02-23", Fraction(20, 28)),  # C3
            ("2012-02-01", "2012-03-01", "2012-02-15", 1 - Fraction(14, 29)),  # C11
        ],
    )
    def test_c1_c3_c11_the_remaining_share_counts_days(self, start: str, end: str, at: str, share: Fraction) -> None:
        assert share_left(day(start), day(end), day(at), "UTC") == share

    def test_c9_a_change_that_moves_the_billing_day(self) -> None:
        change_at, target = day("2011-03-10"), day("2011-04-21")
        old, new = Cycle(day("2011-02-07"), "UTC", Interval.MONTH), Cycle(day("2011-02-15"), "UTC", Interval.MONTH)
        index, start, end = calendar.period_at(old, change_at)
        assert index + 1 - share_left(start, end, change_at, "UTC") == 1 + Fraction(3, 31)
        first, lead_start, lead_end = calendar.period_at(new, change_at)
        assert share_left(lead_start, lead_end, change_at, "UTC") == Fraction(5, 28)
        assert calendar.period_at(new, target)[0] - first == 2


class TestD:
    """Upgrades and downgrades."""

    def test_d1_a_free_month_turns_paid_in_the_middle(self) -> None:
        assert change(cents(Interval.MONTH, 0), cents(Interval.MONTH, 2995), "2017-02-01", "2017-02-15") == [1498]

    def test_d3_d5_a_large_plan_turns_small_and_the_credit_pays_the_next_invoice(self) -> None:
        lines = change(cents(Interval.MONTH, 59995), cents(Interval.MONTH, 995), "2012-05-01", "2012-05-07")
        assert lines == [-48383, 802]
        credit = totals([TaxedLine(str(n), amount, "Z", "0") for n, amount in enumerate(lines)], prices_include_tax=False)
        assert (credit.amount_due, credit.credit_to_balance) == (0, 47581)
        june = totals([TaxedLine("1", 2995, "Z", "0")], prices_include_tax=False, balance=credit.credit_to_balance)
        assert (june.balance_applied, june.amount_due) == (2995, 0)

    def test_d7_half_a_month(self) -> None:
        assert change(cents(Interval.MONTH, 10000), cents(Interval.MONTH, 30000), "2025-06-01", "2025-06-16") == [-5000, 15000]

    def test_d11_most_of_a_leap_year_is_over(self) -> None:
        assert change(cents(Interval.YEAR, 100000), cents(Interval.YEAR, 300000), "2024-02-18", "2024-09-05") == [-45355, 136066]

    def test_d13_monthly_to_yearly_starts_a_whole_year_now(self) -> None:
        monthly, yearly = cents(Interval.MONTH, 10000), cents(Interval.YEAR, 100000)
        assert change(monthly, yearly, "2025-06-01", "2025-06-16") == [-5000, 100000]
        cycle = rules.cycle_after(Cycle(day("2025-06-01"), "UTC", Interval.MONTH), yearly, day("2025-06-16"))
        assert calendar.boundary(cycle, 1) == day("2026-06-16")

    def test_d15_yearly_to_monthly(self) -> None:
        assert change(cents(Interval.YEAR, 100000), cents(Interval.MONTH, 9000), "2024-02-18", "2024-04-19") == [-83333, 9000]

    def test_d17_one_day_of_thirty_is_gone(self) -> None:
        assert change(cents(Interval.MONTH, 500), cents(Interval.MONTH, 2000), "2025-06-01", "2025-06-02") == [-483, 1933]
        assert change(cents(Interval.MONTH, 2000), cents(Interval.MONTH, 500), "2025-06-01", "2025-06-02") == [-1933, 483]

    def test_d17_differs_from_seconds_where_clocks_change(self) -> None:
        start, at, end = (day(text, "Europe/Berlin") for text in ("2025-03-16", "2025-03-31", "2025-04-16"))
        days = share_left(start, end, at, "Europe/Berlin")
        seconds = Fraction((end - at) // timedelta(seconds=1), (end - start) // timedelta(seconds=1))
        assert (days, seconds) == (Fraction(16, 31), Fraction(384, 743))
        assert (round_half_up(100000 * days), round_half_up(100000 * seconds)) == (51613, 51682)

    def test_d19_the_change_stands_on_the_next_invoice(self) -> None:
        new = cents(Interval.MONTH, 20000)
        lines = change(cents(Interval.MONTH, 10000), new, "2025-06-01", "2025-06-16")
        [renewal] = rules.recurring_lines(price=new, quantity="1", period_start=day("2025-07-01"), period_end=day("2025-08-01"))
        assert sum(lines) + renewal.amount == 25000

    @pytest.mark.parametrize(
        ("interval", "amount", "kind"),
        [
            (Interval.MONTH, 4000, "upgrade"),
            (Interval.MONTH, 1500, "downgrade"),
            (Interval.YEAR, 30000, "upgrade"),
            (Interval.YEAR, 18000, "downgrade"),
            (Interval.YEAR, 24000, "same"),
        ],
    )
    def test_d23_the_monthly_value_classifies(self, interval: Interval, amount: int, kind: str) -> None:
        assert rules.classify_change(cents(Interval.MONTH, 2000), cents(interval, amount)) == kind

    def test_d25_halfway(self) -> None:
        assert sum(change(cents(Interval.MONTH, 2000), cents(Interval.MONTH, 5000), "2025-06-01", "2025-06-16")) == 1500


def test_e3_a_free_plan_has_a_line_of_zero() -> None:
    june, july = day("2025-06-01"), day("2025-07-01")
    [line] = rules.recurring_lines(price=cents(Interval.MONTH, 0), quantity="1", period_start=june, period_end=july)
    assert line.amount == 0


class TestJ:
    """Minor units."""

    @pytest.mark.parametrize(
        ("total", "weights", "parts"),
        [(600, [10, 5], [400, 200]), (5, [1, 1, 1], [2, 2, 1]), (10000, [1, 2, 3], [1667, 3333, 5000])],
    )
    def test_j1_j3_j5_parts_sum(self, total: int, weights: list[int], parts: list[int]) -> None:
        assert allocate(total, weights) == parts

    def test_j7_a_fraction_of_a_minor_unit_is_a_unit_price_but_no_amount(self) -> None:
        assert parse_unit("100.1") == Fraction(1001, 10)
        with pytest.raises(ValueError, match="minor units"):
            totals([TaxedLine("1", 100.1, "Z", "0")], prices_include_tax=False)  # type: ignore[arg-type]

    @pytest.mark.parametrize(("units", "currency", "minor"), [(10, "USD", 1000), (10, "JPY", 10), (500, "JPY", 500), (1, "KWD", 1000)])
    def test_j9_minor_units_by_currency(self, units: int, currency: str, minor: int) -> None:
        assert units * 10 ** exponent(currency) == minor



def test_l1_four_yearly_subscriptions() -> None:
    assert round_half_up(rules.monthly_value(cents(Interval.YEAR, 50000), "4")) == 16667
