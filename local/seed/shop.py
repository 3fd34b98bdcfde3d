"""Who sells, and what: the issuer, tax rates, plans with their prices, the Stripe account, and the staff."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from functions.onboarding import templates
from functions.onboarding.models import OnboardingTemplateCreate, TemplateItem
from functions.payments.models import GatewayCreate
from functions.payments.service import gateways
from functions.plans.models import PLANS, Plan, PlanCreate, PriceCreate
from functions.plans.service import create_price
from functions.settings.models import Bank, Branding, IssuerCreate, TaxRateCreate
from functions.settings.service import create_issuer, create_rate
from functions.staff.models import Role
from kernel import ids
from kernel.audit import Actor
from kernel.calendar import Interval
from kernel.commit import commit
from kernel.fields import Address
from local import staff
from local.seed.people import MOST

# Standard rates in percent: European Commission, Taxes in Europe Database, as of January 2026.
RATES = {
    "AT": "20", "BE": "21", "BG": "20", "CY": "19", "CZ": "21", "DE": "19", "DK": "25", "EE": "24", "ES": "21", "FI": "25.5", "FR": "20",
    "GR": "24", "HR": "25", "HU": "27", "IE": "23", "IT": "22", "LT": "21", "LU": "17", "LV": "21", "MT": "18", "NL": "21", "PL": "23",
    "PT": "23", "RO": "21", "SE": "25", "SI": "22", "SK": "23"}
WEBHOOK_SECRET = "whsec_of_the_simulator"
YEAR = 10  # monthly prices in a yearly one
CURRENCIES = {"EUR": 100, "USD": 110}  # percent of the price in EUR

# Name: what it is for, price of a seat and month in euro cents, days of trial, limits.
PLANS_SOLD = {
    "Starter": ("For one person who wants order.", 1900, 14, {"seats": MOST["Starter"], "projects": 5}),
    "Team": ("For teams that plan together.", 900, 14, {"seats": MOST["Team"], "projects": 100}),
    "Business": ("For companies with several teams.", 1900, 14, {"seats": MOST["Business"], "projects": 1000}),
    "Enterprise": ("With single sign-on and an agreed service level.", 3900, 30, {"seats": MOST["Enterprise"]})}
FIRST_STEPS: list[dict[str, Any]] = [
    {"key": "plan", "title": "Choose a plan", "done_by": "subscriptions.created", "due_days": 2},
    {"key": "contact", "title": "Tell us whom to call", "done_by": "tenants.contact_created", "due_days": 3},
    {"key": "card", "title": "Save a payment method", "needs": ["plan"], "done_by": "payments.method_added", "due_days": 10},
    {"key": "call", "title": "A first call", "needs": ["contact"], "due_days": 7},
    {"key": "paid", "title": "Pay the first invoice", "needs": ["card"], "done_by": "invoices.paid", "due_days": 30, "value": True}]
COLLEAGUES = {
    Role.ADMIN: "Arne Admin", Role.BILLING: "Britta Billing", Role.SUPPORT: "Selim Support", Role.DEVELOPER: "Daria Developer",
    Role.VIEWER: "Viktor Viewer"}


@dataclass(frozen=True)
class Shop:
    """`prices`: id by (plan's name, currency, interval). `staff`: who acts in a role."""

    gateway_id: str
    prices: dict[tuple[str, str, Interval], str]
    staff: dict[Role, Actor]


def colleagues(outputs: dict[str, str], at: datetime) -> dict[Role, Actor]:
    """One of each role, as users of the pool."""
    return {role: Actor(id=staff.hire(outputs, name, f"{role}@example.test", role, at=at)) for role, name in COLLEAGUES.items()}


def open_shop(staff: dict[Role, Actor], at: datetime) -> Shop:
    system = Actor(id="system:seed")
    create_issuer(_issuer(), actor=system, at=at)
    for country, percent in RATES.items():
        create_rate(TaxRateCreate(country=country, percent=percent), actor=system, at=at)
    account = GatewayCreate(name="Stripe", secret_key="sk_test_of_the_simulator", webhook_secret=WEBHOOK_SECRET)
    gateway = gateways.create(account, actor=system, at=at)
    steps = OnboardingTemplateCreate(name="First steps", items=[TemplateItem(**each) for each in FIRST_STEPS])
    templates.create(steps, actor=system, at=at)
    prices = {key: id for name in PLANS_SOLD for key, id in _plan(name, system, at).items()}
    return Shop(gateway.id, prices, staff)


def _issuer() -> IssuerCreate:
    return IssuerCreate(
        name="Halden Software GmbH", email="billing@halden.test", website="https://halden.test", vat_id="DE136695976", zone="Europe/Berlin",
        address=Address(line1="Lindenstr. 7", postal_code="10969", city="Berlin", country="DE"),
        bank=Bank(name="Halden Software GmbH", iban="DE89370400440532013000", bic="COBADEFFXXX"),
        register_note="Amtsgericht Charlottenburg, HRB 000000 B", branding=Branding(footer="Halden Software GmbH, Berlin"))


def _plan(name: str, actor: Actor, at: datetime) -> dict[tuple[str, str, Interval], str]:
    description, cents, trial_days, limits = PLANS_SOLD[name]
    body = PlanCreate(name=name, description=description, trial_days=trial_days, limits=limits)
    plan = Plan(ids.new(Plan.prefix), **body.model_dump())
    commit((plan, PLANS.events["created"]()), actor=actor, at=at)
    found = {}
    for currency, percent in CURRENCIES.items():
        for interval, months in ((Interval.MONTH, 1), (Interval.YEAR, YEAR)):
            price = PriceCreate(currency=currency, interval=interval, unit_amount=str(cents * percent // 100 * months))
            found[name, currency, interval] = create_price(plan.id, price, actor=actor, at=at).id
    return found
