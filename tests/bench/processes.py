"""The processes in which a local cloud runs its functions, found by their parents, and how they are killed."""

import os
import signal
from pathlib import Path

from local.client import LocalCloud


def functions_running(cloud: LocalCloud) -> list[int]:
    """Process ids of the warm functions: the children of the emulator, which is the child of `local.run`."""
    return [function for emulator in _children(cloud.process.pid) for function in _children(emulator)]


def kill_functions(cloud: LocalCloud) -> int:
    """Ends them all without a warning, whatever they are at. Returns how many there were."""
    found = functions_running(cloud)
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    return len(found)


def _children(parent: int) -> list[int]:
    found = []
    for task in Path(f"/proc/{parent}/task").glob("*/children"):
        found += [int(pid) for pid in task.read_text().split()]
    return found
