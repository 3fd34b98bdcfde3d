"""A tenant subscribes to a plan."""

from datetime import datetime, timedelta

from functions.plans.contract import Price, on_sale, plan, price
from functions.subscriptions.events import Created
from functions.subscriptions.models import Subscription, SubscriptionCreate
from functions.subscriptions.rules import SubscriptionState
from functions.subscriptions.service.drafts import commit_with
from functions.subscriptions.service.renew import about, begin
from functions.subscriptions.service.terms import check_amounts, snapshot
from functions.tenants.contract import Profile, billing_profile
from kernel import ids
from kernel.audit import Actor
from kernel.calendar import add_days
from kernel.clock import resolve
from kernel.problems import Conflict, Invalid, referred

REMINDER = timedelta(days=3)
_CLOSED = {"suspended", "offboarding", "deleted"}


def create(body: SubscriptionCreate, *, actor: Actor, at: datetime) -> Subscription:
    """In trial, or active at once with its first invoice drafted in the same commit."""
    with referred("tenant_id"):
        profile = billing_profile(body.tenant_id)
    with referred("price_id"):
        agreed = price(body.price_id)
    at = resolve(profile.clock_id, at)
    subscription = _agreed(profile, agreed, body.quantity, at)
    subscription.extra = body.extra
    days = plan(agreed.plan_id).trial_days if body.trial_days is None else body.trial_days
    if days:
        _try_out(subscription, days, at)
        invoice = None
    else:
        subscription.status = SubscriptionState.ACTIVE
        invoice = begin(subscription, at)
    commit_with(subscription, Created(**about(subscription, profile)), invoice, actor=actor, at=at)
    return subscription


def new_trial(*, profile: Profile, agreed: Price, days: int | None, at: datetime) -> tuple[Subscription, Created]:
    """An unsaved subscription in trial, of a tenant that may be unsaved itself, with its event. Without `days`, as long as the plan has.

    `Invalid` where nobody says for how long; `Conflict` for a price that is not sold.
    """
    subscription = _agreed(profile, agreed, 1, at)
    days = days or plan(agreed.plan_id).trial_days
    if not days:
        raise Invalid("the plan has no trial of its own: say how many days", field="trial_days")
    _try_out(subscription, days, at)
    return subscription, Created(**about(subscription, profile))


def _agreed(profile: Profile, agreed: Price, quantity: int, at: datetime) -> Subscription:
    """At this price from `at` on; how it begins is the caller's."""
    if profile.status in _CLOSED:
        raise Conflict(f"a tenant that is {profile.status} cannot subscribe", code="tenant_closed")
    if not on_sale(agreed):
        raise Conflict("this price is not sold any more", code="price_not_sold")
    if agreed.currency != profile.currency:
        raise Invalid(f"the tenant is billed in {profile.currency}, the price is in {agreed.currency}", field="price_id")
    check_amounts(agreed, quantity)
    return Subscription(
        ids.new("sub"), tenant_id=profile.id, plan_id=agreed.plan_id, price_id=agreed.id, currency=agreed.currency, quantity=quantity,
        price=snapshot(agreed), zone=profile.zone, clock_id=profile.clock_id, status=SubscriptionState.TRIALING, period_start=at,
        period_end=at)


def _try_out(subscription: Subscription, days: int, at: datetime) -> None:
    subscription.trial_end = subscription.period_end = add_days(at, days, subscription.zone)
    subscription.next_action_at = max(at, subscription.trial_end - REMINDER)
