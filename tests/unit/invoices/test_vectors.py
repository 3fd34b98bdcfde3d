"""Worked examples of billing systems in use, by the rules of invoices; ids as in the collection.

A to E and J to L are beside the rules of subscriptions. What a row asks in another system's words is asked here in ours: a prepaid
amount is balance. Rows or parts that do not apply:

- F3: two taxes on one base is not EN 16931's (one category and rate per line); only its rounding is tested.
- F13 (check of the VAT id is down): the rule refuses to decide; keeping the previous rate is the customer record's part.
- G7, G9, G11, G15: what may still be credited or refunded is a rule of credit notes and refunds, not of an invoice's totals.
  Of G15 and G17 the split between net and tax is tested.
- H7: the collection gives three results for three ways of rounding; ours is EN 16931's, with discounts in whole cents.
- H9 caps spending: no rule here.
"""

from datetime import UTC, datetime
from fractions import Fraction

import pytest

from functions.invoices import rules
from functions.invoices.rules import Discount, TaxedLine, totals
from kernel.money import allocate
from kernel.problems import Refused

JUNE = datetime(2025, 6, 1, tzinfo=UTC)


class TestF:
    """Tax."""

    def test_f1_with_tax_inside_and_on_top(self) -> None:
        inside = totals([TaxedLine("1", 1200, "S", "20")], prices_include_tax=True)
        assert (inside.subtotal, inside.tax, inside.rounding, inside.total) == (1000, 200, 0, 1200)
        on_top = totals([TaxedLine("1", 1000, "S", "20")], prices_include_tax=False)
        assert (on_top.subtotal, on_top.tax, on_top.total) == (1000, 200, 1200)

    def test_f3_half_a_cent_of_tax_rounds_up(self) -> None:
        taxes = [totals([TaxedLine("1", 14000, "S", rate)], prices_include_tax=False).tax for rate in ("5", "9.975")]
        assert taxes == [700, 1397]

    def test_f5_three_of_one_kind(self) -> None:
        result = totals([TaxedLine("1", 3 * 4900, "S", "21")], prices_include_tax=False)
        assert (result.subtotal, result.tax, result.total) == (14700, 3087, 17787)

    def test_f7_three_categories_and_a_prepaid_amount(self) -> None:
        lines = [TaxedLine("1", 146050, "S", "25"), TaxedLine("2", 100, "S", "15"), TaxedLine("3", -2500, "E", "0")]
        result = totals(lines, prices_include_tax=False, balance=100000)
        assert [row.amount for row in result.taxes] == [36513, 15, 0]
        assert (result.tax, result.total, result.amount_due) == (36528, 180178, 80178)

    def test_f9_half_a_cent_on_a_large_amount(self) -> None:
        result = totals([TaxedLine("1", 62574354, "S", "25")], prices_include_tax=False)
        assert (result.tax, result.total) == (15643589, 78217943)

    def test_f11_a_charge_and_an_allowance_on_the_document(self) -> None:
        lines = [
            TaxedLine("1", 400000, "S", "25", plan_id="at 25"),
            TaxedLine("2", 200000, "S", "15"),
            TaxedLine("3", 90000, "S", "25", plan_id="at 25"),
            TaxedLine("charge", 20000, "S", "25", plan_id="at 25"),
        ]
        allowance = Discount("allowance", "plan", JUNE, "at 25", amount=10000)
        result = totals(lines, prices_include_tax=False, discounts=[allowance])
        assert [(row.base, row.amount) for row in result.taxes] == [(500000, 125000), (200000, 30000)]
        assert (result.subtotal - result.discount, result.total) == (700000, 855000)

    @pytest.mark.parametrize(
        ("customer", "valid", "category", "rate"),
        [("US", False, "O", "0"), ("FR", False, "S", "20"), ("IT", False, "S", "22"), ("IT", True, "AE", "0")],
    )
    def test_f13_a_french_issuer(self, customer: str, valid: bool, category: str, rate: str) -> None:
        treatment = rules.tax_treatment("FR", customer, valid, {"FR": "20", "IT": "22"})
        assert (treatment.category, treatment.rate) == (category, rate)

    def test_f13_an_unchecked_id_blocks(self) -> None:
        with pytest.raises(Refused, match="not been checked"):
            rules.tax_treatment("FR", "IT", None, {"FR": "20", "IT": "22"})


class TestG:
    """Credit notes and balances."""

    def test_g5_a_coupon_on_the_second_fee_only(self) -> None:
        lines = [TaxedLine("1", 17900, "S", "10"), TaxedLine("2", 39900, "S", "20")]
        result = totals(lines, prices_include_tax=False, discounts=[Discount("c", "line", JUNE, "2", amount=25000)])
        assert (result.tax, result.total, result.nets) == (4770, 37570, (17900, 14900))
        assert abs(Fraction(result.tax * 100, sum(result.nets)) - Fraction("14.54268")) < Fraction(1, 10**5)

    def test_g13_balance_pays_first(self) -> None:
        result = totals([TaxedLine("1", 10000, "Z", "0")], prices_include_tax=False, balance=2000)
        assert (result.balance_applied, result.amount_due) == (2000, 8000)

    @pytest.mark.parametrize(
        ("refund", "net", "tax", "parts"),
        [(125000, 100000, 25000, [100000, 25000]), (50000, 80000, 20000, [40000, 10000])],  # G15 (in full), G17
    )
    def test_g15_g17_a_refund_is_net_and_tax_in_proportion(self, refund: int, net: int, tax: int, parts: list[int]) -> None:
        assert allocate(refund, [net, tax]) == parts

    def test_g19_coupon_then_tax_then_credit_notes_then_prepaid(self) -> None:
        result = totals(
            [TaxedLine("1", 5000, "S", "10"), TaxedLine("2", 2000, "S", "10")],
            prices_include_tax=False,
            discounts=[Discount("coupon", "all", JUNE, amount=1000)],
            credit_notes=2000,
            balance=3000,
        )
        after_coupon, after_credit_notes = result.subtotal - result.discount, result.total - result.credited
        assert (after_coupon, result.total, after_credit_notes, result.amount_due) == (6000, 6600, 4600, 1600)


class TestH:
    """Discounts."""

    @pytest.mark.parametrize(
        ("amount", "fees", "shares"), [(1500, [1000, 1000], (750, 750)), (750, [300, 1200], (150, 600)), (100, [100, 200], (33, 67))]
    )
    def test_h1_h3_a_fixed_amount_over_the_lines(self, amount: int, fees: list[int], shares: tuple[int, ...]) -> None:
        lines = [TaxedLine(str(n), fee, "Z", "0") for n, fee in enumerate(fees)]
        _, [applied] = rules.apply_discounts(lines, [Discount("c", "all", JUNE, amount=amount)])
        assert applied.shares == shares

    def test_h7_three_coupons_on_eight_fees(self) -> None:
        # The first coupon covers two metrics of plan 1, which a scope of ours names as a plan of their own.
        fees = [(1000, "10"), (2000, "20"), (3000, "10"), (4000, "10")] * 2
        plan = ["metrics", "metrics", "1", "1", "2", "2", "2", "2"]
        lines = [TaxedLine(str(n), fee, "S", rate, plan_id=plan[n]) for n, (fee, rate) in enumerate(fees)]
        coupons = [
            Discount("3", "all", JUNE, amount=500),
            Discount("1", "plan", JUNE, "metrics", amount=2000),
            Discount("2", "plan", datetime(2025, 6, 2, tzinfo=UTC), "2", amount=1000),
        ]
        result = totals(lines, prices_include_tax=False, discounts=coupons)
        exact = ["6.7647059", "13.5294117", "0.8823529", "1.1764706", "1.2647059", "2.5294118", "3.7941176", "5.0588235"]
        shares = [line.amount - net for line, net in zip(lines, result.nets, strict=True)]
        assert all(abs(share - 100 * Fraction(text)) < 2 for share, text in zip(shares, exact, strict=True))
        assert (result.discount, result.tax, result.total) == (3500, 1890, 18390)


def test_m3_the_issuers_zone_decides_the_month() -> None:
    assert rules.issue_date(datetime(2025, 12, 31, 23, 30, tzinfo=UTC), "Europe/Paris").isoformat() == "2026-01-01"
