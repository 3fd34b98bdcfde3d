"""The life of an announcement, whom it addresses, and what time does to it next."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.announcements.rules import COMMANDS, STATES, addresses, due, fixed, shows, transition

START = datetime(2026, 2, 1, 9, tzinfo=UTC)
minutes = st.integers(-600, 600).map(lambda n: START + timedelta(minutes=n))


@given(st.lists(st.sampled_from(COMMANDS)))
def test_whatever_is_done_it_is_somewhere_and_what_is_over_stays_over(commands):
    state = "draft"
    for command in commands:
        was, state = state, transition(state, command) or state
        assert state in STATES
        assert was not in ("ended", "canceled") or state == was
        assert (was, state) not in {("live", "scheduled"), ("live", "draft"), ("scheduled", "draft")}


@pytest.mark.parametrize("state", STATES)
def test_whom_it_is_for_can_change_only_before_it_is_published(state):
    assert (fixed(state, ["audience", "audience_ids"]) == []) == (state == "draft")


def test_while_it_is_live_its_text_and_its_end_can_change_and_when_it_is_over_nothing():
    assert fixed("live", ["title", "body", "severity", "ends_at", "channels", "starts_at"]) == ["channels", "starts_at"]
    assert fixed("ended", ["title"]) == ["title"]


@pytest.mark.parametrize(("audience", "ids", "is_for"), [
    ("all", [], True), ("tenants", ["ten_1"], True), ("tenants", ["pln_1", "ten_2"], False),
    ("plans", ["pln_1"], True), ("plans", ["ten_1", "pln_2"], False),
    ("tags", ["vip", "eu"], True), ("tags", ["vip", "ten_1"], False)])  # fmt: skip
def test_a_tenant_is_addressed_by_its_id_its_plan_or_a_tag(audience, ids, is_for):
    assert addresses(audience, ids, tenant_id="ten_1", plan_id="pln_1", tags=["eu", "us"]) is is_for
    assert addresses(audience, ids, tenant_id="ten_1", plan_id=None, tags=["eu"]) is (is_for and audience != "plans")


@given(st.sampled_from(STATES), minutes, st.none() | minutes, minutes)
def test_it_is_seen_from_its_beginning_until_before_its_end(status, start, end, at):
    assert shows(status, start, end, at) == (status in ("scheduled", "live") and start <= at and (end is None or at < end))


@given(st.sampled_from(STATES), minutes, st.none() | minutes, st.none() | minutes)
def test_time_acts_on_what_is_going_to_begin_or_end_and_on_nothing_that_is_over(status, start, end, mail):
    found = due(status, start, end, mail)
    if status == "scheduled":
        assert found == start
    elif status == "live":
        assert found == min([each for each in (end, mail) if each], default=None)
    else:
        assert found is None
