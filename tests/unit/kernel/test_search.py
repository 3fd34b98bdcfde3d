"""What a text is found by, and how a query is read."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kernel.problems import BadRequest
from kernel.search import MAX_TOKEN, MAX_TOKENS, is_posted, key, newest_first, plain, sought, tokens, words

ID = "ten_01KGABCDEFGHJKMNPQRSTVWXYZ"
TEXTS = st.text(max_size=120)
SCRIPTS = st.text(st.sampled_from("abzÅéßİıŁøﬁ９ 　東京都カタガがー서울시ﾊﾟ.@-_#=%\u0301\u00ad\u200b\t\x00"), max_size=40)


def found_by(text):
    return tokens(ID, [text])[2:]


def finds(query, *texts):
    """Whether a record with these texts has the tokens that the query asks for, in one of the ways in which it is tried."""
    known = tokens(ID, texts)
    return any(all(any(each.startswith(word) for each in known) for word in (driver, *others)) for driver, others in sought(query).tries)


@pytest.mark.parametrize(("text", "folded"), [
    ("Ångström", "angstrom"), ("STRASSE", "strasse"), ("Straße", "strasse"), ("Łódź", "lodz"), ("Søren Ærø", "soren aero"),
    ("ﬁne", "fine"), ("ＡＢＣ　１２", "abc 12"), ("e\u0301te\u0301", "ete"), ("so\u00adft\u200bly", "softly"), ("a\t\n b", "a b"),
    ("ΣΊΣΥΦΟΣ", "σισυφοσ"), ("Ｉİ", "ii"), ("ﾊﾟﾝ", "パン"), ("서울", "서울"), ("㎒", "mhz")])  # fmt: skip
def test_case_width_and_diacritics_are_folded_away(text, folded):
    assert plain(text) == folded


@given(TEXTS | SCRIPTS)
def test_folding_twice_changes_nothing_more(text):
    assert plain(plain(text)) == plain(text)


@given(st.text(st.characters(codec="utf-8", categories=["L", "N", "M"]), max_size=40))
def test_upper_and_lower_case_are_one(text):
    assert plain(text.upper().lower()) == plain(text.lower())


def test_the_parts_of_an_e_mail():
    assert found_by("Ada.L@Acme-Logistik.test") == [
        "=ada.l@acme-logistik.test", "ada.l@acme-logistik.test", "ada.l", "acme-logistik.test", "ada", "l", "acme", "logistik", "test"]


def test_the_parts_of_a_number():
    assert found_by("INV-2026-00042") == ["=inv-2026-00042", "inv-2026-00042", "inv", "2026", "00042"]


def test_an_id_is_found_whole_and_without_its_prefix_which_all_have():
    assert tokens(ID, []) == ["=" + ID.lower(), "01kgabcdefghjkmnpqrstvwxyz"]
    assert found_by("inv_01KGABCDEFGHJKMNPQRSTVWXYZ") == ["=inv_01kgabcdefghjkmnpqrstvwxyz"]
    assert finds("01KGABC")
    assert finds("ten_01KGABC")
    assert finds("abc_de", "see abc_def")
    assert not any(finds(query) for query in ("ten", "inv_01KGABC", "KGABC"))


def test_cjk_is_found_by_pairs_and_the_last_character_alone():
    assert found_by("東京都 Ltd") == ["=東京都%20ltd", "東京", "京都", "都", "ltd"]
    assert words("東京都") == ["東京", "京都"]
    for query in ("東", "京", "都", "東京", "京都", "東京都"):
        assert finds(query, "東京都 Ltd")
    assert not finds("東都", "東京都")
    assert finds("서울", "서울특별시")
    assert finds("カタカナ", "ｶﾀｶﾅ株式会社")
    assert not finds("カク", "ガク")


def test_a_telephone_number_is_found_however_it_is_written():
    for query in ("+49 30 1234567", "+49 (30) 123-45", "4930123", "+493"):
        assert finds(query, "+49301234567")


def test_half_an_e_mail_is_one_word_and_its_parts_come_second():
    assert sought("acc@alst").tries == (("acc@alst", ()), ("alst", ("acc",)), ("acc", ("alst",)))
    assert sought("GmbH acc@alst").tries[0] == ("acc@alst", ("gmbh",))


def test_the_longest_word_leads():
    assert sought("Gmbh Acme Logistik b").tries[:2] == (("logistik", ("gmbh", "acme", "b")), ("gmbh", ("acme", "logistik", "b")))


@pytest.mark.parametrize("query", ["", " ", "a", "a b c", "!!", "\u0301", "7", "\ud800", "_", "a-"])
def test_less_than_two_letters_are_too_few(query):
    with pytest.raises(BadRequest) as refused:
        sought(query)
    assert (refused.value.code, refused.value.field) == ("query_too_short", "q")


@pytest.mark.parametrize("query", ["ab " * 11, "x" * 201])
def test_what_is_too_long_is_refused(query):
    with pytest.raises(BadRequest) as refused:
        sought(query)
    assert (refused.value.code, refused.value.field) == ("query_too_long", "q")


def test_ten_words_and_one_cjk_character_are_enough():
    assert len(sought("ab " * 9 + "cd").tries[0][1]) == 1
    assert sought("東").tries == (("東", ()),)


@given(st.lists(TEXTS | SCRIPTS, max_size=6))
def test_tokens_are_few_short_and_can_be_keys(texts):
    found = tokens(ID, texts)
    assert len(found) == len(set(found)) <= MAX_TOKENS
    for token in found:
        assert 0 < len(token.removeprefix("=")) <= MAX_TOKEN * (3 if token[0] == "=" else 1)
        assert not set(token) & set("# ")
        item = key("0", ID, token)
        assert len(item["sk"]["S"].encode()) <= 1024
        assert len(item["pk"]["S"].split("#", 1)[1]) in (1, 2)


@given(SCRIPTS)
def test_a_text_finds_itself_and_so_does_each_beginning_of_it(text):
    """Beginnings that end between words or within one; a mark that is cut off its letter makes another word."""
    whole = plain(text)
    for end in range(len(whole) + 1):
        query = whole[:end]
        if len(query.split()) <= 10 and any(is_posted(word) for word in words(query)) and not set(query[-1:] + whole[end:end + 1]) & {"ー"}:
            assert finds(query, text), query


@given(st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26), st.text("0123456789ABCDEFGHJKMNPQRSTVWXYZ", min_size=26, max_size=26))
def test_the_newest_is_first(one, other):
    assert (newest_first("ten_" + one) < newest_first("ten_" + other)) == (one > other)
    assert (newest_first("ten_" + one) == newest_first("inv_" + other)) == (one == other)


def test_a_text_without_a_gap_takes_no_longer_than_another():
    began = time.process_time()
    tokens(ID, ["日本" * 10_000])  # by a pattern that begins anew at each letter: five seconds
    assert time.process_time() - began < 1
