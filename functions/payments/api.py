"""/v1/gateways, /v1/payment-methods, /v1/transactions with refunds and transfers, and the public POST /v1/webhooks/stripe[/{gateway_id}]
and /v1/webhooks/razorpay/{gateway_id}"""

from aws_lambda_powertools.event_handler import Response

from functions.payments.bank import StatementLines, TakenLines, TransactionCreate, Transferred
from functions.payments.models import (
    GATEWAYS,
    PAYMENT_METHODS,
    TRANSACTIONS,
    Gateway,
    GatewayCreate,
    GatewayKind,
    GatewayStatus,
    GatewayUpdate,
    GatewayView,
    PaymentMethodCreate,
    PaymentMethodView,
    RefundCreate,
    TransactionView,
)
from functions.payments.service import gateways, methods, refunds, transfers, webhooks
from kernel.http import Api, Id, requires
from kernel.resource import answer, made
from kernel.verbs import mount

handler = Api(public=("/v1/webhooks/stripe", "/v1/webhooks/stripe/*", "/v1/webhooks/razorpay/*"))
for resource in (GATEWAYS, PAYMENT_METHODS, TRANSACTIONS):
    mount(handler, resource, verbs=("list", "get", "timeline", "bulk"))
mount(handler, TRANSACTIONS, verbs=("retry",))
may_write = requires("payments.write")


@handler.post("/v1/gateways", middlewares=may_write, status_code=201)
def post_gateway(body: GatewayCreate) -> Response[GatewayView]:
    return made(GATEWAYS, gateways.create(body, actor=handler.actor, at=handler.at))


@handler.patch("/v1/gateways/<id>", middlewares=may_write)
def patch_gateway(id: Id, body: GatewayUpdate) -> Response[GatewayView]:
    """Changes what is sent and nothing else. Secrets that are sent replace those that are stored."""
    gateway = Gateway.fetch(id)
    handler.demand_match()
    return answer(gateways.update(gateway, body, actor=handler.actor, at=handler.at), GatewayView)


@handler.post("/v1/gateways/<id>/activate", middlewares=may_write)
def activate_gateway(id: Id) -> Response[GatewayView]:
    """Lets an account be charged with again."""
    return answer(gateways.switch(id, GatewayStatus.ACTIVE, actor=handler.actor, at=handler.at), GatewayView)


@handler.post("/v1/gateways/<id>/deactivate", middlewares=may_write)
def deactivate_gateway(id: Id) -> Response[GatewayView]:
    """Nothing new is charged with the account; what is under way is still settled."""
    return answer(gateways.switch(id, GatewayStatus.INACTIVE, actor=handler.actor, at=handler.at), GatewayView)


@handler.post("/v1/payment-methods", middlewares=may_write, status_code=201)
def post_method(body: PaymentMethodCreate) -> Response[PaymentMethodView]:
    """Saves a card that the gateway's own form has taken; it becomes the tenant's default."""
    return made(PAYMENT_METHODS, methods.add(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/payment-methods/<id>/default", middlewares=may_write, operation_id="makePaymentMethodDefault")
def choose_method(id: Id) -> Response[PaymentMethodView]:
    """Makes a card the one that is charged."""
    return answer(methods.choose(id, actor=handler.actor, at=handler.at), PaymentMethodView)


@handler.delete("/v1/payment-methods/<id>", middlewares=may_write, status_code=204)
def delete_method(id: Id) -> Response[None]:
    """Takes a card away, here and at the gateway."""
    methods.remove(id, actor=handler.actor, at=handler.at)
    return Response(204)


@handler.post("/v1/transactions/<id>/refunds", middlewares=requires("payments.write", outside=True), status_code=201)
def post_refund(id: Id, body: RefundCreate) -> Response[TransactionView]:
    """Gives back all that is left of a charge, or a part of it."""
    return made(TRANSACTIONS, refunds.refund(id, body, actor=handler.actor, at=handler.at))


@handler.post("/v1/transactions", middlewares=may_write, status_code=201, operation_id="recordTransfer")
def post_transaction(body: TransactionCreate) -> Response[TransactionView]:
    """Writes down money that has come by bank transfer for an invoice."""
    return made(TRANSACTIONS, transfers.record(body, actor=handler.actor, at=handler.at))


@handler.post("/v1/transactions/<id>/sent", middlewares=may_write, operation_id="recordRefundSent")
def post_sent(id: Id, body: Transferred) -> Response[TransactionView]:
    """Writes down that a refund was sent by bank transfer."""
    return answer(transfers.sent(id, body.reference, actor=handler.actor, at=handler.at), TransactionView)


@handler.post("/v1/transactions/<id>/withdraw", middlewares=may_write, operation_id="withdrawRefund")
def withdraw_refund(id: Id) -> Response[TransactionView]:
    """Ends a refund by bank transfer that will not be sent, or has come back: its charge can be refunded anew."""
    return answer(transfers.withdraw(id, actor=handler.actor, at=handler.at), TransactionView)


@handler.post("/v1/gateways/<id>/lines", middlewares=may_write, operation_id="takeStatement")
def post_lines(id: Id, body: StatementLines) -> TakenLines:
    """Takes lines of a bank's statement: one that names an invoice pays it, one that came before changes nothing."""
    if (once := handler.context.get("once")) is not None:
        once.begin()  # it is as many commits as there are lines
    return TakenLines(data=transfers.take(id, body.lines, actor=handler.actor, at=handler.at))


handler.shows[post_lines] = Gateway, GATEWAYS.path

@handler.post("/v1/webhooks/stripe", operation_id="receiveStripeEvent")
def stripe_webhook_of_the_default() -> Response[None]:
    """Takes an event of the default account, signed by Stripe. What came before is taken and changes nothing."""
    return _received(GatewayKind.STRIPE, None)


@handler.post("/v1/webhooks/stripe/<id>", operation_id="receiveStripeEventOfGateway")
def stripe_webhook(id: Id) -> Response[None]:
    """Takes an event of one account, signed by Stripe."""
    return _received(GatewayKind.STRIPE, id)


@handler.post("/v1/webhooks/razorpay/<id>", operation_id="receiveRazorpayEventOfGateway")
def razorpay_webhook(id: Id) -> Response[None]:
    """Takes an event of one account, signed by Razorpay."""
    return _received(GatewayKind.RAZORPAY, id)


def _received(kind: GatewayKind, id: str | None) -> Response[None]:
    """Hands over the bytes as they were signed; the kernel has decoded base64 and checked their size."""
    event = handler.current_event
    webhooks.receive(kind, id, (event.body or "").encode(), event.headers, at=handler.at)
    return Response(200)
