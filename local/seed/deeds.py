"""What customers and staff do, one function a deed: the product's own use cases, as the API calls them, at the moment of the deed."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from functions.invoices import service as invoices
from functions.invoices.contract import Invoice
from functions.invoices.models import InvoiceCreate, InvoiceLineCreate
from functions.payments.models import PaymentMethodCreate, RefundCreate, Transaction
from functions.payments.service import methods, refunds
from functions.staff.models import Role
from functions.subscriptions import service as subscriptions
from functions.subscriptions.models import Cancel, Change, Pause, SubscriptionCreate, When
from functions.tenants import service as tenants
from functions.tenants.models import Tenant, TenantCreate
from kernel import dynamodb
from kernel.calendar import Interval
from kernel.fields import Address
from local.gateways.stripe.remote import Remote
from local.seed.people import Person
from local.seed.shop import Shop


@dataclass
class Account:
    """What has come of a customer so far: the ids by which later deeds find their records."""

    person: Person
    tenant_id: str = ""
    subscription_id: str = ""
    card: str = ""  # the gateway's id of it
    bills: list[str] = field(default_factory=list)  # one-off invoices


@dataclass(frozen=True)
class World:
    """`clock_id` binds new tenants to the clock of the history; None later, in real time."""

    shop: Shop
    gateway: Remote
    clock_id: str | None


Do = Callable[[World, Account, datetime], None]


def sign_up(world: World, account: Account, at: datetime) -> None:
    who = account.person
    address = Address(line1=who.street, postal_code=who.postal_code, city=who.city, country=who.country)
    body = TenantCreate(name=who.name, email=who.email, phone=who.phone, address=address, vat_id=who.vat_id, zone=who.zone,
                        currency=who.currency, language=who.language, clock_id=world.clock_id)
    account.tenant_id = tenants.create(body, actor=world.shop.staff[Role.SUPPORT], at=at).id


def add_card(card: str = "") -> Do:
    """A card, the customer's own where none is named, becomes the default."""

    def do(world: World, account: Account, at: datetime) -> None:
        body = PaymentMethodCreate(tenant_id=account.tenant_id, token=f"pm_card_{card or account.person.card}")
        account.card = methods.add(body, actor=world.shop.staff[Role.SUPPORT], at=at).gateway_method_id

    return do


def subscribe(trial_days: int | None = None) -> Do:
    def do(world: World, account: Account, at: datetime) -> None:
        who = account.person
        body = SubscriptionCreate(tenant_id=account.tenant_id, price_id=world.shop.prices[who.plan, who.currency, who.interval],
                                  quantity=who.quantity(who.plan), trial_days=trial_days)
        account.subscription_id = subscriptions.create(body, actor=world.shop.staff[Role.SUPPORT], at=at).id

    return do


def card_goes(card: str) -> Do:
    """At the bank: the saved card behaves like that test card from now on."""

    def do(world: World, account: Account, at: datetime) -> None:
        world.gateway.post("cards", payment_method=account.card, card=card)

    return do


def change(*, plan: str | None = None, interval: Interval | None = None, more_seats: int = 0) -> Do:
    def do(world: World, account: Account, at: datetime) -> None:
        who = account.person
        price = world.shop.prices[plan or who.plan, who.currency, interval or who.interval]
        body = Change(price_id=price, quantity=who.quantity(plan or who.plan, more_seats))
        subscriptions.change(account.subscription_id, body, actor=world.shop.staff[Role.SUPPORT], at=at)

    return do


def cancel(reason: Any, *, comment: str = "", now: bool = False) -> Do:
    def do(world: World, account: Account, at: datetime) -> None:
        body = Cancel(when=When.NOW if now else When.PERIOD_END, reason=reason, comment=comment, credit=now)
        subscriptions.cancel(account.subscription_id, body, actor=world.shop.staff[Role.SUPPORT], at=at)

    return do


def uncancel(world: World, account: Account, at: datetime) -> None:
    subscriptions.uncancel(account.subscription_id, actor=world.shop.staff[Role.SUPPORT], at=at)


def pause(days: int | None = None) -> Do:
    def do(world: World, account: Account, at: datetime) -> None:
        body = Pause(resumes_at=at + timedelta(days=days) if days else None)
        subscriptions.pause(account.subscription_id, body, actor=world.shop.staff[Role.SUPPORT], at=at)

    return do


def move(command: str, reason: str | None = None) -> Do:
    """The tenant takes a step in its life."""

    def do(world: World, account: Account, at: datetime) -> None:
        tenants.move(Tenant.fetch(account.tenant_id), command, reason=reason, actor=world.shop.staff[Role.ADMIN], at=at)

    return do


def refund(percent: int = 100) -> Do:
    """Part of the charge of the latest invoice goes back."""

    def do(world: World, account: Account, at: datetime) -> None:
        path = next(path for path in Transaction.paths if path.by == ("tenant_id",))
        partition = path.partition(Transaction.prefix, {"tenant_id": account.tenant_id})
        [latest], _ = dynamodb.ask(Transaction.table(), path.index, partition, forward=False, limit=1)
        amount = int(latest["amount"]["N"]) * percent // 100
        refunds.refund(latest["pk"]["S"], RefundCreate(amount=amount), actor=world.shop.staff[Role.BILLING], at=at)

    return do


def bill(description: str, cents: int) -> Do:
    """A one-off invoice, to be paid by transfer."""

    def do(world: World, account: Account, at: datetime) -> None:
        line = InvoiceLineCreate(description=description, unit_amount=str(cents))
        body = InvoiceCreate(tenant_id=account.tenant_id, currency=account.person.currency, lines=[line], collect=False)
        draft = invoices.create(body, actor=world.shop.staff[Role.BILLING], at=at)
        account.bills.append(draft.id)

    return do


def finalize(world: World, account: Account, at: datetime) -> None:
    invoices.finalize_one(account.bills[-1], actor=world.shop.staff[Role.BILLING], at=at)


def bill_is(settled: Callable[..., Invoice], why: str) -> Do:
    """The last one-off invoice is voided, or marked as paid, by hand."""

    def do(world: World, account: Account, at: datetime) -> None:
        settled(account.bills[-1], why, actor=world.shop.staff[Role.BILLING], at=at)

    return do
