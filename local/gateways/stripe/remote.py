"""The control API from Python, for tests, the demo and the benchmark: `Remote("http://127.0.0.1:12111").charged("invoice_id")`."""

import json
import time
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any
from urllib.parse import quote, urlsplit

from local.gateways.stripe.errors import Json


@dataclass(frozen=True)
class Remote:
    """`url` is the simulator's, with the path it is mounted under if any. A refusal raises ValueError with its message."""

    url: str

    def ask(self, method: str, path: str, body: Json | None = None) -> Any:
        parts = urlsplit(self.url)
        connection = HTTPConnection(parts.hostname or "", parts.port or 80, timeout=10)
        try:
            connection.request(method, f"{parts.path}/_sim/{path}", json.dumps(body) if body is not None else None)
            response = connection.getresponse()
            answer = json.loads(response.read())
        finally:
            connection.close()
        if response.status != 200:
            raise ValueError(answer["error"]["message"])
        return answer

    def post(self, path: str, **body: Any) -> Any:
        return self.ask("POST", path, body)

    def faults(self, **faults: Any) -> Any:
        return self.post("faults", **faults)

    def charged(self, key: str) -> dict[str, Json]:
        """`{value: {"count": n, "amount": minor units}}` of the successful charges, by the values of a metadata key."""
        found: dict[str, Json] = self.ask("GET", f"charged?key={quote(key)}")["charged"]
        return found

    def unknown(self) -> list[str]:
        """What was asked and does not exist here, as `METHOD /path`."""
        found: list[str] = self.ask("GET", "unknown")["unknown"]
        return found

    def settle(self, seconds: float = 5.0) -> None:
        """Wait until every webhook is delivered; TimeoutError after `seconds`."""
        until = time.monotonic() + seconds
        while self.ask("GET", "state")["pending_webhooks"]:
            if time.monotonic() > until:
                raise TimeoutError(f"webhooks are still to be delivered after {seconds} s")
            time.sleep(0.02)
