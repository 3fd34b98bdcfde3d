"""Where the local cloud keeps its things, its loopback ports, and its switches: all of them environment variables."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BUNDLE = ROOT / "infra" / "bundle"  # what a function's archive holds in AWS
KERNEL = ROOT / "layers" / "kernel" / "python"
STATE = Path(os.environ.get("LOCAL_STATE", ROOT / ".local")).resolve()


def _port(variable: str, default: int) -> int:
    text = os.environ.get(variable) or str(default)
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise SystemExit(f"{variable}={text} is not a port: a number from 1 to 65535 is.")
    return int(text)


# The well-known ports at home, the neighbours of PORT elsewhere: so PORT alone keeps two checkouts apart.
PORT = _port("PORT", 8080)
AWS_PORT = _port("AWS_PORT", 4566 if PORT == 8080 else PORT + 1)
STRIPE_PORT = _port("STRIPE_PORT", 12111 if PORT == 8080 else PORT + 2)

FRESH = os.environ.get("FRESH") == "1"  # throw the state away first
SEED = os.environ.get("SEED", "on") != "off"  # the small company of local/seed
SCHEDULES = os.environ.get("SCHEDULES", "on") != "off"  # off: tests say when a schedule fires

ORIGIN = f"http://localhost:{PORT}"
AWS_URL = f"http://127.0.0.1:{AWS_PORT}"
STRIPE_URL = f"http://127.0.0.1:{STRIPE_PORT}"
REGION = "us-east-1"
STACK = "platform-owner"


def talk_to(url: str) -> None:
    """Points this process and those it starts at the local cloud, and away from the developer's own account and proxy.

    The key is that of the emulator's root user, whom IAM does not bind."""
    for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"):
        os.environ.pop(name, None)
    os.environ |= {
        "AWS_ENDPOINT_URL": url,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": REGION,
        "AWS_REGION": REGION,
        "NO_PROXY": "localhost,127.0.0.1",
        "no_proxy": "localhost,127.0.0.1",
    }


def feature(resource: str) -> str:
    """The feature that a resource of the template is named after: `ApiKeysTable` belongs to `api_keys`."""
    words = re.findall("[A-Z][a-z]*", resource)
    return "_".join(words[:-1]).lower()
