"""Tells customers, and staff, what has happened: one subscription per event, and what time does to messages without an outcome.

Every subscriber is idempotent by the marker of its business key, recipient and channel (see `service.notify`).
"""

from datetime import datetime

from functions.announcements.events import Mailed
from functions.backups import events as backups
from functions.contracts import events as contracts
from functions.exports import events as exports
from functions.health import events as health
from functions.invoices.events import Finalized, Paid, PaymentFailed, Uncollectible
from functions.leads.events import Reminded
from functions.notifications import notices, service
from functions.notifications.events import ResendRequested
from functions.notifications.models import Message
from functions.notifications.service import Notice
from functions.onboarding.events import Overdue
from functions.payments.events import ActionRequired, Refunded
from functions.staff.events import Invited
from functions.subscriptions.events import TrialEnding
from functions.tenants.events import Activated
from functions.tickets.events import Replied, SlaBreached, SlaWarned
from kernel.audit import Actor
from kernel.worker import Event, Worker

handler = Worker("notifications")


@handler.on(Finalized)
def finalized(told: Finalized, event: Event) -> None:
    _tell(event, notices.invoice(told, event.subject))


@handler.on(Paid)
def paid(told: Paid, event: Event) -> None:
    _tell(event, notices.receipt(told, event.subject))


@handler.on(PaymentFailed)
def payment_failed(told: PaymentFailed, event: Event) -> None:
    _tell(event, notices.dunning(told, event.subject, event.at))


@handler.on(Uncollectible)
def uncollectible(told: Uncollectible, event: Event) -> None:
    _tell(event, notices.uncollectible(told, event.subject))


@handler.on(ActionRequired)
def action_required(told: ActionRequired, event: Event) -> None:
    _tell(event, notices.action_required(told, event.subject))


@handler.on(Refunded)
def refunded(told: Refunded, event: Event) -> None:
    _tell(event, notices.refund(told, event.subject))


@handler.on(TrialEnding)
def trial_ending(told: TrialEnding, event: Event) -> None:
    _tell(event, notices.trial_ending(told, event.subject))


@handler.on(Activated)
def activated(_: Activated, event: Event) -> None:
    _tell(event, notices.welcome(event.subject))


@handler.on(exports.Completed)
def export_completed(told: exports.Completed, event: Event) -> None:
    _tell(event, notices.export_ready(told, event.subject))


@handler.on(exports.Failed)
def export_failed(told: exports.Failed, event: Event) -> None:
    _tell(event, notices.export_failed(told, event.subject))


@handler.on(Invited)
def invited(told: Invited, event: Event) -> None:
    _tell(event, notices.invitation(told, event.subject))


@handler.on(Reminded)
def reminded(told: Reminded, event: Event) -> None:
    _tell(event, notices.lead_reminder(told, event.subject))


@handler.on(Overdue)
def overdue(told: Overdue, event: Event) -> None:
    _tell(event, notices.onboarding_overdue(told, event.subject))


@handler.on(Replied)
def replied(told: Replied, event: Event) -> None:
    _tell(event, notices.ticket_reply(told, event.subject))


@handler.on(SlaWarned)
def sla_warned(told: SlaWarned, event: Event) -> None:
    _tell(event, notices.ticket_sla(told, event.subject))


@handler.on(SlaBreached)
def sla_breached(told: SlaBreached, event: Event) -> None:
    _tell(event, notices.ticket_sla(told, event.subject))


@handler.on(health.Failed)
def check_failed(told: health.Failed, event: Event) -> None:
    _tell(event, notices.health_failed(told))


@handler.on(health.Recovered)
def check_recovered(told: health.Recovered, event: Event) -> None:
    _tell(event, notices.health_recovered(told))


@handler.on(Mailed)
def announced(told: Mailed, event: Event) -> None:
    _tell(event, notices.announcement(told, event.subject))


@handler.on(backups.Failed)
def backup_failed(told: backups.Failed, event: Event) -> None:
    _tell(event, notices.backup_failed(told, event.subject, event.version))


@handler.on(backups.VerificationFailed)
def verification_failed(told: backups.VerificationFailed, event: Event) -> None:
    _tell(event, notices.backup_failed(told, event.subject, event.version))


@handler.on(contracts.Sent)
def contract_sent(told: contracts.Sent, event: Event) -> None:
    _tell(event, notices.contract_sign(told, event.subject))


@handler.on(contracts.CodeRequested)
def contract_code_requested(told: contracts.CodeRequested, event: Event) -> None:
    _tell(event, notices.contract_code(told, event.subject))


@handler.on(contracts.Signed)
def contract_signed(_: contracts.Signed, event: Event) -> None:
    _tell(event, notices.contract_signed(event.subject))


@handler.on(contracts.Declined)
def contract_declined(told: contracts.Declined, event: Event) -> None:
    _tell(event, notices.contract_declined(told, event.subject))


@handler.on(contracts.Reminded)
def contract_reminded(told: contracts.Reminded, event: Event) -> None:
    _tell(event, notices.contract_reminder(told, event.subject))


@handler.on(ResendRequested)
def resend_requested(_: ResendRequested, event: Event) -> None:
    message = Message.fetch(event.subject)
    if message.waiting:  # idempotent by this: it waits only until it is first offered
        service.step(message, actor=event.actor, at=event.at)


@handler.due(Message)
def due(message: Message, at: datetime, actor: Actor) -> None:
    service.step(message, actor=actor, at=at)


def _tell(event: Event, told: list[Notice]) -> None:
    for notice in told:
        service.notify(notice, actor=event.actor, at=event.at)
