"""Fills a fresh local cloud with a believable small company: eighteen months of sixty customers, made by the product's own use cases.

The history is made in this process, on a test clock and with the wall clock set back; then the clock lets go, and the last month is
billed, charged and told about by the real schedules, queues and functions.
"""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import islice
from random import Random

import boto3

from functions.tenants.models import Tenant, TenantStatus
from kernel.clock import frozen, stamp, wall
from local.gateways.stripe.remote import Remote
from local.reindex import reindex
from local.seed import access, figures, relay
from local.seed.deeds import Account, World, move, sign_up
from local.seed.history import play
from local.seed.people import Person, people
from local.seed.plot import LIVE, SPAN, plot
from local.seed.shop import WEBHOOK_SECRET, colleagues, open_shop
from local.seed.wires import Wires
from local.settings import ORIGIN, STRIPE_URL

CUSTOMERS = 61
SCHEDULED = ("Tenants", "Subscriptions", "Invoices", "Payments")


def seed(outputs: dict[str, str]) -> None:
    """After `local.inprocess.enter`, once per state."""
    now, gateway = wall(), Remote(STRIPE_URL)
    begin, end = now - SPAN - timedelta(days=3), now - LIVE
    company = people(Random(7), CUSTOMERS)
    deeds = plot(now, company[2:])
    mapping = relay.mute(outputs)
    with frozen(begin):
        shop = open_shop(colleagues(outputs, begin), begin)
    past, today = [deed for deed in deeds if deed.at <= end], [deed for deed in deeds if deed.at > end]
    clock = play(past, shop, gateway, Wires(outputs), begin=begin, end=end)
    world = World(shop, gateway, None)
    with frozen(end):
        _left_half_way(world, company[:2], end)
    busy = [deed.account for deed in today]
    settled = (deed.account.tenant_id for deed in past if deed.do is sign_up and deed.account not in busy)
    access.grant(shop, list(islice(filter(_is_active, settled), 2)), begin=begin, end=end)
    reindex(patience=0)  # nobody told the index of all this
    figures.tell()
    relay.unmute(mapping, clock)
    gateway.ask("PUT", "webhook_endpoint", {"url": f"{ORIGIN}/v1/webhooks/stripe/{shop.gateway_id}", "secret": WEBHOOK_SECRET})
    for deed in today:
        deed.do(world, deed.account, deed.at)
    access.invite(shop, now)
    _bill_what_is_due(outputs, now)


def _left_half_way(world: World, company: Sequence[Person], at: datetime) -> None:
    """Two whose set-up never came to its end, for nobody tells the workers of them."""
    requested, provisioning = (Account(person) for person in company)
    for account in (requested, provisioning):
        sign_up(world, account, at)
    move("provision")(world, provisioning, at)


def _is_active(tenant_id: str) -> bool:
    tenant = Tenant.find(tenant_id)
    return tenant is not None and tenant.status == TenantStatus.ACTIVE


def _bill_what_is_due(outputs: dict[str, str], now: datetime) -> None:
    """What the schedules do every five minutes, now."""
    event = json.dumps({"time": stamp(now), "slot": "due"}).encode()
    for feature in SCHEDULED:
        boto3.client("lambda").invoke(FunctionName=outputs[f"{feature}Worker"], InvocationType="Event", Payload=event)
