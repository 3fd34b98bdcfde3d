"""Money that came and went again: refunds, and what a customer's bank takes back and keeps.

The marker of a transaction's money says how much of it is in the tenant's balance (`to_balance`), how much went back (`refunded`,
`charged_back`), how much of that the balance gave (`…_of_balance`), and by which version of the transaction that is known (`…_as_of`).
"""

from datetime import datetime
from typing import Any

from functions.invoices.events import PaymentReversed, Refunded
from functions.invoices.models import Invoice
from functions.invoices.rules import of_balance
from functions.invoices.service.balances import balance_of, credit, paid, partly_paid
from kernel import dynamodb
from kernel.audit import Actor
from kernel.commit import Change, Marker, commit, marker
from kernel.problems import Conflict, Unavailable

REFUNDED, CHARGED_BACK = "refunded", "charged_back"
_TOLD = {REFUNDED: Refunded, CHARGED_BACK: PaymentReversed}
_EMPTY = {f"{kind}{part}": 0 for kind in _TOLD for part in ("", "_of_balance", "_as_of")}


def booked(transaction_id: str, invoice_id: str, *, to_balance: int) -> Marker:
    """The marker of money that has come in."""
    return Marker(Invoice, f"money#{transaction_id}", {"invoice_id": invoice_id, "to_balance": to_balance, **_EMPTY})


def refunded(id: str, transaction_id: str, so_far: int, currency: str, *, version: int, actor: Actor, at: datetime) -> None:
    """`so_far` of a charge went back, all refunds together, wherever they were made."""
    _went_back(REFUNDED, id, transaction_id, so_far, currency, version=version, actor=actor, at=at)


def charged_back(id: str, transaction_id: str, so_far: int, currency: str, *, version: int, actor: Actor, at: datetime) -> None:
    """The customer's bank keeps `so_far` of a charge. The invoice stays paid: a card that was disputed is not charged again."""
    _went_back(CHARGED_BACK, id, transaction_id, so_far, currency, version=version, actor=actor, at=at)


def _went_back(kind: str, id: str, transaction_id: str, so_far: int, currency: str, *, version: int, actor: Actor, at: datetime) -> None:
    """What is new of it counts, up or down, so each part counts once; what an older `version` of the transaction says is old news.

    What goes back of money that had become balance leaves the balance, as far as that is unused; what goes back of an invoice that is not
    paid in full yet is owed again. Money in another currency than the invoice's was never for it, so nothing of that touches it, whether
    the balance still has it or not. `Unavailable` while the charge itself has not been booked, for that decides: the message comes again.
    """
    found = marker(Invoice, f"money#{transaction_id}")
    if found is None:
        raise Unavailable(f"{transaction_id} has not been booked yet")
    came: dict[str, Any] = _EMPTY | {name: value for name, value in found.items() if name not in ("pk", "sk")}
    if version <= came[f"{kind}_as_of"]:
        return
    invoice = Invoice.fetch(id)
    balance = balance_of(invoice, currency)
    taken = of_balance(so_far, before=came[kind], taken=came[f"{kind}_of_balance"], at_hand=min(balance.amount, came["to_balance"]))
    left = taken - came[f"{kind}_of_balance"]
    gone, over = _of_invoice(invoice, kind, so_far - came[kind] - left) if currency == invoice.currency else (0, 0)
    known = {kind: so_far, f"{kind}_of_balance": taken, f"{kind}_as_of": version, "to_balance": came["to_balance"] - left + over}
    once = Marker(Invoice, f"money#{transaction_id}", came | known, expect={name: came[name] for name in came if name in found})
    changes = credit(balance, over - left, invoice, at)
    if gone:
        changes.insert(0, _less(invoice, kind, gone, at))
    if changes:
        commit(*changes, actor=actor, at=at, markers=[once])
    elif dynamodb.held(dynamodb.client().put_item, **once.write()) is None:
        raise Conflict(f"the money of {transaction_id} was counted by someone else, look again")


def _of_invoice(invoice: Invoice, kind: str, gone: int) -> tuple[int, int]:
    """How much of what the balance did not give goes off the invoice (below zero: comes to it again), and how much becomes balance.

    Nothing goes that it does not hold. What comes again is, like all money, for what is owed, or else fills what had gone back of it when
    it was paid in full; the rest is owed by nobody.
    """
    if gone > 0:
        return min(gone, invoice.amount_paid) if invoice.is_unpaid else gone, 0
    part = min(-gone, invoice.owed if invoice.is_unpaid else getattr(invoice, f"amount_{kind}"))
    return -part, -gone - part


def _less(invoice: Invoice, kind: str, amount: int, at: datetime) -> Change:
    if invoice.is_unpaid:
        return paid(invoice, at) if -amount == invoice.owed else partly_paid(invoice, -amount, at)
    setattr(invoice, f"amount_{kind}", getattr(invoice, f"amount_{kind}") + amount)
    return Change(invoice, _TOLD[kind](**invoice.told(), amount=amount), at)
