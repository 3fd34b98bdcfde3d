"""The figures of the first page: sums that the worker keeps, and what waits for a person. No list of records is walked."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from functions.insights import attention, ledger, rules
from functions.insights.ledger import number
from functions.insights.models import Figures, Month, Movements, Overview, Owed
from functions.insights.rules import MovementKind
from functions.settings.contract import issuer
from kernel.access import Principal
from kernel.dynamodb import Item
from kernel.money import Money
from kernel.problems import Refused

AT_ONCE = 8
MONTHS, LATELY = 12, timedelta(days=30)
HOME = ("EUR", "UTC")  # currency and zone of a company that has not been set up


def overview(caller: Principal, *, at: datetime) -> Overview:
    """As of `at`. Days of movements are UTC's; whether an invoice is overdue goes by the company's day."""
    currency, zone = home()
    totals = {item["sk"]["S"]: item for item in ledger.rows("totals")}
    totals = {currency: totals.pop(currency, {}), **totals}
    today, here = at.date(), at.astimezone(ZoneInfo(zone)).date()
    with ThreadPoolExecutor(AT_ONCE) as threads:
        waiting = [threads.submit(ask) for ask in attention.questions(caller, at)]
        asked = [threads.submit(_figures, name, total, today, here) for name, total in totals.items()]
        by_status = ledger.get("tenants")
        own, *others = (each.result() for each in asked)
        needs_me = [task for each in waiting if (task := each.result())]
    counted = {name: sum(number(total, name) for total in totals.values()) for name in ("active", "trialing", "past_due")}
    more = {"as_of": at, "tenants": number(by_status, "active"), "others": others, "needs_me": needs_me}
    return Overview.model_validate(dict(own) | counted | more)


def home() -> tuple[str, str]:
    """Currency and zone of the company."""
    try:
        own = issuer()
    except Refused:
        return HOME
    return own.currency, own.zone


def _figures(currency: str, total: Item, today: date, here: date) -> Figures:
    months, mrr = rules.month_ends(today, MONTHS), number(total, "mrr")
    since = min(months[0], today - LATELY)
    days = {date.fromisoformat(item["sk"]["S"]): item for item in ledger.rows(f"days#{currency}", low=since.isoformat())}
    moved = {day: sum(number(item, kind) for kind in MovementKind) for day, item in days.items()}
    ends = rules.at_ends_of([today, today - LATELY, *months], now=mrr, moved=moved)
    lately = {kind: sum(number(item, kind) for day, item in days.items() if today - LATELY < day <= today) for kind in MovementKind}
    return Figures(
        currency=currency, mrr=_money(ends[0], currency), mrr_30_days_ago=_money(ends[1], currency), arr=_money(12 * ends[0], currency),
        movements=Movements(**{kind: _money(amount, currency) for kind, amount in lately.items()}), paying=number(total, "paying"),
        overdue=_overdue(currency, here),
        series=[Month(month=day.isoformat()[:7], mrr=_money(end, currency)) for day, end in zip(months, ends[2:], strict=True)])


def _overdue(currency: str, here: date) -> Owed:
    late = list(ledger.rows(f"due#{currency}", high=(here - timedelta(days=1)).isoformat()))
    return Owed(count=_sum(late, "count"), amount=Money(amount=_sum(late, "amount"), currency=currency))


def _sum(items: list[Item], name: str) -> int:
    return sum(number(item, name) for item in items)


def _money(micro: int, currency: str) -> Money:
    return Money(amount=rules.shown(micro), currency=currency)
