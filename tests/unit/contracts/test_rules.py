"""The life of a contract, and what time does to it."""

from datetime import UTC, datetime, timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.contracts.models import ContractStatus
from functions.contracts.rules import COMMANDS, STATES, TRANSITIONS, Term, after, agenda, check_term, next_end, transition
from kernel.problems import Invalid

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Pacific/Auckland")
moments = st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))
terms = st.builds(Term, moments, st.sampled_from(ZONES), st.integers(0, 730), st.lists(st.integers(1, 730), max_size=10).map(tuple))


def names(steps):
    return [step.name for step in steps]


def test_every_state_and_command_is_decided():
    assert set(STATES) == set(ContractStatus)
    assert {(state, command) for state, command in product(STATES, COMMANDS) if transition(state, command)} == set(TRANSITIONS)
    assert set(TRANSITIONS.values()) == set(STATES) - {"draft"}


@pytest.mark.parametrize("state", ["declined", "withdrawn", "expired_unsigned", "renewed", "ended"])
def test_from_what_is_over_nothing_leads_anywhere(state):
    assert not [command for command in COMMANDS if transition(state, command)]


@given(terms, moments)
def test_time_goes_on_through_the_agenda_and_each_step_comes_once(term, started):
    steps = agenda(term, started)
    assert [step.at for step in steps] == sorted(step.at for step in steps)
    assert len(set(names(steps))) == len(steps)
    assert names(steps)[-1] == "finish"
    assert names(steps).count("expire") == 1
    assert all(step.at >= started for step in steps)
    walked, name = [], None
    while (step := after(term, started, name)) is not None:
        walked.append(step)
        name = step.name
    assert walked == steps


@given(terms, moments)
def test_reminders_come_in_the_morning_of_the_customer(term, started):
    for step in agenda(term, started):
        if step.name.startswith("remind#"):
            local = step.at.astimezone(ZoneInfo(term.zone))
            assert local.hour == 9
            assert (term.ends_at.astimezone(ZoneInfo(term.zone)).date() - local.date()).days == int(step.name.partition("#")[2])


def test_a_year_with_a_month_of_notice():
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    steps = agenda(Term(ends, "UTC", 30, (60, 7)), datetime(2026, 1, 1, tzinfo=UTC))
    assert [(step.at.date().isoformat(), step.name) for step in steps] == [
        ("2026-11-02", "remind#60"), ("2026-12-02", "expire"), ("2026-12-25", "remind#7"), ("2027-01-01", "finish")]


def test_a_contract_that_began_late_reminds_of_nothing_that_is_over():
    ends = datetime(2027, 1, 1, tzinfo=UTC)
    began = ends - timedelta(days=10)
    assert names(agenda(Term(ends, "UTC", 30, (60, 30, 7)), began)) == ["expire", "remind#7", "finish"]


def test_the_last_day_of_a_month_stays_the_last():
    first = datetime(2026, 1, 31, 12, tzinfo=UTC)
    assert [next_end(first, months, "UTC").day for months in (1, 2, 3)] == [28, 31, 30]


@pytest.mark.parametrize(("ends", "renewal", "months", "field"), [
    (0, "none", None, "ends_at"), (1, "automatic", None, "renewal_months"), (1, "manual", 3, "renewal_months")])  # fmt: skip
def test_a_term_that_contradicts_itself_is_refused(ends, renewal, months, field):
    starts = datetime(2026, 1, 1, tzinfo=UTC)
    with pytest.raises(Invalid) as refused:
        check_term(starts, starts + timedelta(days=ends), renewal, months)
    assert refused.value.field == field
