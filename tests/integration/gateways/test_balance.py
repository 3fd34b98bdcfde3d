"""Refunds, disputes, fees and payouts: what moves the balance, and what may not."""

import pytest
import stripe
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from local.gateways.stripe.balance import charge_fee
from tests.integration.gateways.support import Shop, error_of


@given(st.integers(50, 99_999_999))
def test_the_euro_fee_is_one_and_a_half_percent_rounded_half_up_and_25(amount: int) -> None:
    share = charge_fee(amount, "eur") - 25
    assert -500 < 1000 * share - 15 * amount <= 500


def test_refunds_never_exceed_what_was_captured(shop: Shop) -> None:
    intent = shop.charge(*shop.customer(), 5000)
    first = shop.api.refunds.create({"payment_intent": intent.id, "amount": 3000, "reason": "requested_by_customer"})
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.refunds.create({"payment_intent": intent.id, "amount": 2001})
    assert raised.value.param == "amount"
    rest = shop.api.refunds.create({"charge": intent.latest_charge})
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.refunds.create({"charge": intent.latest_charge})
    assert raised.value.code == "charge_already_refunded"
    charge = shop.api.charges.retrieve(intent.latest_charge)
    assert (first.amount, rest.amount, charge.amount_refunded, charge.refunded) == (3000, 2000, 5000, True)
    assert [refund.id for refund in shop.api.refunds.list({"charge": charge.id}).data] == [rest.id, first.id]
    assert shop.api.refunds.retrieve(first.id, {"expand": ["balance_transaction"]}).balance_transaction.net == -3000


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.integers(1, 3000), max_size=6))
def test_whatever_is_asked_the_refunds_sum_up_to_at_most_the_charge(shop: Shop, amounts: list[int]) -> None:
    intent, given_back = shop.charge(*shop.customer(), 5000), 0
    for amount in amounts:
        try:
            given_back += shop.api.refunds.create({"payment_intent": intent.id, "amount": amount}).amount
        except stripe.InvalidRequestError:
            assert given_back + amount > 5000
    charge = shop.api.charges.retrieve(intent.latest_charge)
    assert charge.amount_refunded == given_back <= 5000
    assert charge.refunded == (given_back == 5000)


def test_a_declined_payment_cannot_be_refunded(shop: Shop) -> None:
    customer, card = shop.customer("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as raised:
        shop.charge(customer, card)
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.refunds.create({"charge": error_of(raised.value)["charge"]})


def test_the_dispute_card_opens_a_dispute_that_takes_the_money_and_a_fee(shop: Shop) -> None:
    intent = shop.charge(*shop.customer("pm_card_createDispute"), 5000, expand=["latest_charge"])
    (dispute,) = shop.api.disputes.list({"payment_intent": intent.id}).data
    assert (dispute.status, dispute.amount, dispute.balance_transactions[0].net) == ("needs_response", 5000, -7000)
    assert shop.api.charges.retrieve(intent.latest_charge.id).disputed
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.refunds.create({"payment_intent": intent.id})
    assert raised.value.code == "charge_disputed"
    assert shop.api.disputes.close(dispute.id).status == "lost"
    assert shop.api.disputes.retrieve(dispute.id).status == "lost"


def test_an_inquiry_moves_nothing_until_it_escalates(shop: Shop) -> None:
    intents = [shop.charge(*shop.customer("pm_card_createDisputeInquiry"), 5000) for _ in range(2)]
    first, second = [shop.api.disputes.list({"payment_intent": intent.id}).data[0] for intent in intents]
    assert (first.status, first.is_charge_refundable, first.balance_transactions) == ("warning_needs_response", True, [])
    assert shop.api.refunds.create({"payment_intent": intents[0].id, "amount": 100}).status == "succeeded"
    shop.control.post(f"disputes/{first.id}/close", outcome="lost")
    shop.control.post(f"disputes/{second.id}/escalate")
    assert shop.api.disputes.retrieve(first.id).status == "warning_closed"
    assert shop.control.post("disputes", charge=first.charge)["amount"] == 4900, "who was only asked about may be disputed later"
    with pytest.raises(ValueError, match="neither disputed nor refunded"):
        shop.control.post("disputes", charge=first.charge)
    escalated = shop.api.disputes.retrieve(second.id)
    assert (escalated.status, escalated.balance_transactions[0].net) == ("needs_response", -7000)
    with pytest.raises(stripe.InvalidRequestError):
        shop.api.refunds.create({"payment_intent": intents[1].id})


def test_a_dispute_that_is_won_gives_everything_back(shop: Shop) -> None:
    intent = shop.charge(*shop.customer(), 5000)
    opened = shop.control.post("disputes", charge=intent.latest_charge, reason="product_not_received")
    shop.control.post(f"disputes/{opened['id']}/close", outcome="won")
    dispute = shop.api.disputes.retrieve(opened["id"])
    assert (dispute.status, dispute.reason) == ("won", "product_not_received")
    assert sum(moved.net for moved in dispute.balance_transactions) == 0


def test_a_payout_pays_what_its_transactions_sum_up_to_and_nothing_twice(shop: Shop) -> None:
    customer, card = shop.customer()
    for amount in (1000, 2000, 3000):
        intent = shop.charge(customer, card, amount)
    shop.api.refunds.create({"payment_intent": intent.id, "amount": 500})
    shop.charge(customer, card, 7000, currency="usd")
    shop.control.post("payouts", currency="eur")
    (payout,) = shop.api.payouts.list().data
    inside = shop.api.balance_transactions.list({"payout": payout.id}).data
    assert payout.amount == 6000 - 40 - 55 - 70 - 500
    assert sum(one.net for one in inside if one.type != "payout") == payout.amount
    assert sorted(one.type for one in inside) == ["charge", "charge", "charge", "payout", "refund"]
    with pytest.raises(ValueError, match="nothing to pay out"):
        shop.control.post("payouts", currency="eur")


def test_of_a_payout_by_hand_nobody_is_told_what_it_paid(shop: Shop) -> None:
    shop.charge(*shop.customer(), 1000)
    made = shop.control.post("payouts", currency="eur", automatic=False)
    payout = shop.api.payouts.list().data[0]
    assert (payout.id, payout.automatic, payout.amount, payout.reconciliation_status) == (made["id"], False, 960, "not_applicable")
    with pytest.raises(stripe.InvalidRequestError, match="automatic transfers, not manual"):
        shop.api.balance_transactions.list({"payout": payout.id})
    assert [one.type for one in shop.api.balance_transactions.list().data] == ["payout", "charge"]
