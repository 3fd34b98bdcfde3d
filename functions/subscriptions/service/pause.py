"""A pause: nothing is billed until it is resumed, by hand or at the time agreed."""

from datetime import datetime

from functions.subscriptions.events import Paused
from functions.subscriptions.models import Pause, Subscription
from functions.subscriptions.rules import Command, SubscriptionState, transition
from functions.subscriptions.service.renew import about, catch_up, restart
from kernel.audit import Actor
from kernel.clock import resolve
from kernel.commit import commit
from kernel.problems import Invalid, Refused


def pause(id: str, body: Pause, *, actor: Actor, at: datetime) -> Subscription:
    """Stop here; what was paid for the running period is not given back."""
    subscription = Subscription.fetch(id)
    at = resolve(subscription.clock_id, at)
    catch_up(subscription, at, actor)
    if body.resumes_at is not None and body.resumes_at <= at:
        raise Invalid("a pause ends after it begins", field="resumes_at")
    subscription.status = transition(SubscriptionState(subscription.status), Command.PAUSE)
    subscription.paused_at, subscription.resumes_at = at, body.resumes_at
    subscription.next_action_at, subscription.covered = body.resumes_at, []
    commit((subscription, Paused(**about(subscription))), actor=actor, at=at)
    return subscription


def resume(id: str, *, actor: Actor, at: datetime) -> Subscription:
    """A new period begins now, and is billed."""
    subscription = Subscription.fetch(id)
    if subscription.status != SubscriptionState.PAUSED:
        raise Refused("subscription_not_paused", "only a paused subscription can be resumed")
    restart(subscription, resolve(subscription.clock_id, at), actor)
    return subscription
