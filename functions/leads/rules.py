"""Pure rules of leads: their life, what two addresses have in common, and how much a lead is worth our time."""

from dataclasses import dataclass
from fractions import Fraction
from types import MappingProxyType

from kernel.money import round_half_up

STATES = ("new", "contacted", "qualified", "trial", "won", "lost")
COMMANDS = ("contact", "qualify", "convert", "win", "lose", "abandon", "reopen")
# `win` and `abandon` are what becomes of its subscription: who pays is won, whatever we believed.
TRANSITIONS = MappingProxyType({
    ("new", "contact"): "contacted",
    ("new", "qualify"): "qualified",
    ("contacted", "qualify"): "qualified",
    **{(state, "convert"): "trial" for state in ("new", "contacted", "qualified")},
    **{(state, "lose"): "lost" for state in ("new", "contacted", "qualified")},
    **{(state, "win"): "won" for state in ("new", "contacted", "qualified", "trial", "lost")},
    ("trial", "abandon"): "lost",
    ("lost", "reopen"): "contacted",
})
# Who gives addresses away to anybody: that two have one there says nothing.
FREE_MAIL = frozenset((
    "aol.com", "fastmail.com", "freenet.de", "gmail.com", "gmx.at", "gmx.ch", "gmx.com", "gmx.de", "gmx.net", "googlemail.com",
    "hotmail.com", "hotmail.de", "icloud.com", "live.com", "mac.com", "mail.com", "mail.ru", "me.com", "msn.com", "outlook.com",
    "outlook.de", "posteo.de", "proton.me", "protonmail.com", "qq.com", "t-online.de", "web.de", "yahoo.com", "yahoo.de", "yandex.ru",
    "zoho.com"))
_SOURCES = MappingProxyType({"referral": 20, "partner": 20, "event": 15, "website": 10, "outbound": 5})
_SIZES = ((250, 25), (50, 20), (10, 10), (1, 5))  # employees at least, points


@dataclass(frozen=True)
class Known:
    """What is known of a lead, as far as its score depends on it."""

    email: str
    source: str
    company: str | None = None
    phone: str | None = None
    employees: int | None = None
    plan_id: str | None = None


def transition(status: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def normalized(email: str) -> str:
    """The same text for addresses that reach the same person: case does not matter, nor what follows a plus sign (RFC 5233), nor, at
    Google, dots."""
    name, _, domain = email.casefold().rpartition("@")
    name = name.partition("+")[0] or name
    if domain in ("gmail.com", "googlemail.com"):
        name, domain = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{domain}"


def company_domain(email: str) -> str | None:
    """The domain of a company's own address, None for one that anybody can have."""
    domain = email.casefold().rpartition("@")[2]
    return None if domain in FREE_MAIL else domain


def scored(known: Known) -> dict[str, int]:
    """Which rule gives how many points, of 100 in all; those that give none are left out."""
    points = {
        "source": _SOURCES.get(known.source, 0),
        "company_address": 20 if company_domain(known.email) else 0,
        "company": 10 if known.company else 0,
        "phone": 10 if known.phone else 0,
        "size": next((given for least, given in _SIZES if (known.employees or 0) >= least), 0),
        "plan": 15 if known.plan_id else 0}
    return {rule: given for rule, given in points.items() if given}


def per_mille(part: int, whole: int) -> int | None:
    """So many of a thousand, None of nothing."""
    return round_half_up(Fraction(1000 * part, whole)) if whole else None
