"""The job that takes a test clock to its target: from instant to instant, each only when nothing is due any more at the one before.

It may come twice, in parallel, or again after a crash anywhere: all it goes by is the clock, what is due on it, and how long that has
stood still. Every move is a commit on the clock's version, so of two jobs the slower one stops.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from functions.clocks import lookout, service
from functions.clocks.models import Clock, ClockStatus
from kernel.audit import Actor, digest
from kernel.problems import Conflict

RUN = 20.0  # seconds that one invocation works
PATIENCE = 300.0  # seconds that something due may be watched standing still
HUSH = 60.0  # seconds that the queues may stay busy once nothing is due: other tenants' work passes there too
BETWEEN = 0.5  # seconds between two looks at the queues
SHORTEST, LONGEST = 0.05, 1.0  # seconds between two looks at what is due


@dataclass(frozen=True)
class Still:
    """A digest of what was due at the last look, and for how many seconds it has been watched being just that.

    Without its version: a charge whose gateway is asked again and again stands still all the same. Watched, not elapsed: a job that was
    cut off and comes again minutes later must not take its own absence for a standstill.
    """

    seen: str = ""
    watched: float = 0.0

    def after(self, due: list[lookout.Due], seconds: float) -> "Still":
        seen = digest(repr([(each.id, each.at) for each in due]))
        return Still(seen, self.watched + seconds if seen == self.seen else 0.0)


def advance(id: str, still: Still, *, actor: Actor) -> Still | None:
    """Works for `RUN` seconds. Returns what the next run goes on from; None when there is none: arrived, failed, or not the first."""
    looked = time.monotonic()
    end, pause = looked + RUN, SHORTEST
    sent: datetime | None = None
    while (now := time.monotonic()) < end:
        clock = Clock.find(id)
        if clock is None or clock.status != ClockStatus.ADVANCING or clock.target is None:
            return None
        due = lookout.due(id, clock.target)
        still, looked = still.after(due, now - looked), now
        try:
            instant = _step(clock, clock.target, due, still, sent, actor)
        except Conflict:
            return None
        pause = SHORTEST if instant != sent or not still.watched else min(pause * 1.5, LONGEST)
        sent = instant
        time.sleep(pause)
    return still


def _step(clock: Clock, target: datetime, due: list[lookout.Due], still: Still, sent: datetime | None, actor: Actor) -> datetime | None:
    """Does what one look calls for. Returns the instant whose records have been sent by this run."""
    if (not due or due[0].at > clock.now) and (stuck := _stuck(clock, target)):
        service.fail(clock, stuck, actor=actor)  # what was due here is no longer, but not because it was done
    elif not due:
        if (_resting() or still.watched > HUSH) and not lookout.due(clock.id, target):
            service.arrive(clock, target, actor=actor)
    elif still.watched > PATIENCE:
        service.fail(clock, f"{due[0].id} has been due at {due[0].at.isoformat()} for too long", actor=actor)
    elif due[0].at != sent:
        if due[0].at > clock.now:
            service.move(clock, due[0].at, actor=actor)
        lookout.send(due, clock.now)
    return due[0].at if due else None


def _stuck(clock: Clock, target: datetime) -> str | None:
    found = lookout.stuck(clock.id, target, clock.requested_at or clock.now)
    return f"{found[0]} failed: {found[1]}" if found else None


def _resting() -> bool:
    """Two looks, for what one worker has just done is on its way to the next."""
    if not lookout.quiet():
        return False
    time.sleep(BETWEEN)
    return lookout.quiet()
