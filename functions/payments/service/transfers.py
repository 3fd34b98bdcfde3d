"""Bank transfers: money that people or the bank's statement tell of, and refunds that people send.

A line counts once, by the bank's own id; it is taken for a transfer that staff have written down before, where there is one of its
invoice and amount, and makes one otherwise. What the bank has told need not be written down: that is refused.
"""

from datetime import datetime
from functools import partial

from functions.invoices.contract import Invoice, numbered
from functions.payments import events
from functions.payments.bank import LineOutcome, StatementLine, TakenLine, TransactionCreate
from functions.payments.gateways import Result
from functions.payments.models import BankLine, Gateway, GatewayKind, Kind, Transaction, TransactionStatus
from functions.payments.rules import words
from functions.payments.service.settlement import settle
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import Marker, again, commit, marker
from kernel.problems import Conflict, Duplicate, Invalid, Refused, referred


def record(body: TransactionCreate, *, actor: Actor, at: datetime) -> Transaction:
    """Money has come. `Invalid` for no bank account or another currency than the invoice's, `Refused` for a draft, `Conflict` for a
    reference that was written down before, or what a line of the statement has told."""
    with referred("gateway_id"):
        gateway = _account(body.gateway_id)
    with referred("invoice_id"):
        invoice = Invoice.fetch(body.invoice_id)
    if invoice.number is None:
        raise Refused("invoice_draft", "a draft asks for no money")
    if body.currency not in (None, invoice.currency):
        raise Invalid(f"the invoice is in {invoice.currency}", code="currency_mismatch", field="currency")
    if (told := next((each for each in _of(invoice.id) if _was_told(each, gateway, body.amount)), None)) is not None:
        raise Conflict("the bank's statement has told of this transfer", code="duplicate_transfer", transaction_id=told.id)
    made = _came(gateway, invoice, body.amount, invoice.currency, body.reference)
    once = Marker(Transaction, f"transfer#{gateway.id}#{body.reference}", {"transaction_id": made.id})
    try:
        commit((made, events.Succeeded(**made.about(), by_transfer=True)), actor=actor, at=resolve(made.clock_id, at), markers=[once])
    except Duplicate as there:
        raise Conflict("this transfer was written down before", code="duplicate_transfer", **there.found) from there
    return made


def sent(id: str, reference: str, *, actor: Actor, at: datetime) -> Transaction:
    """A refund by transfer was sent. `Conflict` for what is no refund that waits for that."""
    refund = Transaction.fetch(id)
    if refund.kind != Kind.REFUND or refund.status != TransactionStatus.REQUIRES_ACTION:
        raise Conflict(f"{id} is no refund to be sent by hand", status_now=refund.status)
    settle(id, Result(status=TransactionStatus.SUCCEEDED, ref=reference), actor=actor, at=resolve(refund.clock_id, at))
    return Transaction.fetch(id)


def withdraw(id: str, *, actor: Actor, at: datetime) -> Transaction:
    """A refund by transfer is not sent after all, or has come back. `Conflict` for what is no such refund, or has failed already."""
    refund = Transaction.fetch(id)
    code = {TransactionStatus.REQUIRES_ACTION: "canceled", TransactionStatus.SUCCEEDED: "returned"}.get(TransactionStatus(refund.status))
    if refund.kind != Kind.REFUND or code is None or Gateway.fetch(refund.gateway_id or "").kind != GatewayKind.BANK_TRANSFER:
        raise Conflict(f"{id} is no refund that people send", status_now=refund.status)
    settle(id, Result(status=TransactionStatus.FAILED, code=code), actor=actor, at=resolve(refund.clock_id, at))
    return Transaction.fetch(id)


def take(gateway_id: str, lines: list[StatementLine], *, actor: Actor, at: datetime) -> list[TakenLine]:
    """Lines of a statement. Each on its own, so those that came before a failure are known when they come again."""
    gateway = _account(gateway_id)
    return [again(partial(_taken, gateway, line, actor=actor, at=at)) for line in lines]


def _taken(gateway: Gateway, line: StatementLine, *, actor: Actor, at: datetime) -> TakenLine:
    once = f"line#{gateway.id}#{line.id}"
    if (known := marker(BankLine, once)) is not None:
        return _told(BankLine.fetch(known["line_id"]))
    about, is_new = _about(gateway, line, actor=actor, at=at)
    kept = BankLine(ids.new(BankLine.prefix), gateway_id=gateway.id, line_id=line.id, booked_on=line.booked_on.isoformat(),
                    amount=line.amount, currency=line.currency, text=line.text, transaction_id=about.id if about else None)
    changes = [(about, events.Succeeded(**about.about(), by_transfer=True))] if about and is_new else []
    markers = [Marker(BankLine, once, {"line_id": kept.id})]
    markers += [Marker(BankLine, f"lined#{about.id}", {"line_id": kept.id})] if about else []
    told = (kept, events.LineStored(transaction_id=kept.transaction_id))
    try:
        commit(told, *changes, actor=actor, at=resolve(about.clock_id if about else None, at), markers=markers)
    except Duplicate as there:
        raise Conflict("the same line is being taken elsewhere, try again") from there
    return _told(kept)


def _told(line: BankLine) -> TakenLine:
    outcome = LineOutcome.MATCHED if line.transaction_id else LineOutcome.UNMATCHED
    return TakenLine(id=line.line_id, outcome=outcome, transaction_id=line.transaction_id)


def _about(gateway: Gateway, line: StatementLine, *, actor: Actor, at: datetime) -> tuple[Transaction | None, bool]:
    """The transaction of a line, and whether it is new."""
    if line.amount < 0:
        return _refund(gateway, line, actor=actor, at=at), False
    invoice = next((found for word in words(line.text) if (found := numbered(word)) is not None), None)
    if invoice is None or line.amount == 0:
        return None, False
    there = next((each for each in _of(invoice.id) if _is_of(each, gateway, line)), None)
    return (there, False) if there else (_came(gateway, invoice, line.amount, line.currency, line.id), True)


def _refund(gateway: Gateway, line: StatementLine, *, actor: Actor, at: datetime) -> Transaction | None:
    """The refund that the text names by its id. Where nobody has said so yet, the line says that it was sent."""
    named = (Transaction.find(f"{Transaction.prefix}_{word[4:].upper()}") for word in words(line.text) if len(word) > 4)
    refund = next((each for each in named if each is not None and each.kind == Kind.REFUND and each.gateway_id == gateway.id), None)
    if refund is None or (refund.amount, refund.currency) != (-line.amount, line.currency) or marker(BankLine, f"lined#{refund.id}"):
        return None
    if refund.status == TransactionStatus.REQUIRES_ACTION:
        sent(refund.id, line.id, actor=actor, at=at)
    return refund


def _is_of(each: Transaction, gateway: Gateway, line: StatementLine) -> bool:
    """Whether staff have written down the very transfer before the bank told of it."""
    same = (each.gateway_id, each.kind, each.amount, each.currency) == (gateway.id, Kind.CHARGE, line.amount, line.currency)
    return same and marker(BankLine, f"lined#{each.id}") is None


def _was_told(each: Transaction, gateway: Gateway, amount: int) -> bool:
    """Whether a line made it, and nobody had written it down."""
    line = marker(BankLine, f"lined#{each.id}") if (each.gateway_id, each.kind, each.amount) == (gateway.id, Kind.CHARGE, amount) else None
    return line is not None and BankLine.fetch(line["line_id"]).line_id == each.gateway_ref


def _of(invoice_id: str) -> list[Transaction]:
    items, _ = dynamodb.ask(Transaction.table(), "gsi4", f"{Transaction.prefix}#invoice_id={invoice_id}", limit=100)
    return [Transaction.load(item) for item in items]


def _came(gateway: Gateway, invoice: Invoice, amount: int, currency: str, reference: str) -> Transaction:
    return Transaction(ids.new(Transaction.prefix), status=TransactionStatus.SUCCEEDED, tenant_id=invoice.tenant_id, invoice_id=invoice.id,
                       amount=amount, currency=currency, gateway_id=gateway.id, gateway_ref=reference, clock_id=invoice.clock_id)


def _account(id: str) -> Gateway:
    gateway = Gateway.fetch(id)
    if gateway.kind != GatewayKind.BANK_TRANSFER:
        raise Invalid(f"{id} is no account at a bank", code="no_bank_account", field="gateway_id")
    return gateway
