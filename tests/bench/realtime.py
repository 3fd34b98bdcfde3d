"""How long until a change is told to an open console, beside how long until its bare event lies in a queue: both of the same changes.

Measured from before the request is sent until the socket has the frame, so the write itself is part of both.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from local.client import LocalCloud, until
from tests.bench.clouds import local_cloud
from tests.bench.figures import Figure, exactly, percentile
from tests.bench.requests import Browser
from tests.sockets import Socket

WARM, ROUNDS, PAUSE, LOOK = 10, 100, 0.1, 0.01  # seconds
BAR_MS = 1000.0


def figures() -> list[Figure]:
    with local_cloud() as cloud:
        browser, url = Browser(cloud), cloud.facts["url"]
        browser.headers["origin"] = url
        ticket = json.loads(browser.ask("POST", "/v1/realtime/ticket"))
        told, queued = dict[str, float](), dict[str, float]()
        with Socket(ticket["url"], url) as socket, watching(told, by_socket(socket)), watching(queued, by_queue(cloud)):
            sent = dict([changed(browser, n, told, queued) for n in range(WARM + ROUNDS)][WARM:])
        known = missed(browser, ticket["cursor"])
    return compared(*([(found[id] - sent[id]) * 1000 for id in sent] for found in (told, queued)), len(known & sent.keys()))


def changed(browser: Browser, n: int, *found: dict[str, float]) -> tuple[str, float]:
    """The id of a new plan, and when it was asked for; returns when it was seen everywhere."""
    began = time.perf_counter()
    plan = json.loads(browser.ask("POST", "/v1/plans", {"name": f"Plan {n}"}))["id"]
    until(lambda: all(plan in each for each in found), 30, "the news")
    time.sleep(PAUSE)  # as changes come: one by one
    return plan, began


def missed(browser: Browser, cursor: str) -> set[str]:
    """The ids of all that has changed since, page by page."""
    page = json.loads(browser.ask("GET", f"/v1/realtime/events?after={cursor}"))
    return {each["id"] for each in page["data"]} | (missed(browser, page["cursor"]) if page["more"] else set())


def compared(told: list[float], queued: list[float], known: int) -> list[Figure]:
    """Milliseconds of each; how many of the changes were among those that can be asked for afterwards."""
    base = percentile(queued, 0.5), max(queued)
    found = [Figure(f"realtime: until a change is told, {name}", value, "ms", beside, "its bare event in a queue", f"<= {BAR_MS:,.0f} ms", value <= BAR_MS)
             for name, value, beside in (("p50", percentile(told, 0.5), base[0]), ("the slowest", max(told), base[1]))]
    return [*found, exactly("realtime: of them found by who has missed them", known, len(told))]


@contextmanager
def watching(found: dict[str, float], look: Callable[[], Iterator[str]]) -> Iterator[None]:
    """Notes when each id was first seen, beside what is done in the block."""
    over = threading.Event()

    def watch() -> None:
        while not over.is_set():
            for id in look():
                found.setdefault(id, time.perf_counter())

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def by_socket(socket: Socket) -> Callable[[], Iterator[str]]:
    def look() -> Iterator[str]:
        frame = socket.hear(1)
        assert frame != "closed"
        yield from (each["id"] for each in frame["data"]) if frame else ()

    return look


def by_queue(cloud: LocalCloud) -> Callable[[], Iterator[str]]:
    """A queue of our own, which the bus sends the same events to."""
    queues, events = cloud.aws("sqs"), cloud.aws("events")
    url = queues.create_queue(QueueName="bench")["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    bus = cloud.facts["outputs"]["Bus"]
    events.put_rule(Name="bench", EventBusName=bus, EventPattern=json.dumps({"detail-type": ["plans.created"]}))
    events.put_targets(Rule="bench", EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn}])

    def look() -> Iterator[str]:
        messages: list[Any] = queues.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
        time.sleep(0 if messages else LOOK)
        for message in messages:
            yield json.loads(message["Body"])["detail"]["subject"]
            queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    return look
