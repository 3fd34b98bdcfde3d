"""What insights answer."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel

from kernel.money import Currency, Money


class Month(BaseModel):
    """`mrr` at the end of a month (`2026-11`), or now, where it is not over."""

    month: str
    mrr: Money


class Owed(BaseModel):
    """Open invoices whose due date has passed."""

    count: int
    amount: Money


class Movements(BaseModel):
    """Less is negative: contraction and churn are."""

    new: Money
    expansion: Money
    contraction: Money
    churn: Money
    reactivation: Money


class Figures(BaseModel):
    """Of one currency. `arr` is twelve times `mrr`, `paying` the number of tenants that it comes from. `movements` of the last 30 days lead
    from `mrr_30_days_ago` to `mrr`, but for what rounding each for display takes or gives."""

    currency: Currency
    mrr: Money
    mrr_30_days_ago: Money
    arr: Money
    movements: Movements
    paying: int
    overdue: Owed
    series: list[Month]


class TaskKind(StrEnum):
    CONFIRMATION_AWAITED = "confirmation_awaited"
    CHARGE_FAILED = "charge_failed"
    INVOICE_OVERDUE = "invoice_overdue"
    KEY_EXPIRING = "key_expiring"
    MESSAGE_UNKNOWN = "message_unknown"
    MESSAGE_FAILED = "message_failed"
    SUBSCRIPTION_STUCK = "subscription_stuck"
    INVOICE_STUCK = "invoice_stuck"
    TRANSACTION_STUCK = "transaction_stuck"
    MESSAGE_STUCK = "message_stuck"


class Task(BaseModel):
    """Something that waits for a person. `count` is 50 at most, `more` whether there are others still. `resource` is the last part of a
    list's address, and `filters` the query by which it shows them."""

    kind: TaskKind
    count: int
    more: bool
    resource: str
    filters: dict[str, str]


class Overview(Figures):
    """The figures of the company's currency, those of `others`, and what is of no currency: subscriptions and tenants by status."""

    as_of: datetime
    active: int
    trialing: int
    past_due: int
    tenants: int
    others: list[Figures]
    needs_me: list[Task]
