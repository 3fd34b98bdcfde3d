"""What one run of the worker has before it: a backup, the hold on it, and how long it may work."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from functions.backups.hold import Hold
from functions.backups.models import Backup
from kernel.audit import Actor


@dataclass(frozen=True)
class Desk:
    backup: Backup
    hold: Hold
    actor: Actor
    clock: Callable[[], float]
    until: float

    @property
    def state(self) -> dict[str, Any]:
        return self.hold.state

    @property
    def is_over(self) -> bool:
        """Whether time has run out: what was saved is gone on with by another run."""
        return self.clock() >= self.until
