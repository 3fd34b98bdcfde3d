"""The life of an article, its address, and what a vote changes."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.articles.rules import COMMANDS, MOST, STATES, counted, is_public, slug_of, transition


@given(st.lists(st.sampled_from(COMMANDS)))
def test_only_what_is_published_is_archived_and_only_what_is_archived_reopened(commands):
    state = "draft"
    for command in commands:
        was, state = state, transition(state, command) or state
        assert state in STATES
        assert state != "archived" or was in ("archived", "published")
        assert was != "archived" or state in ("archived", "draft")


@pytest.mark.parametrize("state", STATES)
def test_anybody_may_read_what_is_published_and_public_and_nothing_else(state):
    assert is_public(state, "public") == (state == "published")
    assert not is_public(state, "internal")


@given(st.text(max_size=300))
def test_a_slug_is_letters_and_digits_with_single_hyphens(title):
    assert re.fullmatch("([a-z0-9]+(-[a-z0-9]+)*)?", slug_of(title)) and len(slug_of(title)) <= MOST


@pytest.mark.parametrize(("title", "slug"), [("Wie zahle ich?", "wie-zahle-ich"), ("Über  Größe", "uber-grosse"), ("日本", "")])
def test_a_slug_is_what_is_left_of_the_title(title, slug):
    assert slug_of(title) == slug


@given(st.lists(st.booleans(), min_size=1))
def test_however_often_somebody_votes_they_have_one_vote_and_it_is_their_last(said):
    numbers, before = {"helpful": 0, "unhelpful": 0}, None
    for each in said:
        for name, by in counted(before, each).items():
            numbers[name] += by
        before = each
    assert numbers == {"helpful": int(said[-1]), "unhelpful": int(not said[-1])}
