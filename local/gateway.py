"""One origin for console and API (and WebSocket), as CloudFront gives in AWS: an ASGI rewrite in front of the emulator's own app,
in its process, so that a request costs no second hop."""

import json
import mimetypes
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote

from local.settings import ROOT
from local.state import DEPLOYED

CONSOLE = ROOT / "console" / "dist"
PLACEHOLDER = ROOT / "local" / "index.html"


@cache
def _apis(changed: int) -> dict[str, str]:
    found: dict[str, str] = json.loads(DEPLOYED.read_text())
    return found


def apis() -> dict[str, str]:
    """Protocol to API id; empty while the stack is being made."""
    return _apis(DEPLOYED.stat().st_mtime_ns) if DEPLOYED.exists() else {}


def aim(scope: dict[str, Any], path: str) -> dict[str, Any]:
    return scope | {"path": path, "raw_path": quote(path).encode()}


async def gateway(scope: dict[str, Any], receive: Any, send: Any, cloud: Any) -> None:
    path, socket = scope["path"], scope["type"] == "websocket"
    api = apis().get("WEBSOCKET" if socket else "HTTP")
    if not socket and not path.startswith("/v1/"):
        await static(path, send)
    elif api is None:
        await refuse(scope, send, 503, b"the local cloud is still deploying template.yaml")
    else:
        await cloud(aim(scope, f"/_aws/execute-api/{api}/" + ("live" if socket else f"$default{path}")), receive, send)


async def static(path: str, send: Any) -> None:
    file = (CONSOLE / path.lstrip("/")).resolve()
    if not file.is_relative_to(CONSOLE) or not file.is_file():
        file = _front_page()  # the console's own router takes every other path
    await answer(send, 200, file.read_bytes(), mimetypes.guess_type(file.name)[0] or "application/octet-stream")


def _front_page() -> Path:
    built = CONSOLE / "index.html"
    return built if built.exists() else PLACEHOLDER


async def refuse(scope: dict[str, Any], send: Any, status: int, reason: bytes) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(send, status, reason)


async def answer(send: Any, status: int, body: bytes, kind: str = "text/plain") -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", kind.encode())]})
    await send({"type": "http.response.body", "body": body})
