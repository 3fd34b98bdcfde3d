"""Signing in: a password, then a code where one was set up; and what keeps a session going until it is over."""

from dataclasses import replace
from datetime import datetime

from functions.staff import challenge, lockout, mfa, sessions, userpool
from functions.staff.challenge import Asked
from functions.staff.credentials import Challenge, SignedIn
from functions.staff.models import EndReason
from kernel.audit import Actor
from kernel.problems import Unauthenticated


def login(email: str, password: str, *, agent: str, actor: Actor, at: datetime) -> tuple[SignedIn, str] | Challenge:
    """(access token, cookie), or a challenge. One answer for unknown, wrong and disabled: `Unauthenticated`."""
    attempt = lockout.attempt(email, at=at)
    found = userpool.sign_in(email, password)
    if isinstance(found, userpool.Challenged):
        return Challenge(token=challenge.sealed(Asked(email, password, found.username, found.session, attempt.epoch), at=at))
    return sessions.opened(found, mfa=False, attempt=attempt, agent=agent, actor=actor, at=at)


def answer(token: str, code: str, *, agent: str, actor: Actor, at: datetime) -> tuple[SignedIn, str]:
    """A challenge answered by a code of the authenticator, or by a recovery code, which also ends the enrolment (`mfa: false`)."""
    asked = challenge.opened(token, at=at)
    attempt = lockout.attempt(asked.email, at=at)
    if attempt.epoch != asked.epoch:
        raise Unauthenticated("sign in again")  # the password was changed meanwhile
    by_code = len(code) == mfa.DIGITS and code.isdecimal()
    try:
        tokens = (userpool.answered(userpool.Challenged(asked.username, asked.session), code) if by_code
                  else mfa.recovered(asked, code, actor=actor, at=at))
    except Unauthenticated as error:
        raise Unauthenticated("the code is wrong, or was used before") from error
    return sessions.opened(tokens, mfa=by_code, attempt=attempt, agent=agent, actor=actor, at=at)


def refresh(cookie: str, *, actor: Actor, at: datetime) -> tuple[SignedIn, str | None]:
    """(access token, next cookie or None where it has it already)."""
    renewal, session, fresh = sessions.rotated(cookie, actor=actor, at=at)
    return sessions.signed_in(userpool.renewed(renewal), session), fresh


def logout(cookie: str, *, actor: Actor, at: datetime) -> None:
    """End the session here and in the user pool. Without one, nothing happens."""
    session = sessions.session_of(cookie)
    if session is not None:
        sessions.end(session.id, EndReason.SIGNED_OUT, actor=replace(actor, id=session.staff_id), at=at)
