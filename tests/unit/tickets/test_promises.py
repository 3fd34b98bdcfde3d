"""What a ticket was promised: in any order of what happens to it, time is lost nowhere and everything is told once."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.tickets.rules import promises
from functions.tickets.rules.hours import DAY, Hours, measured, spans
from functions.tickets.rules.promises import KINDS, RUNS, Terms, due_at, moved, next_step, read, standing, told, written
from functions.tickets.rules.states import STATES

START = datetime(2024, 3, 4, 9, tzinfo=UTC)
ALWAYS = Hours("UTC", (((0, DAY),),) * 7)
DAYTIME = Hours("Europe/Berlin", (((540, 1020),),) * 5 + ((),) * 2)
MINUTES = st.integers(1, 3_000).map(lambda minutes: timedelta(minutes=minutes))
TERMS = st.builds(lambda hours, first, rest, percent: Terms(hours, {"first_reply": first, "resolution": rest}, percent),
                  st.sampled_from([ALWAYS, DAYTIME]), MINUTES, MINUTES, st.integers(1, 99))
LIVES = st.lists(st.tuples(MINUTES, st.sampled_from(STATES)), max_size=6)


@given(TERMS, LIVES)
def test_what_is_due_is_what_the_states_have_left_of_the_target(terms, life):
    at, stored, status = START, moved({}, "new", terms, START), "new"
    spent = dict.fromkeys(KINDS, timedelta(0))
    for wait, then in life:
        for kind in KINDS:
            spent[kind] += measured(terms.hours, at, at + wait) if status in RUNS[kind] else timedelta(0)
        at, status = at + wait, then
        stored = moved(stored, status, terms, at)
    for kind in KINDS:
        due = due_at(stored, kind, terms)
        assert (due is not None) == (status in RUNS[kind])
        if due is not None and due > at:
            assert spent[kind] + measured(terms.hours, at, due) == terms.targets[kind]


@given(TERMS)
def test_left_alone_each_promise_is_warned_of_then_broken_and_nothing_follows(terms):
    stored, seen = moved({}, "new", terms, START), []
    while (step := next_step(stored, terms)) is not None:
        seen.append(step)
        stored = told(stored, step)
    assert sorted((kind, what) for _, what, kind in seen) == sorted((kind, what) for kind in KINDS for what in ("warned", "breached"))
    assert [at for at, _, _ in seen] == sorted(at for at, _, _ in seen)
    for kind in KINDS:
        assert [what for _, what, of in seen if of == kind] == ["warned", "breached"]
    assert standing(stored) == "breached"


@given(TERMS, LIVES)
def test_what_is_stored_is_read_as_it_was(terms, life):
    at, stored = START, moved({}, "new", terms, START)
    for wait, status in life:
        at += wait
        stored = moved(stored, status, terms, at)
    assert read(written(stored)) == stored


def test_a_first_reply_is_kept_for_good():
    terms = Terms(ALWAYS, dict.fromkeys(KINDS, timedelta(hours=1)), 80)
    answered = moved(moved({}, "new", terms, START), "open", terms, START, answered=True)
    again = moved(moved(answered, "solved", terms, START), "open", terms, START + timedelta(days=1))
    assert due_at(again, "first_reply", terms) is None
    assert promises.standing(again) == "on_time"


@pytest.mark.parametrize(("text", "found"), [
    ("", ()), ("09:00-12:30, 13:00-17:00", ((540, 750), (780, 1020))), ("00:00-24:00", ((0, DAY),))])  # fmt: skip
def test_opening_hours_are_read(text, found):
    assert spans(text) == found


@pytest.mark.parametrize("text", ["9-17", "09:00-17:60", "09:00-25:00", "09:00", "09:00-12:00,"])
def test_what_are_no_opening_hours_is_refused(text):
    with pytest.raises(ValueError, match="opening hours"):
        spans(text)
