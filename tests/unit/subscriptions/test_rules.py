"""What must hold for every subscription: total transitions, lines that explain themselves, prices that compare, attempts that end."""

import json
from contextlib import suppress
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.subscriptions import rules
from functions.subscriptions.rules import Command, Invoiced, Price, SubscriptionState
from kernel import calendar
from kernel.calendar import Cycle, Interval
from kernel.money import parse_decimal, parse_unit, round_half_up
from kernel.problems import Refused
from tests.unit.shares import share_left

zones = st.sampled_from(["UTC", "Europe/Berlin", "America/Los_Angeles", "America/Havana", "Australia/Lord_Howe"])
instants = st.datetimes(datetime(2004, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC))
intervals = st.sampled_from(Interval)
cycles = st.builds(Cycle, instants, zones, intervals, st.integers(1, 5))
unit_amounts = st.decimals(0, 10**7, places=3).map(str)
quantities = st.integers(0, 5000).map(str) | st.decimals(0, 100, places=2).map(str)


def prices(interval: st.SearchStrategy[Interval] = intervals) -> st.SearchStrategy[Price]:
    return st.builds(Price, st.just("pri_1"), unit_amounts, st.just("EUR"), interval, st.integers(1, 4))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


class TestStates:
    def test_every_command_has_an_outcome_in_every_state(self) -> None:
        assert set(rules.TRANSITIONS) == set(SubscriptionState)
        assert all(set(outcomes) == set(Command) for outcomes in rules.TRANSITIONS.values())

    @given(st.lists(st.sampled_from(Command), max_size=30))
    def test_any_history_stays_among_the_states_and_never_leaves_the_end(self, commands: list[Command]) -> None:
        state = SubscriptionState.TRIALING
        for command in commands:
            before = state
            with suppress(Refused):
                state = rules.transition(state, command)
            assert isinstance(state, SubscriptionState)
            assert before is not SubscriptionState.ENDED or state is SubscriptionState.ENDED

    @given(st.sampled_from(SubscriptionState), st.lists(st.sampled_from([Command.PAYMENT_FAILED, Command.PAYMENT_RECOVERED, Command.UNCOLLECTIBLE])))
    def test_news_of_a_payment_is_never_refused(self, state: SubscriptionState, news: list[Command]) -> None:
        for command in news:
            state = rules.transition(state, command)

    @pytest.mark.parametrize(
        ("state", "command", "after"),
        [
            ("trialing", "activate", "active"),
            ("trialing", "end", "ended"),
            ("active", "payment_failed", "past_due"),
            ("past_due", "payment_recovered", "active"),
            ("past_due", "uncollectible", "ended"),
            ("past_due", "renew", "past_due"),
            ("active", "pause", "paused"),
            ("paused", "resume", "active"),
            ("active", "cancel_at_period_end", "canceled"),
            ("trialing", "cancel_at_period_end", "canceled"),
            ("canceled", "end", "ended"),
            ("canceled", "cancel_now", "ended"),
            ("active", "cancel_now", "ended"),
        ],
    )
    def test_the_ordinary_life(self, state: str, command: str, after: str) -> None:
        assert rules.transition(SubscriptionState(state), Command(command)) == after

    @pytest.mark.parametrize(
        ("state", "command", "code"),
        [
            ("canceled", "cancel_at_period_end", "subscription_canceled"),
            ("canceled", "change", "subscription_canceled"),
            ("canceled", "renew", "subscription_canceled"),
            ("ended", "cancel_now", "subscription_ended"),
            ("ended", "uncancel", "subscription_ended"),
            ("active", "uncancel", "subscription_not_canceled"),
            ("active", "end", "subscription_not_canceled"),
            ("active", "activate", "subscription_not_trialing"),
            ("past_due", "pause", "subscription_past_due"),
            ("paused", "renew", "subscription_paused"),
            ("trialing", "pause", "subscription_trialing"),
            ("active", "resume", "subscription_not_paused"),
        ],
    )
    def test_what_makes_no_sense_is_refused_with_a_code(self, state: str, command: str, code: str) -> None:
        with pytest.raises(Refused) as caught:
            rules.transition(SubscriptionState(state), Command(command))
        assert caught.value.code == code
        assert state.replace("_", " ") in caught.value.detail

    @pytest.mark.parametrize(
        ("before", "trial_running", "overdue"), [("trialing", True, False), ("active", False, False), ("past_due", False, True)]
    )
    def test_taking_a_cancellation_back_returns_to_where_it_was(self, before: str, trial_running: bool, overdue: bool) -> None:
        canceled = rules.transition(SubscriptionState(before), Command.CANCEL_AT_PERIOD_END)
        assert rules.transition(canceled, rules.uncancel_command(trial_running=trial_running, overdue=overdue)) == before


def assert_explained(line: rules.Line) -> None:
    derivation = json.loads(json.dumps(line.derivation))
    assert rules.explain(derivation) == line.amount
    assert round_half_up(parse_decimal(line.quantity) * parse_unit(line.unit_amount)) == line.amount
    assert line.period_start <= line.period_end
    inputs = line.derivation["inputs"]
    if "remaining_days" in inputs:
        start, end, when = (at(inputs[name]) for name in ("period_start", "period_end", "at"))
        share = Fraction(inputs["remaining_days"]) / Fraction(inputs["period_days"])
        assert share == share_left(start, end, when, inputs["zone"])


class TestLines:
    @given(prices(), quantities, cycles, st.integers(0, 50))
    def test_a_period_has_one_line_that_explains_itself(self, price: Price, quantity: str, cycle: Cycle, n: int) -> None:
        start, end = calendar.boundary(cycle, n), calendar.boundary(cycle, n + 1)
        [line] = rules.recurring_lines(price=price, quantity=quantity, period_start=start, period_end=end)
        assert line.amount == round_half_up(parse_unit(price.unit_amount) * parse_unit(quantity))
        assert_explained(line)

    @settings(max_examples=200)
    @given(prices(), prices(), quantities, cycles, instants, st.integers(0, 10**9))
    def test_every_cent_of_a_change_explains_itself(
        self, old: Price, new: Price, quantity: str, cycle: Cycle, when: datetime, paid: int
    ) -> None:
        _, start, end = calendar.period_at(cycle, when)
        invoiced = [Invoiced("line#0001", paid, start, end)]
        lines = rules.change_lines(old=old, new=new, quantity=quantity, invoiced=invoiced, cycle=cycle, at=when)
        for line in lines:
            assert_explained(line)
        credits = [line.amount for line in lines if line.kind == "credit"]
        assert all(-paid <= amount < 0 for amount in credits)
        assert [line.kind for line in lines if line.amount >= 0 and line.kind != "credit"] in (["charge"], ["recurring"])

    @given(prices(), quantities, cycles, instants)
    def test_changing_to_the_same_price_costs_nothing(self, price: Price, quantity: str, cycle: Cycle, when: datetime) -> None:
        cycle = Cycle(cycle.anchor, cycle.zone, price.interval, price.interval_count)
        _, start, end = calendar.period_at(cycle, when)
        whole = Price(price.id, str(round_half_up(parse_unit(price.unit_amount))), "EUR", price.interval, price.interval_count)
        [line] = rules.recurring_lines(price=whole, quantity="3", period_start=start, period_end=end)
        invoiced = [Invoiced("line#0001", line.amount, start, end)]
        assert sum(c.amount for c in rules.change_lines(old=whole, new=whole, quantity="3", invoiced=invoiced, cycle=cycle, at=when)) == 0

    def test_a_second_change_credits_what_the_first_one_charged(self) -> None:
        cycle = Cycle(at("2025-06-01T00:00:00Z"), "UTC", Interval.MONTH)
        basic, pro = Price("pri_b", "10000", "EUR", Interval.MONTH), Price("pri_p", "30000", "EUR", Interval.MONTH)
        paid = [Invoiced("line#0001", 10000, at("2025-06-01T00:00:00Z"), at("2025-07-01T00:00:00Z"))]
        up = rules.change_lines(old=basic, new=pro, quantity="1", invoiced=paid, cycle=cycle, at=at("2025-06-16T00:00:00Z"))
        charged = [Invoiced("line#0003", up[1].amount, up[1].period_start, up[1].period_end)]
        down = rules.change_lines(old=pro, new=basic, quantity="1", invoiced=charged, cycle=cycle, at=at("2025-06-22T00:00:00Z"))
        assert [line.amount for line in up] == [-5000, 15000]
        assert [line.amount for line in down] == [-9000, 3000]

    def test_a_credit_is_of_what_was_invoiced_after_discounts(self) -> None:
        half_price = Invoiced("line#0001", 5000, at("2025-06-01T00:00:00Z"), at("2025-07-01T00:00:00Z"))
        [line] = rules.credit_lines(invoiced=[half_price], at=at("2025-06-16T00:00:00Z"), zone="UTC")
        assert (line.amount, line.quantity, line.unit_amount) == (-2500, "-1", "2500")
        assert line.params == {"line_id": "line#0001"}

    def test_three_seats_for_the_rest_of_the_month_say_so(self) -> None:
        cycle = Cycle(at("2025-06-01T00:00:00Z"), "UTC", Interval.MONTH)
        price = Price("pri_1", "1000", "EUR", Interval.MONTH)
        [line] = rules.change_lines(old=price, new=price, quantity="3", invoiced=[], cycle=cycle, at=at("2025-06-21T00:00:00Z"))
        assert (line.amount, line.text, line.params) == (1000, "remaining_time", {"price_id": "pri_1", "quantity": "3"})
        assert line.derivation == {
            "rule": "remaining_of_price",
            "inputs": {
                "price_id": "pri_1",
                "unit_amount": "1000",
                "quantity": "3",
                "period_start": "2025-06-01T00:00:00Z",
                "period_end": "2025-07-01T00:00:00Z",
                "at": "2025-06-21T00:00:00Z",
                "zone": "UTC",
                "remaining_days": "10/1",
                "period_days": "30/1",
            },
            "exact": "1000/1",
            "rounding": "half_up",
        }

    def test_another_interval_starts_a_new_cycle_now(self) -> None:
        cycle, now = Cycle(at("2025-06-01T00:00:00Z"), "UTC", Interval.MONTH), at("2025-06-16T12:00:00Z")
        yearly = Price("pri_y", "100000", "EUR", Interval.YEAR)
        assert rules.cycle_after(cycle, yearly, now) == Cycle(now, "UTC", Interval.YEAR)
        assert rules.cycle_after(cycle, Price("pri_m", "1", "EUR", Interval.MONTH), now) == cycle

    def test_another_currency_is_refused(self) -> None:
        cycle, now = Cycle(at("2025-06-01T00:00:00Z"), "UTC", Interval.MONTH), at("2025-06-16T12:00:00Z")
        euro, dollar = Price("a", "1", "EUR", Interval.MONTH), Price("b", "1", "USD", Interval.MONTH)
        with pytest.raises(Refused) as caught:
            rules.change_lines(old=euro, new=dollar, quantity="1", invoiced=[], cycle=cycle, at=now)
        assert caught.value.code == "currency_change"

    def test_a_credit_is_not_credited_again(self) -> None:
        start, end = at("2025-06-01T00:00:00Z"), at("2025-07-01T00:00:00Z")
        with pytest.raises(ValueError, match="credited"):
            rules.credit_lines(invoiced=[Invoiced("line#0001", -1, start, end)], at=start, zone="UTC")

    @pytest.mark.parametrize("bad", [{"unit_amount": "-1"}, {"currency": "XXX"}, {"interval_count": 0}, {"interval": "decade"}])
    def test_a_price_without_meaning_is_refused(self, bad: dict[str, object]) -> None:
        good: dict[str, object] = {"id": "p", "unit_amount": "1", "currency": "EUR", "interval": Interval.DAY, "interval_count": 1}
        with pytest.raises(ValueError):
            Price(**(good | bad))  # type: ignore[arg-type]


class TestPrices:
    @given(prices(), prices(), quantities)
    def test_upgrade_and_downgrade_mirror_each_other(self, a: Price, b: Price, quantity: str) -> None:
        opposite = {"upgrade": "downgrade", "downgrade": "upgrade", "same": "same"}
        assert rules.classify_change(b, a, quantity, "1") == opposite[rules.classify_change(a, b, "1", quantity)]

    @pytest.mark.parametrize(
        ("interval", "count", "monthly"),
        [
            (Interval.DAY, 1, Fraction(36500)),
            (Interval.WEEK, 1, Fraction(5200)),
            (Interval.WEEK, 4, Fraction(1300)),
            (Interval.MONTH, 1, Fraction(1200)),
            (Interval.MONTH, 2, Fraction(600)),
            (Interval.QUARTER, 1, Fraction(400)),
            (Interval.YEAR, 1, Fraction(100)),
            (Interval.YEAR, 3, Fraction(100, 3)),
        ],
    )
    def test_the_monthly_value_of_twelve_euros_is_exact(self, interval: Interval, count: int, monthly: Fraction) -> None:
        assert rules.monthly_value(Price("pri_1", "1200", "EUR", interval, count)) == monthly

    def test_more_seats_are_an_upgrade(self) -> None:
        price = Price("pri_1", "1000", "EUR", Interval.MONTH)
        assert rules.classify_change(price, price, "3", "5") == "upgrade"
