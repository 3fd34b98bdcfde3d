"""Pure rules: what fits into an SMS, what fits into a header, which ink is readable on a colour, how long to wait."""

import string
import unicodedata
from datetime import timedelta

SMS_UNITS = 160
OUTCOME_WITHIN = timedelta(minutes=15)
MAX_POSTPONED = 5

# GSM 03.38, the default alphabet (3GPP TS 23.038, 6.2.1), and its extension, whose characters take two units.
_GSM = frozenset("@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ÄÖÑÜ§¿äöñüà\n\r"
                 + string.ascii_letters)
_GSM_EXTENDED = frozenset("^{}\\[~]|€")


def gsm_units(text: str) -> int:
    """Units of a text in the GSM alphabet. ValueError for a character that it lacks: the whole SMS would become UCS-2, 70 a piece."""
    if strange := set(text) - _GSM - _GSM_EXTENDED:
        raise ValueError(f"not in the GSM alphabet: {sorted(strange)}")
    return sum(2 if c in _GSM_EXTENDED else 1 for c in text)


def gsm(text: str) -> str:
    """The text in the GSM alphabet, on one line: accents that it lacks are dropped, what remains unknown is a question mark."""
    return "".join(_gsm_character(c) for c in one_line(text))


def _gsm_character(character: str) -> str:
    if character in _GSM or character in _GSM_EXTENDED:
        return character
    plain = "".join(c for c in unicodedata.normalize("NFKD", character) if not unicodedata.combining(c))
    return plain if plain and set(plain) <= _GSM | _GSM_EXTENDED else "?"


def shortened(text: str, units: int) -> str:
    """The longest beginning of a GSM text that takes at most so many units, without a space at its end."""
    while gsm_units(text) > units:
        text = text[:-1]
    return text.rstrip()


def one_line(text: str, limit: int = 200) -> str:
    """The text as a header can carry it: white space and control characters of any kind, and any number, are one space."""
    words = "".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text).split()
    return " ".join(words)[:limit].rstrip()


def ink_on(colour: str) -> str:
    """White or black, whichever has the greater contrast on #rrggbb: at least the 4.5:1 that text needs (WCAG 2.2, 1.4.3)."""
    channels = (int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5))
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return "#ffffff" if 1.05 / (luminance + 0.05) >= (luminance + 0.05) / 0.05 else "#000000"


def pause(postponed: int) -> timedelta | None:
    """How long to wait before the service is asked again, after so many postponements; None when it is time to give up."""
    return timedelta(minutes=5 * 2 ** (postponed - 1)) if postponed <= MAX_POSTPONED else None
