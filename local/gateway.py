"""One origin for console and API (and WebSocket), as CloudFront gives in AWS: an ASGI rewrite in front of the emulator's own app,
in its process, so that a request costs no second hop."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any
from urllib.parse import quote

from local import console
from local.state import DEPLOYED

HEADERS = {"x-content-type-options": "nosniff", "x-frame-options": "DENY", "referrer-policy": "no-referrer"}  # as CloudFront adds them


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
    if not socket and not path.startswith(("/v1/", "/ofrep/")):
        await static(path, send)
    elif api is None:
        await refuse(scope, send, 503, b"the local cloud is still deploying template.yaml")
    else:
        await cloud(aim(scope, f"/_aws/execute-api/{api}/" + ("live" if socket else f"$default{path}")), receive, send)


async def static(path: str, send: Any) -> None:
    """A file of the console. Its own router takes every path that is none."""
    file = (console.DIST / path.lstrip("/")).resolve()
    if not file.is_relative_to(console.DIST) or not file.is_file():
        file = console.DIST / "index.html"
    if not file.exists():
        await answer(send, 503, b"the console is not built yet")
        return
    told = {"content-security-policy": policy(), "cache-control": console.kept(file), **HEADERS}
    await answer(send, 200, file.read_bytes(), console.kind(file), told)


@cache
def policy() -> str:
    return console.policy()


async def refuse(scope: dict[str, Any], send: Any, status: int, reason: bytes) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
    else:
        await answer(send, status, reason)


async def answer(send: Any, status: int, body: bytes, kind: str = "text/plain", headers: Mapping[str, str] = {}) -> None:
    told = [(name.encode(), value.encode()) for name, value in {"content-type": kind, **headers}.items()]
    await send({"type": "http.response.start", "status": status, "headers": told})
    await send({"type": "http.response.body", "body": body})
