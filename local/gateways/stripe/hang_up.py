"""Closes a connection without an answer, as a network does that breaks after the money was taken."""

from hypercorn.protocol.events import StreamClosed
from hypercorn.protocol.http_stream import HTTPStream
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

RAW = "gateways.raw_send"


def with_raw_send(app: ASGIApp) -> ASGIApp:
    """Keep the server's own `send` in the scope: Starlette hands wrapped ones to its responses."""

    async def keeping(scope: Scope, receive: Receive, send: Send) -> None:
        await app({**scope, RAW: send}, receive, send)

    return keeping


class HangUp(Response):
    """ASGI has no way to answer nothing, so this ends hypercorn's stream; under another server the answer breaks off half-way."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        stream = getattr(scope[RAW], "__self__", None)
        if isinstance(stream, HTTPStream):
            await stream.send(StreamClosed(stream_id=stream.stream_id))
        else:
            await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"1")]})
