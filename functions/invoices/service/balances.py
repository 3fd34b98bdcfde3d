"""A tenant's credit: what invoices below zero and money without an invoice leave, and later invoices use."""

from datetime import datetime

from functions.invoices.events import BalanceChanged, Paid, PartlyPaid, TransferMatched
from functions.invoices.models import Balance, Invoice, balance_id
from functions.invoices.rules import Command, InvoiceState, transition
from kernel.commit import Change


def balance_of(invoice: Invoice, currency: str | None = None) -> Balance:
    """The newest state of the tenant's balance in a currency (the invoice's), or a new one of zero."""
    currency = currency or invoice.currency
    id = balance_id(invoice.tenant_id, currency)
    return Balance.find(id) or Balance(id, tenant_id=invoice.tenant_id, currency=currency, clock_id=invoice.clock_id)


def credit(balance: Balance, amount: int, invoice: Invoice, at: datetime) -> list[Change]:
    """The change that adds minor units to a balance, or takes them; none for zero. ValueError below zero: balances are not overdrawn."""
    if balance.amount + amount < 0:
        raise ValueError(f"{balance.id} holds {balance.amount}, {-amount} cannot be taken")
    balance.amount += amount
    told = BalanceChanged(tenant_id=balance.tenant_id, currency=balance.currency, balance=balance.amount, invoice_id=invoice.id)
    return [Change(balance, told, at)] if amount else []


def paid(invoice: Invoice, at: datetime) -> Change:
    """The change that makes an invoice paid in full. `Refused` where its state does not take that."""
    invoice.status = transition(InvoiceState(invoice.status), Command.PAY)
    invoice.amount_paid, invoice.paid_at = invoice.amount_due, at
    invoice.rest()
    return Change(invoice, Paid(**invoice.told(), paid_at=at), at)


def partly_paid(invoice: Invoice, amount: int, at: datetime) -> Change:
    """The change by which a part of it is paid; below zero, not any more. It stays due: the rest is collected."""
    invoice.amount_paid += amount
    told = PartlyPaid(**invoice.told(), amount=amount, owed=invoice.owed, due_on=str(invoice.due_on), status=invoice.status)
    return Change(invoice, told, at)


def matched(invoice: Invoice, amount: int, at: datetime) -> Change:
    """The change by which a transfer shows what a person has said was paid outside: each part is shown once."""
    invoice.amount_outside -= amount
    return Change(invoice, TransferMatched(**invoice.told(), amount=amount), at)
