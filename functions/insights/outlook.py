"""Twelve months of recurring revenue to come, carried on from the ends of the months that are over."""

from datetime import date, datetime, timedelta

from functions.insights import forecast, revenue, rules
from functions.insights.forecast import Chosen, Step
from functions.insights.models import Month, Outlook, Outlooked
from kernel.money import MAX_AMOUNT, Money

AHEAD, HISTORY = 12, 60
WHY = {
    Chosen.NONE: "There is no month with revenue that is over: nothing can be carried on.",
    Chosen.NAIVE: "Too few months to tell a trend: as it was last.",
    Chosen.SEASONAL_NAIVE: "As it was a year before: no model did better in the back-test."}


def outlook(currency: str, *, at: datetime) -> Outlook:
    """From the first month with revenue on, five years at most. A month that is not over is the first to be told."""
    ends = rules.month_ends(at.date(), HISTORY + 1)
    found = revenue.known(currency, ends[0].replace(day=1))
    past = [(day, found.revenue(day)) for day in ends[:-1]]
    while past and past[0][1] <= 0:
        past.pop(0)
    told = forecast.forecast([float(micro) for _, micro in past], ahead=AHEAD, floor=0.0)
    months = _months(at.date())
    return Outlook(
        currency=currency, as_of=at, model=told.model, why=_why(told, len(past)), history=len(past), origins=told.origins,
        mase_per_mille={name: _whole(1000 * each) for name, each in told.mase.items()},
        series=[Month(month=day.isoformat()[:7], mrr=Money(amount=rules.shown(micro), currency=currency)) for day, micro in past],
        steps=[_step(month, each, currency) for month, each in zip(months, told.steps, strict=False)])


def _why(told: forecast.Forecast, months: int) -> str:
    if told.model in WHY:
        return WHY[told.model]
    seasons = "" if months >= 24 else " With less than two years, no season can be told."
    return f"Of {len(told.mase)} models the one that was best on {told.origins} cuts of the past.{seasons}"


def _months(today: date) -> list[str]:
    found, day = [], today.replace(day=1)
    for _ in range(AHEAD):
        found.append(day.isoformat()[:7])
        day = (day + timedelta(days=32)).replace(day=1)
    return found


def _step(month: str, step: Step, currency: str) -> Outlooked:
    def money(micro: float) -> Money:
        return Money(amount=max(0, min(MAX_AMOUNT, _whole(micro / rules.MICRO))), currency=currency)

    return Outlooked(month=month, value=money(step.value), lo80=money(step.lo80), hi80=money(step.hi80), lo95=money(step.lo95),
                     hi95=money(step.hi95))


def _whole(value: float) -> int:
    return int(value + 0.5)
