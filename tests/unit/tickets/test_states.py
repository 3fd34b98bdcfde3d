"""The life of a ticket: every state answers every command."""

import pytest

from functions.tickets.rules.states import COMMANDS, STATES, TRANSITIONS, makes_follow_up, transition


def test_every_transition_is_between_states_by_a_command() -> None:
    for (state, command), target in TRANSITIONS.items():
        assert state in STATES
        assert target in STATES
        assert command in COMMANDS


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("new", {"open", "wait", "solve", "ask", "answer"}),
        ("open", {"wait", "solve", "ask", "answer"}),
        ("pending", {"open", "solve", "ask", "answer"}),
        ("solved", {"open", "close", "ask", "answer"}),
        ("closed", set()),
    ],
)
def test_a_state_allows_these_commands_and_no_other(state: str, possible: set[str]) -> None:
    assert {command for command in COMMANDS if transition(state, command)} == possible


def test_a_reply_of_the_customer_reopens_what_waits_or_is_solved() -> None:
    assert [transition(state, "ask") for state in STATES] == ["new", "open", "open", "open", None]


def test_only_a_reply_to_a_closed_ticket_makes_a_follow_up() -> None:
    assert [(state, command) for state in STATES for command in COMMANDS if makes_follow_up(state, command)] == [("closed", "ask")]
