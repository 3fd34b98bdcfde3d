"""A worker under test: a feature that notes what it is asked, and fails as often as it is told."""

import json
from datetime import timedelta

from kernel.audit import Payload
from kernel.clock import stamp
from kernel.config import setting
from kernel.worker import Worker
from tests.cloud import received
from tests.integration.kernel.things import AT, Thing, save


class Happened(Payload, event="others.happened"):
    number: int


class Feature:
    """A worker that notes what it is asked, and fails as often as it is told."""

    def __init__(self):
        self.handler, self.seen, self.failures = Worker("things"), [], []
        self.handler.on(Happened)(self.happened)
        self.handler.due(Thing)(self.step)
        self.handler.job("sweep")(lambda detail: self.seen.append(("sweep", dict(detail))))
        self.handler.slot("nightly")(lambda now: self.seen.append(("nightly", now)))

    def happened(self, payload, event):
        if self.failures:
            raise self.failures.pop(0)
        self.seen.append((payload.number, event))

    def step(self, one, at, actor):
        if self.failures:
            raise self.failures.pop(0)
        self.seen.append(("step", at))
        one.rank += 1
        one.next_action_at = at + timedelta(days=1)
        save(one, at=at, actor=actor)

    def take(self, *records):
        return [each["itemIdentifier"] for each in self.handler({"Records": list(records)}, None)["batchItemFailures"]]

    def due(self, one, *, until=AT, attempt=1):
        return self.take(message("due", {"id": one.id, "until": stamp(until)}, attempt=attempt))


def message(kind, detail, *, id="m1", attempt=1):
    body = kind if detail is None else json.dumps({"detail-type": kind, "detail": detail})
    return {"messageId": id, "body": body, "attributes": {"ApproximateReceiveCount": str(attempt)}}


def event(number=1, *, depth=0, id="m1", attempt=1, **change):
    detail = {
        "subject": "oth_1",
        "version": 3,
        "effective_at": "2026-01-31T12:00:00.000000Z",
        "recorded_at": "2026-02-01T00:00:00.000000Z",
        "actor": "stf_1",
        "request_id": "req-9",
        "cause": None,
        "depth": depth,
        "data": {"schema": 1, "number": number},
        "tenant_id": "ten_1",
        "clock_id": None,
    }
    return message("others.happened", detail | change, id=id, attempt=attempt)


def parked():
    return [json.loads(body) for body in received(setting("PARKED_URL"))]
