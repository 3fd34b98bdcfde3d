"""Passwords as NIST SP 800-63B-4 (3.1.1.2) asks for them: long, of any characters, not of the commonest and not made of what is known of
their owner. No rules of composition, and no expiry.

Nearly all of the commonest passwords are shorter than twelve; what people make of these to get there is refused instead: with a tail of
digits, doubled, or as a run of the keyboard.
"""

import re
from datetime import datetime

from functions.staff import lockout, sessions, userpool
from functions.staff.events import PasswordChanged
from functions.staff.lockout import Attempt
from functions.staff.models import EndReason, Staff
from functions.staff.userpool import Challenged
from kernel.audit import Actor
from kernel.commit import again, commit
from kernel.problems import Invalid, Unauthenticated

SHORTEST, LONGEST = 12, 256
_DIFFERENT = 5  # characters at least
_COMMON = frozenset([
    "password", "passwort", "passw0rd", "p@ssword", "p@ssw0rd", "motdepasse", "contrasena", "qwerty", "qwertz", "azerty", "qwertyuiop",
    "qwertzuiop", "asdfghjkl", "asdf", "zxcvbnm", "letmein", "welcome", "willkommen", "admin", "administrator", "root", "login",
    "master", "monkey", "dragon", "football", "baseball", "basketball", "superman", "batman", "iloveyou", "sunshine", "princess",
    "princesse", "trustno", "shadow", "michael", "jordan", "hunter", "starwars", "whatever", "freedom", "charlie", "secret", "changeme",
    "default", "summer", "winter", "spring", "autumn", "sommer", "hallo", "hello", "test", "guest", "user", "company", "platformowner",
    "correcthorsebatterystaple",
])
_RUNS = ("abcdefghijklmnopqrstuvwxyz", "01234567890123456789", "qwertyuiopasdfghjklzxcvbnm", "qwertzuiopasdfghjklyxcvbnm",
         "azertyuiopqsdfghjklmwxcvbn", "1qaz2wsx3edc4rfv5tgb6yhn7ujm", "1q2w3e4r5t6y7u8i9o0p")


def check(password: str, email: str, name: str, field: str = "password") -> None:
    """`Invalid` for a password that may not be, of someone with that address and name."""
    if why := refused(password, email, name):
        raise Invalid(why[1], code=why[0], field=field)


def refused(password: str, email: str, name: str) -> tuple[str, str] | None:
    """(code, why) of a password that may not be, or None."""
    if not SHORTEST <= len(password) <= LONGEST:
        why = "short" if len(password) < SHORTEST else "long"
        return f"password_too_{why}", f"a password has {SHORTEST} to {LONGEST} characters"
    plain = password.casefold()
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    half = re.fullmatch(r"(.+?)\1+", plain)  # the same again and again
    if len(set(plain)) < _DIFFERENT or (half and len(half[1]) < SHORTEST):
        return "password_too_simple", "a password needs more variety"
    if core in _COMMON or any(plain in run or plain[::-1] in run for run in _RUNS):
        return "password_too_common", "this is one of the commonest passwords"
    if not _beyond(plain, email, name):
        return "password_is_personal", "a password must not be made of your own name or address"
    return None


def _beyond(plain: str, email: str, name: str) -> bool:
    """Whether enough is left of it without what everybody knows of its owner."""
    known = [*re.split(r"\W+", name.casefold()), *re.split(r"[\W_]+", email.casefold()), email.casefold()]
    for part in sorted((each for each in known if len(each) >= 3), key=len, reverse=True):
        plain = plain.replace(part, "")
    return len(plain) >= 8


def change(staff_id: str, token: str, current: str, new: str, *, keep: str | None, actor: Actor, at: datetime) -> int:
    """A new password for the caller with this access token; all their sessions but `keep` end. Returns how many.

    They end before the user pool is told, and once more behind it: whoever is killed in between has lost sessions, and none is left
    that was opened with a password that does not count any more.
    """
    staff = Staff.fetch(staff_id)
    check(new, staff.email, staff.name, "new")
    attempt = lockout.attempt(staff.email, at=at)
    _prove(staff.email, current)
    ended = sessions.end_all(staff_id, EndReason.PASSWORD_CHANGED, keep=keep, actor=actor, at=at)
    try:
        userpool.change_password(token, current, new)
    except Unauthenticated as error:
        raise _wrong() from error
    again(lambda: _changed(staff_id, attempt, actor, at))
    return ended + sessions.end_all(staff_id, EndReason.PASSWORD_CHANGED, keep=keep, actor=actor, at=at)


def _changed(staff_id: str, attempt: Attempt, actor: Actor, at: datetime) -> None:
    """Sign-ins that are under way with the old password come to nothing with the account's next epoch."""
    commit((Staff.fetch(staff_id), PasswordChanged()), actor=actor, at=at, writes=[attempt.passed(new_epoch=True)])


def _prove(email: str, current: str) -> None:
    """Whether it is the password, before anything ends for it."""
    try:
        found = userpool.sign_in(email, current)
    except Unauthenticated as error:
        raise _wrong() from error
    if not isinstance(found, Challenged):
        userpool.revoke(found.renewal)


def _wrong() -> Invalid:
    return Invalid("this is not your password", code="wrong_password", field="current")
