"""What is watched, a web server that answers as it is told to, and the schedule of health."""

import json
import time
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from types import SimpleNamespace

import pytest

from functions.health.api import handler as health
from functions.health.models import Check
from functions.health.worker import handler as worker
from kernel import audit
from kernel.clock import frozen
from kernel.config import setting
from tests.callers import ask
from tests.cloud import received
from tests.conftest import AT


class Answering(BaseHTTPRequestHandler):
    def do_GET(self):
        mood = self.server.mood
        mood["asked"] += 1
        if mood["drips"]:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for _ in range(40):
                self.wfile.write(b"X-A: 1\r\n")
                time.sleep(0.1)
        time.sleep(mood["slow"])
        self.send_response(mood["status"])
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()
        self.wfile.write(mood["text"])

    def log_message(self, *_):
        """No lines between the dots."""


@pytest.fixture
def site(monkeypatch):
    """A server on this machine, which may be reached as on a developer's."""
    monkeypatch.setenv("REACH_LOOPBACK", "true")
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.mood = {"status": 200, "text": b"all is well", "slow": 0, "drips": False, "asked": 0}
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield SimpleNamespace(url=f"http://127.0.0.1:{server.server_port}/", mood=server.mood)
    server.shutdown()


@pytest.fixture
def desk(aws, owner, context, monkeypatch):
    """`ask(method, path, body)`, `run(minute)`: the schedule at a minute after noon with all its messages, `told(id)`."""
    monkeypatch.setenv("QUEUE_URL", setting("HEALTH_QUEUE"))

    def call(method, path, body=None, **more):
        return ask(health, method, path, body, headers=more.pop("headers", owner), **more)

    def made(**body):
        answer = call("POST", "/v1/health/checks", {"name": "Website", "kind": "http", "failures_to_open": 2, "interval": 60} | body)
        assert answer.status == 201, answer.body
        return answer.body["id"]

    def run(minute, times=1):
        at = AT + timedelta(minutes=minute)
        with frozen(at):
            for _ in range(times):
                assert worker({"time": at.isoformat(), "slot": "due"}, context) == {}
            for n, body in enumerate(received(setting("HEALTH_QUEUE"))):
                worker({"Records": [{"messageId": f"m{n}", "body": body, "attributes": {"ApproximateReceiveCount": "1"}}]}, context)

    def told(id):
        return [json.loads(entry["header"]["S"])["type"] for entry in audit.timeline(id)]

    def beat(id, minute):
        return call("POST", f"/v1/health/checks/{id}/beat", at=(AT + timedelta(minutes=minute)).isoformat())

    def later(minute) -> datetime:
        return AT + timedelta(minutes=minute)

    return SimpleNamespace(ask=call, made=made, run=run, told=told, beat=beat, at=later, check=Check.fetch,
                           tile=lambda check, minute: call("GET", f"/v1/health/checks/{check}/uptime", at=later(minute).isoformat()).body)
