"""Starts the local cloud, deploys the template, fills it once, says what to open, and stays until Ctrl-C."""

import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import IO

from watchfiles import watch

from local import console, inprocess, staff, state
from local.deploy import Failed, deploy
from local.settings import AWS_PORT, AWS_URL, ORIGIN, PORT, ROOT, SEED, STACK, STATE, STRIPE_PORT, talk_to

TEMPLATE = ROOT / "template.yaml"
LOG = STATE / "cloud.log"
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
Cloud = subprocess.Popen[bytes]


def free_ports() -> None:
    for variable, port in {"PORT": PORT, "AWS_PORT": AWS_PORT, "STRIPE_PORT": STRIPE_PORT}.items():
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError as error:
                ways = f"end what uses it, or choose another one: `make run {variable}=…`"
                raise SystemExit(f"Port {port} is not free ({error.strerror}): {ways}.") from None


@contextmanager
def emulator(lock: IO[str]) -> Iterator[Cloud]:
    """In a session of its own, so that Ctrl-C reaches only us; it holds the lock as long as it still saves."""
    with LOG.open("wb") as log:
        cloud = subprocess.Popen(
            [sys.executable, "-m", "local.cloud"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=[lock.fileno()],
        )
    try:
        wait_for(cloud)
        yield cloud
    finally:
        stop(cloud)


def wait_for(cloud: Cloud) -> None:
    while cloud.poll() is None:
        try:
            urllib.request.urlopen(f"{AWS_URL}/_ministack/health", timeout=1).close()
            return
        except (urllib.error.URLError, TimeoutError):
            time.sleep(0.02)
    raise SystemExit(f"The emulator did not start: {LOG} says why.")


def stop(cloud: Cloud) -> None:
    """It saves when its input closes; a second Ctrl-C must not cut that short."""
    for name in SIGNALS:
        signal.signal(name, signal.SIG_IGN)
    print("Stopping.", flush=True)
    if cloud.stdin is not None:
        cloud.stdin.close()
    try:
        cloud.wait(state.PATIENCE)
    except subprocess.TimeoutExpired:
        cloud.kill()
        print(f"The emulator did not end within {state.PATIENCE} s and was killed: its state is that of the stop before.", flush=True)


def fill(outputs: dict[str, str]) -> None:
    """Once per state folder."""
    if state.COMPLETE.exists():
        return
    inprocess.enter()
    staff.owner(outputs)
    if SEED and find_spec("local.seed"):
        print("Making the history of a small company, once: this takes a minute (SEED=off goes without).", flush=True)
        import_module("local.seed").seed(outputs)
    state.COMPLETE.touch()


def bring_up(began: float) -> None:
    with ThreadPoolExecutor(1) as beside:
        building = beside.submit(console.build)
        outputs = deploy()
        building.result()
    fill(outputs)
    facts = {"url": ORIGIN, "api_url": f"{ORIGIN}/v1", "email": staff.EMAIL, "password": staff.PASSWORD, "aws_endpoint_url": AWS_URL}
    state.publish(state.OUTPUTS, {**facts, "stack": STACK, "outputs": outputs})
    print(
        f"The local cloud is up after {time.monotonic() - began:.0f} s. Ctrl-C stops it; its state is kept.\n"
        f"  open     {ORIGIN}\n"
        f"  sign in  {staff.EMAIL} / {staff.PASSWORD}\n"
        f"  API      {ORIGIN}/v1\n"
        f"  AWS      {AWS_URL} (key and secret: test)\n"
        f"  log      {LOG}",
        flush=True,
    )


def stay(cloud: Cloud) -> None:
    """Deploys the template again whenever it changes."""
    folder = watch(ROOT, recursive=False, watch_filter=lambda _, path: path == str(TEMPLATE), rust_timeout=1000, yield_on_timeout=True)
    for changes in folder:
        if cloud.poll() is not None:
            raise SystemExit(f"The emulator has ended: {LOG} says why.")
        if changes:
            redeploy()


def redeploy() -> None:
    began = time.monotonic()
    try:
        deploy()
        print(f"template.yaml deployed in {time.monotonic() - began:.1f} s", flush=True)
    except Failed as error:
        print(f"template.yaml was not deployed:\n{error}", flush=True)


def main() -> None:
    began = time.monotonic()
    for name in SIGNALS:
        signal.signal(name, signal.default_int_handler)
    talk_to(AWS_URL)
    try:
        with state.hold() as lock:
            state.prepare()
            free_ports()
            with emulator(lock) as cloud:
                bring_up(began)
                stay(cloud)
    except Failed as error:
        raise SystemExit(f"template.yaml could not be deployed:\n{error}") from None
    except console.Failed as error:
        raise SystemExit(f"The console could not be built: {error}") from None
    except KeyboardInterrupt:
        return  # how it is meant to end


if __name__ == "__main__":
    main()
