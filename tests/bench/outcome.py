"""What a billing run has come to, counted from the data, the simulator and the mails. To be imported after `local.inprocess.enter`."""

import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random
from typing import TypeVar

from functions.invoices.models import Invoice
from functions.notifications.models import Message
from functions.plans.models import PLANS, Plan
from functions.settings.contract import issuer
from kernel import dynamodb, ids
from kernel.audit import Actor
from kernel.commit import bucket_months, commit, marker
from kernel.records import Record
from local import ops, state
from local.client import LocalCloud
from local.gateways.stripe import faults
from local.gateways.stripe.remote import Remote
from local.gateways.stripe.store import Store
from tests.bench.figures import Figure, exactly

COMMITS = 100
R = TypeVar("R", bound=Record)


def numbers_taken() -> int:
    """The counter of this year's series, in the issuer's zone; 0 before the first."""
    found = marker(Invoice, f"series#{issuer().id}:{datetime.now(UTC).year}")
    return int(found["n"]) if found else 0


def paid() -> int:
    """Asked of the index, as a list would."""
    found = 0
    for month in bucket_months(Invoice, "inv#status=paid"):
        pages = dynamodb.client().get_paginator("query").paginate(
            TableName=Invoice.table(), IndexName="gsi4", Select="COUNT", KeyConditionExpression="gsi4pk = :p",
            ExpressionAttributeValues={":p": {"S": f"inv#status=paid@{month}"}})
        found += sum(page["Count"] for page in pages)
    return found


def in_flight(cloud: LocalCloud) -> dict[str, int]:
    return {name: count for name, count in cloud.waiting().items() if not name.endswith("Parked")}


def pace(n: int, until_paid: float | None, until_idle: float | None, limit: int) -> list[Figure]:
    """How fast it was, beside commits of two items one after the other, which is what the emulator's database does."""
    began = time.perf_counter()
    for k in range(COMMITS):
        commit((Plan(ids.new("pln"), name=f"Plan {k}", limits={}, features=[]), PLANS.events["created"]()), actor=Actor(id="system:bench"),
               at=datetime.now(UTC))
    bare = COMMITS / (time.perf_counter() - began)
    found = [Figure(f"run: until every {what}", limit if passed is None else passed, "s", must=f"< {limit:,} s", ok=passed is not None)
             for what, passed in (("invoice was paid", until_paid), ("queue was empty", until_idle))]
    if until_paid:
        found.append(Figure("run: invoices paid", n / until_paid, "/s", bare, "a bare commit, one after the other"))
    return found


def counted(cloud: LocalCloud, n: int) -> list[Figure]:
    invoices = list(_records(Invoice))
    charges = Remote(f"http://127.0.0.1:{cloud.environment['STRIPE_PORT']}").charged("invoice_id")
    numbers = Counter(invoice.number for invoice in invoices)
    whole = [number for number in range(1, n + 1) if numbers[f"INV-{datetime.now(UTC).year}-{number:05d}"] == 1]
    right = [i for i in invoices if i.status == "paid" and charges.get(i.id) == {"count": 1, "amount": i.total}]
    parked = {name: count for name, count in cloud.waiting().items() if name.endswith("Parked")}
    for name in (name for name, count in parked.items() if count):
        _tell(cloud, name)
    return [
        exactly("run: invoices", len(invoices), n),
        exactly("run: numbers 1 to N, each once", len(whole), n),
        exactly("run: invoices paid and charged exactly once, their amount", len(right), n),
        _dropped(cloud),
        exactly("run: charges of anything else", len(charges.keys() - {invoice.id for invoice in invoices}), 0),
        exactly("run: messages parked", sum(parked.values()), 0),
        exactly("run: broken audit chains", _broken(), 0), *_mails(cloud, n)]


def _dropped(cloud: LocalCloud) -> Figure:
    """The simulator draws from its seed and the number of the draw, so what it drew can be counted afterwards, from its own file."""
    store = Store(cloud.state / state.STRIPE.name)
    set_up = faults.read(store)
    store.close()
    drawn = [Random(f"{set_up.seed}/drop_connection/{n}").random() for n in range(set_up.draws)]
    lost = sum(each < set_up.drop_connection for each in drawn)
    return Figure("run: answers of the gateway lost after it took the money", lost, "", len(drawn), "its answers to payments")


def _mails(cloud: LocalCloud, n: int) -> list[Figure]:
    """At most one of a kind about an invoice. One whose sender was killed may have been sent or not: that is said, never guessed."""
    messages = [message for message in _records(Message) if message.invoice_id]
    about = Counter((message.template, message.invoice_id) for message in messages)
    sent = sum(message.status == "sent" for message in messages)
    return [exactly("run: invoice mails and receipts written down", len(messages), 2 * n),
            exactly("run: of them more than one of a kind about an invoice", sum(count > 1 for count in about.values()), 0),
            Figure("run: known to be sent; the others were being sent when the sender was killed", sent, "", 2 * n, "all of them")]


def _records(kind: type[R]) -> Iterator[R]:
    for page in dynamodb.client().get_paginator("scan").paginate(TableName=kind.table(), ConsistentRead=True):
        yield from (kind.load(item) for item in page["Items"] if item["sk"]["S"] == "#" and item["pk"]["S"].startswith(f"{kind.prefix}_"))


def _broken() -> int:
    try:
        ops.verify_audit()  # prints what it looked at
    except SystemExit:
        return 1
    return 0


def _tell(cloud: LocalCloud, name: str) -> None:
    found = cloud.aws("sqs").receive_message(QueueUrl=cloud.facts["outputs"][name], MaxNumberOfMessages=10).get("Messages", [])
    for message in found:
        print(f"{name}: {json.dumps(message['Body'])[:600]}")
