"""The emulator's process: the origin, AWS and the Stripe simulator on three loopback ports, until its standard input closes.

`local.run` holds the other end of that pipe, so however it ends, this process saves the state and ends too."""

import asyncio
import os
import sys
from typing import Any

from local import state
from local.settings import AWS_PORT, PORT, STRIPE_PORT

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
}

from hypercorn.asyncio import serve
from hypercorn.config import Config
from ministack import app as emulator

from local import workarounds
from local.gateway import gateway, refuse
from local.gateways.razorpay import create_app as razorpay
from local.gateways.stripe import create_app
from local.gateways.stripe import server as stripe
from local.guard import refused
from local.reload import reload_on_edit


async def front(scope: Any, receive: Any, send: Any) -> None:
    """The one ASGI application behind the origin and AWS."""
    if scope["type"] == "lifespan":
        await emulator.app(scope, receive, send)
    elif refused(scope):
        await refuse(scope, send, 403, b"refused by the guard of the local cloud")
    elif scope["server"][1] == PORT:
        await gateway(scope, receive, send, emulator.app)
    else:
        await emulator.app(scope, receive, send)


def both(stripes: Any, razorpays: Any) -> Any:
    """Both gateways on one port: Razorpay's below `/razorpay`."""

    async def app(scope: Any, receive: Any, send: Any) -> None:
        if str(scope.get("path", "")).startswith("/razorpay/"):
            await razorpays({**scope, "root_path": "/razorpay"}, receive, send)
        else:
            await stripes(scope, receive, send)

    return app


async def main() -> None:
    workarounds.apply()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_reader(sys.stdin, stop.set)
    config = Config()
    config.bind = [f"127.0.0.1:{port}" for port in (AWS_PORT, PORT)]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    config.loglevel = "WARNING"
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reload_on_edit(stop))
        gateways = both(create_app(state.STRIPE), razorpay(state.RAZORPAY))
        tasks.create_task(stripe.run(gateways, stripe.listen(STRIPE_PORT), stop.wait))
        await serve(front, config, shutdown_trigger=stop.wait)
    state.OUTPUTS.unlink(missing_ok=True)


if __name__ == "__main__":
    asyncio.run(main())
