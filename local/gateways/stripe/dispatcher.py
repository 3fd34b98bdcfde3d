"""Sends the webhooks that are due, beside the requests, and tries again until an endpoint answers 2xx."""

import asyncio
import json
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from urllib.parse import urlsplit

from local.gateways.stripe.call import public
from local.gateways.stripe.errors import Json
from local.gateways.stripe.store import Delivery, Store
from local.gateways.stripe.webhooks import seen, signature

RETRY_SECONDS = (0.2, 1.0, 5.0, 30.0)
EVERY_SECONDS = 60.0
MAX_ATTEMPTS = 60
IN_PARALLEL = 8
TIMEOUT_SECONDS = 10.0


class Dispatcher:
    """Belongs to one event loop. Deliveries live in the store, so a restart goes on where the last process ended."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._woken = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._sending: set[asyncio.Task[None]] = set()
        self._in_order: asyncio.Task[None] | None = None
        self._threads = ThreadPoolExecutor(IN_PARALLEL + 1, thread_name_prefix="webhook")

    def wake(self) -> None:
        """Look for due deliveries now; starts the dispatcher at its first call."""
        if self._running is None:
            self._running = asyncio.get_running_loop().create_task(self._run())
        self._woken.set()

    async def stop(self) -> None:
        tasks = [task for task in (self._running, self._in_order, *self._sending) if task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            self._woken.clear()
            self._start_parallel()
            self._start_in_order()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._woken.wait(), self._idle_seconds())

    def _idle_seconds(self) -> float | None:
        """Until the next delivery that nobody takes care of is due; None when whoever is busy, or a request, wakes the loop."""
        if len(self._sending) >= IN_PARALLEL:
            return None
        due = self._store.next_due(parallel_only=self._in_order is not None)
        return None if due is None else max(due - time.time(), 0.001)

    def _start_in_order(self) -> None:
        if self._in_order is None and self._store.has_due_in_order():
            self._in_order = asyncio.get_running_loop().create_task(self._send_in_order())
            self._in_order.add_done_callback(self._ended)

    def _start_parallel(self) -> None:
        with self._store.transaction():
            claimed = self._store.claim(IN_PARALLEL - len(self._sending), parallel=True)
        for delivery in claimed:
            task = asyncio.get_running_loop().create_task(self._send(delivery))
            self._sending.add(task)
            task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._sending.discard(task)
        self._in_order = None if task is self._in_order else self._in_order
        self._woken.set()

    async def _send_in_order(self) -> None:
        while True:
            with self._store.transaction():
                claimed = self._store.claim(1, parallel=False)
            if not claimed:
                return
            await self._send(claimed[0])

    async def _send(self, delivery: Delivery) -> None:
        event, endpoint = self._store.get(delivery.event), self._store.get(delivery.endpoint)
        done = not (event and endpoint)
        if event and endpoint:
            payload = json.dumps(public(seen(self._store, event)))
            done = await asyncio.get_running_loop().run_in_executor(self._threads, post, endpoint, payload)
        with self._store.transaction():
            if done or delivery.attempts + 1 >= MAX_ATTEMPTS:
                self._store.finish(delivery)
            else:
                wait = RETRY_SECONDS[delivery.attempts] if delivery.attempts < len(RETRY_SECONDS) else EVERY_SECONDS
                self._store.postpone(delivery, time.time() + wait)


def post(endpoint: Json, payload: str) -> bool:
    """One signed attempt; true when the endpoint answers 2xx. Names under `.localhost` are this machine (RFC 6761)."""
    url = urlsplit(endpoint["url"])
    host = "127.0.0.1" if (url.hostname or "").endswith("localhost") else url.hostname or ""
    headers = {
        "Host": url.netloc,
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "Stripe/1.0 (simulator)",
        "Stripe-Signature": signature(payload, endpoint["_secret"], int(time.time())),
    }
    connection = HTTPConnection(host, url.port or 80, timeout=TIMEOUT_SECONDS)
    try:
        path = (url.path or "/") + (f"?{url.query}" if url.query else "")
        connection.request("POST", path, payload.encode(), headers)
        return 200 <= connection.getresponse().status < 300
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()
