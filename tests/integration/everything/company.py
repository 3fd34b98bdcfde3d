"""A company in which everything has happened, and the messages of it: to be brought once in order, or several times in any."""

import importlib
import json
import re
from collections import Counter
from random import Random
from typing import NamedTuple

from functions.relay.worker import envelope
from kernel.audit import Entry
from kernel.worker import EVERY, Worker
from tests.cloud import received, resources
from tests.integration.writes.company import MESSAGE, TABLES, Company, due, entries, everything, news
from tests.integration.writes.registry import WRITES
from tests.unit.source import FEATURES, FUNCTIONS

LATER = "2026-03-20T12:00:00+00:00"
ATTEMPTS = 5
WORKERS: dict[str, Worker] = {feature: worker for feature in FEATURES if (FUNCTIONS / feature / "worker.py").exists()
                              and isinstance(worker := importlib.import_module(f"functions.{feature}.worker").handler, Worker)}


class Message(NamedTuple):
    feature: str
    body: str
    attempt: int = 1


def lived(company: Company) -> None:
    """Each write of the tests that brings about what none before it has, and who cannot pay. Hardly a worker has heard of it."""
    happened: set[str] = set()
    for write in WRITES.values():
        if not write.effect.keys() <= happened:
            happened |= write.effect.keys()
            made = write.prepare(company)
            company.ask(*write.ask(company, made), at=write.at, headers=write.headers)
    for card in ("pm_card_chargeCustomerFail", "pm_card_authenticationRequired"):
        tenant = company.active_tenant()
        company.made("/v1/payment-methods", {"tenant_id": tenant, "token": card})
        company.subscription(tenant_id=tenant)
        charged = company.done("GET", f"/v1/invoices/{company.invoice(900, tenant, collect=True)}")["transaction_id"]
        company.done(MESSAGE, "payments", due(charged))
        company.ask(MESSAGE, "invoices", news(charged))


def told() -> list[Message]:
    """What the bus brings of all that has happened, in order: a message for each worker that has subscribed to it."""
    found = sorted((Entry.load(item) for item in entries() if "data" in item), key=lambda entry: (entry.facts()["recorded_at"], entry.subject))
    return [Message(feature, body) for entry in found for feature, body in _brought(entry)]


def _brought(entry: Entry) -> list[tuple[str, str]]:
    sent = envelope(entry)
    body = json.dumps({"detail-type": sent["DetailType"], "source": sent["Source"], "detail": json.loads(sent["Detail"])})
    return [(feature, body) for feature, worker in WORKERS.items()
            if sent["DetailType"] in worker.subscriptions or (EVERY in worker.batches and "search" in sent["Detail"])]


def queued() -> list[Message]:
    """What features have sent to themselves and to each other, taken out of their queues."""
    from kernel.config import aws

    urls = {url.rpartition("/")[2].removesuffix(".fifo"): url for url in aws("sqs").list_queues()["QueueUrls"]}
    found = []
    for name in resources("AWS::SQS::Queue"):
        feature = re.sub("(?<!^)(?=[A-Z])", "_", name.removesuffix("Queue").removesuffix("Series")).lower()
        if feature in WORKERS:
            found += [Message(feature, body) for body in received(urls[name])]
    return found


class Post:
    """Brings everything until nothing is new. With `chance`, each message comes three times, among others in any order."""

    def __init__(self, company: Company, chance: Random | None = None) -> None:
        self.company, self.chance = company, chance
        self.brought: Counter[Message] = Counter()
        self.heard: set[tuple[str, str]] = set()

    def run(self) -> None:
        waiting: list[Message] = []
        while fresh := [*waiting, *(each for each in told() if not self.brought[each]), *queued()]:
            print(len(fresh), Counter((each.feature, json.loads(each.body)["detail-type"]) for each in fresh).most_common(6), flush=True)
            if self.chance:
                fresh = fresh * 3
                self.chance.shuffle(fresh)
            waiting = [again for each in fresh if (again := self._bring(each))]

    def _bring(self, message: Message) -> Message | None:
        """What comes again, because it failed."""
        self.brought[message] += 1
        self.heard.add((message.feature, json.loads(message.body)["detail-type"]))
        record = {"messageId": "m-1", "body": message.body, "attributes": {"ApproximateReceiveCount": str(message.attempt)}}
        failed = WORKERS[message.feature]({"Records": [record]}, None)["batchItemFailures"]
        return message._replace(attempt=message.attempt + 1) if failed else None


HIDDEN = (("[0-9a-f]{64}", "hash"), (r"([a-z]{3})_[0-9A-HJKMNP-TV-Z]{26}", r"\1"), ("INV-2026-[0-9]+", "number"))


def picture() -> Counter[str]:
    """All that is stored, without what is random."""
    found: Counter[str] = Counter()
    for name in TABLES:
        for item in everything(name):
            text = json.dumps(item, sort_keys=True)
            for pattern, instead in HIDDEN:
                text = re.sub(pattern, instead, text)
            found[f"{name} {text}"] += 1
    return found
