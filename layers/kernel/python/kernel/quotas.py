"""What may be taken, and what is told about it: limits, credits with their refills, and the decision with its headers. No I/O."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from kernel.problems import Exhausted, Limited, Problem

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_NAME = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


@dataclass(frozen=True)
class Limit:
    """`limit` units in `window` seconds, of which `burst` (unless said: all) may come at once. ValueError where that makes no sense.

    `closed`: what cannot be counted is refused, as it has to be where passwords are tried.
    """

    name: str
    limit: int
    window: int
    burst: int | None = None
    closed: bool = False

    def __post_init__(self) -> None:
        if not (1 <= len(self.name) <= 64 and set(self.name) <= _NAME):
            raise ValueError("a limit's name is up to 64 letters of ASCII, digits, hyphens, dots and underscores")
        if not (1 <= self.most <= self.limit <= 10**9 and 1 <= self.window <= 31 * 86400):
            raise ValueError("1 <= burst <= limit <= 10^9, and a window of 1 second to 31 days")

    @property
    def most(self) -> int:
        """How many at once: what costs more is never admitted."""
        return self.limit if self.burst is None else self.burst

    @property
    def step(self) -> int:
        """Microseconds for one unit, rounded up: whole milliseconds would take a third from a limit of 700 a second."""
        return -(-self.window * 10**6 // self.limit)

    @property
    def depth(self) -> int:
        """Microseconds that may be used in advance."""
        return self.most * self.step


@dataclass(frozen=True)
class Credits:
    """An amount that requests use up. A refill REPLACES what is left: `daily` at 00:00 UTC, or `monthly` at 00:00 UTC of a day, which
    is the last of a month that does not have it. `attribute` is their name in the holder's item."""

    amount: int
    refill: str | None = None
    day: int = 1
    attribute: str = "credits"

    def since(self, now: datetime) -> datetime:
        """The last refill; without any, the beginning of time."""
        if self.refill is None:
            return EPOCH
        today = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        if self.refill == "daily":
            return today
        this = self._in_month(today)
        return this if this <= today else self._in_month(today.replace(day=1) - timedelta(days=1))

    def until(self, now: datetime) -> datetime | None:
        """The next refill."""
        if self.refill is None:
            return None
        last = self.since(now)
        return last + timedelta(days=1) if self.refill == "daily" else self._in_month(last.replace(day=1) + timedelta(days=32))

    def _in_month(self, day: datetime) -> datetime:
        return day.replace(day=min(self.day, monthrange(day.year, day.month)[1]))


@dataclass(frozen=True)
class State:
    """Where a limit stands: units `left` at once, seconds until there is one `more` and until all of it is there (`full`), rounded up."""

    limit: Limit
    left: int
    more: int
    full: int


@dataclass(frozen=True)
class Decision:
    """Whether a request is admitted. `exhausted` credits are told before `violated` limits. `retry_after`: seconds until it would have
    been, None where waiting does not help. Without `states`, nobody could count."""

    admitted: bool
    exhausted: bool = False
    violated: tuple[str, ...] = ()
    retry_after: int | None = None
    states: tuple[State, ...] = ()
    credits: int | None = None

    def headers(self) -> dict[str, str]:
        """`RateLimit-Policy` and `RateLimit` (draft-ietf-httpapi-ratelimit-headers-10; `t`: seconds until there is a unit more), and of the
        tightest limit the three that were there before; `X-RateLimit-Reset`: seconds until all of it is there, no date."""
        if not self.states:
            return {}
        tightest = min(self.states, key=lambda state: (state.left, -state.full))
        return {
            "RateLimit-Policy": ", ".join(f'"{each.limit.name}";q={each.limit.limit};w={each.limit.window}' for each in self.states),
            "RateLimit": ", ".join(f'"{each.limit.name}";r={each.left};t={each.more}' for each in self.states),
            "X-RateLimit-Limit": str(tightest.limit.limit),
            "X-RateLimit-Remaining": str(tightest.left),
            "X-RateLimit-Reset": str(tightest.full)}

    def problem(self) -> Problem:
        """What a refused request is answered: 429, with the names of the violated limits."""
        after = self.retry_after
        if self.exhausted:
            said = "there are no credits left" if not self.credits else f"it costs more than the {self.credits} credits that are left"
            return Exhausted(said, retry_after=after)
        said = f"too many requests, try again in {after} s"
        said = "one such request costs more than the limit ever allows: ask for less at once" if after is None else said
        return Limited(said, retry_after=after, **{"violated-policies": list(self.violated)})
