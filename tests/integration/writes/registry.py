"""All that can be asked of all features and changes something, by what it does."""

from tests.integration.writes.acting import impersonation
from tests.integration.writes.agreements import contracts, templates
from tests.integration.writes.asking import Write
from tests.integration.writes.colleagues import staff
from tests.integration.writes.sales import contacts, leads
from tests.integration.writes.switches import flags
from tests.integration.writes.writes import a_plan_and_prices, api_keys, invoices, others, payments, subscriptions, tenants

WRITES: dict[str, Write] = {
    **a_plan_and_prices(), **api_keys(), **contacts(), **contracts(), **flags(), **impersonation(), **invoices(), **leads(), **others(),
    **payments(), **staff(), **subscriptions(), **templates(), **tenants()}
