"""What a template may say, the life of an item and of a checklist, and how far one is."""

from dataclasses import replace
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.onboarding import rules
from functions.onboarding.rules import Fact, Item

KEYS = "abcdefg"
stamps = st.integers(10, 99).map(lambda n: f"2026-02-01T00:00:{n % 60:02d}.{n:06d}Z")
graphs = st.lists(st.sampled_from(KEYS), min_size=1, max_size=6, unique=True).flatmap(
    lambda keys: st.tuples(*(st.tuples(st.just(key), st.lists(st.sampled_from(keys), max_size=3, unique=True), st.just(False)) for key in keys)))
items = st.builds(
    Item, key=st.sampled_from(KEYS), title=st.just("T"), done_by=st.none() | st.sampled_from(("e.paid", "e.created")), value=st.just(False),
    due_at=st.none() | stamps, status=st.sampled_from(rules.STATES), at=stamps, reopened_at=st.none() | stamps, overdue_at=st.none() | stamps)
lists = st.lists(items, min_size=1, max_size=6, unique_by=lambda item: item.key)


@given(graphs)
def test_a_template_is_refused_exactly_where_its_items_cannot_be_done_one_after_another(graph):
    possible = any(all(set(needs) <= set(order[:n]) for n, (_, needs) in enumerate(zip(order, map(dict_of(graph).get, order), strict=True)))
                   for order in permutations(key for key, _, _ in graph))
    assert (rules.fault(graph) is None) == possible


def dict_of(graph):
    return {key: needs for key, needs, _ in graph}


@pytest.mark.parametrize(("graph", "field", "says"), [
    ([("a", [], False), ("a", [], False)], "items.1.key", "another item a"),
    ([("a", ["z"], False)], "items.0.needs", "no item z"),
    ([("a", [], True), ("b", [], True)], "items.1.value", "one item alone"),
    ([("a", ["a"], False)], "items.0.needs", "a -> a"),
    ([("c", [], False), ("a", ["b"], False), ("b", ["a"], False)], "items.", "-> a")])  # fmt: skip
def test_what_is_wrong_with_a_template_is_said_of_a_field(graph, field, says):
    found = rules.fault(graph)
    assert found[0].startswith(field) and says in found[1]


@pytest.mark.parametrize(("status", "command"), [*product(rules.STATES, rules.COMMANDS)])
def test_each_state_of_an_item_answers_each_command(status, command):
    target = rules.transition(status, command)
    assert target is None or (target in rules.STATES and target != status)
    assert (target == "open") == (command == "reopen" and status != "open")
    assert command != "happen" or (target == "done") == (status != "done"), "what has happened is a fact"


@pytest.mark.parametrize(("status", "change"), [*product(rules.LIFE, rules.CHANGES)])
def test_a_checklist_that_was_canceled_stays_so(status, change):
    target = rules.life(status, change)
    assert target is None or (target in rules.LIFE and status != "canceled")


@given(lists)
def test_progress_is_what_was_done_of_what_is_to_be_done(some):
    found = rules.progress(some)
    assert found.done + found.skipped <= len(some) == found.total + found.skipped
    assert 0 <= found.percent <= 100
    assert (found.percent == 100) == (rules.completed_at(some) is not None)
    assert found.overdue <= sum(item.status == "open" for item in some)


@given(lists, st.dictionaries(st.sampled_from(("e.paid", "e.created")), st.tuples(stamps, stamps).map(lambda two: Fact(min(two), max(two)))))
def test_what_has_happened_once_has_no_more_effect_the_second_time(some, facts):
    once = rules.happened(some, facts)
    assert rules.happened(once, facts) == once
    for item, was in zip(once, some, strict=True):
        assert item == was or (item.status == "done" and item.done_by in facts and item.by == item.done_by)


def test_only_what_happened_after_an_item_was_reopened_ticks_it():
    item = Item("a", "A", done_by="e.paid", reopened_at="2")
    assert rules.happened([item], {"e.paid": Fact("1", "2")}) == [item]
    assert rules.happened([item], {"e.paid": Fact("1", "3")})[0].at == "3"
    assert rules.happened([replace(item, reopened_at=None)], {"e.paid": Fact("1", "3")})[0].at == "1"


@given(lists)
def test_an_item_waits_only_for_what_is_open_and_what_is_skipped_is_no_hindrance(some):
    last = Item("z", "Z", needs=tuple(item.key for item in some))
    assert rules.waits_for([*some, last], "z") == [item.key for item in some if item.status == "open"]


@given(lists)
def test_every_item_is_overdue_once_and_never_before_it_is_due(some):
    seen = []
    while found := rules.next_overdue(some):
        when, key = found
        some = [replace(item, overdue_at=when) if item.key == key else item for item in some]
        assert when >= next(item.due_at for item in some if item.key == key)
        assert not seen or when >= seen[-1][0]
        seen.append(found)
    assert len({key for _, key in seen}) == len(seen)
    assert [item for item in some if item.status == "open" and item.due_at and not item.overdue_at] == []


def test_the_value_is_had_with_its_item_or_else_when_nothing_is_open():
    done, valued = Item("a", "A", status="done", at="3"), Item("b", "B", value=True, status="done", at="1")
    still = Item("c", "C")
    assert rules.valued_at([done, valued, still]) == "1"
    assert rules.valued_at([done, still]) is None
    assert rules.valued_at([done, replace(valued, status="skipped", at="2")]) == "3"
