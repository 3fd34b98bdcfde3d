"""Which passwords may be: long ones of any kind, but none that everybody tries first."""

import pytest

from functions.staff.passwords import refused

EMAIL, NAME = "ada.lovelace@example.test", "Ada Lovelace"


def code(password: str) -> str | None:
    found = refused(password, EMAIL, NAME)
    return found[0] if found else None


@pytest.mark.parametrize("password", [
    "violet harbour 27 moss", "Correct-horse-9", "x9#kP2$mQ7&v", "twelve signs", "ключ от старой двери", "鍵をなくした朝に雨が降る街",
    "a" * 3 + "bcd efg hij klm", "p" + "q8Z-" * 63, "lovelace wrote the first program"])
def test_a_long_one_may_be_of_anything(password: str) -> None:
    assert code(password) is None


@pytest.mark.parametrize(("password", "why"), [
    ("", "password_too_short"), ("eleven sign", "password_too_short"), ("x1" * 129, "password_too_long"),
    ("aaaaaaaaaaaa", "password_too_simple"), ("abababababab", "password_too_simple"), ("violetviolet", "password_too_simple"),
    ("111122223333", "password_too_simple"), ("            ", "password_too_simple"),
    ("Password1234", "password_too_common"), ("PASSWORD!!!!!!", "password_too_common"), ("123qwerty456", "password_too_common"),
    ("Summer2026!!", "password_too_common"), ("iloveyou2026", "password_too_common"), ("123456789012", "password_too_common"),
    ("210987654321", "password_too_common"), ("qwertyuiopas", "password_too_common"), ("ABCDEFGHIJKL", "password_too_common"),
    ("1qaz2wsx3edc", "password_too_common"), ("CorrectHorseBatteryStaple", "password_too_common"),
    ("ada.lovelace@example.test", "password_is_personal"), ("AdaLovelace1815", "password_is_personal"),
    ("lovelace.ada!", "password_is_personal"), ("ada.lovelace1", "password_is_personal")])
def test_what_everybody_tries_first_may_not(password: str, why: str) -> None:
    assert code(password) == why


def test_a_short_name_in_a_long_password_is_no_harm() -> None:
    assert refused("a cabbage and a king", "al@x.test", "Al") is None
