"""What the simulator tells whoever listens: signed, beside the requests, again until the answer is 2xx or the tries are used up."""

import hashlib
import hmac
import json
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from local.gateways.stripe.store import Store, new_id

WAITS = (0.2, 1.0, 5.0, 30.0)

Json = dict[str, Any]


def signature(body: bytes, secret: str) -> str:
    """The header `X-Razorpay-Signature` (https://razorpay.com/docs/webhooks/validate-test)."""
    return hmac.digest(secret.encode(), body, hashlib.sha256).hex()


class Webhooks:
    """Deliveries that are waiting are lost when the process ends: what was missed can be read at `/_sim/events`."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._waiting: list[Json] = []
        self._threads = ThreadPoolExecutor(4, thread_name_prefix="razorpay-webhook")

    def register(self, url: str, secret: str) -> Json:
        """The only address that is told."""
        if urlsplit(url).hostname not in ("localhost", "127.0.0.1") and not str(urlsplit(url).hostname).endswith(".localhost"):
            raise ValueError("the simulator sends webhooks to this machine only")
        self._store.set("endpoint", {"url": url, "secret": secret})
        return {"url": url}

    def emit(self, event: str, **entities: Json) -> None:
        from local.gateways.razorpay.app import public

        payload = {name: {"entity": public(entity)} for name, entity in entities.items()}
        body = {"event": event, "account_id": "acc_simulated", "contains": list(entities), "payload": payload,
                "created_at": int(time.time())}
        told = {"id": new_id("evt"), "object": "event", "body": body}
        self._store.save(told)
        self._waiting.append(told)

    def send(self) -> None:
        """What was told since the last time, once the transaction that told it is whole."""
        waiting, self._waiting = self._waiting, []
        endpoint = self._store.setting("endpoint")
        for event in waiting if endpoint else ():
            self._threads.submit(_deliver, endpoint, event, WAITS)


def _deliver(endpoint: Json, event: Json, waits: Sequence[float]) -> None:
    body = json.dumps(event["body"]).encode()
    url = urlsplit(endpoint["url"])
    here = url._replace(netloc=f"127.0.0.1:{url.port or 80}").geturl()
    headers = {"Host": url.netloc, "Content-Type": "application/json", "X-Razorpay-Signature": signature(body, endpoint["secret"]),
               "X-Razorpay-Event-Id": event["id"]}
    for wait in (*waits, None):
        try:
            with urlopen(Request(here, body, headers), timeout=10):
                return
        except OSError:
            if wait is not None:
                time.sleep(wait)
