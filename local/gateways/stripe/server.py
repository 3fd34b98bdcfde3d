"""Serves the simulator on a loopback port: on its own (`python -m local.gateways.stripe`), or in a thread for a test."""

import asyncio
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

from hypercorn.asyncio import serve
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework
from starlette.types import ASGIApp

DEFAULT_PORT = 12111


async def run(app: ASGIApp, listener: socket.socket, until: Callable[[], Awaitable[object]] | None = None) -> None:
    """Serve until `until` returns; without it until SIGINT or SIGTERM. The listener is hypercorn's from here on."""
    config = Config()
    config.bind = [f"fd://{listener.detach()}"]
    config.loglevel = "WARNING"
    config.graceful_timeout = 1
    config.keep_alive_max_requests = 1_000_000
    framework: ASGIFramework = app  # type: ignore[assignment]  # the same protocol, declared by two packages
    await serve(framework, config, shutdown_trigger=until)


def listen(port: int) -> socket.socket:
    """A loopback listener; port 0 takes a free one. OSError when the port is taken."""
    return socket.create_server(("127.0.0.1", port), backlog=128)


@contextmanager
def running(app: ASGIApp) -> Iterator[str]:
    """Serve any ASGI app in a thread of its own for a `with` block, on a free port; gives its URL."""
    listener = listen(0)
    port = listener.getsockname()[1]
    runner, stopped = asyncio.Runner(), asyncio.Event()
    loop = runner.get_loop()
    thread = threading.Thread(target=runner.run, args=(run(app, listener, stopped.wait),), name="simulator", daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        loop.call_soon_threadsafe(stopped.set)
        thread.join(timeout=10)
        runner.close()
