"""What invoices tell others."""

from datetime import datetime

from kernel.audit import Payload


class _About(Payload):
    tenant_id: str
    subscription_id: str | None


class Drafted(_About, event="invoices.drafted"):
    """An invoice waits to be finalised. `series` is the number series it will take its number from."""

    series: str


class _Numbered(_About):
    number: str
    currency: str
    total: int
    amount_due: int


class Finalized(_Numbered, event="invoices.finalized"):
    """The invoice has its number and its PDF and can no longer change. `transaction_id` is the charge made with it, if any."""

    due_on: str
    transaction_id: str | None


class CollectionStarted(_Numbered, event="invoices.collection_started"):
    """Another attempt to collect."""

    transaction_id: str
    attempt: int


class CollectionQueued(_Numbered, event="invoices.collection_queued"):
    """A new payment method came while a charge was under way; should that fail, the new one is charged at once."""


class ConfirmationAwaited(_Numbered, event="invoices.confirmation_awaited"):
    """The customer has to confirm the charge that is under way."""

    transaction_id: str


class Paid(_Numbered, event="invoices.paid"):
    """Nothing is owed any more."""

    paid_at: datetime


class PartlyPaid(_Numbered, event="invoices.partly_paid"):
    """A part of what is owed has come; or, where `amount` is below zero, has gone back again. `owed` is what is left by that, also of an
    invoice that was given up, as its `status` says. Events of before this was told have no status."""

    amount: int
    owed: int = 0
    due_on: str = ""
    status: str = ""


class TransferMatched(_Numbered, event="invoices.transfer_matched"):
    """A transfer has come for an invoice that a person had marked as paid. `amount` of it is what they meant, and counts no second time."""

    amount: int


class PaymentFailed(_Numbered, event="invoices.payment_failed"):
    """An attempt was refused. `next_attempt_at` is None when there will be no other without a new payment method."""

    attempt: int
    code: str
    next_attempt_at: datetime | None


class Voided(_Numbered, event="invoices.voided"):
    """The invoice keeps its number and is owed no more."""


class Uncollectible(_Numbered, event="invoices.uncollectible"):
    """All attempts have failed."""


class Refunded(_Numbered, event="invoices.refunded"):
    """Money went back; or, where `amount` is below zero, came again, because a refund has failed after all."""

    amount: int


class PaymentReversed(_Numbered, event="invoices.payment_reversed"):
    """The customer's bank keeps what was paid; or, where `amount` is below zero, it has given that back after all."""

    amount: int


class BalanceChanged(Payload, event="invoices.balance_changed"):
    """A tenant's credit has grown or was used."""

    tenant_id: str
    currency: str
    balance: int
    invoice_id: str | None
