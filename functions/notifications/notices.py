"""What tenants and staff are told of each event: the template, the business key that makes it once for ever, its values. Empty: none."""

from dataclasses import replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from functions.announcements.contract import letter
from functions.announcements.events import Mailed
from functions.backups import events as backups
from functions.contracts import events as contracts
from functions.contracts.contract import signer
from functions.exports.events import Completed, Failed
from functions.health import events as health
from functions.invoices.contract import Invoice
from functions.invoices.events import Finalized, Paid, PaymentFailed, Uncollectible
from functions.leads.events import Reminded
from functions.notifications.models import Channel
from functions.notifications.service import SEALED_CODE, Notice, sealed_link
from functions.onboarding.contract import waits
from functions.onboarding.events import Overdue
from functions.payments.events import ActionRequired, Refunded
from functions.plans.contract import plan
from functions.settings.contract import issuer
from functions.staff.contract import invitee, on_duty
from functions.staff.events import Invited
from functions.subscriptions.events import TrialEnding
from functions.tenants.contract import billing_profile, standing
from functions.tickets.contract import answer
from functions.tickets.events import Replied, SlaBreached, SlaWarned
from kernel.clock import stamp
from kernel.config import setting
from kernel.money import Money


def invoice(told: Finalized, id: str) -> list[Notice]:
    if told.amount_due == 0:
        return []  # nothing is asked for; the receipt carries the document
    values = {"amount": Money(amount=told.amount_due, currency=told.currency), "due": date.fromisoformat(told.due_on),
              "automatic": told.transaction_id is not None}
    return [Notice("invoice", f"invoice#{id}", told.tenant_id, values, id, attach=True)]


def receipt(told: Paid, id: str) -> list[Notice]:
    if told.total <= 0:
        return []  # a credit or a free period: nobody has paid anything
    values = {"amount": Money(amount=told.total, currency=told.currency), "paid": told.paid_at}
    return [Notice("receipt", f"receipt#{id}", told.tenant_id, values, id, attach=True)]


def dunning(told: PaymentFailed, id: str, at: datetime) -> list[Notice]:
    """By mail, and by SMS too when it is the last time that we ask."""
    if told.next_attempt_at is not None and told.next_attempt_at <= at:
        return []  # a new payment method is being charged at this moment
    invoice = Invoice.fetch(id)
    values = {"amount": Money(amount=invoice.owed, currency=told.currency), "attempt": told.attempt, "code": told.code,
              "next_attempt": told.next_attempt_at, "last": told.next_attempt_at is None, "link": _link("billing")}
    mail = Notice("dunning", f"dunning#{id}#{told.attempt}", told.tenant_id, values, id, suppressed=_settled(invoice))
    last = told.next_attempt_at is None and billing_profile(told.tenant_id).phone
    return [mail, replace(mail, channel=Channel.SMS)] if last else [mail]


def uncollectible(told: Uncollectible, id: str) -> list[Notice]:
    invoice = Invoice.fetch(id)
    values = {"amount": Money(amount=invoice.owed, currency=told.currency), "link": _link("billing")}
    return [Notice("uncollectible", f"uncollectible#{id}", told.tenant_id, values, id, suppressed=_settled(invoice))]


def _settled(invoice: Invoice) -> str | None:
    """Events come in any order, and late ones at any time: who has paid by now must not be dunned."""
    return "nothing is owed any more" if invoice.status in ("paid", "void") else None


def action_required(told: ActionRequired, id: str) -> list[Notice]:
    if not told.url.startswith(("https://", "http://")):
        raise ValueError(f"not an address to send anybody to: {told.url}")
    values = {"amount": Money(amount=told.amount, currency=told.currency), "link": told.url}
    return [Notice("action_required", f"action_required#{id}", told.tenant_id, values, told.invoice_id)]


def refund(told: Refunded, id: str) -> list[Notice]:
    values = {"amount": Money(amount=told.amount, currency=told.currency)}
    return [Notice("refund", f"refund#{id}", told.tenant_id, values, told.invoice_id)]


def trial_ending(told: TrialEnding, id: str) -> list[Notice]:
    values = {"plan": plan(told.plan_id).name, "trial_end": told.trial_end, "link": _link("billing")}
    return [Notice("trial_ending", f"trial_ending#{id}#{told.trial_end.isoformat()}", told.tenant_id, values)]


def welcome(tenant_id: str) -> list[Notice]:
    return [Notice("welcome", f"welcome#{tenant_id}", tenant_id, {"link": _link("")})]


def export_ready(told: Completed, id: str) -> list[Notice]:
    """Never with the file's own address, which asks nobody who they are."""
    values = {"resource": told.resource, "format": told.format, "rows": told.rows, "expires": told.expires_at,
              "link": _link(f"exports/{id}")}
    return [Notice("export_ready", f"export_ready#{id}", None, values, staff_id=told.requested_by, language=told.language)]


def export_failed(told: Failed, id: str) -> list[Notice]:
    values = {"resource": told.resource, "format": told.format, "code": told.code, "detail": told.detail, "link": _link(f"exports/{id}")}
    return [Notice("export_failed", f"export_failed#{id}", None, values, staff_id=told.requested_by, language=told.language)]


def invitation(told: Invited, id: str) -> list[Notice]:
    """Without its link, which is nobody's but the recipient's: `service` puts it in at the moment of sending."""
    about = invitee(id)
    values = {"host": about.host, "expires": about.expires_at, "link": sealed_link("accept")}
    return [Notice("invitation", f"invitation#{id}#{stamp(told.expires_at)}", None, values, invitation_id=id, language=about.language,
                   suppressed=None if about.open else "the invitation is open no longer")]


def lead_reminder(told: Reminded, id: str) -> list[Notice]:
    if told.owner_id is None:
        return []  # a lead that is nobody's is on the list of those, and reminds nobody
    values = {"lead": told.name, "step": told.next_step, "due": told.next_step_at, "link": _link(f"leads/{id}")}
    return [Notice("lead_reminder", f"lead_reminder#{id}#{stamp(told.next_step_at)}", None, values, staff_id=told.owner_id)]


def onboarding_overdue(told: Overdue, id: str) -> list[Notice]:
    """Once for each item, whatever becomes of it; not to who has done it by now, nor to who may not use the product."""
    stands = standing(told.tenant_id)
    if stands.left:
        return []
    suppressed = "the tenant is suspended" if stands.suspended else None if waits(id, told.item) else "it is done by now"
    values = {"step": told.title, "due": told.due_at, "before": ", ".join(told.waits_for), "link": _link("")}
    return [Notice("onboarding_overdue", f"onboarding_overdue#{id}#{told.item}", told.tenant_id, values, suppressed=suppressed)]


def ticket_reply(told: Replied, id: str) -> list[Notice]:
    """To who asked; a customer's own words go to nobody."""
    found = answer(id, told.version) if told.author == "staff" else None
    if found is None:
        return []
    values = {"ticket": found.number, "about": found.subject, "paragraphs": found.text.split("\n\n"), "files": found.files}
    return [Notice("ticket_reply", f"ticket_reply#{told.reply_id}", found.tenant_id, values, to=found.requester_email)]


def ticket_sla(told: SlaWarned | SlaBreached, id: str) -> list[Notice]:
    """To who works on it, or else to the owner's own address."""
    values = {"ticket": told.number, "about": told.subject, "promise": told.promise, "broken": isinstance(told, SlaBreached),
              "due": told.due_at, "link": _link(f"tickets/{id}")}
    return [Notice("ticket_sla", f"{told.event}#{id}#{told.promise}", None, values, staff_id=told.assignee_id or "", to=issuer().email)]


def health_failed(told: health.Failed) -> list[Notice]:
    values = {"check": told.name, "error": told.error, "since": told.since, "link": _link(f"health/incidents/{told.incident_id}")}
    return _alerts("health_failed", told, values)


def health_recovered(told: health.Recovered) -> list[Notice]:
    link = _link(f"health/incidents/{told.incident_id}")
    values = {"check": told.name, "minutes": -(-told.seconds // 60), "since": told.since, "link": link}
    return _alerts("health_recovered", told, values)


def _alerts(template: str, told: health.Failed | health.Recovered, values: dict[str, Any]) -> list[Notice]:
    """One for each of the staff on duty and for each address and number that the check names; each once for an incident."""
    first = Notice(template, f"{template}#{told.incident_id}", None, values)
    staff = [replace(first, staff_id=each.id) for each in on_duty(told.roles)]
    mails = [replace(first, to=each) for each in told.emails]
    return [*staff, *mails, *(replace(first, to=each, channel=Channel.SMS) for each in told.phones)]


def announcement(told: Mailed, id: str) -> list[Notice]:
    """To those who are still there, as it reads at this moment; the mail of a tenant is its own, though two may have one address."""
    found = letter(id)
    values = {"title": found.title, "html": Markup(found.html), "text": found.text, "severity": found.severity}
    return [Notice("announcement", f"announcement#{id}#{each}", each, values, suppressed=None if found.live else "it is not live any more")
            for each in told.tenant_ids if not standing(each).left]


def backup_failed(told: backups.Failed | backups.VerificationFailed, id: str, version: int) -> list[Notice]:
    """To every owner: once for each time that it failed."""
    values = {"drill": isinstance(told, backups.VerificationFailed), "reason": told.reason, "link": _link(f"backups/{id}")}
    return [Notice("backup_failed", f"backup_failed#{id}#{version}", None, values, staff_id=each.id) for each in on_duty(("owner",))]


def contract_sign(told: contracts.Sent, id: str) -> list[Notice]:
    """Without its link, as an invitation."""
    about = signer(id)
    values = {"contract": about.title, "expires": told.sign_by, "link": sealed_link("sign")}
    return [Notice("contract_sign", f"contract_sign#{id}", about.tenant_id, values, contract_id=id,
                   suppressed=None if about.open else "the contract is open no longer")]


def contract_code(told: contracts.CodeRequested, id: str) -> list[Notice]:
    """Without the code, which is put in at the moment of sending."""
    about = signer(id)
    values = {"contract": about.title, "pin": SEALED_CODE}
    return [Notice("contract_code", f"contract_code#{id}#{stamp(told.expires_at)}", about.tenant_id, values, channel=Channel(told.channel),
                   contract_id=id)]


def contract_signed(id: str) -> list[Notice]:
    """To who has signed it, with the link to a copy."""
    about = signer(id)
    return [Notice("contract_signed", f"contract_signed#{id}", about.tenant_id, {"contract": about.title, "link": sealed_link("sign")},
                   contract_id=id)]


def contract_declined(told: contracts.Declined, id: str) -> list[Notice]:
    about = signer(id)
    if about.owner_id is None:
        return []  # it is on the list of those that were declined
    values = {"contract": about.title, "signer": about.name, "reason": told.reason, "link": _link(f"contracts/{id}")}
    return [Notice("contract_declined", f"contract_declined#{id}", None, values, staff_id=about.owner_id)]


def contract_reminder(told: contracts.Reminded, id: str) -> list[Notice]:
    """To who has signed it, and to its owner."""
    about = signer(id)
    values = {"contract": about.title, "ends": told.ends_at, "months": told.next_months, "zone": about.zone}
    key = f"contract_reminder#{id}#{told.days}"
    first = Notice("contract_reminder", key, about.tenant_id, values, contract_id=id)
    return [first, replace(first, tenant_id=None, contract_id=None, staff_id=about.owner_id)] if about.owner_id else [first]


def _link(path: str) -> str:
    return f"{setting('ORIGIN')}/{path}"
