"""What can be done to a test clock. A clock's business time is what it shows itself, so no use case takes an `at`."""

from datetime import datetime

from functions.clocks import rules
from functions.clocks.events import AdvanceRequested, Created, Deleted, Failed, Moved, Ready
from functions.clocks.models import Clock, ClockCreate, ClockStatus
from kernel import ids
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit


def create(body: ClockCreate, *, actor: Actor) -> Clock:
    """A clock that stands still at `now`."""
    clock = Clock(ids.new("clk"), name=body.name, now=body.now)
    commit((clock, Created()), actor=actor, at=clock.now)
    return clock


def request_advance(id: str, to: datetime, *, actor: Actor) -> Clock:
    """Sends the clock on its way; the worker's job (`functions.clocks.advance`) takes it there. `Refused` by the rules."""
    clock = Clock.fetch(id)
    idle = wall() - (clock.updated_at or wall())
    rules.check_advance(clock.status, clock.now, to, idle=idle)
    clock.status, clock.target, clock.failure, clock.requested_at = ClockStatus.ADVANCING, to, None, wall()
    commit((clock, AdvanceRequested(target=to)), actor=actor, at=clock.now)
    return clock


def delete(id: str, *, actor: Actor) -> None:
    """The time of what is bound to the clock is real time from now on; what is due on it follows by `lookout.release`."""
    clock = Clock.fetch(id)
    rules.check_delete(clock.status)
    clock.deleted_at = wall()
    commit((clock, Deleted()), actor=actor, at=clock.now)


def move(clock: Clock, instant: datetime, *, actor: Actor) -> None:
    """`Conflict` for a job that another one is ahead of; the same holds for `arrive` and `fail`."""
    clock.now = instant
    commit((clock, Moved()), actor=actor, at=instant)


def arrive(clock: Clock, target: datetime, *, actor: Actor) -> None:
    clock.now, clock.status, clock.target = target, ClockStatus.READY, None
    commit((clock, Ready()), actor=actor, at=target)


def fail(clock: Clock, failure: str, *, actor: Actor) -> None:
    clock.status, clock.failure = ClockStatus.FAILED, failure
    commit((clock, Failed(failure=failure)), actor=actor, at=clock.now)
