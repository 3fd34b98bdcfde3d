"""Who tries keys that there are not is stopped by address, before they are looked up; whom we know pays nothing for it."""

from datetime import timedelta

import pytest

from kernel import keys, limits
from kernel.clock import frozen
from tests.integration.api_keys.keys import NOW, made, outcome, told, used
from tests.integration.kernel.limited import answering, counted
from tests.integration.kernel.things import everything

pytestmark = pytest.mark.usefixtures("aws")
MOST, GUESSER = 30, "203.0.113.9"


@pytest.fixture
def guesses(aws):
    """An address that has guessed as often as it may."""
    assert {outcome(used(keys.fresh("live"), ip=GUESSER)) for _ in range(MOST)} == {(401, "unauthenticated")}


def anew():
    """The process is another one, which has seen nobody yet."""
    keys._known.clear()
    limits._known.clear()


@pytest.mark.usefixtures("guesses")
def test_an_address_that_guesses_keys_is_stopped_and_costs_no_call_any_more():
    with counted() as calls:
        found = [used(keys.fresh("live"), ip=GUESSER) for _ in range(20)]
    assert ({outcome(each) for each in found}, calls) == ({(429, "rate_limited")}, {})
    assert (found[0].headers["Retry-After"], found[0].body["violated-policies"]) == ("2", ["unknown-keys"])
    assert outcome(used(keys.fresh("test"), ip="203.0.113.10")) == (401, "unauthenticated"), "another address is another's"
    with frozen(NOW + timedelta(seconds=2)):
        assert [used(keys.fresh("live"), ip=GUESSER).status for _ in range(2)] == [401, 429]
    assert GUESSER not in str(everything("principals"))


@pytest.mark.usefixtures("guesses")
def test_another_process_learns_of_it_by_its_first_look():
    anew()
    with counted() as calls:
        found = [used(keys.fresh("live"), ip=GUESSER).status for _ in range(3)]
    assert (found, calls) == ([429] * 3, {"GetItem": 1, "UpdateItem": 1})


def test_a_guess_that_is_right_is_not_heard_either_once_the_limit_is_met(owner, guesses):
    key = made(owner)["key"]
    assert used(key, ip=GUESSER).status == 429
    assert used(key).status == 200


def test_a_key_that_is_known_goes_on_beside_one_who_guesses(owner):
    key = made(owner)["key"]
    assert used(key, ip=GUESSER).status == 200
    assert [used(keys.fresh("live"), ip=GUESSER).status for _ in range(MOST + 1)] == [401] * MOST + [429]
    assert used(key, ip=GUESSER).status == 200


@pytest.mark.parametrize("first", [True, False])
def test_to_know_a_key_takes_one_read_and_no_more(owner, first):
    key = made(owner)["key"]
    if not first:
        used(key)
    with counted() as calls:
        keys.authenticated(key, "192.0.2.1")
    assert calls == {"GetItem": 1}


def test_a_key_that_was_taken_away_is_no_guess(owner):
    key = made(owner)
    told(owner, key["id"], "revoke")
    assert {outcome(used(key["key"], ip=GUESSER)) for _ in range(MOST + 5)} == {(401, "key_revoked")}
    assert [each for each in everything("principals") if each["pk"]["S"].startswith("usage#ip#")] == []


def test_while_nobody_can_count_a_guess_is_answered_as_ever(capsys):
    with answering("ThrottlingException", 400):
        found = {outcome(used(keys.fresh("live"), ip=GUESSER)) for _ in range(MOST + 5)}
    assert found == {(401, "unauthenticated")}
    assert "LimiterFailedOpen" in capsys.readouterr().out


def test_many_keys_do_not_fill_the_memory_of_a_process(owner, monkeypatch):
    monkeypatch.setattr(keys, "_KNOWN", 2)
    keys._known.clear()
    for _ in range(5):
        assert used(made(owner)["key"]).status == 200
        assert len(keys._known) <= 2
