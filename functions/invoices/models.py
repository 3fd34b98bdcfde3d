"""An invoice with its amounts and its collection, and the balance that a tenant has with us."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, Field, StrictBool

from functions.invoices.rules import InvoiceState
from kernel.config import table
from kernel.fields import Language, Zone
from kernel.http import Body
from kernel.money import UNIT, Currency, Money, parse_unit
from kernel.paths import Path
from kernel.records import Flag, Integer, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View

BODY = "lines"
"""The child that holds what the invoice says: the very snapshot that its PDF and its XLSX are made of."""


class Invoice(Record):
    """Amounts are minor units of `currency`; those up to `amount_due` and `credit_to_balance` are fixed when it is finalized.

    `lines_digest` is the SHA-256 of the body's canonical JSON, so that the audit chain covers the body too. `next_attempt_at` is
    the next automatic charge; None on an unpaid invoice with a `next_action_at` means that it is given up then. One index serves
    two paths where a record can only be on one of them.
    """

    class Meta:
        table_name = table("invoices")

    prefix = "inv"
    searched = ("number",)
    paths = (
        Path("gsi5", by=("number",)),
        Path("gsi6", by=("tenant_id", "status"), sort="due_at", where={"status": ("open",)}),
        Path("gsi3", by=("tenant_id",)),
        Path("gsi7", by=("subscription_id",)),
        Path("gsi2", by=("status",), sort="due_at", where={"status": ("open",)}),
        Path("gsi2", by=("status",), where={"status": ("draft", "void", "uncollectible")}),
        Path("gsi4", by=("status",), sort="paid_at", where={"status": ("paid",)}, bucket=True),
        Path("gsi1", bucket=True),
    )

    tenant_id = Text()
    subscription_id = Text(null=True)
    issuer_id = Text()
    status = Text(default=InvoiceState.DRAFT)
    number = Text(null=True)
    series = Text()  # one issuer's numbers of one year
    currency = Text()
    language = Text()
    zone = Text()  # the tenant's: its days, and the days on which we try again
    collect = Flag(default=True)  # charge the payment method; otherwise the customer pays the bank account on the invoice

    subtotal = Integer(default=0)
    discount = Integer(default=0)
    tax = Integer(default=0)
    rounding = Integer(default=0)
    total = Integer(default=0)
    credited = Integer(default=0)
    balance_applied = Integer(default=0)
    amount_due = Integer(default=0)
    credit_to_balance = Integer(default=0)
    amount_paid = Integer(default=0)  # what went back before it was paid in full is off again
    amount_outside = Integer(default=0)  # a person says that it was paid outside, and no transfer has shown it yet
    amount_refunded = Integer(default=0)
    amount_charged_back = Integer(default=0)  # kept by the customer's bank after a dispute

    issued_on = Text(null=True)  # the date in the issuer's zone
    due_on = Text(null=True)
    issued_at = Time(null=True)
    due_at = Time(null=True)  # the end of `due_on`
    period_start = Time(null=True)
    period_end = Time(null=True)
    lines_digest = Text()
    pdf_sha256 = Text(null=True)
    xlsx_sha256 = Text(null=True)

    attempts = Integer(default=0)
    first_failed_at = Time(null=True)
    next_attempt_at = Time(null=True)
    transaction_id = Text(null=True)  # of the charge whose outcome is not known yet
    paid_at = Time(null=True)
    voided_at = Time(null=True)
    reason = Text(null=True)  # what a person said when voiding, giving up, or marking it paid

    @property
    def is_unpaid(self) -> bool:
        """Whether money that comes is for it."""
        return self.status in (InvoiceState.OPEN, InvoiceState.UNCOLLECTIBLE)

    @property
    def owed(self) -> int:
        return self.amount_due - self.amount_paid

    def told(self) -> dict[str, Any]:
        """What every event of a numbered invoice tells."""
        names = ("tenant_id", "subscription_id", "number", "currency", "total", "amount_due")
        return {name: getattr(self, name) for name in names}

    def rest(self) -> None:
        """Nothing is to be done any more, unless someone asks for it."""
        self.transaction_id = self.next_attempt_at = self.next_action_at = None


class Balance(Record):
    """A tenant's credit in one currency, in minor units, never negative. Its id follows from the two (`balance_id`)."""

    class Meta:
        table_name = table("invoices")

    prefix = "bal"
    searched = ("currency", "tenant_id")
    paths = (Path("gsi1"), Path("gsi3", by=("tenant_id",)))

    tenant_id = Text()
    currency = Text()
    amount = Integer(default=0)


def balance_id(tenant_id: str, currency: str) -> str:
    return f"bal_{tenant_id.removeprefix('ten_')}_{currency}"


class BalanceView(View):
    tenant_id: str
    currency: Currency
    amount: Money


class InvoiceView(View):
    tenant_id: str
    subscription_id: str | None
    issuer_id: str
    status: InvoiceState
    number: str | None
    series: str
    currency: Currency
    language: Language
    zone: Zone
    collect: bool
    subtotal: Money
    discount: Money
    tax: Money
    rounding: Money
    total: Money
    credited: Money
    balance_applied: Money
    amount_due: Money
    credit_to_balance: Money
    amount_paid: Money
    amount_outside: Money
    amount_refunded: Money
    amount_charged_back: Money
    issued_on: date | None
    due_on: date | None
    issued_at: datetime | None
    due_at: datetime | None
    period_start: datetime | None
    period_end: datetime | None
    lines_digest: str
    pdf_sha256: str | None
    xlsx_sha256: str | None
    attempts: int
    first_failed_at: datetime | None
    next_attempt_at: datetime | None
    transaction_id: str | None
    paid_at: datetime | None
    voided_at: datetime | None
    reason: str | None
    stuck: str | None
    clock_id: str | None


def _decimal(text: str) -> str:
    parse_unit(text)
    return text


Decimal = Annotated[str, Field(max_length=28, examples=["1"], json_schema_extra=UNIT), AfterValidator(_decimal)]


class InvoiceLineCreate(Body):
    """Quantity times `unit_amount` (minor units, a decimal string), rounded once."""

    description: str = Field(min_length=1, max_length=500)
    quantity: Decimal = "1"
    unit_amount: Decimal


class InvoiceCreate(Body):
    """A one-off invoice. `collect`: charge the tenant's payment method when it is finalized."""

    tenant_id: str = Field(max_length=40)
    currency: Currency
    lines: list[InvoiceLineCreate] = Field(min_length=1, max_length=100)
    collect: StrictBool = True


class InvoiceReason(Body):
    reason: str = Field(min_length=1, max_length=500)


class InvoiceBreakdown(BaseModel):
    """What an invoice is made of: every amount with its derivation. Amounts are minor units of `currency`."""

    currency: Currency
    subtotal: int
    discount: int
    tax: int
    rounding: int
    total: int
    credited: int
    balance_applied: int
    amount_due: int
    credit_to_balance: int
    lines: list[dict[str, Any]]
    taxes: list[dict[str, Any]]
    derivations: dict[str, Any]


class DocumentLink(BaseModel):
    """Where a document can be fetched, without further permission, until `expires_at`."""

    url: Annotated[str, Field(json_schema_extra={"format": "uri"})]
    expires_at: datetime
    sha256: str
    filename: str


INVOICES = Resource(name="invoices", record=Invoice, view=InvoiceView, filters=(
    *COMMON, "status", "tenant_id", "subscription_id", "issuer_id", "number", "series", "currency", "language", "collect",
    "subtotal", "discount", "tax", "total", "credited", "balance_applied", "amount_due", "credit_to_balance", "amount_paid",
    "amount_outside", "amount_refunded", "amount_charged_back", "issued_on", "due_on", "issued_at", "due_at", "paid_at", "voided_at",
    "period_start", "period_end", "attempts", "first_failed_at", "next_attempt_at", "transaction_id", "reason", "stuck", "clock_id"))
BALANCES = Resource(name="invoices", segment="invoices/balances", record=Balance, view=BalanceView,
                    filters=(*COMMON, "tenant_id", "currency", "amount"))
