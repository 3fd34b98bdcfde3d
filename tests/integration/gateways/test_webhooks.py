"""Webhooks: signed in Stripe's scheme, tried again, and as disorderly as the control API wants. The inbox checks every signature."""

import time

import pytest
import stripe

from local.gateways.stripe.webhooks import signature
from tests.integration.gateways.support import SECRET, Inbox, Shop, eventually

PAID = ["charge.succeeded", "payment_intent.created", "payment_intent.succeeded"]


def only_payments(shop: Shop, inbox: Inbox) -> tuple[str, str]:
    """A customer whose own events are delivered and forgotten."""
    customer = shop.customer()
    shop.control.settle()
    inbox.events.clear()
    return customer


def test_a_payment_is_told_with_a_signature_that_the_sdk_accepts(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    intent = shop.charge(*customer, key="inv_1", metadata={"invoice_id": "inv_1"})
    shop.control.settle()
    assert sorted(inbox.types) == PAID
    told = next(event for event in inbox.events if event.type == "payment_intent.succeeded")
    assert (told.data.object.id, told.data.object.metadata["invoice_id"], told.request.idempotency_key) == (intent.id, "inv_1", "inv_1")
    assert shop.api.events.retrieve(told.id).data.object.to_dict() == told.data.object.to_dict()


def test_a_body_altered_by_one_byte_or_another_secret_does_not_verify(shop: Shop) -> None:
    body = '{"object": "event", "id": "evt_1"}'
    header = signature(body, SECRET, 4_000_000_000)
    assert stripe.Webhook.construct_event(body, header, SECRET).id == "evt_1"
    for changed, secret in ((body.replace("1", "2"), SECRET), (body, "whsec_other")):
        with pytest.raises(stripe.SignatureVerificationError):
            stripe.Webhook.construct_event(changed, header, secret)


def test_an_endpoint_made_by_the_sdk_gets_its_secret_once_and_only_its_types(shop: Shop, inbox: Inbox) -> None:
    asked = {"url": inbox.url, "enabled_events": ["charge.succeeded"]}
    made = shop.api.webhook_endpoints.create(asked)
    assert made.secret.startswith("whsec_")
    listed = shop.api.webhook_endpoints.list().data
    assert {endpoint.id for endpoint in listed} >= {made.id}
    assert not any("secret" in endpoint for endpoint in listed)


@pytest.mark.parametrize("url", ["http://example.com/", "https://localhost/", "http://localhost:99999/", "http://10.0.0.1/", "nonsense"])
def test_webhooks_go_to_this_machine_only(shop: Shop, url: str) -> None:
    with pytest.raises(stripe.InvalidRequestError) as raised:
        shop.api.webhook_endpoints.create({"url": url, "enabled_events": ["*"]})
    assert raised.value.param == "url"


def test_an_endpoint_that_fails_is_tried_again(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    inbox.answers[:] = [500, 503, 302]
    shop.charge(*customer)
    assert eventually(lambda: sorted(inbox.types) == PAID)
    shop.control.settle()


def test_every_webhook_can_come_several_times(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    shop.control.faults(duplicate=3)
    shop.charge(*customer)
    shop.control.settle()
    assert sorted(inbox.types) == sorted(PAID * 3)
    assert len({event.id for event in inbox.events}) == 3


def test_webhooks_can_come_newest_first(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    shop.control.faults(reorder=True)
    shop.charge(*customer)
    shop.control.settle()
    assert inbox.types == ["payment_intent.succeeded", "charge.succeeded", "payment_intent.created"]


def test_webhooks_can_be_lost_and_sent_again_by_hand(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    shop.control.faults(drop=1.0)
    shop.charge(*customer)
    shop.control.settle()
    assert inbox.types == []
    events = [event.id for event in shop.api.events.list({"types": PAID}).data]
    shop.control.post("redeliver", events=events, times=2)
    shop.control.settle()
    assert [event.id for event in inbox.events] == events * 2


def test_the_next_webhook_alone_can_be_lost(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    shop.control.faults(drop_next=1)
    shop.charge(*customer)
    shop.control.settle()
    assert sorted(inbox.types) == ["charge.succeeded", "payment_intent.succeeded"]


def test_webhooks_can_come_late(shop: Shop, inbox: Inbox) -> None:
    customer = only_payments(shop, inbox)
    shop.control.faults(delay_seconds=0.4)
    began = time.monotonic()
    shop.charge(*customer)
    shop.control.settle()
    assert sorted(inbox.types) == PAID
    assert time.monotonic() - began >= 0.4


@pytest.mark.parametrize(("order", "places"), [("given", [0, 1, 2, 0, 1, 2]), ("reversed", [2, 1, 0, 2, 1, 0])])
def test_events_are_redelivered_in_the_order_asked_for(shop: Shop, inbox: Inbox, order: str, places: list[int]) -> None:
    shop.charge(*shop.customer())
    shop.control.settle()
    inbox.events.clear()
    events = [event.id for event in shop.api.events.list({"types": PAID}).data]
    assert shop.control.post("redeliver", events=events, times=2, order=order) == {"deliveries": 6}
    shop.control.settle()
    assert [event.id for event in inbox.events] == [events[place] for place in places]


def test_a_shuffled_redelivery_sends_everything_in_the_order_of_its_seed(shop: Shop, inbox: Inbox) -> None:
    shop.charge(*shop.customer())
    shop.control.settle()
    events = [event.id for event in shop.api.events.list({"types": PAID}).data]
    orders = []
    for _ in range(2):
        inbox.events.clear()
        shop.control.post("redeliver", events=events, times=3, order="shuffled", seed=5)
        shop.control.settle()
        orders.append([event.id for event in inbox.events])
    assert orders[0] == orders[1] != events * 3
    assert sorted(orders[0]) == sorted(events * 3)
