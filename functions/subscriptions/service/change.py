"""Another price or quantity: at once with proration, or with the next period. The preview is made by the same code as the change."""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from functions.invoices.contract import Draft, balance_of
from functions.plans.contract import Price as PriceRecord
from functions.plans.contract import on_sale, plan, price
from functions.subscriptions.events import PlanChanged
from functions.subscriptions.models import Change, ChangePreview, Subscription
from functions.subscriptions.rules import Command, Price, SubscriptionState, change_lines, classify_change, transition
from functions.subscriptions.service.drafts import commit_with, cover, covered, drafted
from functions.subscriptions.service.renew import about, catch_up
from functions.subscriptions.service.terms import agree, check_amounts, cycle_of, price_of, rated
from kernel.audit import Actor
from kernel.calendar import boundary
from kernel.clock import parse, resolve
from kernel.problems import Conflict, Invalid, referred

PREVIEW_HOLDS = timedelta(hours=1)


@dataclass(frozen=True)
class _Planned:
    """A change, worked out on a record that has not been saved. `invoice` is None in a trial and where it waits for the period's end."""

    subscription: Subscription
    direction: Any
    when: Any
    from_plan_id: str
    invoice: Draft | None
    at: datetime


def change(id: str, body: Change, *, actor: Actor, at: datetime) -> Subscription:
    """Agree on another price. One change waits at most: a newer one takes its place."""
    subscription = Subscription.fetch(id)
    catch_up(subscription, resolve(subscription.clock_id, at), actor)
    planned = _plan(subscription, body, at)
    event = PlanChanged(**about(planned.subscription), from_plan_id=planned.from_plan_id, direction=planned.direction,
                        invoice_id=planned.invoice.invoice.id if planned.invoice else None)
    commit_with(planned.subscription, event, planned.invoice, actor=actor, at=planned.at)
    return planned.subscription


def preview_change(id: str, body: Change, *, at: datetime) -> ChangePreview:
    """What `change` would do at this moment. Writes nothing."""
    subscription = Subscription.fetch(id)
    if subscription.next_action_at is not None and subscription.next_action_at <= resolve(subscription.clock_id, at):
        raise Conflict("the period is just being renewed, look again in a moment", code="renewal_due")
    planned = _plan(subscription, body, at, preview=True)
    effective = planned.at if planned.when == "now" else subscription.period_end
    money = dict.fromkeys(("subtotal", "tax", "total", "amount_due", "credit_to_balance"), 0)
    if planned.invoice is not None:
        money = {name: getattr(planned.invoice.invoice, name) for name in money}
    lines = json.loads(planned.invoice.items[0][1]["body"]["S"])["lines"] if planned.invoice else []
    return ChangePreview(direction=planned.direction, when=planned.when, effective_at=effective, lines=lines,
                         currency=subscription.currency, **money)


def _plan(subscription: Subscription, body: Change, at: datetime, *, preview: bool = False) -> _Planned:
    at = _moment(subscription, body.prorate_at, resolve(subscription.clock_id, at))
    transition(SubscriptionState(subscription.status), Command.CHANGE)
    with referred("price_id"):
        agreed = price(body.price_id)
    quantity = body.quantity or subscription.quantity
    if not on_sale(agreed) and agreed.id != subscription.price_id:
        raise Conflict("this price is not sold any more", code="price_not_sold")
    if (agreed.id, quantity) == (subscription.price_id, subscription.quantity) and subscription.pending_price_id is None:
        raise Conflict("it has this price and quantity already", code="nothing_to_change")
    if agreed.currency != subscription.currency:
        raise Invalid(f"the subscription is billed in {subscription.currency}", field="price_id")
    check_amounts(agreed, quantity)
    old, new = price_of(subscription), rated(agreed)
    direction = classify_change(old, new, str(subscription.quantity), str(quantity))
    when = body.when or ("period_end" if direction == "downgrade" else "now")
    was = subscription.plan_id
    if when == "period_end" and subscription.status != SubscriptionState.TRIALING:
        subscription.pending_price_id, subscription.pending_quantity = agreed.id, quantity
        return _Planned(subscription, direction, when, was, None, at)
    balance = balance_of(subscription.tenant_id, subscription.currency) if preview else 0
    invoice = _switch(subscription, old, new, agreed, quantity, at, balance)
    return _Planned(subscription, direction, "now", was, invoice, at)


def _moment(subscription: Subscription, previewed: datetime | None, now: datetime) -> datetime:
    """When a change is prorated: now, or when it was previewed, unless too much has happened since."""
    if previewed is None:
        return now
    since = max(now - PREVIEW_HOLDS, subscription.period_start, *(parse(part["period_start"]) for part in subscription.covered))
    if not since <= previewed <= now:
        raise Conflict("the preview does not hold any more, look again", code="preview_outdated")
    return previewed


def _switch(subscription: Subscription, old: Price, new: Price, agreed: PriceRecord, quantity: int, at: datetime,
            balance: int) -> Draft | None:
    """Put it on the new price at once; the invoice of the difference, or None in a trial, where nothing was billed."""
    subscription.pending_price_id = subscription.pending_quantity = None
    if subscription.status == SubscriptionState.TRIALING:
        agree(subscription, agreed, quantity, at)
        return None
    credited = covered(subscription)
    lines = change_lines(old=old, new=new, quantity=str(quantity), invoiced=credited, cycle=cycle_of(subscription), at=at)
    was = plan(subscription.plan_id).name
    agree(subscription, agreed, quantity, at)
    if subscription.anchor == at:  # another interval: a whole new period begins now
        cycle = cycle_of(subscription)
        subscription.period_start, subscription.period_end = at, boundary(cycle, 1)
        subscription.next_action_at = subscription.period_end
    invoice = drafted(subscription, lines, at=at, credited_plan=was, balance=balance)
    cover(subscription, invoice, credited=credited, lines=lines)
    return invoice
