"""Takes clocks to their targets: an advance is a job that sends itself on, so that no run is long. Releases what a deleted one held."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from functions.clocks import lookout
from functions.clocks.advance import Still, advance
from functions.clocks.events import AdvanceRequested, Deleted
from kernel.audit import Actor
from kernel.telemetry import request_id
from kernel.worker import Event, Worker, enqueue

handler = Worker("clocks")


@handler.on(AdvanceRequested)
def requested(_: AdvanceRequested, event: Event) -> None:
    enqueue("advance", [{"id": event.subject}])  # idempotent: the job goes by what the clock shows


@handler.on(Deleted)
def deleted(_: Deleted, event: Event) -> None:
    lookout.release(event.subject)  # idempotent: what is off the clock is not found on it again


@handler.job("advance")
def run(detail: Mapping[str, Any]) -> None:
    still = Still(detail.get("seen", ""), detail.get("watched", 0.0))
    left = advance(detail["id"], still, actor=Actor(id="system:clocks", request_id=request_id.get()))
    if left is not None:
        enqueue("advance", [{"id": detail["id"], **asdict(left)}], delay=1)
