"""What a subscription is agreed on: its price and quantity, and the cycle that follows from them."""

from datetime import datetime
from fractions import Fraction

from functions.invoices.contract import without_tax
from functions.plans.contract import Price as PriceRecord
from functions.settings.contract import issuer, tax_rates
from functions.subscriptions.models import Subscription
from functions.subscriptions.rules import Price, cycle_after, monthly_value
from functions.tenants.contract import Profile, last_known
from kernel.calendar import Cycle, Interval
from kernel.money import MAX_AMOUNT, check_amount, parse_unit, round_half_up
from kernel.problems import Invalid, Refused


def snapshot(agreed: PriceRecord) -> dict[str, object]:
    """What a price says, kept with the subscription: a later edition of the price does not touch it."""
    found = {name: getattr(agreed, name) for name in ("id", "unit_amount", "currency", "interval", "interval_count")}
    return {name: str(value) if name == "interval" else value for name, value in found.items()}


def rated(agreed: PriceRecord) -> Price:
    """A price on offer, as rules see it."""
    return Price(agreed.id, agreed.unit_amount, agreed.currency, Interval(agreed.interval), agreed.interval_count)


def price_of(subscription: Subscription) -> Price:
    """The agreed price, as rules see it."""
    return Price(**subscription.price | {"interval": Interval(subscription.price["interval"])})


def monthly(subscription: Subscription, profile: Profile | None = None) -> int:
    """What it brings a month by its price and quantity and without tax, in 10^-6 minor units: rounded half up, once.

    `profile` is its tenant's, where that is at hand. No tax is taken out while there is no issuer, or nobody to be taxed any more.
    """
    value = monthly_value(price_of(subscription), str(subscription.quantity))
    return round_half_up(_without_tax(value, subscription.tenant_id, profile) * 10**6)


def _without_tax(value: Fraction, tenant_id: str, profile: Profile | None) -> Fraction:
    try:
        seller = issuer()
    except Refused:
        return value
    known = (profile or last_known(tenant_id)) if seller.prices_include_tax else None  # what it costs to know is not always needed
    return without_tax(value, profile=known, issuer=seller, rates=tax_rates()) if known else value


def cycle_of(subscription: Subscription) -> Cycle:
    """When it bills. In a trial there is no cycle yet: the trial's end will be the anchor."""
    price = price_of(subscription)
    return Cycle(subscription.anchor or subscription.period_end, subscription.zone, price.interval, price.interval_count)


def agree(subscription: Subscription, agreed: PriceRecord, quantity: int, at: datetime) -> None:
    """Put the subscription on a price from `at` on; another interval starts a new cycle there."""
    cycle = cycle_of(subscription)
    subscription.price, subscription.price_id, subscription.plan_id = snapshot(agreed), agreed.id, agreed.plan_id
    subscription.quantity = quantity
    if subscription.anchor is not None:
        subscription.anchor = cycle_after(cycle, price_of(subscription), at).anchor


def check_amounts(agreed: PriceRecord, quantity: int) -> None:
    """`Invalid` where a period would cost more than money can be."""
    try:
        check_amount(round_half_up(parse_unit(agreed.unit_amount) * quantity))
    except ValueError as error:
        raise Invalid(f"that many would cost more than {MAX_AMOUNT} minor units a period", field="quantity") from error
