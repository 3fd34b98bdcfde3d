"""Everything that reaches a feature without HTTP: events from the bus, schedules, and records that time acts on.

One function per feature tells them apart. A message that cannot succeed is parked with its error; one that may is given back to the
queue, alone. Nothing is ordered and everything may come twice: each subscriber is idempotent by data and says how.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

from kernel import dynamodb
from kernel.audit import MAX_DEPTH, Actor, Payload, digest
from kernel.clock import parse, stamp, wall
from kernel.commit import again, commit
from kernel.config import aws, setting
from kernel.paths import LAST, SHARDS
from kernel.problems import Unavailable
from kernel.records import Record
from kernel.telemetry import brief, described, logger, request_id

EVERY = "*"  # the job of events that nobody has subscribed to by name
ATTEMPTS = 5  # of a message, by the queue
MAX_STEPS = 400  # of one record in one message: more than a year of daily periods
P = TypeVar("P", bound=Payload)


@dataclass(frozen=True)
class Event:
    """Where a payload came from: its audit entry. `at` is the business time at which its cause happened."""

    subject: str
    version: int
    at: datetime
    actor: Actor
    tenant_id: str | None
    clock_id: str | None

    @property
    def id(self) -> str:
        return f"{self.subject}#{self.version}"


class StepFailed(Exception):
    """A due record's step failed. Whatever the reason, the record stays due, so it is tried again, at last set aside."""


@dataclass(frozen=True)
class _Subscription:
    payload: type[Payload]
    run: Callable[[Any, Event], None]


@dataclass(frozen=True)
class _Due:
    kind: type[Record]
    step: Callable[[Any, datetime, Actor], None]


class Worker:
    """A feature's `handler`: `@handler.on(Payload)`, `@handler.due(Record)`, `@handler.slot("nightly")`, `@handler.job("name")`."""

    def __init__(self, feature: str) -> None:
        self.feature = feature
        self.subscriptions: dict[str, _Subscription] = {}
        self.jobs: dict[str, Callable[[Mapping[str, Any]], None]] = {"due": self._due_message, "release": self._release}
        self.batches: dict[str, Callable[[list[Mapping[str, Any]]], None]] = {}
        self.slots: dict[str, Callable[[datetime], None]] = {}
        self._due: dict[str, _Due] = {}
        self._stuck = type("Stuck", (Payload,), {"__module__": __name__}, event=f"{feature}.stuck")
        self._released = type("Released", (Payload,), {"__module__": __name__}, event=f"{feature}.released")

    def on(self, payload: type[P]) -> Callable[[Callable[[P, Event], None]], Callable[[P, Event], None]]:
        """Subscribes to an event; the template's rule for this feature lists the same names (a test compares)."""

        def register(function: Callable[[P, Event], None]) -> Callable[[P, Event], None]:
            self.subscriptions[payload.event] = _Subscription(payload, function)
            return function

        return register

    def every(self, function: Callable[[list[Mapping[str, Any]]], None]) -> Callable[[list[Mapping[str, Any]]], None]:
        """As a batch job, the events that are not subscribed to by name, which `event` says: for who hears of all and reads no payload."""
        return self.batch_job(EVERY)(function)

    def due(self, kind: type[Record]) -> Callable[[Callable[[Any, datetime, Actor], None]], Callable[[Any, datetime, Actor], None]]:
        """`step(record, at, actor)` takes ONE step at `at` = the due instant and sets the next `next_action_at`, by a commit."""

        def register(function: Callable[[Any, datetime, Actor], None]) -> Callable[[Any, datetime, Actor], None]:
            self._due[kind.prefix] = _Due(kind, function)
            self.slots.setdefault("due", self.plan)
            return function

        return register

    def slot(self, name: str) -> Callable[[Callable[[datetime], None]], Callable[[datetime], None]]:
        """A schedule: its input is {"time": …, "slot": name}; `time` is when it fired for, and the `now` of all it starts."""

        def register(function: Callable[[datetime], None]) -> Callable[[datetime], None]:
            self.slots[name] = function
            return function

        return register

    def job(self, name: str) -> Callable[[Callable[[Mapping[str, Any]], None]], Callable[[Mapping[str, Any]], None]]:
        """A message of the feature to itself, sent with `enqueue`."""

        def register(function: Callable[[Mapping[str, Any]], None]) -> Callable[[Mapping[str, Any]], None]:
            self.jobs[name] = function
            return function

        return register

    def batch_job(self, name: str) -> Callable[[Callable[[list[Mapping[str, Any]]], None]], Callable[[list[Mapping[str, Any]]], None]]:
        """A job whose messages of one invocation are worked on together. Where that fails, each is worked on alone, as a batch of one."""

        def register(function: Callable[[list[Mapping[str, Any]]], None]) -> Callable[[list[Mapping[str, Any]]], None]:
            self.batches[name] = function
            self.jobs[name] = lambda detail: function([detail])
            return function

        return register

    def __call__(self, event: dict[str, Any], context: Any) -> dict[str, Any]:
        if "slot" in event:
            self.slots[event["slot"]](parse(event["time"]))
            enqueue("beat", [{"schedule": f"{self.feature}.{event['slot']}", "time": event["time"]}], url=setting("BEATS_URL"))
            logger.info("schedule", slot=event["slot"], time=event["time"])
            return {}
        done = {id for name in self.batches for id in self._together(name, event["Records"])}
        failed = [id for record in event["Records"] if (id := record["messageId"]) not in done and not self._message(record)]
        return {"batchItemFailures": [{"itemIdentifier": id} for id in failed]}

    def _together(self, name: str, records: list[dict[str, Any]]) -> list[str]:
        """Ids of the messages of a batch job that are done with: all, or none where their work failed as a whole."""
        found = {record["messageId"]: detail for record in records if (detail := self._detail(record, name)) is not None}
        if len(found) < 2:
            return []
        try:
            self.batches[name](list(found.values()))
        except Exception as error:  # noqa: BLE001  # an entry point: whose fault it was shows when each is worked on alone
            logger.warning("batch failed", kind=name, messages=len(found), **described(error))
            return []
        logger.info("batch", kind=name, messages=len(found))
        return list(found)

    def _message(self, record: dict[str, Any]) -> bool:
        """Whether the message is done with: worked on, or parked."""
        attempt = int(record["attributes"]["ApproximateReceiveCount"])
        token = request_id.set(record["messageId"])
        try:
            message = json.loads(record["body"])
            kind, detail = message["detail-type"], message["detail"]
            if (job := self._job(kind)) in self.jobs:
                again(lambda: self.jobs[job](detail | {"attempt": attempt, "event": kind}))
            else:
                again(lambda: self._event(self.subscriptions[kind], detail))
            logger.info("message", kind=kind, attempt=attempt)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            park(record["body"], repr(error))  # it cannot be read, or breaks an assumption: trying again changes nothing
        except Exception as error:  # noqa: BLE001  # an entry point: what failed is tried again, at last parked with its error
            logger.warning("message failed", attempt=attempt, **described(error))
            if attempt < ATTEMPTS:
                return False
            park(record["body"], repr(error))
        finally:
            request_id.reset(token)
        return True

    def _job(self, kind: str) -> str:
        return kind if kind in self.jobs or kind in self.subscriptions else EVERY

    def _detail(self, record: dict[str, Any], job: str) -> dict[str, Any] | None:
        """The detail of a message of that job, or None for any other, unreadable ones included."""
        try:
            message = json.loads(record["body"])
            kind, attempt = message["detail-type"], int(record["attributes"]["ApproximateReceiveCount"])
            return message["detail"] | {"attempt": attempt, "event": kind} if self._job(kind) == job else None
        except (ValueError, KeyError, TypeError, RecursionError):
            return None

    def _event(self, subscription: _Subscription, detail: Mapping[str, Any]) -> None:
        if detail["depth"] > MAX_DEPTH:
            raise ValueError(f"more than {MAX_DEPTH} causes deep: a circle of events")
        cause = f"{detail['subject']}#{detail['version']}"
        actor = Actor(id=f"system:{self.feature}").caused_by(cause, detail["depth"], detail["request_id"])
        at, tenant_id, clock_id = parse(detail["effective_at"]), detail.get("tenant_id"), detail.get("clock_id")
        event = Event(detail["subject"], detail["version"], at, actor, tenant_id, clock_id)
        subscription.run(subscription.payload.model_validate(detail["data"]), event)

    def plan(self, now: datetime) -> None:
        """One message for each record that is due by `now`: a missed day's records are simply first."""
        for prefix, due in self._due.items():
            found = (item["pk"]["S"] for shard in range(SHARDS) for item in due_on(due.kind, f"due#{shard:02d}", now)
                     if item["pk"]["S"].startswith(prefix + "_"))
            enqueue("due", ({"id": id, "until": stamp(now)} for id in found))

    def _due_message(self, detail: Mapping[str, Any]) -> None:
        """Steps one record until its next action lies behind `until`. A message that comes twice finds nothing due."""
        due, until = self._due[detail["id"].split("_", 1)[0]], parse(detail["until"])
        actor = Actor(id=f"system:{self.feature}", request_id=request_id.get())
        try:
            again(lambda: self._step(due, detail["id"], until, actor))
        except Exception as error:  # whatever it is goes on to the entry point; the last time the record is set aside first
            if detail["attempt"] >= ATTEMPTS and _due_record(due.kind, detail["id"], until):
                self.give_up(due.kind, detail["id"], brief(error), actor)
            raise StepFailed(brief(error)) from error

    def _step(self, due: _Due, id: str, until: datetime, actor: Actor) -> None:
        for _ in range(MAX_STEPS):
            record = _due_record(due.kind, id, until)
            if record is None:
                return
            before = record.version
            due.step(record, record.next_action_at, actor)
            if record.version == before or record.next_action_at is None or record.next_action_at > until:
                return  # it waits for something outside, and stays due; or it is due later, as it has just been written

    def give_up(self, kind: type[Record], id: str, error: str, actor: Actor) -> None:
        """Takes a record that is due out of the schedule, with the error in its field `stuck`, where people see it."""
        record = kind.find(id)
        if record is not None and record.next_action_at is not None:
            record.stuck = error[:500]
            commit((record, self._stuck()), actor=actor, at=record.next_action_at)

    def _release(self, detail: Mapping[str, Any]) -> None:
        """Takes the feature's records off a test clock that was deleted, back to real time. What is off it already is not found again."""
        actor = Actor(id=f"system:{self.feature}", request_id=request_id.get())
        for due in self._due.values():
            for id in _held(due.kind, detail["clock"]):
                again(partial(self._take_off, due.kind, id, detail["clock"], actor))

    def _take_off(self, kind: type[Record], id: str, clock_id: str, actor: Actor) -> None:
        record = kind.find(id)
        if record is not None and record.clock_id == clock_id and record.deleted_at is None:
            record.clock_id = None
            commit((record, self._released()), actor=actor, at=wall())


def _held(kind: type[Record], clock_id: str) -> list[str]:
    """Ids of the records that are due on a test clock, and of those that a path by `clock_id` leads to, where the kind has one."""
    found = due_on(kind, f"clock#{clock_id}", datetime.max.replace(tzinfo=UTC))
    for path in kind.paths:
        if path.by == ("clock_id",):
            found += _items(kind, path.index, path.partition(kind.prefix, {"clock_id": clock_id}))
    return sorted({item["pk"]["S"] for item in found if item["pk"]["S"].startswith(kind.prefix + "_")})


def _due_record(kind: type[Record], id: str, until: datetime) -> Record | None:
    """The record, where time acts on it by `until`."""
    record = kind.find(id)
    if record is None or record.deleted_at or record.stuck or record.next_action_at is None or record.next_action_at > until:
        return None
    return record


def due_on(kind: type[Record], partition: str, until: datetime) -> list[dynamodb.Item]:
    """Items of one partition of `gsi8` whose time has come by `until`, earliest first."""
    return _items(kind, "gsi8", partition, high=f"{stamp(until)}#{LAST}")


def _items(kind: type[Record], index: str, partition: str, *, high: str | None = None) -> list[dynamodb.Item]:
    found: list[dynamodb.Item] = []
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(kind.table(), index, partition, high=high, limit=1000, start=start)
        found += items
        if start is None:
            return found


def enqueue(job: str, details: Any, *, delay: int = 0, url: str | None = None, group: str | None = None) -> None:
    """Messages to the feature's own queue (or the one at `url`). A batch that SQS takes only in part is an error: the caller runs again.

    `group` is for a FIFO queue: its messages come one batch after the other, and equal ones within five minutes only once.
    """
    for batch in dynamodb.chunks(details, 10):
        bodies = [json.dumps({"detail-type": job, "detail": detail}) for detail in batch]
        entries = [{"Id": str(n), "MessageBody": body, **_manner(body, delay, group)} for n, body in enumerate(bodies)]
        if failed := aws("sqs").send_message_batch(QueueUrl=url or setting("QUEUE_URL"), Entries=entries).get("Failed"):
            raise Unavailable(f"{len(failed)} messages were not taken: {failed[0].get('Message')}")


def _manner(body: str, delay: int, group: str | None) -> dict[str, Any]:
    """A FIFO queue refuses delays of single messages, even of zero seconds."""
    return {"DelaySeconds": delay} if group is None else {"MessageGroupId": group, "MessageDeduplicationId": digest(body)}


def park(body: str, error: str) -> None:
    """Lays a message aside with its error, where `make redrive` finds it. Raises when it cannot: then the queue still has it."""
    logger.error("parked", error=error.partition("(")[0])  # its kind: what it says may quote the message
    aws("sqs").send_message(QueueUrl=setting("PARKED_URL"), MessageBody=json.dumps({"error": error, "body": body}))
