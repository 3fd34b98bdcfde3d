"""An account at a bank, behind the protocol of all gateways: it is asked for nothing. Money comes and goes by transfer, and people or
the bank's statement tell us of it."""

from collections.abc import Mapping
from datetime import datetime

from functions.payments.gateways import Card, Notice, Order, RefundOrder, Result, Signed, Unacceptable
from functions.payments.models import BankLine, TransactionStatus
from functions.payments.statements import Booked, BookedKind, Statement
from kernel import dynamodb
from kernel.clock import stamp
from kernel.problems import BadRequest, Invalid


class BankGateway:
    """The bank account of one gateway record."""

    def __init__(self, gateway_id: str) -> None:
        self._id = gateway_id

    def customer(self, *, tenant_id: str, name: str, email: str) -> str:
        return tenant_id

    def attach(self, token: str, customer: str) -> Card:
        raise Invalid("a bank account keeps no cards", code="not_chargeable", field="token")

    def detach(self, method: str, customer: str) -> None:
        return None

    def charge(self, order: Order, *, before: bool) -> Result:
        raise Unacceptable("not_chargeable: a customer's transfer is waited for, not asked for")

    def refund(self, order: RefundOrder, *, before: bool) -> Result:
        """It waits until a person has sent it, and says so."""
        return Result(status=TransactionStatus.REQUIRES_ACTION)

    def abandon(self, payment: str) -> Result:
        raise Unacceptable("not_chargeable: there is nothing to abandon")

    def payment(self, payment: str) -> Notice:
        return Notice(payment=payment)

    def statement(self, since: datetime, until: datetime) -> Statement:
        """The lines by when they came here: a bank's own day may lie long before."""
        found: list[BankLine] = []
        start: dynamodb.Item | None = None
        while True:
            items, start = dynamodb.ask(BankLine.table(), "gsi3", f"{BankLine.prefix}#gateway_id={self._id}", low=stamp(since),
                                        high=stamp(until), limit=1000, start=start)
            found += [BankLine.load(item) for item in items]
            if start is None:
                return Statement(tuple(_booked(line) for line in found))

    def verify(self, body: bytes, headers: Mapping[str, str]) -> Signed | None:
        raise BadRequest("a bank sends no events", code="bad_signature")

    def read(self, body: str) -> Notice:
        return Notice(payment=None)


def _booked(line: BankLine) -> Booked:
    assert line.created_at is not None  # it was read from the database
    return Booked(id=line.id, kind=BookedKind.CHARGE if line.amount > 0 else BookedKind.REFUND, ref=None,
                  transaction_id=line.transaction_id, amount=line.amount, currency=line.currency, fee=None, settlement_currency=None,
                  at=line.created_at)
