"""A company in which much has happened, and the messages of it: to be brought once in order, or several times in any."""

import json
import re
from collections import Counter
from dataclasses import dataclass, replace
from random import Random
from typing import Any

import pytest

from functions.relay.worker import envelope
from kernel.audit import Entry
from kernel.config import aws, setting
from kernel.worker import Worker
from tests.cloud import received
from tests.features import workers
from tests.integration.writes.asking import paying
from tests.integration.writes.company import MESSAGE, OURS, TABLES, Company, due, entries, everything, news
from tests.integration.writes.registry import WRITES

TOLD_OF_ALL = {"realtime", "search"}  # by one handler each, to which tests of their own bring everything in any order
WORKERS = {feature: worker for feature, worker in workers().items() if feature not in TOLD_OF_ALL}
SUMS = ("totals", "days#", "months#", "due#", "tenants")  # of the table of insights


def lived(company: Company) -> None:
    """Each write of the tests that brings about what a worker hears of and none before it has, and who cannot pay. Hardly a worker has heard
    of it."""
    unheard = {event for worker in WORKERS.values() for event in worker.subscriptions}
    for write in WRITES.values():
        if unheard & write.effect.keys():
            unheard -= write.effect.keys()
            made = write.prepare(company)
            company.ask(*write.ask(company, made), at=write.at, headers=write.headers)
    for card in ("pm_card_chargeCustomerFail", "pm_card_authenticationRequired"):
        tenant = company.active_tenant()
        company.made("/v1/payment-methods", {"tenant_id": tenant, "token": card})
        company.subscription(tenant_id=tenant)
        charged = company.done("GET", f"/v1/invoices/{company.invoice(900, tenant, collect=True)}")["transaction_id"]
        company.done(MESSAGE, "payments", due(charged))
        company.ask(MESSAGE, "invoices", news(charged))
    company.done("POST", f"/v1/transactions/{paying(company)}/refunds", {"amount": 400})


@dataclass(frozen=True)
class Message:
    feature: str
    body: str
    attempt: int = 1


def told() -> list[Message]:
    """What the bus brings of all that has happened, in order: a message for each worker that has subscribed to it."""
    found = sorted((Entry.load(item) for item in entries() if "data" in item), key=lambda entry: (entry.facts()["recorded_at"], entry.subject))
    return [Message(feature, body) for entry in found for feature, body in _brought(entry)]


def _brought(entry: Entry) -> list[tuple[str, str]]:
    sent = envelope(entry)
    body = json.dumps({"detail-type": sent["DetailType"], "source": sent["Source"], "detail": json.loads(sent["Detail"])})
    return [(feature, body) for feature, worker in WORKERS.items() if sent["DetailType"] in worker.subscriptions]


def queued() -> list[Message]:
    """What features have sent to themselves and to each other, taken out of their queues."""
    found = []
    for url in aws("sqs").list_queues()["QueueUrls"]:
        name = url.rpartition("/")[2].removesuffix(".fifo").removesuffix("Queue").removesuffix("Series")
        feature = re.sub("(?<!^)(?=[A-Z])", "_", name).lower()
        while feature in WORKERS and (messages := aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages")):
            for message in messages:
                found.append(Message(feature, message["Body"]))
                aws("sqs").delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return found


def at_home(feature: str, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """A feature's worker, which sends to its own queue."""
    monkeypatch.setenv("QUEUE_URL", setting(f"{feature.replace('_', '').upper()}_QUEUE"))
    return WORKERS[feature]


class Post:
    """Brings everything until nothing is new. With `chance`, each message comes three times, among others in any order."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, chance: Random | None = None) -> None:
        self.monkeypatch, self.chance = monkeypatch, chance
        self.brought: set[Message] = set()
        self.heard: set[tuple[str, str]] = set()

    def run(self) -> None:
        waiting: dict[Message, None] = {}
        while fresh := [*waiting, *(each for each in told() if each not in self.brought), *queued()]:
            if self.chance:
                fresh = fresh * 3
                self.chance.shuffle(fresh)
            waiting = {again: None for each in fresh if (again := self._bring(each))}

    def _bring(self, message: Message) -> Message | None:
        """What comes again, because it failed."""
        self.brought.add(message)
        self.heard.add((message.feature, json.loads(message.body)["detail-type"]))
        failed = bring(at_home(message.feature, self.monkeypatch), message)
        return replace(message, attempt=message.attempt + 1) if failed else None


def bring(worker: Worker, message: Message) -> bool:
    """Whether it failed, and comes again."""
    record = {"messageId": "m-1", "body": message.body, "attributes": {"ApproximateReceiveCount": str(message.attempt)}}
    return bool(worker({"Records": [record]}, None)["batchItemFailures"])


def state() -> Counter[str]:
    """How many events of each type there are, how many records in which state with which numbers, and the sums of insights. Left out: what
    is random, in how many steps a record got there, and how much there was when somebody asked for a file of it."""
    found = Counter(kind for item in entries() if not (kind := str(Entry.load(item).facts()["type"])).endswith(".updated"))
    for name in TABLES:
        for item in everything(name) if name not in OURS else ():
            if "head" in item:
                found[f"{item['pk']['S'][:3]} {item.get('status', {}).get('S')} {_numbers(item)}"] += 1
            elif name == "insights" and item["pk"]["S"].startswith(SUMS) and (sums := _numbers(item)):
                found[f"{item['pk']['S']} {item['sk']['S']} {sums}"] += 1
    return found


def _numbers(item: dict[str, Any]) -> dict[str, str]:
    """Without those that are 0."""
    return {key: str(value["N"]) for key, value in sorted(item.items()) if value.get("N", "0") != "0" and key not in ("version", "bytes", "rows")}


def slots() -> list[tuple[str, str]]:
    """(feature, slot) of every schedule, but the relay's, which sends again what consumers then drop."""
    return [(feature, slot) for feature, worker in WORKERS.items() for slot in worker.slots]


def parked() -> list[str]:
    """Errors of what was laid aside, but of what is about a record that was deleted, or about `inv_1`, which is only thought of."""
    found = [json.loads(each) for each in received(setting("PARKED_URL"))]
    return [each["error"] for each in found if not each["error"].startswith("NotFound(") and "inv_1" not in each["body"]]
