"""Recurring revenue over a range of days, from the sums that the worker keeps: as many items are read as there are days with movements."""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from itertools import accumulate
from math import prod

from functions.insights import ledger, overview, rules
from functions.insights.ledger import number
from functions.insights.models import Movements, Rates, Revenue, RevenueInterval, Span
from functions.insights.rules import MovementKind
from kernel.dynamodb import Item
from kernel.money import CURRENCIES, Money, round_half_up
from kernel.problems import BadRequest

YEARS, MOST_DAYS = 5, 400  # how far back one may look, and days that are shown each
ALLOWED = ("currency", "from", "interval", "to")
Rate = Fraction | None


@dataclass(frozen=True)
class Asked:
    currency: str
    begin: date
    end: date
    interval: RevenueInterval


@dataclass(frozen=True)
class Known:
    """The days since some day on which a currency moved, in order, and what there was at the end of the day before each: `mrr` and `paying`
    tenants; the last of both is what there is now."""

    days: dict[date, Item]
    mrr: list[int]
    paying: list[int]

    def revenue(self, day: date) -> int:
        """At the end of a day."""
        return self.mrr[bisect_right(list(self.days), day)]

    def customers(self, day: date) -> int:
        return self.paying[bisect_right(list(self.days), day)]


def read(params: Mapping[str, str], *, at: datetime) -> Asked:
    """What the query asks for: without it the last twelve months, in the company's currency. `BadRequest` names what cannot be read."""
    if unknown := sorted(params.keys() - {*ALLOWED}):
        raise BadRequest(f"this takes no {unknown[0][:100]}", code="unknown_filter", field=unknown[0][:100], allowed=list(ALLOWED))
    today = at.date()
    end = _day(params, "to", today)
    begin = _day(params, "from", rules.month_ends(end, 12)[0].replace(day=1))
    interval = params.get("interval", RevenueInterval.MONTH)
    if interval not in list(RevenueInterval):
        raise BadRequest("interval is day or month", code="unknown_value", field="interval", allowed=sorted(RevenueInterval))
    if not today - timedelta(days=366 * YEARS) <= begin <= end <= today:
        raise BadRequest(f"a range begins before it ends, by today, and at most {YEARS} years ago", code="bad_value", field="from")
    if interval == RevenueInterval.DAY and (end - begin).days >= MOST_DAYS:
        raise BadRequest(f"at most {MOST_DAYS} days are shown each; ask for months", code="bad_value", field="interval")
    return Asked(currency_of(params), begin, end, RevenueInterval(interval))


def currency_of(params: Mapping[str, str]) -> str:
    """That of the query, or the company's own."""
    found = params.get("currency") or overview.home()[0]
    if found not in CURRENCIES:
        raise BadRequest("a currency is a code of ISO 4217, such as EUR", code="unknown_value", field="currency")
    return found


def known(currency: str, since: date) -> Known:
    total = ledger.get("totals", currency)
    days = {date.fromisoformat(item["sk"]["S"]): item for item in ledger.rows(f"days#{currency}", low=since.isoformat())}
    moved = [sum(number(item, kind) for kind in MovementKind) for item in days.values()]
    return Known(days, _before(number(total, "mrr"), moved), _before(number(total, "paying"), [_customers(item) for item in days.values()]))


def _before(now: int, moved: list[int]) -> list[int]:
    """What there was before each movement, and now."""
    return [now - each for each in accumulate([0, *reversed(moved)])][::-1]


def revenue(asked: Asked) -> Revenue:
    found, months = known(asked.currency, asked.begin.replace(day=1)), _months(asked)
    mrr, paying = found.revenue(asked.end), found.customers(asked.end)
    span = _span(asked.currency, found, asked.begin, asked.end)
    rates = [_rates(found, month, lost) for month, lost in months.items()]
    parts = _moved(found, asked.begin, asked.end)
    came = sum(parts[kind] for kind in (MovementKind.NEW, MovementKind.EXPANSION, MovementKind.REACTIVATION))
    return Revenue(
        currency=asked.currency, currencies=_currencies(asked.currency), interval=asked.interval, begin=asked.begin, end=asked.end,
        start=span.start, mrr=span.end, arr=_money(12 * mrr, asked.currency), paying=paying, movements=span.movements,
        arpa=_money(round_half_up(Fraction(mrr, paying)), asked.currency) if paying > 0 else None,
        moved={kind: sum(number(item, f"{kind}_count") for item in _within(found, asked.begin, asked.end)) for kind in MovementKind},
        quick_ratio_per_mille=rules.per_mille(came, -parts[MovementKind.CONTRACTION] - parts[MovementKind.CHURN]),
        nrr_per_mille=_product([each[0] for each in rates]), grr_per_mille=_product([each[1] for each in rates]),
        revenue_churn_per_mille=_mean([each[2] for each in rates]), customer_churn_per_mille=_mean([each[3] for each in rates]),
        series=[_span(asked.currency, found, *days) for days in _spans(asked)],
        rates=[_shown(month, each) for month, each in zip(months, rates, strict=True)])


def _day(params: Mapping[str, str], name: str, default: date) -> date:
    try:
        return date.fromisoformat(params[name]) if name in params else default
    except ValueError:
        raise BadRequest(f"{name} is a day such as 2026-01-31", code="bad_value", field=name) from None


def _spans(asked: Asked) -> Iterator[tuple[date, date]]:
    """First and last day of each part, in order."""
    begin = asked.begin
    while begin <= asked.end:
        month = (begin.replace(day=1) + timedelta(days=32)).replace(day=1) - timedelta(days=1)
        end = begin if asked.interval == RevenueInterval.DAY else min(month, asked.end)
        yield begin, end
        begin = end + timedelta(days=1)


def _within(found: Known, begin: date, end: date) -> list[Item]:
    return [item for day, item in found.days.items() if begin <= day <= end]


def _moved(found: Known, begin: date, end: date) -> dict[MovementKind, int]:
    return {kind: sum(number(item, kind) for item in _within(found, begin, end)) for kind in MovementKind}


def _span(currency: str, found: Known, begin: date, end: date) -> Span:
    start, finish = (rules.shown(found.revenue(day)) for day in (begin - timedelta(days=1), end))
    parts = rules.balanced(_moved(found, begin, end), finish - start)
    return Span(begin=begin, start=Money(amount=start, currency=currency), end=Money(amount=finish, currency=currency),
                movements=Movements(**{kind: Money(amount=amount, currency=currency) for kind, amount in parts.items()}))


def _months(asked: Asked) -> dict[date, Item]:
    """What tenants lost and gained in each month of the range, by its first day."""
    low, high = asked.begin.isoformat()[:7], asked.end.isoformat()[:7]
    items = {item["sk"]["S"]: item for item in ledger.rows(f"months#{asked.currency}", low=low, high=high)}
    firsts = dict.fromkeys(begin.replace(day=1) for begin, _ in _spans(asked))
    return {first: items.get(first.isoformat()[:7], {}) for first in firsts}


def _rates(found: Known, month: date, lost: Item) -> tuple[Rate, Rate, Rate, Rate]:
    """Net and gross retention, revenue churn, customer churn."""
    start, customers = (of(month - timedelta(days=1)) for of in (found.revenue, found.customers))
    if start <= 0 or customers <= 0:
        return None, None, None, None
    less = Fraction(number(lost, "lost"), start)
    return 1 + Fraction(number(lost, "gained"), start) - less, 1 - less, less, Fraction(number(lost, "left"), customers)


def _shown(month: date, rates: tuple[Rate, Rate, Rate, Rate]) -> Rates:
    nrr, grr, revenue_churn, customer_churn = map(_per_mille, rates)
    return Rates(month=month.isoformat()[:7], nrr_per_mille=nrr, grr_per_mille=grr, revenue_churn_per_mille=revenue_churn,
                 customer_churn_per_mille=customer_churn)


def _per_mille(rate: Rate) -> int | None:
    return None if rate is None else round_half_up(1000 * rate)


def _product(rates: list[Rate]) -> int | None:
    there = [rate for rate in rates if rate is not None]
    return _per_mille(prod(there, start=Fraction(1))) if there else None


def _mean(rates: list[Rate]) -> int | None:
    there = [rate for rate in rates if rate is not None]
    return _per_mille(sum(there, Fraction(0)) / len(there)) if there else None


def _customers(item: Item) -> int:
    return number(item, "new_count") + number(item, "reactivation_count") - number(item, "churn_count")


def _currencies(own: str) -> list[str]:
    return sorted({own, *(item["sk"]["S"] for item in ledger.rows("totals"))})


def _money(micro: int, currency: str) -> Money:
    return Money(amount=rules.shown(micro), currency=currency)
