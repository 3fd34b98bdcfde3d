"""What must hold for every subscription: total transitions, periods without gap or overlap, exact shares, lines that explain themselves."""

import json
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from functions.subscriptions import rules
from functions.subscriptions.rules import Command, Cycle, Interval, Invoiced, Price, Refused, State
from kernel.money import parse_decimal, parse_unit, round_half_up

ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/Los_Angeles",
    "America/Juneau",
    "America/Sao_Paulo",  # clocks went forward at midnight: that day began at 01:00
    "America/Havana",  # clocks go back at 01:00: midnight comes twice
    "America/St_Johns",  # clocks went back at 00:01: a date came back after its end
    "Australia/Lord_Howe",  # half an hour of summer time
    "Pacific/Apia",  # 30 December 2011 did not exist
    "Asia/Kathmandu",
    "Africa/Casablanca",
]
zones = st.sampled_from(ZONES)
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
        assert set(rules.TRANSITIONS) == set(State)
        assert all(set(outcomes) == set(Command) for outcomes in rules.TRANSITIONS.values())

    @given(st.lists(st.sampled_from(Command), max_size=30))
    def test_any_history_stays_among_the_states_and_never_leaves_the_end(self, commands: list[Command]) -> None:
        state = State.TRIALING
        for command in commands:
            before = state
            with suppress(Refused):
                state = rules.transition(state, command)
            assert isinstance(state, State)
            assert before is not State.ENDED or state is State.ENDED

    @given(st.sampled_from(State), st.lists(st.sampled_from([Command.PAYMENT_FAILED, Command.PAYMENT_RECOVERED, Command.UNCOLLECTIBLE])))
    def test_news_of_a_payment_is_never_refused(self, state: State, news: list[Command]) -> None:
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
        assert rules.transition(State(state), Command(command)) == after

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
            rules.transition(State(state), Command(command))
        assert caught.value.code == code
        assert state.replace("_", " ") in caught.value.detail

    @pytest.mark.parametrize(
        ("before", "trial_running", "overdue"), [("trialing", True, False), ("active", False, False), ("past_due", False, True)]
    )
    def test_taking_a_cancellation_back_returns_to_where_it_was(self, before: str, trial_running: bool, overdue: bool) -> None:
        canceled = rules.transition(State(before), Command.CANCEL_AT_PERIOD_END)
        assert rules.transition(canceled, rules.uncancel_command(trial_running=trial_running, overdue=overdue)) == before


class TestPeriods:
    @given(cycles, instants)
    def test_every_instant_lies_in_exactly_one_period(self, cycle: Cycle, when: datetime) -> None:
        n, start, end = rules.period_at(cycle, when)
        assert start <= when < end
        assert (start, end) == (rules.boundary(cycle, n), rules.boundary(cycle, n + 1))

    @given(cycles, st.integers(-40, 400))
    def test_periods_follow_each_other_without_gap_or_overlap(self, cycle: Cycle, n: int) -> None:
        start, end = rules.boundary(cycle, n), rules.boundary(cycle, n + 1)
        assume(start < end)  # a day that did not exist is an empty period, and period_at never answers it
        assert rules.period_at(cycle, start) == (n, start, end)
        assert rules.period_at(cycle, end - timedelta(microseconds=1)) == (n, start, end)
        _, next_start, _ = rules.period_at(cycle, end)
        assert next_start == end

    @given(cycles, st.integers(-100, 1000))
    def test_boundaries_keep_the_wall_time_of_the_anchor_where_it_exists(self, cycle: Cycle, n: int) -> None:
        zone = ZoneInfo(cycle.zone)
        anchor, local = cycle.anchor.astimezone(zone), rules.boundary(cycle, n).astimezone(zone)
        expected = datetime.combine(local.date(), anchor.time())
        if rules.instant(expected, cycle.zone).astimezone(zone).replace(tzinfo=None) == expected:
            assert local.time() == anchor.time()

    @given(st.builds(Cycle, instants, zones, st.sampled_from([Interval.MONTH, Interval.QUARTER, Interval.YEAR])), st.integers(1, 200))
    def test_a_short_month_does_not_move_the_later_boundaries(self, cycle: Cycle, n: int) -> None:
        zone = ZoneInfo(cycle.zone)
        day, local = cycle.anchor.astimezone(zone).day, rules.boundary(cycle, n).astimezone(zone).date()
        apia_skipped = cycle.zone == "Pacific/Apia" and local == date(2011, 12, 31)
        assert local.day == day or (local + timedelta(days=1)).day == 1 or apia_skipped

    @given(cycles)
    def test_the_first_period_starts_at_the_anchor_itself(self, cycle: Cycle) -> None:
        assert rules.boundary(cycle, 0) == cycle.anchor

    def test_a_century_later_the_count_is_still_right(self) -> None:
        cycle = Cycle(at("2024-01-31T09:30:00Z"), "UTC", Interval.DAY)
        assert rules.period_at(cycle, at("2124-01-31T09:30:00Z"))[0] == 36524

    def test_a_local_time_that_comes_twice_is_the_first(self) -> None:
        assert rules.instant(datetime(2026, 10, 25, 2, 30), "Europe/Berlin") == at("2026-10-25T00:30:00Z")

    @pytest.mark.parametrize("minute", [0, 1, 30, 59])
    def test_a_local_time_that_is_skipped_becomes_the_first_instant_after_the_gap(self, minute: int) -> None:
        assert rules.instant(datetime(2026, 3, 29, 2, minute), "Europe/Berlin") == at("2026-03-29T01:00:00Z")

    def test_an_anchor_in_the_second_of_two_equal_hours_is_kept(self) -> None:
        cycle = Cycle(at("2026-10-25T01:30:00Z"), "Europe/Berlin", Interval.DAY)
        assert [rules.boundary(cycle, n) for n in (0, 1)] == [at("2026-10-25T01:30:00Z"), at("2026-10-26T01:30:00Z")]

    def test_a_day_that_a_zone_skipped_has_no_period(self) -> None:
        cycle = Cycle(at("2011-12-28T10:00:00Z"), "Pacific/Apia", Interval.DAY)  # local midnight of the 28th
        _, start, end = rules.period_at(cycle, at("2011-12-30T09:59:59Z"))
        assert (start, end) == (at("2011-12-29T10:00:00Z"), at("2011-12-30T10:00:00Z"))
        assert rules.period_at(cycle, end) == (3, at("2011-12-30T10:00:00Z"), at("2011-12-31T10:00:00Z"))

    @pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "America", "europe/nowhere"])
    def test_a_zone_that_does_not_exist_is_refused(self, zone: str) -> None:
        with pytest.raises(ValueError, match="IANA"):
            Cycle(at("2026-01-01T00:00:00Z"), zone, Interval.MONTH)

    def test_a_cycle_needs_an_aware_anchor_and_a_known_interval(self) -> None:
        with pytest.raises(ValueError, match="anchor"):
            Cycle(datetime(2026, 1, 1), "UTC", Interval.MONTH)
        with pytest.raises(ValueError, match="count"):
            Cycle(at("2026-01-01T00:00:00Z"), "UTC", Interval.MONTH, 0)
        with pytest.raises(ValueError, match="fortnight"):
            Cycle(at("2026-01-01T00:00:00Z"), "UTC", "fortnight")  # type: ignore[arg-type]


class TestShares:
    @given(zones, st.lists(instants, min_size=4, max_size=4, unique=True))
    def test_the_remaining_share_is_bounded_and_never_grows(self, zone: str, moments: list[datetime]) -> None:
        start, *inner, end = sorted(moments)
        shares = [rules.remaining_factor(start, end, when, zone) for when in (start, *inner, end)]
        assert shares[0] == 1 and shares[-1] == 0
        assert shares == sorted(shares, reverse=True)

    @given(zones, instants, st.integers(0, 7200), st.integers(1, 7200))
    def test_local_time_never_runs_backwards(self, zone: str, when: datetime, seconds: int, more: int) -> None:
        later = when + timedelta(seconds=more)
        assert rules.day_position(when, zone) < rules.day_position(later, zone)

    @given(zones, st.dates(date(2004, 1, 1), date(2036, 1, 1)), st.integers(0, 40), st.integers(1, 400))
    def test_between_local_midnights_it_counts_whole_days(self, zone: str, first: date, used: int, days: int) -> None:
        assume(used <= days)
        midnight = [rules.instant(datetime.combine(first + timedelta(days=n), datetime.min.time()), zone) for n in (0, used, days)]
        skipped = zone == "Pacific/Apia" and date(2011, 12, 30) in {first + timedelta(days=n) for n in (0, used, days)}
        assume(not skipped)
        assert rules.remaining_factor(midnight[0], midnight[2], midnight[1], zone) == Fraction(days - used, days)

    def test_half_of_a_day_of_23_hours_is_half_a_day(self) -> None:
        start, end = at("2026-03-28T23:00:00Z"), at("2026-03-29T22:00:00Z")
        assert rules.remaining_factor(start, end, at("2026-03-29T10:30:00Z"), "Europe/Berlin") == Fraction(1, 2)

    def test_a_date_that_comes_back_after_its_end_does_not_turn_the_share_back(self) -> None:
        before, after = at("2006-10-29T02:30:30Z"), at("2006-10-29T02:31:00Z")  # 00:00:30 on the 29th, then 23:01 on the 28th again
        zone = ZoneInfo("America/St_Johns")
        assert before.astimezone(zone).date() > after.astimezone(zone).date()
        assert rules.day_position(before, "America/St_Johns") < rules.day_position(after, "America/St_Johns")

    def test_outside_of_the_period_all_or_nothing_remains(self) -> None:
        start, end = at("2026-06-01T00:00:00Z"), at("2026-07-01T00:00:00Z")
        assert rules.remaining_factor(start, end, at("2026-05-01T00:00:00Z"), "UTC") == 1
        assert rules.remaining_factor(start, end, at("2026-08-01T00:00:00Z"), "UTC") == 0

    def test_an_empty_period_has_no_shares(self) -> None:
        start = at("2026-06-01T00:00:00Z")
        with pytest.raises(ValueError, match="after it starts"):
            rules.remaining_factor(start, start, start, "UTC")


def assert_explained(line: rules.Line) -> None:
    derivation = json.loads(json.dumps(line.derivation))
    assert rules.explain(derivation) == line.amount
    assert round_half_up(parse_decimal(line.quantity) * parse_unit(line.unit_amount)) == line.amount
    assert line.period_start <= line.period_end
    inputs = line.derivation["inputs"]
    if "remaining_days" in inputs:
        start, end, when = (at(inputs[name]) for name in ("period_start", "period_end", "at"))
        share = Fraction(inputs["remaining_days"]) / Fraction(inputs["period_days"])
        assert share == rules.remaining_factor(start, end, when, inputs["zone"])


class TestLines:
    @given(prices(), quantities, cycles, st.integers(0, 50))
    def test_a_period_has_one_line_that_explains_itself(self, price: Price, quantity: str, cycle: Cycle, n: int) -> None:
        start, end = rules.boundary(cycle, n), rules.boundary(cycle, n + 1)
        [line] = rules.recurring_lines(price=price, quantity=quantity, period_start=start, period_end=end)
        assert line.amount == round_half_up(parse_unit(price.unit_amount) * parse_unit(quantity))
        assert_explained(line)

    @settings(max_examples=200)
    @given(prices(), prices(), quantities, cycles, instants, st.integers(0, 10**9))
    def test_every_cent_of_a_change_explains_itself(
        self, old: Price, new: Price, quantity: str, cycle: Cycle, when: datetime, paid: int
    ) -> None:
        _, start, end = rules.period_at(cycle, when)
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
        _, start, end = rules.period_at(cycle, when)
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

    def test_more_seats_are_an_upgrade(self) -> None:
        price = Price("pri_1", "1000", "EUR", Interval.MONTH)
        assert rules.classify_change(price, price, "3", "5") == "upgrade"


class TestDunning:
    @given(instants, zones, st.lists(st.integers(0, 60), max_size=6).map(lambda days: tuple(sorted(days))))
    def test_attempts_follow_the_policy_and_then_stop(self, failed: datetime, zone: str, policy: tuple[int, ...]) -> None:
        attempts = [rules.next_attempt(policy, made, failed, zone) for made in range(len(policy) + 2)]
        assert attempts[len(policy) :] == [None, None]
        planned = [when for when in attempts if when is not None]
        assert len(planned) == len(policy) and planned == sorted(planned)
        assert all(when >= failed for when in planned)

    def test_attempts_keep_the_local_hour_when_clocks_change(self) -> None:
        assert rules.next_attempt((2,), 0, at("2026-03-28T08:00:00Z"), "Europe/Berlin") == at("2026-03-30T07:00:00Z")

    def test_a_negative_count_is_refused(self) -> None:
        with pytest.raises(ValueError, match="counted"):
            rules.next_attempt((2,), -1, at("2026-03-28T08:00:00Z"), "UTC")
