"""Compares the books each night and on demand."""

from datetime import datetime

from functions.reconciliation import service
from functions.reconciliation.events import Requested
from functions.reconciliation.models import Run
from kernel.audit import Actor
from kernel.clock import stamp
from kernel.worker import Event, Worker, enqueue

handler = Worker("reconciliation")


@handler.slot("nightly")
def nightly(now: datetime) -> None:
    service.start_all(now, actor=Actor(id="system:reconciliation"))


@handler.on(Requested)
def requested(told: Requested, event: Event) -> None:
    """Idempotent: a run that was taken is due no more."""
    enqueue("due", [{"id": event.subject, "until": stamp(event.at)}])


@handler.due(Run)
def step(run: Run, at: datetime, actor: Actor) -> None:
    service.compare(run, actor=actor, at=at)
