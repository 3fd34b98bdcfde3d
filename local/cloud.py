"""The emulator's process: three loopback ports (origin, AWS, Stripe simulator) behind one guard, until its standard input closes.

`local.run` holds the other end of that pipe, so however it ends, this process saves the state and ends too."""

import asyncio
import os
import sys
from contextlib import AbstractAsyncContextManager, nullcontext
from importlib.util import find_spec
from typing import Any

from local import state
from local.settings import AWS_PORT, ORIGIN, PORT, STRIPE_PORT, STRIPE_URL

os.environ |= {
    "BIND_HOST": "127.0.0.1",
    "GATEWAY_PORT": str(AWS_PORT),
    "IOT_MTLS_ENABLED": "0",
    "SFTP_ENABLED": "0",
    "LAMBDA_EXECUTOR": "local",
    "TMPDIR": str(state.SCRATCH),
    "PERSIST_STATE": "1",
    "STATE_DIR": str(state.SAVED),
    "S3_PERSIST": "1",
    "S3_DATA_DIR": str(state.OBJECTS),
    # Handlers inherit these two.
    "STRIPE_API_BASE": STRIPE_URL,
    "PUBLIC_ORIGIN": ORIGIN,
}

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator

from local import workarounds
from local.gateway import gateway, refuse
from local.guard import refused
from local.reload import reload_on_edit


def simulator() -> Any:
    """The Stripe simulator, a Starlette application, or None where it is not part of the checkout."""
    if find_spec("local.gateways") is None or find_spec("local.gateways.stripe") is None:
        return None
    from local.gateways.stripe import create_app

    return create_app(state.STRIPE)


def front(stripe: Any) -> Any:
    """The one ASGI application behind all ports."""

    async def route(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan":
            await emulator.app(scope, receive, send)
        elif refused(scope):
            await refuse(scope, send, 403, b"refused by the guard of the local cloud")
        elif scope["server"][1] == PORT:
            await gateway(scope, receive, send, emulator.app)
        elif scope["server"][1] == STRIPE_PORT:
            await stripe(scope, receive, send)
        else:
            await emulator.app(scope, receive, send)

    return route


async def main() -> None:
    workarounds.apply()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    stripe = simulator()
    lifespan: AbstractAsyncContextManager[Any] = stripe.router.lifespan_context(stripe) if stripe else nullcontext()
    config = Config()
    config.bind = [f"127.0.0.1:{port}" for port in (AWS_PORT, PORT, *([STRIPE_PORT] if stripe else []))]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    async with lifespan, asyncio.TaskGroup() as tasks:
        tasks.create_task(reload_on_edit(stop))
        await serve(front(stripe), config, shutdown_trigger=stop.wait)
    state.OUTPUTS.unlink(missing_ok=True)


if __name__ == "__main__":
    asyncio.run(main())
