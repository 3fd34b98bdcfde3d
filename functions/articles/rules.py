"""Pure rules of articles: their life, their address, who may read them, and what a vote changes."""

import re
import unicodedata
from types import MappingProxyType

STATES = ("draft", "review", "published", "archived")
COMMANDS = ("submit", "return", "publish", "archive", "reopen")
TRANSITIONS = MappingProxyType({
    ("draft", "submit"): "review",
    ("review", "return"): "draft",
    **{(state, "publish"): "published" for state in ("draft", "review", "published")},
    ("published", "archive"): "archived",
    ("archived", "reopen"): "draft",
})
MOST = 80  # characters of a slug


def transition(status: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def slug_of(title: str) -> str:
    """The title as a part of an address: letters and digits of ASCII with single hyphens; "" where it has none."""
    plain = unicodedata.normalize("NFKD", title.casefold()).encode("ascii", "ignore").decode()
    return "-".join(re.findall("[a-z0-9]+", plain))[:MOST].strip("-")


def is_public(status: str, visibility: str) -> bool:
    """Whether anybody may read what was published of it."""
    return status == "published" and visibility == "public"


def counted(before: bool | None, after: bool) -> dict[str, int]:
    """By how much the numbers of those who were helped, and of those who were not, change with a vote. `before`: what was said first."""
    if before is after:
        return {}
    return {_name(after): 1} | ({} if before is None else {_name(before): -1})


def _name(helpful: bool) -> str:
    return "helpful" if helpful else "unhelpful"
