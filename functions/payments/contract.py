"""What other features may use of payments: a charge to commit with an invoice, what became of it, and whether there is a card at all."""

from dataclasses import dataclass
from datetime import datetime

from functions.payments.events import Started
from functions.payments.models import TRANSACTIONS, Gateway, GatewayKind, Payer, Transaction, TransactionStatus
from kernel import ids
from kernel.config import setting

__all__ = ["TRANSACTIONS", "Outcome", "Transaction", "TransactionStatus", "charge", "gateway_address", "has_method", "outcome"]


@dataclass(frozen=True)
class Outcome:
    """`status` is open until it is `succeeded` or `failed`; `hard`: the same payment method is not worth another attempt;
    `stuck`: the gateway is not asked any more, until staff have it tried again."""

    status: str
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
    return Outcome(found.status, found.code, found.hard, found.stuck is not None)


def has_method(tenant_id: str) -> bool:
    """Whether a charge of the tenant has anything to charge."""
    payer = Payer.of(tenant_id)
    return payer is not None and payer.default_method_id is not None


def gateway_address(gateway_id: str) -> str:
    """Where a gateway's API is, to see whether anybody answers. `NotFound` for a gateway that does not exist."""
    match GatewayKind(Gateway.fetch(gateway_id).kind):
        case GatewayKind.STRIPE:
            return setting("STRIPE_API_BASE")
