"""What people and the bank's statement tell of transfers: the bodies of these requests, and what they are answered."""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, Field

from functions.payments.models import Amount
from kernel.http import Body
from kernel.money import MAX_AMOUNT, Currency

BankReference = Annotated[str, Field(min_length=1, max_length=140)]


class TransactionCreate(Body):
    """Money that has come by bank transfer for an invoice. `amount`: minor units of the invoice's currency; `currency` may confirm it."""

    gateway_id: str = Field(max_length=40)
    invoice_id: str = Field(max_length=40)
    amount: Amount
    currency: Currency | None = None
    reference: BankReference


class Transferred(Body):
    """`reference`: the bank's, of the transfer by which a refund was sent."""

    reference: BankReference


class StatementLine(Body):
    """`id`: by which the bank tells its lines apart; `amount`: minor units, negative where money left; `text`: what the payer wrote."""

    id: BankReference
    booked_on: date
    amount: Annotated[int, Field(strict=True, ge=-MAX_AMOUNT, le=MAX_AMOUNT)]
    currency: Currency
    text: str = Field(default="", max_length=500)


class StatementLines(Body):
    lines: Annotated[list[StatementLine], Field(min_length=1, max_length=100)]


class LineOutcome(StrEnum):
    MATCHED = "matched"
    UNMATCHED = "unmatched"


class TakenLine(BaseModel):
    id: str
    outcome: LineOutcome
    transaction_id: str | None


class TakenLines(BaseModel):
    """What each line is about, in their order: however often it comes, it is told the same."""

    data: list[TakenLine]
