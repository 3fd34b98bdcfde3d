"""API Gateway's way back to sockets, as a server that notes what it is told and fails as it is told."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from functions.realtime import fanout


class Gateway:
    """`told`: {socket: its frames}; `closed`: those that were closed. `answers`: {socket: the status instead}, `slow`: {socket: seconds}."""

    def __init__(self) -> None:
        self.told: dict[str, list[Any]] = {}
        self.closed: list[str] = []
        self.answers: dict[str, int] = {}
        self.slow: dict[str, float] = {}

    def post(self, id: str, body: bytes) -> int:
        time.sleep(self.slow.get(id, 0))
        if id not in self.answers:
            self.told.setdefault(id, []).append(json.loads(body))
        return self.answers.get(id, 200)

    def delete(self, id: str) -> int:
        self.closed.append(id)
        return 204

    def heard(self, id: str) -> list[tuple[str, str, int]]:
        """(type, id, version) of all that a socket was told."""
        return [(each["type"], each["id"], each["version"]) for frame in self.told.get(id, []) for each in frame["data"]]


def _server(gateway: Gateway) -> ThreadingHTTPServer:
    class Requests(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self._answer(gateway.post(self._id(), self.rfile.read(int(self.headers["Content-Length"]))))

        def do_DELETE(self) -> None:
            self._answer(gateway.delete(self._id()))

        def _id(self) -> str:
            assert self.path.startswith("/live/@connections/") or self.path.startswith("/live/%40connections/")
            return unquote(self.path).rsplit("/", 1)[1]

        def _answer(self, status: int) -> None:
            body = b"" if status < 300 else b'{"message": "no"}'
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if status == 410:
                self.send_header("x-amzn-ErrorType", "GoneException")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    class Server(ThreadingHTTPServer):
        request_queue_size = 64  # or those who come all at once would wait for a second

    return Server(("127.0.0.1", 0), Requests)


@pytest.fixture
def gateway(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Gateway]:
    made = Gateway()
    server = _server(made)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    monkeypatch.setenv("AWS_ENDPOINT_URL_APIGATEWAYMANAGEMENTAPI", f"http://127.0.0.1:{server.server_port}/live")
    fanout.gateway.cache_clear()
    yield made
    server.shutdown()
    server.server_close()
    fanout.gateway.cache_clear()


@pytest.fixture(autouse=True)
def addresses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOCKETS_URL", "wss://sockets.test/live")
