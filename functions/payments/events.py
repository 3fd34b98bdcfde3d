"""What payments tell others."""

from kernel.audit import Payload


class _About(Payload):
    tenant_id: str
    invoice_id: str | None
    amount: int
    currency: str


class Started(_About, event="payments.started"):
    """A charge has been decided on, and its idempotency key stored; the gateway has not been asked yet."""


class Succeeded(_About, event="payments.succeeded"):
    """The money was taken."""


class Failed(_About, event="payments.failed"):
    """The gateway refused. `hard`: trying the same payment method again is pointless."""

    code: str
    hard: bool


class ActionRequired(_About, event="payments.action_required"):
    """The customer must confirm the payment (3-D Secure)."""

    url: str


class Refunded(_About, event="payments.refunded"):
    """Money went back to the customer; the subject is the refund's own transaction."""

    transaction_id: str


class Disputed(_About, event="payments.disputed"):
    """The customer's bank takes the money back, for now."""

    reason: str


class MethodAdded(Payload, event="payments.method_added"):
    """A tenant has a new default payment method: what is owed can be collected now."""

    tenant_id: str


class GatewayChanged(Payload, event="payments.gateway_changed"):
    """A gateway was configured."""

    kind: str


class WebhookReceived(Payload, event="payments.webhook_received"):
    """A gateway's event was verified and stored; a worker applies it."""

    kind: str
