"""The life of content, what becomes of an entitlement by its invoices, how a sale is shared, and what a file is."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.content.rules import (
    COMMANDS,
    ContentState,
    EntitlementState,
    after_invoice,
    line_of,
    media_type,
    reversal,
    shared,
    transition,
)
from kernel.problems import Refused

prices, shares = st.integers(0, 10**12), st.integers(0, 1000)
kept = st.fractions(0, 1)
states = st.sampled_from(EntitlementState)


@given(st.lists(st.sampled_from(COMMANDS)))
def test_only_what_was_reviewed_is_ever_sold_and_what_is_retired_stays_so(commands):
    state, reviewed = ContentState.DRAFT, False
    for command in commands:
        before = state
        try:
            state = transition(state, command)
        except Refused:
            continue
        reviewed = reviewed or command == "publish"
        assert before != ContentState.RETIRED
        assert command != "buy" or (reviewed and state == ContentState.PUBLISHED)


@given(prices, shares)
def test_both_parts_are_the_price_and_each_is_within_one_unit_of_its_share(price, per_mille):
    parts = shared(price, per_mille)
    assert parts.creator + parts.fee == price
    assert abs(parts.creator - Fraction(price * per_mille, 1000)) < 1
    assert line_of(price)[0] == price


@given(prices, shares, st.lists(kept, min_size=1, max_size=6))
def test_what_goes_back_grows_with_the_refunds_never_beyond_what_was_allocated(price, per_mille, stages):
    sale = shared(price, per_mille)
    gone = [reversal(sale, each) for each in sorted(stages, reverse=True)]
    for each in gone:
        assert 0 <= each.creator <= sale.creator
        assert 0 <= each.fee <= sale.fee
    for less, more in pairwise(gone):
        assert less.creator <= more.creator and less.fee <= more.fee
    assert reversal(sale, Fraction(0)) == sale
    assert reversal(sale, Fraction(1)) == shared(0, 1)


@given(states, st.sampled_from([None, "draft", "open", "paid", "void", "uncollectible"]), kept, st.booleans())
def test_news_that_comes_twice_says_nothing_new(state, invoice, left, failed):
    once = after_invoice(state, invoice, kept=left, current=True, failed=failed)
    assert after_invoice(once, invoice, kept=left, current=True, failed=failed) == once
    assert after_invoice(state, invoice, kept=left, current=False, failed=failed) == state
    assert state != EntitlementState.ENDED or once == state


@given(states.filter(lambda state: state != EntitlementState.ENDED), st.lists(st.booleans(), max_size=4))
def test_once_it_is_paid_no_late_failure_takes_it_away(state, late):
    for failed in (*late, True):
        state = after_invoice(state, "paid", kept=Fraction(1), current=True, failed=failed)
    assert state == EntitlementState.ACTIVE
    assert after_invoice(state, "paid", kept=Fraction(0), current=True, failed=False) == EntitlementState.REVOKED


@pytest.mark.parametrize(("state", "invoice", "becomes"), [
    ("pending", "void", "canceled"), ("pending", "uncollectible", "canceled"), ("pending", None, "canceled"), ("pending", "open", "pending"),
    ("active", "void", "active"), ("paused", "void", "active"), ("active", "uncollectible", "ended"), ("paused", "uncollectible", "ended"),
    ("canceled", "paid", "active")])  # fmt: skip
def test_what_was_never_paid_is_canceled_and_what_was_bought_before_ends(state, invoice, becomes):
    assert after_invoice(EntitlementState(state), invoice, kept=Fraction(1), current=True, failed=False) == becomes


@given(st.lists(st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)])), st.sampled_from([Fraction(0), Fraction(1, 3), Fraction(1)]))
def test_whether_it_is_there_is_what_was_kept_by_last_whatever_went_back_and_came_again_before(earlier, last):
    state = EntitlementState.ACTIVE
    for left in (*earlier, last):
        state = after_invoice(state, "paid", kept=left, current=True, failed=False)
    assert state == (EntitlementState.ACTIVE if last else EntitlementState.REVOKED)


@pytest.mark.parametrize("invoice", [None, "draft", "open", "void", "uncollectible"])
def test_what_is_revoked_comes_back_by_its_money_alone(invoice):
    for failed in (False, True):
        assert after_invoice(EntitlementState.REVOKED, invoice, kept=Fraction(1), current=True, failed=failed) == EntitlementState.REVOKED


def test_a_failed_attempt_pauses_only_what_was_active():
    for state, becomes in (("active", "paused"), ("pending", "pending")):
        assert after_invoice(EntitlementState(state), "open", kept=Fraction(1), current=True, failed=True) == becomes


@pytest.mark.parametrize(("name", "head", "found"), [
    ("a.pdf", b"%PDF-1.7", "application/pdf"), ("A.PDF", b"%PDF-1.7", "application/pdf"), ("a.mp4", b"\0\0\0\x20ftypisom", "video/mp4"),
    ("a.csv", b"a;b\n1;2", "text/csv"), ("a.md", "x\N{LATIN SMALL LETTER U WITH DIAERESIS}".encode()[:-1], "text/markdown")])  # fmt: skip
def test_a_file_is_what_its_name_and_its_first_bytes_say(name, head, found):
    assert media_type(name, head) == found


@pytest.mark.parametrize(("name", "head", "code"), [
    ("a.pdf", b"MZ\x90", "file_content"), ("a.exe", b"MZ\x90", "file_kind"), ("a.html", b"<script>", "file_kind"),
    ("a.txt", b"text\0", "file_content"), ("a.txt", b"\xff\xfe" + b"a" * 20, "file_content"), ("a.zip", b"", "file_content")])  # fmt: skip
def test_what_pretends_to_be_another_file_is_refused(name, head, code):
    with pytest.raises(Refused) as refused:
        media_type(name, head)
    assert refused.value.code == code
