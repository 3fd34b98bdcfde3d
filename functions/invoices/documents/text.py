"""Free text made safe to set in type: it stays the same words, but can neither break the page nor fool the eye."""

import re
import unicodedata

# Overrides and isolates of direction could show "-1.00" as another number; the marks that Arabic and Hebrew need are kept.
_DIRECTION_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LONG_WORD = re.compile(r"\S{25,}")
BREAK = "\N{ZERO WIDTH SPACE}"
"""Where the template may break a word. It sets an empty box there, so that words copied from the page are whole."""
_PIECE = re.compile(r".{1,8}")


def printable(text: str | None) -> str:
    """One line of text without control characters, surrogates and overrides of direction; None is the empty text."""
    kept = "".join(" " if _is_control(sign) else sign for sign in text or "")
    return " ".join(_DIRECTION_CONTROLS.sub("", kept).split())


def breakable(text: str | None) -> str:
    """`printable` text whose words of 25 signs and more may be broken after every eighth, so that none leaves its column."""
    return _LONG_WORD.sub(lambda word: BREAK.join(_PIECE.findall(word.group())), printable(text).replace(BREAK, ""))


def _is_control(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") or ord(sign) & 0xFFFE == 0xFFFE
