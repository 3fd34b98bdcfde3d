"""A billing run that is killed twice, with a gateway that drops 5 % of its answers after taking the money: N=1000 subscriptions.

All of them are due at one instant. The subscriptions' schedule fires once; from then on the schedules of subscriptions, invoices and
payments fire again and again, twice as often as in AWS. A message that a killed function was working on comes back after 30 s, for
the same reason of patience: that is shortened on the deployed queues (360 s in the template). Twice, when a third and
two thirds of the numbers are taken, all processes of functions are killed.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from local import inprocess
from local.client import LocalCloud
from local.gateways.stripe.remote import Remote
from tests.bench.clouds import consumers, fire, functions_of, local_cloud
from tests.bench.figures import Figure
from tests.bench.processes import kill_functions

LIMIT, EVERY, BACK_AFTER, PAUSE, QUIET = 1200, 150, 30, 2, 4  # seconds
DROPPED = 0.05
FIRING = ("subscriptions", "invoices", "payments")


@dataclass(frozen=True)
class Course:
    """Seconds until every invoice was paid, and until every queue was empty; None where twenty minutes did not do."""

    paid: float | None
    idle: float | None


def figures() -> list[Figure]:
    n = int(os.environ.get("N", "1000"))
    with local_cloud() as cloud:
        os.environ.setdefault("POWERTOOLS_LOG_LEVEL", "CRITICAL")
        inprocess.enter(cloud.facts["aws_endpoint_url"])
        from tests.bench import outcome

        due = datetime.now(UTC) - timedelta(hours=1)
        began = time.monotonic()
        with nothing_relayed(cloud):
            set_up(cloud, n, due)
        print(f"{n:,} subscriptions due at {due:%H:%M:%S.%f} made in {time.monotonic() - began:.0f} s", flush=True)
        course = follow(cloud, n)
        return [*outcome.pace(n, course.paid, course.idle, LIMIT), *outcome.counted(cloud, n)]


@contextmanager
def nothing_relayed(cloud: LocalCloud) -> Iterator[None]:
    """Without the audit stream, so that the making of the company is over when it is: its welcome mails are not what is measured."""
    functions = cloud.aws("lambda")
    [stream] = [mapping for mapping in consumers(cloud) if "/stream/" in mapping["EventSourceArn"]]
    functions.delete_event_source_mapping(UUID=stream["UUID"])
    yield
    functions.create_event_source_mapping(
        EventSourceArn=stream["EventSourceArn"], FunctionName=stream["FunctionArn"], StartingPosition="LATEST",
        BatchSize=stream["BatchSize"], FunctionResponseTypes=stream["FunctionResponseTypes"])


def set_up(cloud: LocalCloud, n: int, due: datetime) -> None:
    from functions.payments.stripe_gateway import _READERS
    from tests.bench import company

    price, gateway = company.open_shop(due - timedelta(days=1))
    company.sign_up(range(n), price, due)
    stripe = simulator(cloud)
    stripe.ask("PUT", "webhook_endpoint", {"url": f"{cloud.facts['url']}/v1/webhooks/stripe/{gateway}", "secret": company.SECRET,
                                           "enabled_events": list(_READERS)})
    stripe.faults(drop_connection=DROPPED, seed=2)
    for name, url in cloud.facts["outputs"].items():
        if name.endswith(("Queue", "Series")):
            cloud.aws("sqs").set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": str(BACK_AFTER)})


def simulator(cloud: LocalCloud) -> Remote:
    return Remote(f"http://127.0.0.1:{cloud.environment['STRIPE_PORT']}")


def follow(cloud: LocalCloud, n: int) -> Course:
    """Fires, kills, and watches until all is settled or twenty minutes have passed."""
    from tests.bench import outcome

    names = functions_of(cloud)
    workers = [names[f"functions.{feature}.worker.handler"] for feature in FIRING]
    kills, firing, paid, quiet = [n // 3, 2 * n // 3], float(EVERY), None, 0
    began = time.monotonic()
    fire(cloud, workers[0], "due", datetime.now(UTC))
    while (passed := time.monotonic() - began) < LIMIT:
        taken, held = outcome.numbers_taken(), outcome.in_flight(cloud)
        if kills and taken >= kills[0]:
            kills.pop(0)
            killed = kill_functions(cloud)
            print(f"{passed:5.0f} s  {taken:,} numbers taken: {killed} functions killed, {sum(held.values())} messages on their way",
                  flush=True)
        if passed >= firing:
            firing += EVERY
            fired = [fire(cloud, worker, "due", datetime.now(UTC)) for worker in workers]
            print(f"{passed:5.0f} s  {taken:,} numbers taken, {outcome.paid():,} paid; schedules fired: {', '.join(fired)}", flush=True)
        paid = passed if paid is None and taken == n == outcome.paid() else paid
        quiet = 0 if any(held.values()) else quiet + PAUSE
        if paid is not None and quiet >= QUIET:
            return Course(paid, max(paid, passed - QUIET))
        time.sleep(PAUSE)
    return Course(paid, None)
