"""Tells customers what has happened: one subscription per event, and what time does to messages without an outcome.

Every subscriber is idempotent by the marker of its business key, recipient and channel (see `service.notify`).
"""

from dataclasses import replace
from datetime import date, datetime

from functions.invoices.contract import Invoice
from functions.invoices.events import Finalized, Paid, PaymentFailed, Uncollectible
from functions.notifications import service
from functions.notifications.events import ResendRequested
from functions.notifications.models import Channel, Message
from functions.notifications.service import Notice
from functions.payments.events import ActionRequired, Refunded
from functions.plans.contract import plan
from functions.subscriptions.events import TrialEnding
from functions.tenants.contract import billing_profile
from functions.tenants.events import Activated
from kernel.audit import Actor
from kernel.config import setting
from kernel.money import Money
from kernel.worker import Event, Worker

handler = Worker("notifications")


@handler.on(Finalized)
def finalized(told: Finalized, event: Event) -> None:
    if told.amount_due == 0:
        return  # nothing is asked for; the receipt carries the document
    values = {"amount": Money(amount=told.amount_due, currency=told.currency), "due": date.fromisoformat(told.due_on),
              "automatic": told.transaction_id is not None}
    _tell(event, Notice("invoice", f"invoice#{event.subject}", told.tenant_id, values, event.subject, attach=True))


@handler.on(Paid)
def paid(told: Paid, event: Event) -> None:
    if told.total <= 0:
        return  # a credit or a free period: nobody has paid anything
    values = {"amount": Money(amount=told.total, currency=told.currency), "paid": told.paid_at}
    _tell(event, Notice("receipt", f"receipt#{event.subject}", told.tenant_id, values, event.subject, attach=True))


@handler.on(PaymentFailed)
def payment_failed(told: PaymentFailed, event: Event) -> None:
    if told.next_attempt_at is not None and told.next_attempt_at <= event.at:
        return  # a new payment method is being charged at this moment
    # Events come in any order, and late ones at any time: who has paid by now must not be dunned.
    suppressed = "nothing is owed any more" if Invoice.fetch(event.subject).status in ("paid", "void") else None
    values = {"amount": Money(amount=told.amount_due, currency=told.currency), "attempt": told.attempt, "code": told.code,
              "next_attempt": told.next_attempt_at, "last": told.next_attempt_at is None, "link": _link("billing")}
    mail = Notice("dunning", f"dunning#{event.subject}#{told.attempt}", told.tenant_id, values, event.subject, suppressed=suppressed)
    _tell(event, mail)
    if told.next_attempt_at is None and billing_profile(told.tenant_id).phone:
        _tell(event, replace(mail, channel=Channel.SMS))


@handler.on(Uncollectible)
def uncollectible(told: Uncollectible, event: Event) -> None:
    values = {"amount": Money(amount=told.amount_due, currency=told.currency), "link": _link("billing")}
    _tell(event, Notice("uncollectible", f"uncollectible#{event.subject}", told.tenant_id, values, event.subject))


@handler.on(ActionRequired)
def action_required(told: ActionRequired, event: Event) -> None:
    if not told.url.startswith(("https://", "http://")):
        raise ValueError(f"not an address to send anybody to: {told.url}")
    values = {"amount": Money(amount=told.amount, currency=told.currency), "link": told.url}
    _tell(event, Notice("action_required", f"action_required#{event.subject}", told.tenant_id, values, told.invoice_id))


@handler.on(Refunded)
def refunded(told: Refunded, event: Event) -> None:
    values = {"amount": Money(amount=told.amount, currency=told.currency)}
    _tell(event, Notice("refund", f"refund#{event.subject}", told.tenant_id, values, told.invoice_id))


@handler.on(TrialEnding)
def trial_ending(told: TrialEnding, event: Event) -> None:
    values = {"plan": plan(told.plan_id).name, "trial_end": told.trial_end, "link": _link("billing")}
    _tell(event, Notice("trial_ending", f"trial_ending#{event.subject}#{told.trial_end.isoformat()}", told.tenant_id, values))


@handler.on(Activated)
def activated(_: Activated, event: Event) -> None:
    _tell(event, Notice("welcome", f"welcome#{event.subject}", event.subject, {"link": _link("")}))


@handler.on(ResendRequested)
def resend_requested(_: ResendRequested, event: Event) -> None:
    message = Message.fetch(event.subject)
    if message.waiting:  # idempotent by this: it waits only until it is first offered
        service.step(message, actor=event.actor, at=event.at)


@handler.due(Message)
def due(message: Message, at: datetime, actor: Actor) -> None:
    service.step(message, actor=actor, at=at)


def _tell(event: Event, notice: Notice) -> None:
    service.notify(notice, actor=event.actor, at=event.at)


def _link(path: str) -> str:
    return f"{setting('ORIGIN')}/{path}"
