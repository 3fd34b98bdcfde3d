"""The state folder: one owner at a time, saved whole or not at all, started over when nothing in it is worth keeping."""

import fcntl
import json
import os
import time
from pathlib import Path
from shutil import rmtree
from typing import IO, Any

from local.settings import FRESH, STATE

SAVED = STATE / "saved"  # the emulator's own files, written at a graceful stop
OBJECTS = STATE / "objects"  # S3, written as it happens
STRIPE = STATE / "stripe.sqlite"
RAZORPAY = STATE / "razorpay.sqlite"
SCRATCH = STATE / "tmp"
LOCK = STATE / "lock"
COMPLETE = STATE / "complete"  # the first start came to its end: there is something to save
SAVING = STATE / "saving"  # stands while the emulator saves: found at a start, the save was cut short
DEPLOYED = STATE / "deployed.json"  # ids the gateway needs, known before the seed begins
OUTPUTS = STATE / "outputs.json"  # stands while the local cloud answers

RUN_LOG = STATE / "run.log"  # of `make api`

PATIENCE = 60  # seconds
OVER = "`make run FRESH=1` starts over"
RUNNING = "The local cloud of this checkout is already running: `make stop` ends it."


def hold() -> IO[str]:
    """Takes the folder for this process and those it hands the file to; ends the program when another has it.

    Waits for the emulator of a killed run: it still saves, and holds the file as long."""
    STATE.mkdir(parents=True, exist_ok=True)
    lock = LOCK.open("a+")
    end = time.monotonic() + PATIENCE
    while not _taken(lock):
        if owner() is not None or time.monotonic() > end:
            raise SystemExit(RUNNING)
        time.sleep(0.05)
    lock.truncate(0)
    lock.write(str(os.getpid()))
    lock.flush()
    return lock


def owner() -> int | None:
    """The process id of the running local cloud of this checkout, or None."""
    if not LOCK.exists():
        return None
    with LOCK.open("r+") as lock:
        if _taken(lock):
            return None
        pid = int(lock.read() or 0)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return None
    return pid or None


def _taken(lock: IO[str]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def prepare() -> None:
    """Leaves a folder that can be started from. Ends the program when the state is damaged: it may hold work, so the user decides."""
    OUTPUTS.unlink(missing_ok=True)
    rmtree(SCRATCH, ignore_errors=True)  # functions unpacked by the run before
    if FRESH:
        clear()
    elif SAVING.exists():
        raise SystemExit(f"The last run was killed while it saved, so {STATE} holds half a state: {OVER}.")
    elif broken := _cut_short():
        raise SystemExit(f"{broken} is damaged: {OVER}.")
    elif not (COMPLETE.exists() and SAVED.exists()) and clear():
        print("The last run ended before it had saved anything: starting over.", flush=True)
    SCRATCH.mkdir(parents=True, exist_ok=True)


def clear() -> bool:
    """Throws away all but what this very start holds open; True when there was anything."""
    found = [path for path in STATE.iterdir() if path not in (LOCK, RUN_LOG)]
    for path in found:
        rmtree(path) if path.is_dir() else path.unlink()
    return bool(found)


def _cut_short() -> Path | None:
    """A file that does not end like the JSON object it must be: a power cut. The emulator would silently start that service empty."""
    for file in SAVED.glob("*.json"):
        with file.open("rb") as opened:
            opened.seek(max(0, file.stat().st_size - 1))
            if opened.read() != b"}":
                return file
    return None


def publish(path: Path, facts: dict[str, Any]) -> None:
    """Readers see the whole file or none."""
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(facts, indent=1) + "\n")
    draft.replace(path)


def facts() -> dict[str, Any]:
    """What `make run` published: where the local cloud answers and how to sign in. Ends the program when it is not running."""
    try:
        found: dict[str, Any] = json.loads(OUTPUTS.read_text())
    except FileNotFoundError:
        raise SystemExit("The local cloud is not running: `make run` or `make api` starts it.") from None
    return found
