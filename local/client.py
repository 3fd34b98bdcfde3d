"""A local cloud of one's own, and a client of it: what the demonstration, the figures and the end-to-end tests stand on."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from email.message import Message
from pathlib import Path
from typing import Any

import boto3

PORTS = ("PORT", "AWS_PORT", "STRIPE_PORT")
Answer = tuple[int, Any, Message]  # status, body (parsed where it is JSON), headers by name in any case


def free_ports() -> dict[str, str]:
    probes = {name: socket.create_server(("127.0.0.1", 0)) for name in PORTS}
    ports = {name: str(probe.getsockname()[1]) for name, probe in probes.items()}
    for probe in probes.values():
        probe.close()
    return ports


class LocalCloud:
    """`make run` of a checkout, with its state in a folder of its own, on the ports that it was given or finds free."""

    def __init__(self, checkout: Path, state: Path, **variables: str) -> None:
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_") and name != "PYTHONPATH"}
        self.state = state
        self.environment = {**inherited, "LOCAL_STATE": str(state), "SEED": "off", "FRESH": "0", **free_ports(), **variables}
        self.checkout = checkout

    def run(self) -> subprocess.Popen[str]:
        """Starts the program and does not wait: its output is what it says."""
        return subprocess.Popen(
            [sys.executable, "-m", "local.run"],
            cwd=self.checkout,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def start(self) -> "LocalCloud":
        """Returns when it answers."""
        self.process = self.run()
        published = self.state / "outputs.json"
        while not published.exists():
            if self.process.poll() is not None:
                raise RuntimeError(self.process.communicate()[0])
            time.sleep(0.02)
        self.facts: dict[str, Any] = json.loads(published.read_text())
        return self

    def stop(self) -> str:
        """Ctrl-C. Returns what it printed."""
        self.process.send_signal(signal.SIGINT)
        return self.process.communicate(timeout=90)[0]

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """A request to the origin. `if_match="3"` is the header If-Match; bytes are sent as they are, all else as JSON."""
        data = body if body is None or isinstance(body, bytes) else json.dumps(body).encode()
        sent = {"content-type": "application/json"} | {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.facts["url"] + path, data, sent, method=method)
        try:
            answer = urllib.request.urlopen(request, timeout=90)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            content = answer.read()
        parsed = json.loads(content) if content and "json" in answer.headers.get("content-type", "") else content
        return answer.status, parsed, answer.headers

    def sign_in(self) -> Answer:
        return self.ask("POST", "/v1/auth/login", {"email": self.facts["email"], "password": self.facts["password"]})

    def aws(self, service: str, **options: Any) -> Any:
        """A boto3 client with the rights of the account's root. The environment stays as it is: tests with moto share this process."""
        return boto3.client(
            service,
            **{
                "endpoint_url": self.facts["aws_endpoint_url"],
                "region_name": "us-east-1",
                "aws_access_key_id": "test",
                "aws_secret_access_key": "test",
                **options,
            },
        )

    def waiting(self) -> dict[str, int]:
        """{name: messages that wait or are being worked on} of every queue of the stack, those where messages are parked included."""
        queues, found = self.aws("sqs"), {}
        for name, url in self.facts["outputs"].items():
            if name.endswith(("Queue", "Series", "Parked")):
                held = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
                found[name] = int(held["ApproximateNumberOfMessages"]) + int(held["ApproximateNumberOfMessagesNotVisible"])
        return found

    def mails(self, recipient: str) -> list[dict[str, Any]]:
        """What SES has sent to an address, oldest first."""
        with urllib.request.urlopen(self.facts["aws_endpoint_url"] + "/_ministack/ses/messages", timeout=10) as answer:
            outbox = json.load(answer)["messages"]
        sent = [mail for account in outbox.values() for mail in account] if isinstance(outbox, dict) else outbox
        return [mail for mail in sent if recipient in json.dumps(mail.get("To", mail))]

    def invited(self, email: str) -> str:
        """The secret in the link of the invitation that was sent to somebody; waits for the mail."""

        def look() -> str:
            mail = "".join(str(each) for each in self.mails(email))
            plain = mail.replace("=\\r\\n", "").replace("=\r\n", "").replace("=\n", "")  # quoted-printable
            found = re.findall(r"/accept#(ivt_[0-9A-Z]{26}\.[\w-]{43})", plain)
            return found[-1] if found else ""

        return str(until(look, 60, "the invitation"))


def until(found: Callable[[], Any], seconds: float = 60, what: str = "it") -> Any:
    """What `found` returns once it is true; TimeoutError when it is not within that time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if result := found():
            return result
        time.sleep(0.02)
    raise TimeoutError(f"{what} did not happen within {seconds:.0f} s")
