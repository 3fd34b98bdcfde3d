"""An edit of a handler is live at the next call: its warm processes end, and the next one imports the source tree anew."""

import asyncio
import threading
import time
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from watchfiles import awatch

from local.settings import ROOT

TREES = [ROOT / "functions", ROOT / "layers"]


async def reload_on_edit(stop: asyncio.Event) -> None:
    async for changes in awatch(*(tree for tree in TREES if tree.exists()), debounce=200, step=20, stop_event=stop):
        for _, path in changes:
            forget_bytecode(Path(path))
        await asyncio.to_thread(end_workers)


def forget_bytecode(source: Path) -> None:
    """Python takes cached bytecode for fresh when its second and size agree: a second edit within one second would not count."""
    if source.suffix == ".py":
        Path(cache_from_source(str(source))).unlink(missing_ok=True)


def end_workers() -> None:
    """Ends the idle ones at once, the others after the invocation that they are busy with."""
    with lambda_runtime._lock:
        workers = [worker for pool in lambda_runtime._workers.values() for worker in pool]
        lambda_runtime._workers.clear()
        busy = [worker for worker in workers if worker.in_use]
    threading.Thread(target=_end_when_free, args=(busy,), daemon=True).start()
    lambda_runtime.kill_workers([worker for worker in workers if worker not in busy])


def _end_when_free(busy: list[Any]) -> None:
    while busy:
        time.sleep(0.05)
        free = [worker for worker in busy if not worker.in_use]
        lambda_runtime.kill_workers(free)
        busy = [worker for worker in busy if worker not in free]
