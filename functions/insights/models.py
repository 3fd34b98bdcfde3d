"""What insights answer, and the record of how likely a tenant is to leave."""

from datetime import date, datetime
from enum import StrEnum

from pydantic import BaseModel

from functions.insights.churn import ChurnReason
from functions.insights.forecast import Chosen
from kernel.config import table
from kernel.money import Currency, Money
from kernel.paths import Path
from kernel.records import Integer, Json, Record, Text, Time
from kernel.resource import Resource
from kernel.views import COMMON, View


class Month(BaseModel):
    """`mrr` at the end of a month (`2026-11`), or now, where it is not over."""

    month: str
    mrr: Money


class Owed(BaseModel):
    """Open invoices whose due date has passed. `amount`: what is still owed of them, where a part was paid the rest."""

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
    CHARGE_DISPUTED = "charge_disputed"
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


class RevenueInterval(StrEnum):
    DAY = "day"
    MONTH = "month"


class Span(BaseModel):
    """A day, or as much of a month as was asked for. `start` and its `movements` are `end`, to the last minor unit: their rounded parts are
    shared out so that they sum."""

    begin: date
    start: Money
    end: Money
    movements: Movements


class Rates(BaseModel):
    """Of a calendar month (UTC), in thousandths, by the tenants that were paying when it began, whoever came later; null where there was
    nobody. `nrr`: what they pay at its end, of what they paid when it began. `grr`: the same without what any of them pays more.
    `revenue_churn`: what they pay less, and `customer_churn`: how many of them pay nothing any more. Source: worked example L9, by a cohort
    that is fixed when the month begins. The month that is not over counts as far as it has come."""

    month: str
    nrr_per_mille: int | None
    grr_per_mille: int | None
    revenue_churn_per_mille: int | None
    customer_churn_per_mille: int | None


class Revenue(BaseModel):
    """Recurring revenue of one currency from one day to another, both included. `mrr` is at the end of the last, `arr` twelve times that,
    `arpa` that by the tenants that were `paying` (worked example L11). `moved`: how many movements of each kind there were. The
    `quick_ratio_per_mille`: what came (new, expansion, reactivation) by what went (L15), null where nothing went. `nrr_per_mille` and
    `grr_per_mille` are the product of the months' `rates`, and the two churn rates their mean. `currencies`: what there is to ask for."""

    currency: Currency
    currencies: list[Currency]
    interval: RevenueInterval
    begin: date
    end: date
    start: Money
    mrr: Money
    arr: Money
    arpa: Money | None
    paying: int
    movements: Movements
    moved: dict[str, int]
    quick_ratio_per_mille: int | None
    nrr_per_mille: int | None
    grr_per_mille: int | None
    revenue_churn_per_mille: int | None
    customer_churn_per_mille: int | None
    series: list[Span]
    rates: list[Rates]


class Outlooked(BaseModel):
    """Recurring revenue at the end of a month, and between what it lies in four cases of five, and in nineteen of twenty."""

    month: str
    value: Money
    lo80: Money
    hi80: Money
    lo95: Money
    hi95: Money


class Outlook(BaseModel):
    """`model` is what carried the months that are over (`series`, `history` of them) on, and `why` says in a sentence why it was chosen.
    `mase_per_mille`: how wrong each model was on `origins` cuts of the past, in thousandths of the mean difference from a year before (or
    from the month before, where there is no year). No steps where there is nothing to carry on."""

    currency: Currency
    as_of: datetime
    model: Chosen
    why: str
    history: int
    origins: int
    mase_per_mille: dict[str, int]
    series: list[Month]
    steps: list[Outlooked]


class ChurnRisk(StrEnum):
    """`gone`: it pays nothing at present."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    GONE = "gone"


class Churn(Record):
    """One for each tenant and currency, kept by the nightly run alone. `probability_per_mille`: of leaving within ninety days
    of `as_of`, 0 for who has left. `model`: the version that said so."""

    class Meta:
        table_name = table("insights")

    prefix = "ins"
    retention = None
    paths = (Path("gsi1"), Path("gsi2", by=("risk",), sort="probability_per_mille"), Path("gsi3", by=("tenant_id",)),
             Path("gsi4", sort="probability_per_mille"))

    tenant_id = Text()
    currency = Text()
    mrr = Integer(default=0)
    probability_per_mille = Integer(default=0)
    risk = Text(default=ChurnRisk.LOW)
    reasons = Json(default=list)
    model = Text(default="")
    as_of = Time()

    @property
    def owner(self) -> None:
        """What we think of a customer is no business of theirs."""

    @classmethod
    def mine(cls, tenant_id: str) -> None:
        return None


class WhyChurn(BaseModel):
    """`weight`: thousandths of log-odds that it adds, compared with a usual tenant. `text` says it in words."""

    code: ChurnReason
    value: int
    weight: int
    text: str


class ChurnView(View):
    tenant_id: str
    currency: Currency
    mrr: Money
    probability_per_mille: int
    risk: ChurnRisk
    reasons: list[WhyChurn]
    model: str
    as_of: datetime


class Calibrated(BaseModel):
    """A fifth of those that it was tested on: what they were told on average, and what share of them left."""

    count: int
    told_per_mille: int
    left_per_mille: int


class ChurnModel(BaseModel):
    """The model in use, and why it is this one. `weights` are log-odds for each deviation, or for each unit of the prior, in thousandths.
    The figures are of rows that it had not learned from; null where there were none."""

    version: str
    why: str
    rows: int
    outcomes: int
    enough: int
    weights: dict[str, int]
    auc_per_mille: int | None
    brier_per_mille: int | None
    log_loss_per_mille: int | None
    base_rate_per_mille: int | None
    calibration: list[Calibrated]


CHURN = Resource(name="insights", record=Churn, view=ChurnView, segment="insights/churn", filters=(
    *COMMON, "tenant_id", "currency", "mrr", "probability_per_mille", "risk", "model", "as_of"))
