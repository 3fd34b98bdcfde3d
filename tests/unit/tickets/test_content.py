"""What may be attached: a file is what it begins with, whatever it is called."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.tickets.rules.content import TYPES, kind_of

PNG, EXE = b"\x89PNG\r\n\x1a\n....", b"MZ\x90\x00"


@pytest.mark.parametrize(("name", "begin", "kind"), [
    ("a.png", PNG, "png"), ("a.JPEG", b"\xff\xd8\xff\xe0", "jpg"), ("a.gif", b"GIF89a", "gif"), ("a.pdf", b"%PDF-1.7", "pdf"),
    ("a.zip", b"PK\x03\x04", "zip"), ("a.csv", b"a;b\r\n", "csv"), ("a.txt", "größer".encode(), "txt"),
    ("a.pdf", PNG, None), ("a.png", EXE, None), ("a.exe", EXE, None), ("a.txt", EXE, None), ("a.txt", PNG, None), ("png", b"x", None),
    ("a.html", b"<script>", None), ("a.svg", b"<svg>", None), ("a.txt", b"\xff\xfe\xfd\xfc", None)])  # fmt: skip
def test_a_file_is_known_by_its_first_bytes_and_its_name(name, begin, kind):
    assert kind_of(name, begin) == kind


@settings(max_examples=50)
@given(st.text(max_size=30), st.binary(max_size=64))
def test_whatever_comes_is_one_of_ours_or_none(name, begin):
    assert kind_of(name, begin) in {None, *TYPES}


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=8, max_size=20))
def test_a_text_that_is_cut_within_a_sign_is_a_text(text):
    assert kind_of("a.txt", text.encode()[:-1]) == "txt"
