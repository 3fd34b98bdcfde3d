"""A short history on moto, by the seed's own means: what the workers would have done in eighteen months, done in one process."""

import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random

import boto3
import pytest

from functions.audit.purge import purge
from functions.clocks.models import Clock
from functions.insights.worker import handler as insights
from functions.invoices import service as invoices
from functions.invoices.models import Invoice
from functions.relay.worker import envelope
from functions.staff.models import Role
from functions.subscriptions.models import Subscription
from functions.tenants.models import Tenant
from functions.tenants.worker import handler as tenants
from kernel import audit, dynamodb
from kernel.audit import Actor, Entry
from kernel.calendar import Interval
from kernel.clock import frozen, stamp, wall
from kernel.config import table
from local.gateways.stripe import create_app
from local.gateways.stripe.remote import Remote
from local.gateways.stripe.server import running
from local.reindex import reindex
from local.seed import figures
from local.seed.deeds import Account, World, add_card, bill, bill_is, change, finalize, move
from local.seed.history import play
from local.seed.people import people
from local.seed.plot import LIVE, Story, plot
from local.seed.shop import Shop, open_shop
from local.seed.wires import Wires
from tests.cloud import received
from tests.integration.insights import hearing

NOW = datetime(2026, 11, 24, 3, tzinfo=UTC)
SHORT = timedelta(days=130)
BEGIN, END = NOW - SHORT - timedelta(days=3), NOW - LIVE
MONTHLY = {"interval": Interval.MONTH, "plan": "Business"}
STORIES = (
    Story(1, [(19, add_card("visa"))], MONTHLY, (40, 55), card="chargeCustomerFail"),
    Story(1, [(20, change(more_seats=5))], MONTHLY, (22, 35)),
    Story(1, [(20, move("offboard", "bought by a competitor"))], MONTHLY, (60, 90)),
    Story(1, [(3, bill("Import", 45_000)), (3.1, finalize), (4, bill_is(invoices.void, "free"))], MONTHLY,
          (5, 15)))

def discard(world: World, account: Account, at: datetime) -> None:
    """The draft of a one-off invoice is taken back."""
    invoices.discard(account.bills[-1], actor=world.shop.staff[Role.BILLING], at=at)


LONG = timedelta(days=240)  # so that some are deleted, and later than that their retention is over
LONG_BEGIN = NOW - LONG - timedelta(days=3)
LEAVING = (
    Story(2, [(25, move("offboard", "bought by a competitor"))], MONTHLY, (90, 240)),
    Story(1, [(20, bill("A mistake", 100)), (21, discard)], MONTHLY, (90, 240)))


@pytest.fixture
def queues(aws: None, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    monkeypatch.delenv("QUEUE_URL")
    features = ("clocks", "invoices", "payments", "subscriptions", "tenants")
    urls = {f"{feature.title()}Queue": os.environ[f"{feature.upper()}_QUEUE"] for feature in features}
    return urls | {"InvoicesSeries": os.environ["SERIES_URL"]}


@pytest.fixture
def begin() -> datetime:
    return BEGIN


@pytest.fixture
def world(queues: dict[str, str], begin: datetime, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    with running(create_app(None)) as url, frozen(begin):
        monkeypatch.setenv("STRIPE_API_BASE", url)
        yield World(open_shop({role: Actor(id=f"stf_{role}") for role in Role}, begin), Remote(url), None)


def all_of(kind):
    found = dynamodb.client().scan(TableName=kind.table())["Items"]
    return [kind.load(item) for item in found if item["pk"]["S"].startswith(kind.prefix + "_") and item["sk"]["S"] == "#"]


def short_history(world: World, queues: dict[str, str]) -> Clock:
    deeds = plot(NOW, people(Random(7), 4), STORIES, SHORT)
    return play(deeds, world.shop, world.gateway, Wires(queues), begin=BEGIN, end=END)


def test_a_history_is_complete_and_let_go_into_real_time(world: World, queues: dict[str, str]) -> None:
    clock = short_history(world, queues)
    assert (clock.now, clock.deleted_at is not None) == (END, True)
    assert sorted(tenant.status for tenant in all_of(Tenant)) == ["active", "active", "active", "deleted"]
    assert sorted(each.status for each in all_of(Subscription)) == ["active", "active", "ended", "trialing"]
    invoices = all_of(Invoice)
    assert {invoice.status for invoice in invoices} == {"paid", "void"}
    numbers = sorted(invoice.number for invoice in invoices)
    assert numbers == [f"INV-2026-{n:05d}" for n in range(1, len(invoices) + 1)]
    assert sorted(invoices, key=lambda invoice: invoice.number) == sorted(invoices, key=lambda invoice: (invoice.issued_at, invoice.number))
    late = [(invoice.status, invoice.attempts) for invoice in invoices if invoice.attempts > 1]
    assert late == [("paid", 3)]  # the bad card twice, then the good one
    assert all(each.next_action_at > END and each.clock_id is None for each in all_of(Subscription) if each.next_action_at)
    assert [tenant.clock_id for tenant in all_of(Tenant) if tenant.status == "active"] == [None] * 3


def test_all_of_it_is_dated_when_it_happened_and_every_chain_holds(world: World, queues: dict[str, str]) -> None:
    short_history(world, queues)
    entries = [Entry.load(item) for item in dynamodb.client().scan(TableName=table("audit"))["Items"]]
    assert len(entries) > 80
    for entry in entries:
        facts = entry.facts()
        recorded, effective = facts["recorded_at"], facts["effective_at"]
        assert stamp(BEGIN) <= effective <= recorded <= stamp(END)
    for record in [*all_of(Tenant), *all_of(Subscription), *all_of(Invoice)]:
        assert audit.first_bad(audit.timeline(record.id), record.head) is None


def test_its_figures_are_those_of_all_its_events_told_one_by_one(world: World, queues: dict[str, str]) -> None:
    short_history(world, queues)
    assert figures.tell() > 30
    at_once = hearing.sums()
    assert at_once["totals", "EUR"]["active"] == 2
    assert len([day for pk, day in at_once if pk == "days#EUR"]) >= 2
    assert figures.tell() > 30
    assert hearing.sums() == at_once
    for item in dynamodb.client().scan(TableName=table("insights"))["Items"]:
        dynamodb.client().delete_item(TableName=table("insights"), Key={name: item[name] for name in ("pk", "sk")})
    for item in dynamodb.client().scan(TableName=table("audit"))["Items"]:
        sent = envelope(Entry.load(item))
        if sent["DetailType"] in insights.subscriptions:
            told = json.loads(sent["Detail"])
            names = ("subject", "version", "effective_at", "data", "clock_id")
            hearing.hear((sent["DetailType"], *(told[name] for name in names)))  # type: ignore[arg-type]
    assert hearing.sums() == at_once


def test_nothing_reaches_a_queue_and_nobody_gets_a_mail(world: World, queues: dict[str, str]) -> None:
    short_history(world, queues)
    urls = boto3.client("sqs").list_queues()["QueueUrls"]
    assert {url: received(url) for url in urls} == {url: [] for url in urls}
    assert dynamodb.client().scan(TableName=table("notifications"))["Items"] == []


def test_a_worker_that_fails_stops_the_history(world: World, queues: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    requested = tenants.subscriptions["tenants.requested"]
    monkeypatch.setitem(tenants.subscriptions, "tenants.requested", type(requested)(requested.payload, broken))
    with pytest.raises(RuntimeError, match="tenants refused"):
        short_history(world, queues)
    assert isinstance(world.shop, Shop)
    assert wall() == BEGIN


@pytest.mark.parametrize("begin", [LONG_BEGIN])
def test_a_history_goes_on_when_what_was_deleted_in_it_may_be_removed_for_good(world: World, queues: dict[str, str], begin: datetime) -> None:
    """Removing is left to the real schedule: it finds all of that, and nothing else, overdue."""
    deeds = plot(NOW, people(Random(7), 4), LEAVING, LONG)
    assert play(deeds, world.shop, world.gateway, Wires(queues), begin=begin, end=END).now == END
    customers, bills = all_of(Tenant), all_of(Invoice)
    assert sorted(tenant.status for tenant in customers) == ["active", "active", "deleted", "deleted"]
    assert sorted(each.status for each in all_of(Subscription)) == ["active", "active", "ended", "ended"]
    assert len([each for each in bills if each.deleted_at]) == 1
    numbers = sorted(each.number for each in bills if each.number)
    assert numbers == [f"INV-2026-{n:05d}" for n in range(1, len(bills))]
    for tenant in (tenant for tenant in customers if tenant.deleted_at):
        assert tenant.deleted_at + Tenant.retention < END
        [last] = audit.timeline(tenant.id)[-1:]
        assert (Entry.load(last).facts()["type"], Entry.load(last).facts()["effective_at"]) == ("tenants.deleted", stamp(tenant.deleted_at))
        assert all(each.issued_at < tenant.deleted_at for each in bills if each.tenant_id == tenant.id)
    for record in [*customers, *all_of(Subscription), *bills]:
        assert audit.first_bad(audit.timeline(record.id), record.head) is None
    assert reindex(patience=0) > 20
    assert (purge(END), purge(END)) == (3, 0)
    assert [tenant.status for tenant in all_of(Tenant)] == ["active", "active"]
