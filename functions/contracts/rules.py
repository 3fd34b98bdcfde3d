"""Pure rules of contracts: their life, what time does to them and when, and how long the next term is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from kernel.calendar import Cycle, Interval, add_days, boundary, instant
from kernel.problems import Invalid

STATES = ("draft", "sent", "signed", "declined", "withdrawn", "expired_unsigned", "active", "expiring", "renewed", "ended")
COMMANDS = ("send", "sign", "decline", "withdraw", "lapse", "start", "expire", "renew", "end")
TRANSITIONS = MappingProxyType({
    ("draft", "send"): "sent",
    ("sent", "sign"): "signed",
    ("sent", "decline"): "declined",
    ("sent", "withdraw"): "withdrawn",
    ("sent", "lapse"): "expired_unsigned",
    ("signed", "start"): "active",
    ("active", "expire"): "expiring",
    ("expiring", "renew"): "renewed",
    ("expiring", "end"): "ended",
})
REMINDED_AT = time(9)  # on the customer's clock
CODE_TRIES = 5
CODE_LIFE = timedelta(minutes=10)
REMIND = "remind#"


@dataclass(frozen=True)
class Term:
    """When a contract holds, on which customer's calendar, and how long before its end something is to be said or done."""

    ends_at: datetime
    zone: str
    notice_days: int
    reminder_days: tuple[int, ...]


@dataclass(frozen=True)
class Step:
    """What time does, and when."""

    at: datetime
    name: str


def transition(status: str, command: str) -> str | None:
    """The state that `command` leads to, or None where it is refused."""
    return TRANSITIONS.get((status, command))


def agenda(term: Term, started_at: datetime) -> list[Step]:
    """All that time does to a contract that became active at `started_at`, in order: reminders, `expire` as the notice date passes,
    `finish`. A reminder of a day that was over by then is none; the others are done at once."""
    reminders = [Step(at, f"{REMIND}{days}") for days in sorted(set(term.reminder_days), reverse=True)
                 if started_at <= (at := _morning(term, days)) < term.ends_at]
    notice = max(add_days(term.ends_at, -term.notice_days, term.zone), started_at)
    expire = Step(notice, "expire")
    # A reminder at the very moment of the notice date comes before it: what it says can still be done.
    return [*sorted([*reminders, expire], key=lambda step: (step.at, step is expire)), Step(max(term.ends_at, notice), "finish")]


def after(term: Term, started_at: datetime, name: str | None) -> Step | None:
    """The step that follows the named one; the first of all after None, none after the last."""
    steps = agenda(term, started_at)
    place = 0 if name is None else [step.name for step in steps].index(name) + 1
    return steps[place] if place < len(steps) else None


def next_end(anchor: datetime, months: int, zone: str) -> datetime:
    """The end of a term that lies so many months after the first one's."""
    return boundary(Cycle(anchor, zone, Interval.MONTH), months)


def check_term(starts_at: datetime, ends_at: datetime, renewal: str, months: int | None) -> None:
    """`Invalid` for a term that contradicts itself."""
    if ends_at <= starts_at:
        raise Invalid("a contract ends after it starts", field="ends_at")
    if renewal == "automatic" and months is None:
        raise Invalid("say for how many months it renews itself", field="renewal_months")
    if renewal != "automatic" and months is not None:
        raise Invalid("months belong to an automatic renewal", field="renewal_months")


def _morning(term: Term, days: int) -> datetime:
    day = term.ends_at.astimezone(ZoneInfo(term.zone)).date() - timedelta(days=days)
    return instant(datetime.combine(day, REMINDED_AT), term.zone)
