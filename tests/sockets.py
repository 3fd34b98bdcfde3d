"""A WebSocket as a browser opens it: for the end-to-end tests and the figures."""

import json
import socket
import time
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from wsproto import ConnectionType, WSConnection
from wsproto.events import AcceptConnection, CloseConnection, Event, Message, Ping, RejectConnection, Request, TextMessage
from wsproto.utilities import RemoteProtocolError


class Refused(Exception):
    """The handshake was answered with another status than 101, which it tells."""


class Socket:
    """`with Socket(url, origin) as socket:` is open, or `Refused`. Frames are JSON."""

    def __init__(self, url: str, origin: str | None) -> None:
        parts = urlsplit(url)
        self._wire = socket.create_connection((parts.hostname or "", parts.port or 80), timeout=30)
        self._protocol, self._events = WSConnection(ConnectionType.CLIENT), list[Event]()
        headers = [(b"Origin", origin.encode())] if origin else []
        self._send(Request(host=parts.netloc, target=f"{parts.path}?{parts.query}", extra_headers=headers))
        found = self._next(30)
        if not isinstance(found, AcceptConnection):
            self._wire.close()
            raise Refused(found.status_code if isinstance(found, RejectConnection) else None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._wire.close()

    def close(self) -> None:
        """As a page that is left does it."""
        self._send(CloseConnection(code=1000))
        self._wire.close()

    def say(self, frame: Any) -> None:
        self._send(Message(data=frame if isinstance(frame, str) else json.dumps(frame)))

    def hear(self, seconds: float = 10) -> Any:
        """The next frame; None where none came within that time, and "closed" where the other side has closed."""
        found = self._next(seconds)
        if found is None or isinstance(found, TextMessage):
            return found and json.loads(found.data)
        return "closed"

    def _send(self, event: Event) -> None:
        self._wire.sendall(self._protocol.send(event))

    def _next(self, seconds: float) -> Event | None:
        end = time.monotonic() + seconds
        while not self._events:
            if (left := end - time.monotonic()) <= 0:
                return None
            self._wire.settimeout(left)
            try:
                self._protocol.receive_data(self._wire.recv(65536) or None)
                self._events += list(self._protocol.events())
            except TimeoutError:
                return None
            except (OSError, RemoteProtocolError):
                return CloseConnection(code=1006)
            for ping in [each for each in self._events if isinstance(each, Ping)]:
                self._events.remove(ping)
                self._send(ping.response())
        return self._events.pop(0)
