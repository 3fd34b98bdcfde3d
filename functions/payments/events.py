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
    """The money was taken. `by_transfer`: no charge of ours took it, but people or the bank's statement tell that it has come."""

    by_transfer: bool = False


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
    """The customer's bank takes the money back, for now; or what that costs, or until when we can answer, is known by now."""

    reason: str


class Inquired(_About, event="payments.inquired"):
    """The customer's bank asks about a charge, and takes nothing back yet; or until when we can answer is known by now."""

    reason: str


class InquiryClosed(_About, event="payments.inquiry_closed"):
    """The customer's bank asks no more about a charge, and has taken nothing back; it may still do so."""


class MethodAdded(Payload, event="payments.method_added"):
    """A tenant has a new default payment method: what is owed can be collected now."""

    tenant_id: str


class GatewayChanged(Payload, event="payments.gateway_changed"):
    """A gateway was configured."""

    kind: str


class WebhookReceived(Payload, event="payments.webhook_received"):
    """A gateway's event was verified and stored; a worker applies it."""

    kind: str


class Submitted(_About, event="payments.submitted"):
    """What the gateway will be asked is stored: from here on the same question, with the same key, until it has answered. Told again
    each time that it is asked again."""


class RefundStarted(_About, event="payments.refund_started"):
    """A refund has been decided on, and its idempotency key stored; the subject is the refund's own transaction."""

    transaction_id: str


class RefundFailed(_About, event="payments.refund_failed"):
    """The gateway refused a refund, or could not deliver it after all; the subject is the refund's own transaction."""

    transaction_id: str
    code: str


class RefundAwaited(_About, event="payments.refund_awaited"):
    """Somebody of ours is to send a refund by hand; the subject is the refund's own transaction."""

    transaction_id: str


class LineStored(Payload, event="payments.line_stored"):
    """A line of a bank's statement was stored. Without `transaction_id`, nobody could tell what it is about."""

    transaction_id: str | None


class RefundCounted(_About, event="payments.refund_counted"):
    """Another part of a charge is reserved for refunds, free again, went back, or came again: the subject is the charge."""

    amount_refunded: int


class DisputeClosed(_About, event="payments.dispute_closed"):
    """The customer's bank has decided: `won` returns the money, `lost` does not; or what that has cost is known by now.

    `amount_charged_back`: what it keeps of the charge in the end, in minor units.
    """

    outcome: str
    amount_charged_back: int = 0


class MethodChanged(Payload, event="payments.method_changed"):
    """A payment method is the tenant's default no more, or has become it because another was removed."""

    tenant_id: str


class MethodRemoved(Payload, event="payments.method_removed"):
    """A payment method can be charged no more."""

    tenant_id: str


class PayerChanged(Payload, event="payments.payer_changed"):
    """A tenant is known to a gateway, or has other payment methods."""

    tenant_id: str
