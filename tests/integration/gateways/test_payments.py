"""Customers, cards, setup and payment intents, through the official SDK."""

from typing import Any

import pytest
import stripe

from local.gateways.stripe.cards import CARDS
from tests.integration.gateways.support import Shop, error_of

DECLINES = {
    "pm_card_chargeDeclined": ("card_declined", "generic_decline"),
    "pm_card_chargeDeclinedInsufficientFunds": ("card_declined", "insufficient_funds"),
    "pm_card_chargeDeclinedExpiredCard": ("expired_card", "expired_card"),
    "pm_card_chargeDeclinedIncorrectCvc": ("incorrect_cvc", "incorrect_cvc"),
    "pm_card_chargeDeclinedProcessingError": ("processing_error", "processing_error"),
    "pm_card_chargeCustomerFail": ("card_declined", "generic_decline"),
}


def test_a_saved_card_is_charged_off_session(shop: Shop) -> None:
    customer, card = shop.customer()
    intent = shop.charge(customer, card, 4900, metadata={"invoice_id": "inv_1"}, expand=["latest_charge.balance_transaction"])
    charge = intent.latest_charge
    assert (intent.status, intent.amount_received, intent.currency) == ("succeeded", 4900, "eur")
    assert (charge.status, charge.paid, charge.customer, charge.metadata["invoice_id"]) == ("succeeded", True, customer, "inv_1")
    assert (charge.balance_transaction.amount, charge.balance_transaction.fee, charge.balance_transaction.net) == (4900, 99, 4801)
    assert charge.payment_method_details.card.last4 == "4242"
    assert shop.control.charged("invoice_id") == {"inv_1": {"count": 1, "amount": 4900}}


def test_a_payment_can_be_created_first_and_confirmed_later(shop: Shop) -> None:
    customer, card = shop.customer()
    asked = {"amount": 100, "currency": "eur", "customer": customer, "payment_method_types": ["card"]}
    intent = shop.api.payment_intents.create(asked)
    assert intent.status == "requires_payment_method"
    assert shop.api.payment_intents.confirm(intent.id, {"payment_method": card}).status == "succeeded"
    assert shop.api.payment_intents.retrieve(intent.id).status == "succeeded"


@pytest.mark.parametrize("card", sorted(DECLINES))
def test_a_card_that_declines_is_a_card_error_with_the_intent_and_a_failed_charge(shop: Shop, card: str) -> None:
    customer, _ = shop.customer(None)
    with pytest.raises(stripe.CardError) as raised:
        shop.charge(customer, card, metadata={"invoice_id": "inv_1"})
    error: Any = raised.value.error
    assert (raised.value.http_status, error.code, error.decline_code) == (402, *DECLINES[card])
    intent = shop.api.payment_intents.retrieve(error.payment_intent.id, {"expand": ["latest_charge"]})
    assert (intent.status, intent.last_payment_error.decline_code) == ("requires_payment_method", DECLINES[card][1])
    assert (intent.latest_charge.status, intent.latest_charge.balance_transaction) == ("failed", None)
    assert shop.control.charged("invoice_id") == {}


def test_a_declined_intent_is_paid_with_another_card(shop: Shop) -> None:
    customer, bad = shop.customer("pm_card_chargeCustomerFail")
    with pytest.raises(stripe.CardError) as raised:
        shop.charge(customer, bad)
    intent = error_of(raised.value)["payment_intent"]
    good = shop.api.payment_methods.attach("pm_card_mastercard", {"customer": customer})
    assert shop.api.payment_intents.confirm(intent["id"], {"payment_method": good.id, "off_session": True}).status == "succeeded"


@pytest.mark.parametrize("name", sorted(CARDS))
def test_every_test_card_is_known_by_its_number(shop: Shop, name: str) -> None:
    card = {"number": CARDS[name].number, "exp_month": 4, "exp_year": 2031, "cvc": "123"}
    method = shop.api.payment_methods.create({"type": "card", "card": card, "billing_details": {"name": "Ada"}})
    assert (method.card.last4, method.card.exp_year, method.billing_details.name) == (CARDS[name].number[-4:], 2031, "Ada")


def test_a_number_that_is_no_test_card_is_refused(shop: Shop) -> None:
    with pytest.raises(stripe.CardError) as raised:
        shop.api.payment_methods.create({"type": "card", "card": {"number": "4242424242424241"}})
    assert raised.value.code == "incorrect_number"


def test_a_card_that_declines_at_once_cannot_be_saved(shop: Shop) -> None:
    customer, _ = shop.customer(None)
    with pytest.raises(stripe.CardError):
        shop.api.payment_methods.attach("pm_card_chargeDeclined", {"customer": customer})
    assert shop.api.payment_methods.list({"customer": customer}).data == []


def test_a_good_card_may_go_bad_and_recover(shop: Shop) -> None:
    customer, card = shop.customer()
    shop.control.post("cards", payment_method=card, card="chargeDeclinedInsufficientFunds")
    with pytest.raises(stripe.CardError):
        shop.charge(customer, card)
    shop.control.post("cards", payment_method=card, card="visa")
    assert shop.charge(customer, card).status == "succeeded"


def test_cards_are_saved_listed_and_taken_off_for_good(shop: Shop) -> None:
    customer, card = shop.customer()
    assert [method.id for method in shop.api.payment_methods.list({"customer": customer, "type": "card"}).data] == [card]
    assert shop.api.payment_methods.detach(card).customer is None
    assert shop.api.payment_methods.list({"customer": customer}).data == []
    with pytest.raises(stripe.InvalidRequestError, match="detached"):
        shop.charge(customer, card)


def test_a_card_of_another_customer_is_refused(shop: Shop) -> None:
    _, card = shop.customer()
    other, _ = shop.customer()
    with pytest.raises(stripe.InvalidRequestError, match="other than"):
        shop.charge(other, card)


def test_off_session_3d_secure_fails_with_authentication_required(shop: Shop) -> None:
    customer, card = shop.customer("pm_card_authenticationRequired")
    with pytest.raises(stripe.CardError) as raised:
        shop.charge(customer, card)
    assert raised.value.code == "authentication_required"


def test_on_session_3d_secure_waits_for_the_customer(shop: Shop) -> None:
    customer, card = shop.customer("pm_card_authenticationRequired")
    intent = shop.charge(customer, card, off_session=False)
    assert (intent.status, intent.amount_received, intent.next_action.type) == ("requires_action", 0, "use_stripe_sdk")
    shop.control.post("authenticate", intent=intent.id)
    assert shop.api.payment_intents.retrieve(intent.id).status == "succeeded"


def test_a_card_set_up_with_3d_secure_needs_it_no_more(shop: Shop) -> None:
    customer, _ = shop.customer(None)
    asked = {"customer": customer, "payment_method": "pm_card_authenticationRequiredOnSetup", "payment_method_types": ["card"]}
    setup = shop.api.setup_intents.create(asked | {"confirm": True, "usage": "off_session"})
    assert setup.status == "requires_action"
    shop.control.post("authenticate", intent=setup.id)
    setup = shop.api.setup_intents.retrieve(setup.id)
    assert setup.status == "succeeded"
    assert shop.charge(customer, setup.payment_method).status == "succeeded"


def test_setting_up_a_card_saves_it_and_a_bad_one_fails(shop: Shop) -> None:
    customer, _ = shop.customer(None)
    setup = shop.api.setup_intents.create({"customer": customer, "payment_method_types": ["card"]})
    with pytest.raises(stripe.CardError) as raised:
        shop.api.setup_intents.confirm(setup.id, {"payment_method": "pm_card_chargeDeclined"})
    error: Any = raised.value.error
    assert error.setup_intent.last_setup_error.code == "card_declined"
    done = shop.api.setup_intents.confirm(setup.id, {"payment_method": "pm_card_visa"})
    assert done.status == "succeeded"
    assert [method.id for method in shop.api.payment_methods.list({"customer": customer}).data] == [done.payment_method]


def test_a_canceled_payment_takes_no_money_any_more(shop: Shop) -> None:
    customer, card = shop.customer()
    asked = {"amount": 100, "currency": "eur", "customer": customer, "payment_method": card, "payment_method_types": ["card"]}
    intent = shop.api.payment_intents.create(asked)
    assert shop.api.payment_intents.cancel(intent.id, {"cancellation_reason": "duplicate"}).status == "canceled"
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.payment_intents.confirm(intent.id)
    assert raised.value.code == "payment_intent_unexpected_state"
    assert shop.api.charges.list({"payment_intent": intent.id}).data == []


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"currency": "xyz"}, "currency"),
        ({"amount": 49}, "amount"),
        ({"amount": -1}, "amount"),
        ({"amount": 100_000_000}, "amount"),
        ({"amount": "12.5"}, "amount"),
        ({"currency": "kwd", "amount": 1001}, "amount"),
        ({"customer": "cus_unknown"}, "customer"),
        ({"payment_method": "pm_unknown"}, "payment_method"),
        ({"confirm": False}, "off_session"),
        ({"payment_method_types": ["sepa_debit"]}, "payment_method_types"),
        ({"amuont": 1}, "amuont"),
        ({"metadata": {"k" * 41: "v"}}, "metadata"),
        ({"expand": ["nothing"]}, "expand"),
    ],
)
def test_a_wrong_parameter_is_named_and_takes_no_money(shop: Shop, wrong: dict[str, Any], param: str) -> None:
    customer, card = shop.customer()
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.charge(customer, card, **wrong)
    assert (raised.value.http_status, raised.value.param) == (400, param)
    assert shop.api.charges.list().data == shop.api.payment_intents.list().data == []


def test_automatic_methods_need_a_way_back(shop: Shop) -> None:
    asked = {"amount": 100, "currency": "eur", "payment_method": "pm_card_visa", "confirm": True}
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.payment_intents.create(asked)
    assert raised.value.param == "return_url"
    assert shop.api.payment_intents.create(asked | {"return_url": "https://example.com"}).status == "succeeded"


def test_a_customer_is_changed_field_by_field(shop: Shop) -> None:
    customer = shop.api.customers.create(
        {"email": "a@b.example", "metadata": {"tenant": "ten_1", "old": "x"}, "address": {"country": "DE"}}
    )
    card = shop.api.payment_methods.attach("pm_card_visa", {"customer": customer.id})
    changes = {"name": "Acme", "metadata": {"old": "", "new": "y"}, "invoice_settings": {"default_payment_method": card.id}}
    shop.api.customers.update(customer.id, changes)
    changed = shop.api.customers.retrieve(customer.id, {"expand": ["invoice_settings.default_payment_method"]})
    assert (changed.name, changed.email, changed.address.country) == ("Acme", "a@b.example", "DE")
    assert changed.metadata.to_dict() == {"tenant": "ten_1", "new": "y"}
    assert changed.invoice_settings.default_payment_method.card.brand == "visa"
