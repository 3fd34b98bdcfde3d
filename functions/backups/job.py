"""Goes on with whatever a backup waits for. It may come twice, in parallel, or again after a crash anywhere: one hold keeps others out."""

import time
from collections.abc import Callable
from enum import StrEnum

from functions.backups import drill, making, recovery, service
from functions.backups.desk import Desk
from functions.backups.files import Damaged
from functions.backups.hold import take
from functions.backups.making import GaveUp
from functions.backups.models import Backup
from kernel.audit import Actor
from kernel.problems import Invalid, Problem, Refused

RUN = 720.0  # seconds that one invocation works, and somewhat longer to the end of a step; it is ended after 900
TRIES = 5  # holds without anything new being safe, after which it is given up
_WORKS: dict[str, Callable[[Desk], bool]] = {
    "backup": making.work, "drill": drill.work, "plan": recovery.plan, "restore": recovery.restore}


class Outcome(StrEnum):
    OVER = "over"
    LEFT = "left"  # time ran out: another run goes on
    BUSY = "busy"  # somebody else works


def run(id: str, *, actor: Actor, clock: Callable[[], float] = time.monotonic) -> Outcome:
    """Works until it is done or failed, or time runs out."""
    backup = Backup.find(id)
    if backup is None or (work := backup.work) is None:
        return Outcome.OVER
    hold = take(id, work[1])
    if hold is None:
        return Outcome.BUSY
    over = False
    try:
        backup = Backup.fetch(id)  # somebody may have done it before the hold was ours
        over = backup.work != work or _work(Desk(backup, hold, actor, clock, clock() + RUN), work[0])
    finally:
        hold.give_back(over=over)
    return Outcome.OVER if over else Outcome.LEFT


def _work(desk: Desk, kind: str) -> bool:
    try:
        if desk.hold.tries > TRIES:
            raise GaveUp("the work was begun five times, and got no further")
        return _WORKS[kind](desk)
    except (Damaged, GaveUp, Invalid, Refused) as problem:
        _fail(desk, kind, problem)
        return True


def _fail(desk: Desk, kind: str, problem: Problem) -> None:
    if kind == "backup":
        service.backup_failed(desk.backup, problem, actor=desk.actor)
    elif kind == "drill":
        drill.failed(desk, problem.detail)
    else:
        service.restore_failed(desk.backup, problem, actor=desk.actor)
