"""The endpoints of Stripe that exist here: the whole list. What is not in it answers 404."""

from dataclasses import dataclass

from local.gateways.stripe import (
    balance,
    charges,
    customers,
    disputes,
    payment_intents,
    payment_methods,
    refunds,
    setup_intents,
    webhooks,
)
from local.gateways.stripe.call import Operation

READ = frozenset({"expand"})
NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Endpoint:
    """`params` are the top-level names it takes; `money` marks those whose answer `drop_connection` may lose."""

    method: str
    path: str
    run: Operation
    params: frozenset[str] = READ
    money: bool = False


ENDPOINTS = (
    Endpoint("POST", "/v1/customers", customers.create, customers.FIELDS | READ),
    Endpoint("GET", "/v1/customers/{id}", customers.retrieve),
    Endpoint("POST", "/v1/customers/{id}", customers.update, customers.FIELDS | READ),
    Endpoint("POST", "/v1/payment_methods", payment_methods.create, payment_methods.CREATE | READ),
    Endpoint("GET", "/v1/payment_methods", payment_methods.index, payment_methods.LIST | READ),
    Endpoint("POST", "/v1/payment_methods/{id}/attach", payment_methods.attach, READ | {"customer"}),
    Endpoint("POST", "/v1/payment_methods/{id}/detach", payment_methods.detach),
    Endpoint("POST", "/v1/setup_intents", setup_intents.create, setup_intents.CREATE),
    Endpoint("GET", "/v1/setup_intents/{id}", setup_intents.retrieve),
    Endpoint("POST", "/v1/setup_intents/{id}/confirm", setup_intents.confirm, setup_intents.CONFIRM),
    Endpoint("POST", "/v1/payment_intents", payment_intents.create, payment_intents.CREATE, money=True),
    Endpoint("GET", "/v1/payment_intents", payment_intents.index, payment_intents.LIST),
    Endpoint("GET", "/v1/payment_intents/{id}", payment_intents.retrieve),
    Endpoint("POST", "/v1/payment_intents/{id}/confirm", payment_intents.confirm, payment_intents.CONFIRM, money=True),
    Endpoint("POST", "/v1/payment_intents/{id}/cancel", payment_intents.cancel, payment_intents.CANCEL),
    Endpoint("GET", "/v1/charges", charges.index, charges.LIST),
    Endpoint("GET", "/v1/charges/{id}", charges.retrieve),
    Endpoint("POST", "/v1/refunds", refunds.create, refunds.CREATE, money=True),
    Endpoint("GET", "/v1/refunds", refunds.index, refunds.LIST),
    Endpoint("GET", "/v1/refunds/{id}", refunds.retrieve),
    Endpoint("GET", "/v1/disputes", disputes.index, disputes.LIST),
    Endpoint("GET", "/v1/disputes/{id}", disputes.retrieve),
    Endpoint("POST", "/v1/disputes/{id}/close", disputes.close),
    Endpoint("GET", "/v1/balance_transactions", balance.transactions, balance.LIST_TRANSACTIONS),
    Endpoint("GET", "/v1/payouts", balance.payouts, balance.LIST_PAYOUTS),
    Endpoint("GET", "/v1/events", webhooks.events, webhooks.LIST_EVENTS),
    Endpoint("GET", "/v1/events/{id}", webhooks.event, NONE),
    Endpoint("POST", "/v1/webhook_endpoints", webhooks.create_endpoint, webhooks.CREATE),
    Endpoint("GET", "/v1/webhook_endpoints", webhooks.endpoints, webhooks.LIST),
)
