"""`make api` and `make stop`: the local cloud without a terminal."""

import os
import signal
import subprocess
import sys
import time

from local import state
from local.settings import ROOT, STATE

PATIENCE = 180  # seconds


def start() -> None:
    if state.owner() is not None:
        raise SystemExit(state.RUNNING)
    STATE.mkdir(parents=True, exist_ok=True)
    state.OUTPUTS.unlink(missing_ok=True)
    with state.RUN_LOG.open("wb") as log:
        command = [sys.executable, "-m", "local.run"]
        run = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)
    end = time.monotonic() + PATIENCE
    while run.poll() is None and not state.OUTPUTS.exists():
        if time.monotonic() > end:
            run.terminate()
            raise SystemExit(f"The local cloud did not answer within {PATIENCE} s: {state.RUN_LOG} and {STATE / 'cloud.log'} say more.")
        time.sleep(0.05)
    print(state.RUN_LOG.read_text(), end="")
    if run.poll() is not None:
        raise SystemExit(1)


def stop() -> None:
    if (owner := state.owner()) is None:
        print("The local cloud of this checkout is not running.")
        return
    os.kill(owner, signal.SIGTERM)
    end = time.monotonic() + 60
    while state.owner() is not None:
        if time.monotonic() > end:
            raise SystemExit(f"The local cloud (process {owner}) did not stop within 60 s.")
        time.sleep(0.05)


if __name__ == "__main__":
    {"start": start, "stop": stop}[sys.argv[1]]()
