"""Looks at what is due, and hears the beats of our schedules."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from functions.health import schedules, service, watch
from functions.health.models import Check
from kernel.audit import Actor
from kernel.clock import parse
from kernel.telemetry import request_id
from kernel.worker import Worker

handler = Worker("health")


@handler.due(Check)
def look(check: Check, at: datetime, actor: Actor) -> None:
    if check.schedule is not None and not schedules.is_watched_by(check):
        service.remove(check, at=at, actor=actor)
    else:
        watch.step(check, at=at, actor=actor)


@handler.slot("due")
def every_minute(now: datetime) -> None:
    """The heartbeats of our own schedules first: one that never beats is missed too."""
    schedules.install(actor=Actor(id="system:health"), at=now)
    handler.plan(now)


@handler.job("beat")
def beat(detail: Mapping[str, Any]) -> None:
    """Idempotent: by the newest beat that was heard of the schedule."""
    actor = Actor(id="system:health", request_id=request_id.get())
    schedules.beaten(detail["schedule"], actor=actor, at=parse(detail["time"]))
