"""What a password must be, wherever one is chosen."""

from kernel.problems import Invalid

LEAST = 12
_SHORT = 4  # what is shorter than this stands in many a good password


def check(password: str, email: str, name: str) -> None:
    """`Invalid` for one that is short, or holds the name or the address of who it is for."""
    if len(password) < LEAST:
        raise Invalid(f"a password has at least {LEAST} characters", code="password_too_short", field="password")
    plain = password.casefold()
    own = [email, email.partition("@")[0], *name.split()]
    if any(part.casefold() in plain for part in own if len(part) >= _SHORT):
        raise Invalid("a password holds neither the name nor the address of who it is for", code="password_is_personal", field="password")
