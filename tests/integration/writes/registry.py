"""All that can be asked of all features and changes something, by what it does."""

from typing import Any

from tests.integration.writes.acting import impersonation
from tests.integration.writes.agreements import contracts, templates
from tests.integration.writes.asking import Anyone, Write
from tests.integration.writes.beginners import onboarding
from tests.integration.writes.books import reconciliation, transfers
from tests.integration.writes.colleagues import staff
from tests.integration.writes.forgetting import erasures
from tests.integration.writes.keeping import backups
from tests.integration.writes.sales import contacts, leads
from tests.integration.writes.shelf import content, entitlements
from tests.integration.writes.support import sla_policies, tickets
from tests.integration.writes.switches import flags
from tests.integration.writes.telling import announcements, articles
from tests.integration.writes.watching import health
from tests.integration.writes.writes import a_plan_and_prices, api_keys, invoices, others, payments, subscriptions, tenants

ALL = (
    a_plan_and_prices, announcements, api_keys, articles, backups, contacts, content, contracts, entitlements, erasures, flags, health,
    impersonation, invoices, leads, onboarding, others, payments, reconciliation, sla_policies, staff, subscriptions, templates, tenants,
    tickets, transfers)
WRITES: dict[str, Write] = {name: write for of in ALL for name, write in of().items()}
assert len(WRITES) == sum(len(of()) for of in ALL), "two writes have one name"


def requests(**known: str) -> dict[str, tuple[str, str, Any]]:
    """What each write asks over HTTP, of records that are all called "x"; `known`: what a company has, such as `price`."""
    return {name: write.ask(Anyone(**known), ("x", "x")) for name, write in WRITES.items() if write.ask.__name__ != "bring"}  # type: ignore[arg-type]
