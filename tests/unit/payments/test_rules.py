"""States only move forward; a refund never takes more than there is; Stripe's amounts are ours."""

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.payments.models import Dispute, Kind, TransactionStatus
from functions.payments.rules import forward, forward_dispute, is_asked, refund_amount, respond_by
from functions.payments.stripe_amounts import from_stripe, to_stripe
from kernel.money import CURRENCIES
from kernel.problems import Refused

ALLOWED = {
    TransactionStatus.PENDING: {TransactionStatus.PROCESSING, TransactionStatus.REQUIRES_ACTION, TransactionStatus.SUCCEEDED, TransactionStatus.FAILED},
    TransactionStatus.PROCESSING: {TransactionStatus.REQUIRES_ACTION, TransactionStatus.SUCCEEDED, TransactionStatus.FAILED},
    TransactionStatus.REQUIRES_ACTION: {TransactionStatus.SUCCEEDED, TransactionStatus.FAILED},
    TransactionStatus.FAILED: {TransactionStatus.SUCCEEDED},
    TransactionStatus.SUCCEEDED: set(),
}


@pytest.mark.parametrize("now", TransactionStatus)
@pytest.mark.parametrize("told", TransactionStatus)
def test_news_moves_a_transaction_forward_or_not_at_all(now, told):
    assert forward(now, told) == (told if told in ALLOWED[now] else now)


@given(st.lists(st.sampled_from(TransactionStatus), min_size=1, max_size=5), st.randoms())
def test_any_order_and_repetition_of_news_ends_in_the_same_state(news, random):
    def end(told):
        state = TransactionStatus.PENDING
        for each in told:
            state = forward(state, each)
        return state

    shuffled = news + random.choices(news, k=3)
    random.shuffle(shuffled)
    assert end(shuffled) == end(news)


def test_a_dispute_ends_the_same_whatever_is_heard_first():
    for news in permutations([Dispute.OPEN, Dispute.LOST, Dispute.INQUIRY, Dispute.INQUIRY_CLOSED]):
        state = Dispute.NONE
        for each in news:
            state = forward_dispute(state, each)
        assert state == Dispute.LOST
    assert forward_dispute("won", Dispute.OPEN) == "won"
    assert forward_dispute("inquiry_closed", Dispute.OPEN) == "open", "the bank may take back what it has only asked about"


def test_the_later_deadline_of_a_dispute_counts_until_the_bank_has_decided():
    first, later = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 9, tzinfo=UTC)
    for news in permutations([first, later, None]):
        until = None
        for place, told in enumerate(news):
            until = respond_by(until, told, dispute=Dispute.OPEN, news=place == 0)
        assert until == later
    assert respond_by(later, first, dispute=Dispute.OPEN, news=True) == first, "an inquiry's deadline is not the dispute's"
    assert respond_by(first, None, dispute=Dispute.OPEN, news=True) is None
    for decided in (Dispute.INQUIRY_CLOSED, Dispute.LOST, Dispute.WON):
        assert respond_by(first, later, dispute=decided, news=True) is None


@given(st.integers(1, 10**6), st.lists(st.integers(1, 10**6) | st.none(), max_size=6))
def test_refunds_together_never_exceed_what_was_captured(captured, asked):
    reserved = 0
    for amount in asked:
        left = captured - reserved
        possible = left > 0 and (amount or 1) <= left
        with nullcontext() if possible else pytest.raises(Refused):
            reserved += refund_amount(amount, kind=Kind.CHARGE, status=TransactionStatus.SUCCEEDED, dispute=Dispute.NONE, captured=captured,
                                      refunded=0, reserved=reserved)
        assert 0 <= reserved <= captured


@pytest.mark.parametrize(("change", "code"), [
    ({"status": TransactionStatus.PENDING}, "not_refundable"), ({"status": TransactionStatus.FAILED}, "not_refundable"),
    ({"kind": Kind.REFUND}, "not_refundable"), ({"dispute": Dispute.OPEN}, "charge_disputed"), ({"dispute": Dispute.LOST}, "charge_disputed"),
    ({"refunded": 100}, "already_refunded"), ({"refunded": 60, "reserved": 30}, "refund_exceeds_charge")])
def test_a_refund_that_is_not_possible_says_why(change, code):
    about = {"kind": Kind.CHARGE, "status": TransactionStatus.SUCCEEDED, "dispute": Dispute.NONE, "captured": 100, "refunded": 0, "reserved": 0}
    with pytest.raises(Refused) as refused:
        refund_amount(11, **(about | change))
    assert refused.value.code == code


@pytest.mark.parametrize("dispute", ["inquiry", "inquiry_closed", "won"])
def test_a_dispute_that_has_taken_nothing_leaves_the_money_to_refund(dispute):
    assert refund_amount(None, kind="charge", status="succeeded", dispute=dispute, captured=100, refunded=40, reserved=10) == 50


@given(st.sampled_from(sorted(CURRENCIES)), st.integers(1, 10**9))
def test_an_amount_that_stripe_can_write_comes_back_as_it_was(currency, amount):
    written = to_stripe(amount, currency)
    assert written is None or from_stripe(written, currency) == amount


@pytest.mark.parametrize(("amount", "currency", "written"), [
    (4900, "EUR", 4900), (500, "JPY", 500), (1230, "KWD", 1230), (500, "ISK", 50000), (500, "UGX", 50000), (1500, "MGA", 15),
    (1501, "MGA", None)])
def test_currencies_that_stripe_counts_in_its_own_way(amount, currency, written):
    assert to_stripe(amount, currency) == written


def test_what_is_open_for_long_is_asked_less_often_and_at_least_once_an_hour():
    begun = datetime(2026, 3, 1, tzinfo=UTC)
    waits = []
    for minutes in (0, 16, 80, 8 * 60, 9 * 24 * 60):
        asked = begun + timedelta(minutes=minutes)
        waits.append(next(n for n in range(1, 100) if not is_asked(asked, asked + timedelta(minutes=n), since=begun)))
    assert waits == [2, 2, 10, 60, 60]
    assert not is_asked(None, begun, since=begun)
