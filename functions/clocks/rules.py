"""When a test clock may be told to advance, and when it may go."""

from datetime import datetime, timedelta

from kernel.calendar import Cycle, Interval, boundary
from kernel.problems import Refused

MAX_MONTHS = 24
LOST = timedelta(minutes=15)  # without a move: the job has ended without saying so, for waiting ends after five


def check_advance(status: str, now: datetime, to: datetime, *, idle: timedelta) -> None:
    """Forward only, at most 24 months, one advance at a time. `idle`: how long the clock has not moved, on the wall. Else `Refused`.

    One that has failed, or whose job was lost, may also be sent to where it stands: that tries again what did not get done.
    """
    if status == "advancing" and idle < LOST:
        raise Refused("clock_advancing", "the clock is on its way: wait until it is ready")
    if to < now or (to == now and status == "ready"):
        raise Refused("not_forward", "a clock only goes forward: `to` must be later than what it shows")
    if to > boundary(Cycle(now, "UTC", Interval.MONTH), MAX_MONTHS):
        raise Refused("too_far", f"a clock goes at most {MAX_MONTHS} months at a time")


def check_delete(status: str) -> None:
    """`Refused` while it is on its way."""
    if status == "advancing":
        raise Refused("clock_advancing", "the clock is on its way: wait until it is ready")
