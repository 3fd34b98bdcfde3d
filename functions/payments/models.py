"""How money comes in: gateways, tenants' payment methods, and transactions, which are charges and their refunds."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import Field, StrictBool

from kernel.config import table
from kernel.http import Body
from kernel.money import MAX_AMOUNT, Currency, Money
from kernel.paths import Path
from kernel.records import Flag, Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class GatewayKind(StrEnum):
    STRIPE = "stripe"
    RAZORPAY = "razorpay"
    BANK_TRANSFER = "bank_transfer"  # an account at a bank: the customer transfers, we only hear of it


class GatewayStatus(StrEnum):
    ACTIVE = "active"
    INACTIVE = "inactive"  # charged with no more; what is under way is still settled


class Kind(StrEnum):
    CHARGE = "charge"
    REFUND = "refund"


class TransactionStatus(StrEnum):
    PENDING = "pending"
    PROCESSING = "processing"  # the gateway is being asked, or did not answer
    REQUIRES_ACTION = "requires_action"
    FAILED = "failed"
    SUCCEEDED = "succeeded"


class Dispute(StrEnum):
    NONE = "none"
    INQUIRY = "inquiry"  # the bank asks, and has taken nothing yet
    INQUIRY_CLOSED = "inquiry_closed"  # that asking has ended; a chargeback may follow all the same
    OPEN = "open"
    LOST = "lost"
    WON = "won"


class Gateway(Record):
    """An account at a payment gateway. Its keys are in Secrets Manager; the record knows only which version of them counts."""

    class Meta:
        table_name = table("payments")

    prefix = "gat"
    searched = ("name", "kind")
    paths = (Path("gsi1"), Path("gsi2", by=("status",)))

    kind = Text()
    name = Text()
    status = Text(default=GatewayStatus.ACTIVE)
    is_default = Flag(default=False)
    publishable_key = Text(null=True)
    secrets_version = Text()


class Payer(Record):
    """A tenant as the gateways know it. One per tenant (the id follows from the tenant's), so it has one default and no customer twice."""

    class Meta:
        table_name = table("payments")

    prefix = "pyr"

    tenant_id = Text()
    customers = Json(default=dict)  # {gateway id: the gateway's customer id}
    methods = Json(default=list)  # ids, oldest first
    default_method_id = Text(null=True)

    @classmethod
    def of(cls, tenant_id: str) -> "Payer | None":
        return cls.find(cls.id_of(tenant_id))

    @classmethod
    def id_of(cls, tenant_id: str) -> str:
        return f"{cls.prefix}_{tenant_id.split('_', 1)[1]}"


class PaymentMethod(Record):
    """A card of a tenant that can be charged without its holder being present."""

    class Meta:
        table_name = table("payments")

    prefix = "pmt"
    searched = ("last4", "brand", "gateway_method_id")
    paths = (Path("gsi1"), Path("gsi3", by=("tenant_id",)))

    tenant_id = Text()
    gateway_id = Text()
    gateway_customer_id = Text()
    gateway_method_id = Text()
    brand = Text()
    last4 = Text()
    exp_month = Integer()
    exp_year = Integer()
    is_default = Flag(default=True)


class Transaction(Record):
    """One charge or one refund. Its own id is the gateway's idempotency key; what is asked with it is stored before the gateway is.

    Amounts are minor units of `currency`; `fee`, `net` and `dispute_fee` of `settlement_currency`. `amount_reserved` is what open refunds
    of a charge may still take, `amount_refunded` what the gateway says went back, `amount_disputed` what the customer's bank claims.
    """

    class Meta:
        table_name = table("payments")

    prefix = "txn"
    searched = ("gateway_ref", "invoice_id")
    paths = (Path("gsi1", bucket=True), Path("gsi2", by=("status",), bucket=True), Path("gsi3", by=("tenant_id",)),
             Path("gsi4", by=("invoice_id",)), Path("gsi5", by=("gateway_ref",)), Path("gsi6", by=("parent_id",)),
             Path("gsi7", by=("dispute",), where={"dispute": ("inquiry", "inquiry_closed", "open", "lost", "won")}))

    kind = Text(default=Kind.CHARGE)
    status = Text(default=TransactionStatus.PENDING)
    tenant_id = Text()
    invoice_id = Text(null=True)
    parent_id = Text(null=True)
    amount = Integer()
    currency = Text()
    attempt = Integer(default=1)
    reason = Text(null=True)
    gateway_id = Text(null=True)
    gateway_customer_id = Text(null=True)
    gateway_method_id = Text(null=True)
    gateway_ref = Text(null=True)
    asked_at = Time(null=True)  # on the wall: when the gateway began to be asked, the last time
    code = Text(null=True)
    hard = Flag(default=False)
    action_url = Text(null=True)
    fee = Integer(null=True)
    net = Integer(null=True)
    settlement_currency = Text(null=True)
    amount_refunded = Integer(default=0)
    amount_reserved = Integer(default=0)
    dispute = Text(default=Dispute.NONE)
    amount_disputed = Integer(default=0)
    dispute_fee = Integer(null=True)  # beside `fee`, which is the charge's own
    respond_by = Time(null=True)  # when the bank decides without our evidence; while it has not

    def about(self) -> dict[str, Any]:
        """What every event about it tells."""
        return {"tenant_id": self.tenant_id, "invoice_id": self.invoice_id, "amount": self.amount, "currency": self.currency}


class BankLine(Record):
    """A line of a bank's statement. `line_id` is the bank's, by which it counts once; `amount` is negative where money left; without a
    `transaction_id` nobody could tell what it is about."""

    class Meta:
        table_name = table("payments")

    prefix = "bnk"
    paths = (Path("gsi3", by=("gateway_id",)),)

    gateway_id = Text()
    line_id = Text()
    booked_on = Text()
    amount = Integer()
    currency = Text()
    text = Text()
    transaction_id = Text(null=True)


class GatewayEvent(Record):
    """A verified webhook, kept as it came (child `body`)."""

    class Meta:
        table_name = table("payments")

    prefix = "gev"

    gateway_id = Text()
    event_id = Text()
    kind = Text()


class GatewayView(View):
    kind: GatewayKind
    name: str
    status: GatewayStatus
    is_default: bool
    publishable_key: str | None


class PaymentMethodView(View):
    tenant_id: str
    gateway_id: str
    gateway_customer_id: str
    gateway_method_id: str
    brand: str
    last4: str
    exp_month: int
    exp_year: int
    is_default: bool
    clock_id: str | None


class TransactionView(View):
    kind: Kind
    status: TransactionStatus
    tenant_id: str
    invoice_id: str | None
    parent_id: str | None
    amount: Money
    currency: Currency
    attempt: int
    reason: str | None
    gateway_id: str | None
    gateway_ref: str | None
    code: str | None
    hard: bool
    action_url: str | None
    fee: int | None
    net: int | None
    settlement_currency: Currency | None
    amount_refunded: Money
    dispute: Dispute
    amount_disputed: Money
    dispute_fee: int | None
    respond_by: datetime | None
    next_action_at: datetime | None
    stuck: str | None
    clock_id: str | None


Amount = Annotated[int, Field(strict=True, ge=1, le=MAX_AMOUNT)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Key = Annotated[str, Field(min_length=8, max_length=255, pattern=r"^[\x21-\x7e]+$")]
Reference = Annotated[str, Field(max_length=255, pattern=r"^(pm|token)_[A-Za-z0-9_]+$", examples=["pm_card_visa"])]


class GatewayCreate(Body):
    """`webhook_secret` may follow: the gateway gives it away when it knows the address, which holds this gateway's id. A bank account
    has no keys; Razorpay's `key_id` is its `publishable_key`."""

    kind: GatewayKind = GatewayKind.STRIPE
    name: Name
    secret_key: Key | None = None
    webhook_secret: Key | None = None
    publishable_key: Key | None = None
    is_default: StrictBool = False
    extra: dict[str, Any] = {}


class GatewayUpdate(Body):
    """Secrets that are sent replace those that are stored; what is not sent stays. The default is moved, never taken away."""

    name: Name = ""
    secret_key: Key = ""
    webhook_secret: Key = ""
    publishable_key: Key | None = None
    is_default: StrictBool = False
    extra: dict[str, Any] = {}


class PaymentMethodCreate(Body):
    """`token`: the id of the payment method that the gateway's own form made in the browser; card numbers never come here."""

    tenant_id: str = Field(max_length=40)
    token: Reference


class RefundReason(StrEnum):
    DUPLICATE = "duplicate"
    FRAUDULENT = "fraudulent"
    REQUESTED_BY_CUSTOMER = "requested_by_customer"


class RefundCreate(Body):
    """`amount`: minor units of the charge's currency; without it, all that is left."""

    amount: Amount | None = None
    reason: RefundReason = RefundReason.REQUESTED_BY_CUSTOMER


GATEWAYS = Resource(name="payments", segment="gateways", record=Gateway, view=GatewayView, create=GatewayCreate, update=GatewayUpdate,
                    filters=(*COMMON, "status", "kind", "name", "is_default"), match_required=True)
PAYMENT_METHODS = Resource(
    name="payments", segment="payment-methods", record=PaymentMethod, view=PaymentMethodView, create=PaymentMethodCreate, filters=(
        *COMMON, "tenant_id", "gateway_id", "gateway_customer_id", "gateway_method_id", "brand", "last4", "exp_month", "exp_year",
        "is_default", "clock_id"))
TRANSACTIONS = Resource(name="payments", segment="transactions", record=Transaction, view=TransactionView, filters=(
    *COMMON, "status", "kind", "tenant_id", "invoice_id", "gateway_ref", "parent_id", "gateway_id", "amount", "amount_refunded", "fee",
    "net", "currency", "settlement_currency", "attempt", "reason", "code", "hard", "dispute", "amount_disputed", "dispute_fee",
    "respond_by", "next_action_at", "stuck", "clock_id"))
