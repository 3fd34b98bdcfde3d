"""What fits into an SMS, a header, a colour; how long to wait."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.notifications.rules import gsm, gsm_units, ink_on, one_line, pause, shortened

colours = st.integers(0, 0xFFFFFF).map(lambda n: f"#{n:06x}")


@given(st.text())
def test_any_text_becomes_gsm(text):
    assert gsm_units(gsm(text)) >= len(gsm(text))


@given(st.text(), st.integers(0, 160))
def test_a_shortened_text_fits_and_is_a_beginning(text, units):
    found = shortened(gsm(text), units)
    assert gsm_units(found) <= units and gsm(text).startswith(found)


def test_signs_of_the_extension_count_twice_and_foreign_ones_are_refused():
    assert (gsm_units("10 €"), gsm_units("Ärger über Straße")) == (5, 17)
    assert (gsm("Señor Łukasz ﬁnds 漢\u00a0č"), gsm("a\r\nb")) == ("Señor ?ukasz finds ? c", "a b")
    with pytest.raises(ValueError, match="GSM"):
        gsm_units("漢")


@given(st.text())
def test_a_header_is_one_line_without_control_characters(text):
    assert not set(one_line(text)) & set(map(chr, [*range(32), *range(127, 160), 0x2028, 0x2029]))
    assert len(one_line(text)) <= 200 and one_line(one_line(text)) == one_line(text)


@given(colours)
def test_ink_is_readable_on_every_colour(colour):
    """4.5:1 is what WCAG 2.2 asks of text."""
    assert _contrast(colour, ink_on(colour)) >= 4.5


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = [int(colour[n:n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def test_ink_is_white_on_dark_and_black_on_light():
    assert [ink_on(colour) for colour in ("#0f766e", "#2563eb", "#111111", "#fde047", "#ffffff")] == ["#ffffff"] * 3 + ["#000000"] * 2


def test_waiting_doubles_and_ends():
    assert [pause(n) for n in (1, 2, 5, 6)] == [timedelta(minutes=5), timedelta(minutes=10), timedelta(minutes=80), None]
