"""Keeps web pages of other origins away: any page could drive the control plane, which answers every origin and asks no signature."""

from typing import Any

from local.settings import ORIGIN, PORT

LOCAL = ("127.0.0.1", "localhost", "[::1]")


def refused(scope: dict[str, Any]) -> bool:
    """True for a foreign `Host` (DNS rebinding) and for a foreign `Origin`, on every port. Presigned URLs are for browsers: they pass, as
    do forms with files that the console sends."""
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    host = headers.get("host", "").rsplit(":", 1)[0]
    if host not in LOCAL and not host.endswith(".localhost"):
        return True
    origin = headers.get("origin")
    if scope["server"][1] == PORT:
        return origin is not None and origin != f"http://{headers['host']}"
    if b"X-Amz-Signature=" in scope.get("query_string", b""):
        return False
    if origin == ORIGIN and headers.get("content-type", "").startswith("multipart/form-data"):
        return False
    return origin is not None or headers.get("sec-fetch-site", "none") not in ("none", "same-origin")
