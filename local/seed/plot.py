"""The plot of the history: who signs up when, and what becomes of them. The same every time, but for the moment at which it ends."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from functions.invoices.service import mark_paid, void
from kernel.calendar import Cycle, Interval, add_days, boundary
from local.seed.deeds import (
    Account,
    Do,
    add_card,
    bill,
    bill_is,
    cancel,
    card_goes,
    change,
    finalize,
    move,
    pause,
    refund,
    sign_up,
    subscribe,
    uncancel,
)
from local.seed.people import Person

SPAN = timedelta(days=545)  # eighteen months
LIVE = timedelta(days=30)  # how much of it is left to the queues
GROWTH = 0.6  # a share x of the customers has come after a share x ** 0.6 of the time
TRIAL = 14
DAY, A_WHILE = timedelta(days=1), timedelta(minutes=20)
MONTHLY, YEARLY = {"interval": Interval.MONTH}, {"interval": Interval.YEAR}
STARTER, TEAM, BUSINESS = ({"interval": Interval.MONTH, "plan": plan} for plan in ("Starter", "Team", "Business"))


@dataclass(frozen=True)
class Deed:
    """`account` does it, or has it done to it, at `at`."""

    at: datetime
    account: Account
    do: Do


@dataclass(frozen=True)
class Story:
    """What becomes of `count` customers: deeds with the day after the sign-up, or (negative) before the end of the history.

    `who` is what such a customer is like, `age` for how many days it has been one at the end, at least and at most. With `renews`
    its month is over that many days before now, so that the queues come upon what the story leads to. `today` is done now; who is
    `new` signs up now.
    """

    count: int
    steps: list[tuple[float, Do]]
    who: dict[str, Any] = field(default_factory=lambda: MONTHLY)
    age: tuple[int, int] = (0, 10_000)
    card: str = ""
    trial_days: int | None = None
    renews: float | None = None
    today: Sequence[Do] = ()
    new: bool = False


STORIES = (
    Story(4, [(82, change(more_seats=2)), (175, change(more_seats=5))], BUSINESS, age=(180, 10_000)),
    Story(3, [(52, change(plan="Team"))], STARTER, (60, 10_000)),
    Story(2, [(100, change(plan="Team"))], BUSINESS, age=(110, 10_000)),
    Story(2, [(70, change(interval=Interval.YEAR))], age=(80, 10_000)),
    Story(3, [(9, cancel("missing_features", comment="no Gantt chart"))], age=(20, 10_000)),
    Story(3, [(95, cancel("too_expensive"))], TEAM, age=(110, 10_000)),
    Story(2, [(130, cancel("switched", comment="the head office has another tool"))], TEAM, age=(165, 10_000)),
    Story(1, [(63, cancel("quality", now=True))], TEAM, age=(70, 10_000)),
    Story(1, [(80, cancel("unused")), (84, uncancel)], age=(90, 10_000)),
    Story(2, [(19, add_card("visa"))], TEAM, age=(25, 10_000), card="chargeCustomerFail"),
    Story(2, [(60, card_goes("chargeDeclinedInsufficientFunds")), (85, add_card("mastercard"))], BUSINESS, age=(90, 10_000)),
    Story(2, [(66, card_goes("chargeDeclinedExpiredCard"))], STARTER, age=(110, 10_000)),
    Story(2, [(47, refund(30))], TEAM, age=(50, 10_000)),
    Story(1, [(16, refund(100))], TEAM, age=(30, 10_000)),
    Story(2, [(30, bill("Onboarding workshop, one day", 120_000)), (30.1, finalize), (41, bill_is(mark_paid, "bank transfer"))],
          age=(45, 10_000)),
    Story(1, [(33, bill("Import of old data", 45_000)), (33.1, finalize), (34, bill_is(void, "it was agreed to be free"))],
          age=(40, 10_000)),
    Story(1, [(-5, bill("Single sign-on set-up", 60_000)), (-4.9, finalize)], age=(20, 10_000)),
    Story(1, [(-2, bill("Extra storage, one year", 24_000))], age=(20, 10_000)),
    Story(1, [(-40, pause())], TEAM, age=(70, 10_000)),
    Story(1, [(50, pause(45))], age=(100, 10_000)),
    Story(1, [(-20, move("suspend", "the account was used to send spam"))], TEAM, age=(40, 10_000)),
    Story(1, [], STARTER, (60, 10_000), today=[move("offboard", "ceased trading")]),
    Story(3, [], new=True),
    Story(1, [(90, move("offboard", "bought by a competitor"))], TEAM, age=(125, 10_000)),
    Story(2, [(-7, cancel("too_expensive"))], YEARLY, (40, 280)),
    Story(2, [], age=(2, 25), trial_days=60),
    Story(1, [(-0.1, card_goes("chargeDeclinedInsufficientFunds"))], TEAM, renews=3),
    Story(1, [(-0.1, card_goes("chargeDeclinedExpiredCard"))], STARTER, renews=6),
    Story(1, [(-0.1, card_goes("chargeCustomerFail"))], BUSINESS, renews=12),
    Story(1, [(-0.1, card_goes("authenticationRequired"))], TEAM, renews=0.3),
    Story(1, [(-0.1, card_goes("createDispute"))], BUSINESS, renews=9),
)


def plot(now: datetime, company: Sequence[Person], stories: Sequence[Story] = STORIES, span: timedelta = SPAN) -> list[Deed]:
    """All deeds, in order: those between `now - span` and `now - LIVE`, and those of today. Whom no story is about just pays."""
    rng = Random(7)
    parts = [story for story in stories for _ in range(story.count)]
    slots = [_moment(rng, now, span, (n + 0.5) / len(company)) for n in range(len(company))]
    deeds: list[Deed] = []
    # Those who need most time choose first.
    for part, person in zip(sorted(parts, key=lambda part: -part.age[0]), company, strict=False):
        person = replace(person, card=part.card or person.card, **part.who)
        deeds += _told(part, Account(person), _begun(part, person.zone, now, slots, rng), now)
    for person, at in zip(company[len(parts):], slots, strict=False):
        deeds += _told(Story(1, []), Account(person), at, now)
    return sorted(deeds, key=lambda deed: deed.at)


def _moment(rng: Random, now: datetime, span: timedelta, share: float) -> datetime:
    """When the customer at this share of all signs up: in office hours."""
    begin, end = now - span, now - LIVE - 2 * DAY
    day: datetime = (begin + (end - begin) * share**GROWTH).replace(hour=7, minute=0, second=0, microsecond=0)
    return day + timedelta(minutes=rng.randrange(600))


def _begun(story: Story, zone: str, now: datetime, slots: list[datetime], rng: Random) -> datetime:
    """The sign-up: one of the moments that fit, or the one from which the month ends as the story wants it."""
    if story.new:
        slots.pop()
        return now - rng.randint(3, 9) * A_WHILE
    if story.renews is not None:
        ends = now - story.renews * DAY
        anchor = boundary(Cycle(ends, zone, Interval.MONTH), -rng.randint(3, 8))
        slots.pop(rng.randrange(len(slots)))
        return add_days(anchor, -TRIAL, zone) - 2 * A_WHILE
    youngest, oldest = (now - LIVE - age * DAY for age in story.age)
    fitting = [slot for slot in slots if oldest <= slot <= youngest] or slots[:1]
    chosen = rng.choice(fitting)
    slots.remove(chosen)
    return chosen


def _told(story: Story, account: Account, begun: datetime, now: datetime) -> list[Deed]:
    end = now - LIVE
    deeds = [Deed(begun, account, sign_up), Deed(begun + A_WHILE, account, add_card()),
             Deed(begun + 2 * A_WHILE, account, subscribe(story.trial_days))]
    deeds += [Deed((begun if day > 0 else end) + day * DAY, account, do) for day, do in story.steps]
    return deeds + [Deed(now, account, do) for do in story.today]
