"""The second factor: codes of an authenticator (TOTP, RFC 6238), which the user pool checks, and recovery codes, which are ours.

Recovery codes have 120 bits by chance, so that their SHA-256 gives nothing away. One that is used is taken off in a commit on the version
of its owner, so that of two who show the same one, one gets in.
"""

import hashlib
import secrets
from dataclasses import replace
from datetime import datetime
from urllib.parse import quote, urlencode

from functions.staff import lockout, userpool
from functions.staff.challenge import Asked
from functions.staff.credentials import Enrolment
from functions.staff.events import MfaDisabled, MfaEnabled, RecoveryCodeUsed
from functions.staff.lockout import Attempt
from functions.staff.models import Staff
from functions.staff.userpool import WRONG, Challenged, Tokens
from kernel import dynamodb
from kernel.audit import Actor
from kernel.commit import again, commit
from kernel.config import table
from kernel.problems import Conflict, Invalid, Unauthenticated

CODES, DIGITS = 10, 6
_ISSUER = "Platform Owner"
_SIGNS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's 32: none that looks like another


def enrol(staff_id: str, token: str) -> Enrolment:
    """A secret for the authenticator of the caller with this access token. Nothing has changed until a code of it is confirmed."""
    staff = Staff.fetch(staff_id)
    if staff.mfa:
        raise Conflict("there is an authenticator already, disable it first", code="mfa_enabled")
    secret = userpool.shared_secret(token)
    asked = urlencode({"secret": secret, "issuer": _ISSUER}, quote_via=quote)
    return Enrolment(secret=secret, uri=f"otpauth://totp/{quote(_ISSUER)}:{quote(staff.email, safe='@')}?{asked}")


def confirm(staff_id: str, token: str, code: str, *, actor: Actor, at: datetime) -> list[str]:
    """From here on a code is asked for. Returns the recovery codes.

    The user pool is told first: whoever is killed in between has an authenticator that counts, and can enrol again for recovery codes.
    """
    staff = Staff.fetch(staff_id)
    if staff.mfa:
        raise Conflict("there is an authenticator already, disable it first", code="mfa_enabled")
    attempt = lockout.attempt(staff.email, at=at)
    try:
        userpool.confirm(token, code)
    except Unauthenticated as error:
        raise _wrong() from error
    codes = ["-".join("".join(secrets.choice(_SIGNS) for _ in range(4)) for _ in range(6)) for _ in range(CODES)]
    again(lambda: _enabled(staff_id, codes, attempt, actor, at))
    return codes


def _enabled(staff_id: str, codes: list[str], attempt: Attempt, actor: Actor, at: datetime) -> None:
    staff = Staff.fetch(staff_id)
    staff.mfa, staff.recovery_codes = True, [_hashed(code) for code in codes]
    commit((staff, MfaEnabled()), actor=actor, at=at, writes=[attempt.passed()])


def disable(staff_id: str, password: str, code: str, *, actor: Actor, at: datetime) -> None:
    """Ends the enrolment of whoever shows both factors once more. `Conflict` where there is none.

    The record is written first: whoever is killed in between goes on being asked for codes, and can ask for this again.
    """
    staff = Staff.fetch(staff_id)
    attempt = lockout.attempt(staff.email, at=at)
    try:
        found = userpool.sign_in(staff.email, password)
        tokens = userpool.answered(found, code) if isinstance(found, Challenged) else found
    except Unauthenticated as error:
        raise _wrong() from error
    userpool.revoke(tokens.renewal)  # it was only to see whether they may
    if not isinstance(found, Challenged):
        raise Conflict("there is no authenticator", code="mfa_disabled")
    again(lambda: _disabled(staff_id, attempt, actor, at))
    userpool.ask_no_code(found.username)


def _disabled(staff_id: str, attempt: Attempt, actor: Actor, at: datetime) -> None:
    staff = Staff.fetch(staff_id)
    staff.mfa, staff.recovery_codes = False, []
    commit((staff, MfaDisabled()), actor=actor, at=at, writes=[attempt.passed()])


def recovered(asked: Asked, code: str, *, actor: Actor, at: datetime) -> Tokens:
    """Signs in by a recovery code, which is used up, and ends the enrolment: the authenticator is lost.

    Whoever is killed in between has lost this code and nothing else: the others still open.
    """
    principal = dynamodb.get(table("principals"), f"staff#{userpool.subject_of(asked.username)}")
    if not principal or not principal["active"]["BOOL"]:
        raise Unauthenticated(WRONG)
    again(lambda: _taken(principal["staff_id"]["S"], code, actor, at))
    userpool.ask_no_code(asked.username)
    found = userpool.sign_in(asked.email, asked.password)
    if isinstance(found, Challenged):
        raise Unauthenticated("sign in again")  # somebody has enrolled in this very moment
    return found


def _taken(staff_id: str, code: str, actor: Actor, at: datetime) -> None:
    staff, hashed = Staff.fetch(staff_id), _hashed(code)
    if hashed not in staff.recovery_codes:
        raise Unauthenticated(WRONG)
    staff.mfa, staff.recovery_codes = False, [each for each in staff.recovery_codes if each != hashed]
    commit((staff, RecoveryCodeUsed(left=len(staff.recovery_codes))), actor=replace(actor, id=staff.id), at=at)


def _hashed(code: str) -> str:
    """However it was typed: in small letters, with spaces, or without its hyphens."""
    return hashlib.sha256("".join(code.upper().replace("-", "").split()).encode()).hexdigest()


def _wrong() -> Invalid:
    return Invalid("the code is wrong, or was used before", code="wrong_code", field="code")
