"""A company with as many customers as a figure wants, made by the features' own use cases in this process.

To be imported after `local.inprocess.enter`. Each customer is provisioned, has saved a card with the simulator and is on a trial of
which it has been reminded: what comes due next, for all of them at one instant, is the first invoice.
"""

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

from functions.payments.models import GatewayCreate, PaymentMethodCreate
from functions.payments.service import gateways, methods
from functions.plans.models import PLANS, Plan, PlanCreate, PriceCreate
from functions.plans.service import create_price
from functions.settings.models import IssuerCreate, TaxRateCreate
from functions.settings.service import create_issuer, create_rate
from functions.subscriptions import service as subscriptions
from functions.subscriptions.models import SubscriptionCreate
from functions.tenants import service as tenants
from functions.tenants.models import TenantCreate
from kernel import ids
from kernel.audit import Actor
from kernel.commit import commit

US = Actor(id="system:bench")
SECRET = "whsec_of_the_simulator"
THREADS = 4


def open_shop(at: datetime) -> tuple[str, str]:
    """Issuer, tax rate, a monthly price and a Stripe account. Returns the ids of the price and of the gateway."""
    create_issuer(IssuerCreate.model_validate({
        "name": "Nordlicht Software GmbH", "email": "billing@nordlicht.example.test", "zone": "Europe/Berlin",
        "address": {"line1": "Speicherstadt 7", "postal_code": "20457", "city": "Hamburg", "country": "DE"}}), actor=US, at=at)
    create_rate(TaxRateCreate(country="DE", percent="19"), actor=US, at=at)
    plan = Plan(ids.new("pln"), **PlanCreate(name="Team").model_dump(mode="json"))
    commit((plan, PLANS.events["created"]()), actor=US, at=at)
    price = PriceCreate.model_validate({"currency": "EUR", "interval": "month", "unit_amount": "4900"})
    keys = GatewayCreate(name="Stripe", secret_key="sk_test_of_the_simulator", webhook_secret=SECRET)
    return create_price(plan.id, price, actor=US, at=at).id, gateways.create(keys, actor=US, at=at).id


def sign_up(numbers: Iterable[int], price_id: str, due: datetime) -> None:
    """A customer for each number, whose first invoice is due at `due`."""
    began = due - timedelta(days=1)
    with ThreadPoolExecutor(THREADS) as threads:
        for _ in threads.map(lambda n: _customer(n, price_id, began), numbers):
            pass  # a failure is raised here


def _customer(n: int, price_id: str, began: datetime) -> None:
    tenant = tenants.create(TenantCreate.model_validate({
        "name": f"Customer {n}", "email": f"c{n}@example.test",
        "address": {"line1": f"Hafenstr. {n}", "postal_code": "20359", "city": "Hamburg", "country": "DE"}}), actor=US, at=began)
    tenants.provision(tenant.id, actor=US, at=began)
    methods.add(PaymentMethodCreate(tenant_id=tenant.id, token="pm_card_visa"), actor=US, at=began)
    trial = subscriptions.create(SubscriptionCreate(tenant_id=tenant.id, price_id=price_id, trial_days=1), actor=US, at=began)
    subscriptions.step(trial, began, US)  # the reminder
    assert trial.next_action_at == began + timedelta(days=1)
