"""What becomes of a subscription when its invoices are paid, or are not.

Events come in any order and more than once: of each invoice only what is newer than the last heard of it counts.
"""

from datetime import datetime

from functions.invoices.contract import standing
from functions.subscriptions.events import Ended, PastDue, Recovered
from functions.subscriptions.models import Subscription
from functions.subscriptions.rules import Command, SubscriptionState, transition
from functions.subscriptions.service.renew import about, close
from kernel.audit import Actor, Payload
from kernel.commit import commit

MEMORY = 24  # invoices: two years of months


def payment_failed(id: str, invoice_id: str, version: int, *, actor: Actor, at: datetime) -> None:
    """An invoice is in dunning."""
    if _settled(invoice_id):
        return  # the news is late: what has become of the invoice is known already
    subscription = _hear(id, invoice_id, version)
    if subscription is None:
        return
    subscription.overdue = sorted({*subscription.overdue, invoice_id})
    _move(subscription, Command.PAYMENT_FAILED, PastDue, invoice_id=invoice_id, actor=actor, at=at)


def payment_recovered(id: str, invoice_id: str, version: int, *, actor: Actor, at: datetime) -> None:
    """An invoice was paid, or is owed no more. When it was the last one in dunning, the subscription is in good standing again."""
    subscription = _hear(id, invoice_id, version)
    if subscription is None or invoice_id not in subscription.overdue:
        return  # an invoice that was never in dunning changes nothing
    subscription.overdue = [each for each in subscription.overdue if each != invoice_id]
    if not subscription.overdue:
        _move(subscription, Command.PAYMENT_RECOVERED, Recovered, actor=actor, at=at)
    else:
        commit((subscription, PastDue(**about(subscription), invoice_id=subscription.overdue[0])), actor=actor, at=at)


def uncollectible(id: str, invoice_id: str, version: int, *, actor: Actor, at: datetime) -> None:
    """Dunning has given up: the subscription ends."""
    if _settled(invoice_id):
        return  # the money came after all
    subscription = _hear(id, invoice_id, version)
    if subscription is not None:
        _move(subscription, Command.UNCOLLECTIBLE, Ended, reason="uncollectible", actor=actor, at=at)


def _settled(invoice_id: str) -> bool:
    state = standing(invoice_id)
    return state is not None and state.status in ("paid", "void")


def _hear(id: str, invoice_id: str, version: int) -> Subscription | None:
    """The subscription, with the version of the invoice noted, or None where something newer was heard, or it has ended."""
    subscription = Subscription.find(id)
    if subscription is None or subscription.status == SubscriptionState.ENDED or subscription.heard.get(invoice_id, 0) >= version:
        return None
    heard = {**subscription.heard, invoice_id: version}
    subscription.heard = dict(sorted(heard.items())[-MEMORY:])  # ids are in order of time
    return subscription


def _move(subscription: Subscription, command: Command, event: type[Payload], *, actor: Actor, at: datetime, **told: str) -> None:
    subscription.status = transition(SubscriptionState(subscription.status), command)
    if subscription.status == SubscriptionState.ENDED:
        close(subscription, at)
    commit((subscription, event(**about(subscription), **told)), actor=actor, at=at)
