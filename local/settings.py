"""Where the local cloud keeps its things, its loopback ports, and its switches: all of them environment variables."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "infra" / "bundle"  # what a function's archive holds in AWS
KERNEL = ROOT / "layers" / "kernel" / "python"
STATE = Path(os.environ.get("LOCAL_STATE", ROOT / ".local")).resolve()

# The well-known ports at home, the neighbours of PORT elsewhere: so PORT alone keeps two checkouts apart.
PORT = int(os.environ.get("PORT", "8080"))
AWS_PORT = int(os.environ.get("AWS_PORT", 4566 if PORT == 8080 else PORT + 1))
STRIPE_PORT = int(os.environ.get("STRIPE_PORT", 12111 if PORT == 8080 else PORT + 2))

FRESH = os.environ.get("FRESH") == "1"  # throw the state away first
SEED = os.environ.get("SEED", "on") != "off"  # the small company of local/seed.py
SCHEDULES = os.environ.get("SCHEDULES", "on") != "off"  # off: tests say when a schedule fires

ORIGIN = f"http://localhost:{PORT}"
AWS_URL = f"http://127.0.0.1:{AWS_PORT}"
STRIPE_URL = f"http://127.0.0.1:{STRIPE_PORT}"
REGION = "us-east-1"
STACK = "platform-owner"


def client_environment(url: str = AWS_URL) -> dict[str, str]:
    """What botocore needs to talk to the local cloud at `url`. The key is the emulator's root user: IAM does not bind it."""
    return {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
    }
