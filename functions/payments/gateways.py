"""What every payment gateway is able to do, in our terms, and how one is reached. An adapter per kind speaks its language."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from functions.payments.models import Dispute, Gateway, GatewayKind, TransactionStatus
from functions.payments.statements import Statement
from kernel.config import aws, setting


class Unanswered(Exception):
    """The gateway gave no answer that can be relied on: it may have acted or not. The same question may be put again."""


class KeysRefused(Unanswered):
    """It takes none of our keys, so it has done nothing; only staff can put that right."""


class Unacceptable(Exception):
    """The gateway does not take a charge as it is asked. No decline: the customer's card is fine, and only staff can help."""


@dataclass(frozen=True, kw_only=True)
class Order:
    """A charge off-session. `transaction_id` is the idempotency key; `amount` in minor units of `currency` (ISO 4217)."""

    transaction_id: str
    tenant_id: str
    invoice_id: str | None
    amount: int
    currency: str
    customer: str
    method: str


@dataclass(frozen=True, kw_only=True)
class RefundOrder:
    """`payment`: the gateway's own reference of what is refunded."""

    transaction_id: str
    payment: str
    amount: int
    currency: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """What the gateway says of a charge or refund. `refunded`: what went back of the charge so far, all refunds together."""

    status: TransactionStatus
    ref: str | None = None
    code: str | None = None
    hard: bool = False
    url: str | None = None
    fee: int | None = None
    net: int | None = None
    settlement_currency: str | None = None
    refunded: int | None = None


@dataclass(frozen=True)
class Card:
    """A payment method as the gateway keeps it."""

    id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What a webhook says. `payment`: the gateway's reference of the charge; `refunded` as in `Result`; `disputed` in minor units of the
    charge's currency, `dispute_fee` of the account's, None where it is not known, `respond_by` the bank's deadline for an answer.
    `failure`: why a refund of the charge did not reach the customer, `refund_id` being our transaction of it, where we have one."""

    payment: str | None
    transaction_id: str | None = None
    result: Result | None = None
    refunded: int | None = None
    refund_id: str | None = None
    failure: str | None = None
    dispute: Dispute | None = None
    disputed: int = 0
    dispute_fee: int | None = None
    respond_by: datetime | None = None
    reason: str = ""


@dataclass(frozen=True)
class Signed:
    """The gateway's own id and type of an event."""

    id: str
    kind: str


class PaymentGateway(Protocol):
    """Every call may raise `Unanswered`. `before`: it may have been asked already, so look first what became of it."""

    def customer(self, *, tenant_id: str, name: str, email: str) -> str:
        """The gateway's id of a tenant; asking twice makes one customer."""

    def attach(self, token: str, customer: str) -> Card:
        """Saves what the gateway's form in the browser made. `Invalid` where the gateway or the bank refuses."""

    def detach(self, method: str, customer: str) -> None:
        """The method can be charged no more. Asking twice is no error."""

    def charge(self, order: Order, *, before: bool) -> Result:
        """`Unacceptable` where no payment method would do: an amount below the gateway's least, a mistake in what we ask."""

    def refund(self, order: RefundOrder, *, before: bool) -> Result: ...

    def abandon(self, payment: str) -> Result:
        """Ends a payment that waits for its customer, unless it has ended already."""

    def payment(self, payment: str) -> Notice:
        """What the gateway knows of a charge now."""

    def statement(self, since: datetime, until: datetime) -> Statement:
        """What the gateway has booked from `since` on and before `until`, and what it paid out."""

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Signed | None:
        """The event of a webhook; None where its type means nothing to us. `BadRequest` unless the gateway signed these very bytes."""

    def read(self, body: str) -> Notice:
        """What an event that was verified means."""


def connect(gateway: Gateway) -> PaymentGateway:
    """The adapter of a gateway, with the version of its keys that the record names: a new key counts from the next request."""
    return _connected(GatewayKind(gateway.kind), gateway.id, gateway.secrets_version, gateway.publishable_key)


@lru_cache(maxsize=16)
def _connected(kind: GatewayKind, id: str, secrets_version: str, key_id: str | None) -> PaymentGateway:
    if kind == GatewayKind.BANK_TRANSFER:
        from functions.payments.bank_gateway import BankGateway

        return BankGateway(id)
    secrets = read_secrets(id, secrets_version)
    match kind:
        case GatewayKind.RAZORPAY:
            from functions.payments.razorpay_gateway import RazorpayGateway

            return RazorpayGateway(key_id or "", secrets["secret_key"], secrets.get("webhook_secret"), setting("RAZORPAY_API_BASE"))
        case GatewayKind.STRIPE:
            from functions.payments.stripe_gateway import StripeGateway  # 150 ms, only where it is used

            return StripeGateway(secrets["secret_key"], secrets.get("webhook_secret"), setting("STRIPE_API_BASE"))


def read_secrets(id: str, version: str) -> dict[str, str]:
    found = aws("secretsmanager").get_secret_value(SecretId=setting("SECRETS_PREFIX") + id, VersionId=version)
    return dict(json.loads(found["SecretString"]))


def write_secrets(id: str, secrets: Mapping[str, str], *, new: bool) -> str:
    """Stores all keys of a gateway; returns the version by which they are found."""
    name, text = setting("SECRETS_PREFIX") + id, json.dumps(dict(secrets))
    if new:
        return str(aws("secretsmanager").create_secret(Name=name, SecretString=text)["VersionId"])
    return str(aws("secretsmanager").put_secret_value(SecretId=name, SecretString=text)["VersionId"])
