"""What other features may use of payments: a charge to commit with an invoice, what became of it, whether there is a card at all, and both
sides of a reconciliation: what the gateways have booked, and what we have."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from functions.payments.events import Started
from functions.payments.gateways import Unanswered, connect
from functions.payments.models import TRANSACTIONS, Dispute, Gateway, GatewayKind, Payer, Transaction, TransactionStatus
from functions.payments.statements import Booked, BookedKind, Payout, Statement
from kernel import dynamodb, ids
from kernel.clock import stamp
from kernel.commit import bucket_months
from kernel.config import setting
from kernel.paths import escape, month
from kernel.problems import NotFound

__all__ = [
    "TRANSACTIONS",
    "Booked",
    "BookedKind",
    "Dispute",
    "Outcome",
    "Payout",
    "Statement",
    "Transaction",
    "TransactionStatus",
    "Unanswered",
    "by_reference",
    "charge",
    "gateway_address",
    "gateways",
    "has_method",
    "made_between",
    "name_of",
    "outcome",
    "statement",
]


@dataclass(frozen=True)
class Outcome:
    """`status` is open until it is `succeeded` or `failed`; `amount`: minor units; `hard`: the same payment method is not worth
    another attempt; `stuck`: the gateway is not asked any more, until staff have it tried again."""

    status: str
    amount: int
    code: str | None
    hard: bool
    stuck: bool


def charge(*, tenant_id: str, invoice_id: str, amount: int, currency: str, attempt: int, at: datetime,
           clock_id: str | None) -> tuple[Transaction, Started]:
    """An unsaved charge (minor units) and its event, for the commit of the invoice; a payments worker then asks the gateway."""
    transaction = Transaction(ids.new(Transaction.prefix), tenant_id=tenant_id, invoice_id=invoice_id, amount=amount, currency=currency,
                              attempt=attempt, next_action_at=at, clock_id=clock_id)
    return transaction, Started(tenant_id=tenant_id, invoice_id=invoice_id, amount=amount, currency=currency)


def outcome(transaction_id: str) -> Outcome:
    """What is known of a transaction by now. `NotFound` for one that does not exist."""
    found = Transaction.fetch(transaction_id)
    return Outcome(found.status, found.amount, found.code, found.hard, found.stuck is not None)


def has_method(tenant_id: str) -> bool:
    """Whether a charge of the tenant has anything to charge."""
    payer = Payer.of(tenant_id)
    return payer is not None and payer.default_method_id is not None


def gateway_address(gateway_id: str) -> str:
    """Where a gateway's API is, to see whether anybody answers. `NotFound` for a gateway that does not exist."""
    match GatewayKind(Gateway.fetch(gateway_id).kind):
        case GatewayKind.STRIPE:
            return setting("STRIPE_API_BASE")
        case GatewayKind.RAZORPAY:
            return setting("RAZORPAY_API_BASE")
        case GatewayKind.BANK_TRANSFER:
            raise NotFound("a bank account has no address that could be asked")


def gateways() -> list[str]:
    """Ids of all that are configured, those that are switched off too: their money still moves."""
    found, _ = dynamodb.ask(Gateway.table(), "gsi1", f"{Gateway.prefix}#all", limit=1000)
    return [item["pk"]["S"] for item in found]


def name_of(gateway_id: str) -> str:
    """`NotFound` for none that is configured."""
    return Gateway.fetch(gateway_id).name


def statement(gateway_id: str, since: datetime, until: datetime) -> Statement:
    """What a gateway has booked from `since` on and before `until`. `Unanswered` where it does not say."""
    return connect(Gateway.fetch(gateway_id)).statement(since, until)


def made_between(gateway_id: str, since: datetime, until: datetime) -> Iterator[Transaction]:
    """The transactions that were put to a gateway, by when they were stored: from `since` on and before `until`."""
    base = f"{Transaction.prefix}#all"
    for bucket in bucket_months(Transaction, base):
        if month(since) <= bucket <= month(until):
            yield from (each for each in _walk(f"{base}@{bucket}", stamp(since), stamp(until)) if each.gateway_id == gateway_id)


def by_reference(gateway_id: str, ref: str) -> Transaction | None:
    """The transaction that a gateway knows by this reference of its own."""
    found, _ = dynamodb.ask(Transaction.table(), "gsi5", f"{Transaction.prefix}#gateway_ref={escape(ref)}", limit=10)
    return next((each for each in map(Transaction.load, found) if each.gateway_id == gateway_id), None)


def _walk(partition: str, low: str, high: str) -> Iterator[Transaction]:
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(Transaction.table(), "gsi1", partition, low=low, high=high, limit=1000, start=start)
        yield from map(Transaction.load, items)
        if start is None:
            return
