"""The life of a tenant: every state answers every command."""

import pytest

from functions.tenants.models import TenantStatus
from functions.tenants.rules import COMMANDS, TRANSITIONS, transition
from functions.tenants.vat import check_vat_id
from kernel.problems import Invalid

STATES = [status.value for status in TenantStatus]


def test_every_transition_is_between_states_by_a_command() -> None:
    for (state, command), target in TRANSITIONS.items():
        assert state in STATES
        assert target in STATES
        assert command in COMMANDS


@pytest.mark.parametrize(
    ("state", "possible"),
    [
        ("requested", {"provision", "offboard"}),
        ("provisioning", {"activate", "offboard"}),
        ("active", {"suspend", "offboard"}),
        ("suspended", {"resume", "offboard"}),
        ("offboarding", {"delete"}),
        ("deleted", set()),
    ],
)
def test_a_state_allows_these_commands_and_no_other(state: str, possible: set[str]) -> None:
    assert {command for command in COMMANDS if transition(state, command)} == possible


def test_every_state_is_reached_from_the_request_and_leads_to_deletion() -> None:
    reached, waiting = set(), ["requested"]
    while waiting:
        state = waiting.pop()
        reached.add(state)
        waiting += [target for (source, _), target in TRANSITIONS.items() if source == state and target not in reached]
    assert reached == set(STATES)
    assert [state for state in STATES if state != "deleted" and not any(source == state for source, _ in TRANSITIONS)] == []


@pytest.mark.parametrize(
    ("vat_id", "country"), [("DE136695976", "DE"), ("DE 136 695 976", "DE"), ("EL094259216", "GR"), ("DE136695976", "")]
)
def test_a_vat_id_with_its_check_digit_is_taken(vat_id: str, country: str) -> None:
    assert check_vat_id(vat_id, country) is True


@pytest.mark.parametrize(
    ("vat_id", "country"), [("DE136695977", "DE"), ("DE136695976", "FR"), ("GR094259216", "GR"), ("x", "DE"), ("", "")]
)
def test_a_vat_id_that_is_none_of_that_country_is_refused(vat_id: str, country: str) -> None:
    with pytest.raises(Invalid) as caught:
        check_vat_id(vat_id, country)
    assert caught.value.field == "vat_id"


def test_no_vat_id_is_no_valid_one() -> None:
    assert check_vat_id(None, "DE") is False
