"""What an invoice costs in write units of DynamoDB, counted step by step while ten renewals are billed, charged, receipted and relayed.

The real handlers run in this process, so that their calls can be counted: the deployed queues and rules stand between them as in AWS,
and only the functions' own event sources are switched off.
"""

import json
import os
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from itertools import groupby
from typing import TYPE_CHECKING, Any

from local import inprocess
from local.client import LocalCloud
from tests.bench.clouds import consumers, functions_of, local_cloud
from tests.bench.figures import Figure, table

if TYPE_CHECKING:
    from tests.bench.meter import Meter

N = 10  # one full batch of numbers
ROUNDS = 100
# On-demand, US East (N. Virginia), table class Standard: https://aws.amazon.com/dynamodb/pricing/on-demand/, prices since 1 November 2024.
DOLLARS_PER_MILLION = 0.625


@dataclass(frozen=True)
class Reader:
    """A function that reads a queue, called here instead of in the cloud, with the environment that it has there."""

    module: str
    queue: str
    environment: dict[str, str]

    def call(self, event: dict[str, Any]) -> dict[str, Any]:
        os.environ.update(self.environment)
        answer: dict[str, Any] = import_module(self.module).handler(event, None)
        return answer

    @property
    def feature(self) -> str:
        return self.module.split(".")[1]


def figures() -> list[Figure]:
    with local_cloud() as cloud:
        os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        inprocess.enter(cloud.facts["aws_endpoint_url"])
        readers, due = take_over(cloud), datetime.now(UTC) - timedelta(hours=1)
        from tests.bench import company
        from tests.bench.meter import Meter

        price, gateway = company.open_shop(due - timedelta(days=1))
        company.sign_up(range(N), price, due)
        meter, seen = Meter(), set[str]()
        bill(cloud, meter, readers, due, gateway, seen)
        meter.reset()  # the first invoice of a customer also ends a trial: a renewal is what comes each month
        bill(cloud, meter, readers, due + timedelta(days=32), gateway, seen)
        return shown(meter)


def take_over(cloud: LocalCloud) -> list[Reader]:
    """Switches the event sources off. Returns those who read queues."""
    functions, queues = cloud.aws("lambda"), cloud.aws("sqs")
    modules = {name: handler.removesuffix(".handler") for handler, name in functions_of(cloud).items()}
    found = []
    for mapping in consumers(cloud):
        functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
        name = mapping["FunctionArn"].rpartition(":")[2]
        if ":sqs:" in mapping["EventSourceArn"]:
            url = queues.get_queue_url(QueueName=mapping["EventSourceArn"].rpartition(":")[2])["QueueUrl"]
            variables = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
            found.append(Reader(modules[name], url, variables))
    return found


def bill(cloud: LocalCloud, meter: "Meter", readers: list[Reader], now: datetime, gateway: str, seen: set[str]) -> None:
    """The schedule fires at `now`, and everything follows that follows from it; then the gateway tells of the charges once more."""
    [subscriptions] = [reader for reader in readers if reader.feature == "subscriptions"]
    subscriptions.call({"slot": "due", "time": now.isoformat()})
    drain(cloud, meter, readers)
    meter.step = "payments: webhook received"
    [payments] = [reader for reader in readers if reader.feature == "payments"]
    os.environ.update(payments.environment)
    deliver_webhooks(cloud, gateway, seen)
    drain(cloud, meter, readers)


def drain(cloud: LocalCloud, meter: "Meter", readers: list[Reader]) -> None:
    """Relays and works until nothing is left."""
    for _ in range(ROUNDS):
        worked = relay(cloud, meter)
        for reader in readers:
            worked = work(cloud, meter, reader) or worked
        if not worked:
            return
    raise AssertionError(f"messages still follow from messages after {ROUNDS} rounds")


def relay(cloud: LocalCloud, meter: "Meter") -> bool:
    from functions.relay import worker

    entries, meter.entries, meter.step = meter.entries, [], "relay"
    os.environ.update(BUS=cloud.facts["outputs"]["Bus"], PARKED_URL=cloud.facts["outputs"]["RelayParked"])
    worker.relay(entries)
    return bool(entries)


def work(cloud: LocalCloud, meter: "Meter", reader: Reader) -> bool:
    """One batch of messages of a queue, those of each kind together."""
    queues = cloud.aws("sqs")
    found = queues.receive_message(QueueUrl=reader.queue, MaxNumberOfMessages=10, AttributeNames=["All"]).get("Messages", [])
    records = [{"messageId": each["MessageId"], "body": each["Body"], "attributes": each["Attributes"]} for each in found]
    for kind, group in groupby(sorted(records, key=kind_of), key=kind_of):
        meter.step = f"{reader.feature}: {kind}"
        meter.spent[meter.step, "table"] += 0  # a step that writes nothing is a line too
        assert reader.call({"Records": list(group)}) == {"batchItemFailures": []}, kind
    for each in found:
        queues.delete_message(QueueUrl=reader.queue, ReceiptHandle=each["ReceiptHandle"])
    return bool(found)


def kind_of(record: dict[str, Any]) -> str:
    return str(json.loads(record["body"])["detail-type"])


def deliver_webhooks(cloud: LocalCloud, gateway: str, seen: set[str]) -> None:
    """What the gateway sends about its payments, signed, straight to the use case behind the route."""
    import stripe

    from functions.payments.models import GatewayKind
    from functions.payments.service import webhooks
    from local.gateways.stripe.webhooks import signature
    from tests.bench.company import SECRET

    client = stripe.StripeClient("sk_test_of_the_simulator", base_addresses={"api": f"http://127.0.0.1:{cloud.environment['STRIPE_PORT']}"})
    for event in client.v1.events.list({"limit": 100}).auto_paging_iter():
        if event.id not in seen:
            seen.add(event.id)
            body = json.dumps(event.to_dict())
            signed = {"stripe-signature": signature(body, SECRET, int(time.time()))}
            webhooks.receive(GatewayKind.STRIPE, gateway, body.encode(), signed, at=datetime.now(UTC))


def shown(meter: "Meter") -> list[Figure]:
    """Prints the steps; returns the sum and what it costs."""
    steps = meter.steps()
    rows = [[meter.spent[step, part] / N for part in ("table", "index", "audit")] for step in steps]
    sums = [sum(column) for column in zip(*rows, strict=True)]
    lines = [(step, *(f"{units:.1f}" for units in (own, index, own + index, audit)))
             for step, (own, index, audit) in zip([*steps, "all of it"], [*rows, sums], strict=True)]
    print("\n" + table(("write units per invoice of a renewal", "table", "indexes", "both", "of it audit"), lines))
    units = sums[0] + sums[1]
    return [Figure("writes: units per finalised invoice", units, "", sums[0], "the same without indexes"),
            Figure("writes: price of 1,000 invoices", 1000 * units * DOLLARS_PER_MILLION / 1e6, "$",
                   1000 * 2 * DOLLARS_PER_MILLION / 1e6, "1,000 transactions of one item without indexes")]
