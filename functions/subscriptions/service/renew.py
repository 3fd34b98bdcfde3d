"""Time acts: a trial is reminded of its end and ends, a period is renewed, a cancellation and a pause run out."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from functions.invoices.contract import Draft
from functions.plans.contract import price
from functions.subscriptions import events
from functions.subscriptions.models import Subscription
from functions.subscriptions.rules import Command, SubscriptionState, recurring_lines, transition
from functions.subscriptions.service.drafts import commit_with, cover, drafted
from functions.subscriptions.service.terms import agree, cycle_of, monthly, price_of
from functions.tenants.contract import Profile
from kernel.audit import Actor
from kernel.calendar import boundary, period_at
from kernel.commit import commit


def step(subscription: Subscription, at: datetime, actor: Actor) -> None:
    """The one step that is due at `at`. Idempotent: it moves `next_action_at`, and a commit takes only the version that was read."""
    match SubscriptionState(subscription.status):
        case SubscriptionState.TRIALING if not subscription.trial_reminded and at < subscription.period_end:
            _remind(subscription, at, actor)
        case SubscriptionState.TRIALING:
            _activate(subscription, at, actor)
        case SubscriptionState.ACTIVE | SubscriptionState.PAST_DUE:
            _renew(subscription, at, actor)
        case SubscriptionState.PAUSED:
            restart(subscription, at, actor)
        case SubscriptionState.CANCELED:
            end(subscription, "canceled", at, actor)
        case SubscriptionState.ENDED:
            raise ValueError(f"{subscription.id} has ended and is still due")


def catch_up(subscription: Subscription, at: datetime, actor: Actor) -> None:
    """What is due by `at` comes before what somebody wants at `at`: a renewal may be minutes late."""
    # The version that the caller saw is checked, and its Idempotency-Key spent, when its own change is made.
    actor = replace(actor, expects=None, once=None)
    while subscription.next_action_at is not None and subscription.next_action_at <= at:
        step(subscription, subscription.next_action_at, actor)


def begin(subscription: Subscription, at: datetime) -> Draft:
    """A first period from `at` on, its anchor, and the draft of its invoice."""
    subscription.anchor = at
    return _bill(subscription, at)


def end(subscription: Subscription, reason: str, at: datetime, actor: Actor) -> None:
    """Nothing is owed from here on."""
    subscription.status = transition(SubscriptionState(subscription.status), Command.END)
    close(subscription, at)
    commit((subscription, events.Ended(**about(subscription), reason=reason)), actor=actor, at=at)


def close(subscription: Subscription, at: datetime) -> None:
    subscription.ended_at, subscription.next_action_at, subscription.covered = at, None, []


def restart(subscription: Subscription, at: datetime, actor: Actor) -> None:
    """A pause is over: a new first period begins, and is billed."""
    subscription.status = transition(SubscriptionState(subscription.status), Command.RESUME)
    if subscription.overdue:
        subscription.status = transition(SubscriptionState(subscription.status), Command.PAYMENT_FAILED)
    if subscription.pending_price_id is not None:
        _apply_pending(subscription, at)
    subscription.paused_at = subscription.resumes_at = None
    invoice = begin(subscription, at)
    commit_with(subscription, events.Resumed(**about(subscription)), invoice, actor=actor, at=at)


def about(subscription: Subscription, profile: Profile | None = None) -> dict[str, Any]:
    """What every event of a subscription tells, of what it is after the change; `profile` is its tenant's, which may be unsaved."""
    names = ("tenant_id", "plan_id", "status", "currency")
    told = {name: getattr(subscription, name) for name in names}
    return told | {"monthly": monthly(subscription, profile), "trial": subscription.anchor is None}


def _remind(subscription: Subscription, at: datetime, actor: Actor) -> None:
    subscription.trial_reminded = True
    subscription.next_action_at = subscription.period_end
    commit((subscription, events.TrialEnding(**about(subscription), trial_end=subscription.period_end)), actor=actor, at=at)


def _activate(subscription: Subscription, at: datetime, actor: Actor) -> None:
    """The trial's end is the billing anchor."""
    subscription.status = transition(SubscriptionState(subscription.status), Command.ACTIVATE)
    invoice = begin(subscription, at)
    commit_with(subscription, events.Activated(**about(subscription)), invoice, actor=actor, at=at)


def _renew(subscription: Subscription, at: datetime, actor: Actor) -> None:
    subscription.status = transition(SubscriptionState(subscription.status), Command.RENEW)
    if subscription.pending_price_id is not None:
        _apply_pending(subscription, at)
    invoice = _bill(subscription, at)
    event = events.Renewed(**about(subscription), period_start=subscription.period_start, period_end=subscription.period_end,
                           invoice_id=invoice.invoice.id)
    commit_with(subscription, event, invoice, actor=actor, at=at)


def _apply_pending(subscription: Subscription, at: datetime) -> None:
    agree(subscription, price(subscription.pending_price_id), subscription.pending_quantity or subscription.quantity, at)
    subscription.pending_price_id = subscription.pending_quantity = None


def _bill(subscription: Subscription, at: datetime) -> Draft:
    """Moves to the period that begins at `at` and drafts its invoice. Its end is computed from the anchor, never from the last one."""
    cycle = cycle_of(subscription)
    n, start, until = period_at(cycle, at)
    if until - at < at - start:  # the zone's rules have changed since `at` was computed: it is the beginning of the next
        until = boundary(cycle, n + 2)
    subscription.period_start, subscription.period_end, subscription.next_action_at = at, until, until
    lines = recurring_lines(price=price_of(subscription), quantity=str(subscription.quantity), period_start=at, period_end=until)
    invoice = drafted(subscription, lines, at=at)
    cover(subscription, invoice)
    return invoice
