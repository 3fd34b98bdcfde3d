"""`python -m local.gateways.stripe --port N --state FILE`: the simulator on its own."""

import argparse
import asyncio
from pathlib import Path

from local.gateways.stripe.app import create_app
from local.gateways.stripe.server import DEFAULT_PORT, listen, run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.gateways.stripe", description=__doc__)
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="loopback port, 0 for a free one")
    parser.add_argument("--state", type=Path, help="SQLite file; without it the state is lost at the end")
    asked = parser.parse_args()
    try:
        listener = listen(asked.port)
    except OSError:
        parser.exit(1, f"Port {asked.port} is in use: stop what uses it, or choose another with --port.\n")
    try:
        app = create_app(asked.state)
    except ValueError as error:
        parser.exit(1, f"{error}\n")
    print(f"Stripe simulator on http://127.0.0.1:{listener.getsockname()[1]}", flush=True)
    asyncio.run(run(app, listener))


if __name__ == "__main__":
    main()
