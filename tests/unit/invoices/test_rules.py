"""What must hold for every invoice: totals that add up and explain themselves, tax by the law, total transitions, numbers by local year."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.invoices import rules
from functions.invoices.rules import Command, Discount, InvoiceState, TaxedLine, TaxTreatment, Totals, totals
from kernel.money import allocate
from kernel.problems import Refused

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
taxes = st.sampled_from([("S", "19"), ("S", "7"), ("S", "9.975"), ("S", "20.0"), ("S", "20"), ("Z", "0"), ("E", "0"), ("AE", "0")])
amounts = st.integers(-(10**6), 10**9)
ids = st.sampled_from(["line-1", "line-2", "line-3"])
plans = st.sampled_from(["pln_1", "pln_2"])


@st.composite
def taxed_lines(draw: st.DrawFn) -> TaxedLine:
    category, rate = draw(taxes)
    return TaxedLine(draw(ids), draw(amounts), category, rate, plan_id=draw(plans))


lines_of_any_kind = st.lists(taxed_lines(), max_size=6)
scopes: st.SearchStrategy[Literal["line", "plan", "all"]] = st.sampled_from(["line", "plan", "all"])


@st.composite
def discounts(draw: st.DrawFn) -> Discount:
    scope = draw(scopes)
    target = draw({"line": ids, "plan": plans, "all": st.just("")}[scope])
    when = NOON + timedelta(days=draw(st.integers(0, 9)))
    if draw(st.booleans()):
        return Discount("d", scope, when, target, amount=draw(st.integers(0, 10**7)))
    return Discount("d", scope, when, target, percent=draw(st.decimals(0, 100, places=3).map(str)))


def assert_explained(result: Totals) -> None:
    def check(name: str, derivation: object, amount: int) -> None:
        assert rules.explain(json.loads(json.dumps(derivation))) == amount, name

    for name in ("subtotal", "discount", "tax", "rounding", "total", "balance_applied", "amount_due", "credit_to_balance"):
        check(name, result.derivations[name], getattr(result, name))
    for row in result.taxes:
        for name in ("subtotal", "base", "amount", "rounding"):
            check(name, row.derivations[name], getattr(row, name))
    for applied in result.discounts:
        check(applied.discount_id, applied.derivation, applied.amount)
        assert tuple(allocate(applied.amount, applied.derivation["inputs"]["weights"])) == applied.shares


class TestTotals:
    @given(lines_of_any_kind, st.booleans(), st.lists(discounts(), max_size=4), st.integers(0, 10**9), st.integers(0, 10**9))
    def test_every_invoice_adds_up_and_explains_itself(
        self, lines: list[TaxedLine], inclusive: bool, off: list[Discount], credit_notes: int, balance: int
    ) -> None:
        result = totals(lines, prices_include_tax=inclusive, discounts=off, credit_notes=credit_notes, balance=balance)
        assert result.subtotal - result.discount + result.tax + result.rounding == result.total
        assert sum(row.base for row in result.taxes) == result.subtotal - result.discount
        assert sum(row.amount for row in result.taxes) == result.tax
        assert result.total - result.credited - result.balance_applied == result.amount_due - result.credit_to_balance
        assert min(result.credited, result.balance_applied, result.amount_due, result.credit_to_balance) >= 0
        assert result.balance_applied <= balance
        assert_explained(result)

    @given(lines_of_any_kind, st.lists(discounts(), max_size=4))
    def test_prices_that_include_tax_are_what_the_customer_pays(self, lines: list[TaxedLine], off: list[Discount]) -> None:
        result = totals(lines, prices_include_tax=True, discounts=off)
        assert result.total == sum(result.nets)
        assert all(abs(row.rounding) <= 1 for row in result.taxes)

    @given(lines_of_any_kind)
    def test_prices_without_tax_leave_nothing_to_round(self, lines: list[TaxedLine]) -> None:
        result = totals(lines, prices_include_tax=False)
        assert result.rounding == 0
        assert result.subtotal == sum(line.amount for line in lines)

    @given(lines_of_any_kind, st.lists(discounts(), max_size=5))
    def test_discounts_take_from_charges_only_and_never_more_than_there_is(self, lines: list[TaxedLine], off: list[Discount]) -> None:
        nets, applied = rules.apply_discounts(lines, off)
        for i, (line, net) in enumerate(zip(lines, nets, strict=True)):
            assert net == line.amount - sum(discount.shares[i] for discount in applied)
            assert 0 <= net <= line.amount if line.amount > 0 else net == line.amount
        assert all(sum(discount.shares) == discount.amount > 0 for discount in applied)

    @given(lines_of_any_kind, st.lists(discounts(), max_size=4))
    def test_the_order_in_which_discounts_are_stored_does_not_matter(self, lines: list[TaxedLine], off: list[Discount]) -> None:
        numbered = [Discount(f"d{i}", d.scope, d.applied_at, d.target, d.amount, d.percent) for i, d in enumerate(off)]
        assert rules.apply_discounts(lines, numbered) == rules.apply_discounts(lines, numbered[::-1])

    def test_an_empty_invoice_is_zero(self) -> None:
        result = totals([], prices_include_tax=False)
        assert (result.subtotal, result.tax, result.total, result.amount_due, result.taxes) == (0, 0, 0, 0, ())

    def test_the_leftover_cent_of_inclusive_prices_is_the_rounding_amount(self) -> None:
        result = totals([TaxedLine("1", 16, "S", "19")], prices_include_tax=True)
        assert (result.subtotal, result.tax, result.rounding, result.total) == (13, 2, 1, 16)

    def test_equal_rates_written_differently_are_one_tax_row(self) -> None:
        result = totals([TaxedLine("1", 100, "S", "20"), TaxedLine("2", 100, "S", "20.0")], prices_include_tax=False)
        assert [(row.base, row.amount) for row in result.taxes] == [(200, 40)]

    def test_tax_is_rounded_on_the_document_not_on_the_line(self) -> None:
        lines = [TaxedLine(str(n), 3, "S", "19") for n in range(10)]  # 0.57 each: ten lines of 1 would make 10
        assert totals(lines, prices_include_tax=False).tax == 6

    def test_a_note_goes_with_its_tax_row(self) -> None:
        result = totals([TaxedLine("1", 4900, "AE", "0", note_code="reverse_charge")], prices_include_tax=False)
        [row] = result.taxes
        assert (row.category, row.rate, row.base, row.amount, row.note_code) == ("AE", "0", 4900, 0, "reverse_charge")

    def test_a_downgrade_that_owes_the_customer_becomes_balance_with_its_tax(self) -> None:
        result = totals([TaxedLine("1", -9000, "S", "20"), TaxedLine("2", 3000, "S", "20")], prices_include_tax=False, balance=500)
        assert (result.total, result.amount_due, result.credit_to_balance, result.balance_applied) == (-7200, 0, 7200, 0)

    @pytest.mark.parametrize(("category", "rate"), [("S", "0"), ("Z", "19"), ("AE", "20"), ("X", "0"), ("S", "-1"), ("S", "abc")])
    def test_a_category_and_a_rate_that_contradict_each_other_are_refused(self, category: str, rate: str) -> None:
        with pytest.raises(ValueError):
            TaxedLine("1", 100, category, rate)

    @pytest.mark.parametrize("what", [{"credit_notes": -1}, {"balance": -1}])
    def test_a_negative_balance_is_refused(self, what: dict[str, int]) -> None:
        with pytest.raises(ValueError, match="not negative"):
            rules.split_credit(100, **what)

    @pytest.mark.parametrize("value", [{}, {"amount": 1, "percent": "1"}, {"amount": -1}, {"percent": "-1"}, {"percent": "100.1"}])
    def test_a_discount_without_meaning_is_refused(self, value: dict[str, object]) -> None:
        with pytest.raises(ValueError):
            Discount("d", "all", NOON, **value)  # type: ignore[arg-type]

    def test_a_line_discount_comes_before_one_on_everything_whenever_they_were_given(self) -> None:
        lines = [TaxedLine("1", 1000, "Z", "0"), TaxedLine("2", 1000, "Z", "0")]
        late = Discount("late", "line", NOON + timedelta(days=9), "1", amount=1000)
        early = Discount("early", "all", NOON, percent="10")
        nets, applied = rules.apply_discounts(lines, [early, late])
        assert [(discount.discount_id, discount.amount) for discount in applied] == [("late", 1000), ("early", 100)]
        assert nets == [0, 900]


class TestTaxTreatment:
    RATES = {"FR": "20", "IT": "22", "DE": "19"}

    @pytest.mark.parametrize(
        ("issuer", "customer", "valid", "expected"),
        [
            ("FR", "FR", False, TaxTreatment("S", "20")),
            ("FR", "FR", True, TaxTreatment("S", "20")),
            ("FR", "FR", None, TaxTreatment("S", "20")),
            ("FR", "IT", False, TaxTreatment("S", "22")),
            ("FR", "IT", True, TaxTreatment("AE", "0", "reverse_charge")),
            ("FR", "ES", False, TaxTreatment("S", "20")),
            ("FR", "US", False, TaxTreatment("O", "0", "outside_scope")),
            ("FR", "US", None, TaxTreatment("O", "0", "outside_scope")),
            ("FR", "GB", True, TaxTreatment("O", "0", "outside_scope")),
            ("US", "FR", False, TaxTreatment("O", "0", "outside_scope")),
        ],
    )
    def test_the_two_countries_and_the_vat_id_decide(self, issuer: str, customer: str, valid: bool | None, expected: TaxTreatment) -> None:
        assert rules.tax_treatment(issuer, customer, valid, self.RATES) == expected

    def test_a_vat_id_that_could_not_be_checked_is_not_guessed(self) -> None:
        with pytest.raises(Refused) as caught:
            rules.tax_treatment("FR", "IT", None, self.RATES)
        assert caught.value.code == "vat_id_unchecked"

    def test_a_missing_rate_is_said_so(self) -> None:
        with pytest.raises(Refused) as caught:
            rules.tax_treatment("AT", "AT", False, self.RATES)
        assert caught.value.code == "tax_rate_missing"

    def test_a_rate_of_zero_is_zero_rated(self) -> None:
        assert rules.tax_treatment("JE", "JE", False, {"JE": "0"}) == TaxTreatment("Z", "0")

    def test_the_union_has_27_members(self) -> None:
        assert len(rules.EU_COUNTRIES) == 27
        assert "GB" not in rules.EU_COUNTRIES and "EL" not in rules.EU_COUNTRIES

    @given(st.sampled_from(sorted(rules.EU_COUNTRIES)), st.sampled_from(["FR", "IT", "US", "CH"]), st.booleans())
    def test_every_treatment_fits_a_line(self, issuer: str, customer: str, valid: bool) -> None:
        treatment = rules.tax_treatment(issuer, customer, valid, dict.fromkeys(rules.EU_COUNTRIES, "21"))
        TaxedLine("1", 100, treatment.category, treatment.rate, treatment.note_code)


class TestStates:
    def test_every_command_has_an_outcome_in_every_state(self) -> None:
        assert set(rules.TRANSITIONS) == set(InvoiceState)
        assert all(set(outcomes) == set(Command) for outcomes in rules.TRANSITIONS.values())

    @given(st.lists(st.sampled_from(Command), max_size=20))
    def test_paid_and_void_are_final_and_nothing_becomes_a_draft_again(self, commands: list[Command]) -> None:
        state = InvoiceState.DRAFT
        for command in commands:
            before = state
            with suppress(Refused):
                state = rules.transition(state, command)
            assert before not in (InvoiceState.PAID, InvoiceState.VOID) or state is before
            assert state is not InvoiceState.DRAFT or before is InvoiceState.DRAFT

    @pytest.mark.parametrize(
        ("state", "command", "after"),
        [
            ("draft", "edit", "draft"),
            ("draft", "finalize", "open"),
            ("open", "payment_failed", "open"),
            ("open", "pay", "paid"),
            ("open", "void", "void"),
            ("open", "mark_uncollectible", "uncollectible"),
            ("uncollectible", "pay", "paid"),
            ("uncollectible", "void", "void"),
            ("paid", "payment_failed", "paid"),
        ],
    )
    def test_the_ordinary_life(self, state: str, command: str, after: str) -> None:
        assert rules.transition(InvoiceState(state), Command(command)) == after

    @pytest.mark.parametrize(
        ("state", "command", "code"),
        [
            ("draft", "pay", "invoice_draft"),
            ("open", "edit", "invoice_finalized"),
            ("open", "finalize", "invoice_finalized"),
            ("paid", "void", "invoice_paid"),
            ("paid", "pay", "invoice_paid"),
            ("void", "pay", "invoice_void"),
            ("uncollectible", "mark_uncollectible", "invoice_uncollectible"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_a_code(self, state: str, command: str, code: str) -> None:
        with pytest.raises(Refused) as caught:
            rules.transition(InvoiceState(state), Command(command))
        assert caught.value.code == code
        assert state in caught.value.detail


class TestNumbers:
    def test_a_number_names_series_year_and_position(self) -> None:
        assert rules.number("INV", 2026, 1) == "INV-2026-00001"
        assert rules.number("CN", 2026, 123456) == "CN-2026-123456"

    def test_numbers_count_from_one(self) -> None:
        with pytest.raises(ValueError, match="from 1"):
            rules.number("INV", 2026, 0)

    def test_the_issuers_new_year_opens_the_series(self) -> None:
        last_minutes_in_utc = datetime(2025, 12, 31, 23, 30, tzinfo=UTC)
        assert rules.issue_date(last_minutes_in_utc, "Europe/Paris") == date(2026, 1, 1)
        assert rules.issue_date(last_minutes_in_utc, "America/New_York") == date(2025, 12, 31)
