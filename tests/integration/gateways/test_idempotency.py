"""One key, one effect: replays, other bodies, requests that overlap, and answers lost after the money was taken."""

from concurrent.futures import ThreadPoolExecutor

import pytest
import stripe

from tests.integration.gateways.support import Shop, error_of


def test_the_same_key_and_body_replay_the_same_answer(shop: Shop) -> None:
    customer, card = shop.customer()
    first = shop.charge(customer, card, key="inv_1", metadata={"invoice_id": "inv_1"})
    second = shop.charge(customer, card, key="inv_1", metadata={"invoice_id": "inv_1"})
    assert second.to_dict() == first.to_dict()
    assert "idempotent-replayed" not in first.last_response.headers
    assert second.last_response.headers["idempotent-replayed"] == "true"
    assert shop.control.charged("invoice_id")["inv_1"]["count"] == 1


def test_a_decline_is_replayed_too(shop: Shop) -> None:
    customer, card = shop.customer("pm_card_chargeCustomerFail")
    intents = []
    for _ in range(2):
        with pytest.raises(stripe.CardError) as raised:
            shop.charge(customer, card, key="inv_1")
        intents.append(error_of(raised.value)["payment_intent"]["id"])
    assert intents[0] == intents[1]
    assert len(shop.api.charges.list().data) == 1


def test_another_body_under_the_key_is_an_error(shop: Shop) -> None:
    customer, card = shop.customer()
    shop.charge(customer, card, 4900, key="inv_1")
    with pytest.raises(stripe.IdempotencyError) as raised:
        shop.charge(customer, card, 5000, key="inv_1")
    assert raised.value.http_status == 400


def test_a_request_that_failed_validation_is_not_remembered(shop: Shop) -> None:
    customer, card = shop.customer()
    with pytest.raises(stripe.InvalidRequestError):
        shop.charge(customer, card, 1, key="inv_1")
    assert shop.charge(customer, card, 4900, key="inv_1").status == "succeeded"


def test_a_key_in_use_is_a_conflict(shop: Shop) -> None:
    customer, card = shop.customer()
    shop.control.faults(latency_seconds=2)
    impatient = Shop(shop.url, retries=0)
    with ThreadPoolExecutor(2) as threads:
        tries = [threads.submit(impatient.charge, customer, card, key="inv_1") for _ in range(2)]
    (error,) = [one.exception() for one in tries if one.exception()]
    assert isinstance(error, stripe.APIError)
    assert (error.http_status, error_of(error)["code"]) == (409, "idempotency_key_in_use")
    assert len(shop.api.charges.list().data) == 1


def test_an_answer_lost_after_the_money_was_taken_is_retried_by_the_sdk_and_charges_once(shop: Shop) -> None:
    customer, card = shop.customer()
    shop.control.faults(drop_connection_next=1)
    intent = shop.charge(customer, card, metadata={"invoice_id": "inv_1"})
    assert intent.status == "succeeded"
    assert intent.last_response.headers["idempotent-replayed"] == "true"
    assert shop.control.charged("invoice_id") == {"inv_1": {"count": 1, "amount": 4900}}


def test_without_retries_the_connection_breaks_and_the_money_is_taken(shop: Shop) -> None:
    customer, card = shop.customer()
    shop.control.faults(drop_connection_next=1)
    with pytest.raises(stripe.APIConnectionError):
        Shop(shop.url, retries=0).charge(customer, card, key="inv_1", metadata={"invoice_id": "inv_1"})
    assert shop.control.charged("invoice_id")["inv_1"]["count"] == 1
    assert shop.charge(customer, card, key="inv_1", metadata={"invoice_id": "inv_1"}).status == "succeeded"
    assert shop.control.charged("invoice_id")["inv_1"]["count"] == 1


def test_a_rate_of_lost_answers_follows_its_seed(shop: Shop) -> None:
    customer, card = shop.customer()
    once = Shop(shop.url, retries=0)

    def lost(key: str) -> bool:
        try:
            once.charge(customer, card, key=key)
        except stripe.APIConnectionError:
            return True
        return False

    runs = []
    for run in ("a", "b"):
        shop.control.faults(drop_connection=0.3, seed=7)
        runs.append([lost(f"{run}-{number}") for number in range(30)])
    assert runs[0] == runs[1]
    assert 3 <= sum(runs[0]) <= 16
    assert len(shop.api.charges.list({"limit": 100}).data) == 60
