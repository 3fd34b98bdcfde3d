"""A subscription is canceled: at once, or with its period, which can be taken back until then."""

from datetime import datetime

from functions.subscriptions.events import CancelRevoked, CancelScheduled, Ended
from functions.subscriptions.models import Cancel, Subscription
from functions.subscriptions.rules import Command, SubscriptionState, credit_lines, transition, uncancel_command
from functions.subscriptions.service.drafts import commit_with, covered, drafted
from functions.subscriptions.service.renew import about, catch_up, close
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import commit
from kernel.dynamodb import ask


def cancel(id: str, body: Cancel, *, actor: Actor, at: datetime) -> Subscription:
    """End it now, or with the period. `Refused` where its state does not allow that."""
    subscription = Subscription.fetch(id)
    at = resolve(subscription.clock_id, at)
    catch_up(subscription, at, actor)
    subscription.cancel_reason = f"{body.reason}: {body.comment}" if body.comment else body.reason
    if body.when == "now":
        _end_now(subscription, body.reason, credit=body.credit, actor=actor, at=at)
        return subscription
    subscription.status = transition(SubscriptionState(subscription.status), Command.CANCEL_AT_PERIOD_END)
    subscription.canceled_at = at
    subscription.pending_price_id = subscription.pending_quantity = None
    subscription.next_action_at = subscription.period_end
    event = CancelScheduled(**about(subscription), period_end=subscription.period_end)
    commit((subscription, event), actor=actor, at=at)
    return subscription


def uncancel(id: str, *, actor: Actor, at: datetime) -> Subscription:
    """Take back a cancellation that has not come into effect."""
    subscription = Subscription.fetch(id)
    at = resolve(subscription.clock_id, at)
    catch_up(subscription, at, actor)
    command = uncancel_command(trial_running=subscription.anchor is None, overdue=bool(subscription.overdue))
    subscription.status = transition(SubscriptionState(subscription.status), command)
    subscription.canceled_at = subscription.cancel_reason = None
    commit((subscription, CancelRevoked(**about(subscription))), actor=actor, at=at)
    return subscription


def end_all_of(tenant_id: str, reason: str, *, actor: Actor, at: datetime) -> None:
    """A tenant leaves: its subscriptions end. Idempotent: those that have ended are passed over."""
    items, _ = ask(Subscription.table(), "gsi3", f"sub#tenant_id={tenant_id}", limit=1000)
    for item in items:
        subscription = Subscription.fetch(item["pk"]["S"])
        if subscription.status != SubscriptionState.ENDED:
            _end_now(subscription, reason, credit=False, actor=actor, at=at)


def _end_now(subscription: Subscription, reason: str, *, credit: bool, actor: Actor, at: datetime) -> None:
    subscription.status = transition(SubscriptionState(subscription.status), Command.CANCEL_NOW)
    lines = credit_lines(invoiced=covered(subscription), at=at, zone=subscription.zone) if credit else []
    invoice = drafted(subscription, lines, at=at) if lines else None
    subscription.canceled_at = subscription.canceled_at or at
    close(subscription, at)
    commit_with(subscription, Ended(**about(subscription), reason=reason), invoice, actor=actor, at=at)
