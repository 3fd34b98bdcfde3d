"""Invoice drafts of subscriptions: rules give the lines, the invoices' contract makes the unsaved draft, one commit writes both."""

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction

from functions.invoices.contract import Draft, DraftLine, draft, standing
from functions.plans.contract import plan
from functions.settings.contract import issuer, tax_rates
from functions.subscriptions.models import Subscription
from functions.subscriptions.rules import Behind, Invoiced, Line, backed, behind_change
from functions.subscriptions.texts import description
from functions.tenants.contract import Profile, billing_profile
from kernel.audit import Actor, Payload
from kernel.clock import parse, stamp
from kernel.commit import commit
from kernel.problems import Refused


def drafted(subscription: Subscription, lines: Sequence[Line], *, at: datetime, credited_plan: str | None = None,
            balance: int = 0) -> Draft:
    """The unsaved draft of these lines for the subscription's tenant; credits are for `credited_plan`, if it is another than its own."""
    profile: Profile = billing_profile(subscription.tenant_id)
    own = plan(subscription.plan_id).name
    names = {"credit": credited_plan or own}
    rows = [DraftLine(kind=line.kind, description=description(line, plan=names.get(line.kind, own), language=profile.language),
                      quantity=line.quantity, unit_amount=line.unit_amount, amount=line.amount, period_start=line.period_start,
                      period_end=line.period_end, plan_id=subscription.plan_id, derivation=line.derivation) for line in lines]
    return draft(profile=profile, issuer=issuer(), rates=tax_rates(), lines=rows, currency=subscription.currency,
                 subscription_id=subscription.id, period_start=subscription.period_start, period_end=subscription.period_end, at=at,
                 balance=balance)


def cover(subscription: Subscription, invoice: Draft, *, credited: Sequence[Invoiced] = (), lines: Sequence[Line] = ()) -> None:
    """What has been billed and still covers time: the next change or cancellation credits the unused part of it.

    The money behind it is kept with it, by invoice: what `lines` give back of what was `credited` came with invoices of before.
    """
    credits = {line.params["line_id"]: -line.amount for line in lines if line.kind == "credit"}
    (part,) = invoice.covered  # a period and a change have one line each that can be credited later
    behind = [{"invoice_id": each.invoice_id, "amount": each.amount}
              for each in behind_change(invoice.invoice.id, part["amount"], credited, credits)]
    subscription.covered = [part | {name: stamp(part[name]) for name in ("period_start", "period_end")} | {"behind": behind}]


def covered(subscription: Subscription) -> list[Invoiced]:
    """What has been PAID and still covers time: only that can be credited. What was refunded, voided or given up is not, whichever of the
    invoices behind it that was.

    `Refused` (`invoice_open`) while an invoice of the running period is not settled: its credit would have no money behind it.
    """
    found = []
    for part in subscription.covered:
        invoice_id = part["line_id"].split("#")[0]
        told = part.get("behind", [{"invoice_id": invoice_id, "amount": part["amount"]}])  # none on what was billed before this was kept
        behind = tuple(Behind(each["invoice_id"], each["amount"], _kept(each["invoice_id"])) for each in told)
        amount = backed(part["amount"], behind)
        found.append(Invoiced(part["line_id"], amount, parse(part["period_start"]), parse(part["period_end"]), behind))
    return found


def _kept(invoice_id: str) -> Fraction:
    if not invoice_id:
        return Fraction(1)
    state = standing(invoice_id)
    if state is None or state.status in ("void", "uncollectible"):
        return Fraction(0)
    if state.status != "paid":
        raise Refused("invoice_open", "The invoice of the running period is not paid yet: collect or void it first.")
    return state.kept


def commit_with(subscription: Subscription, event: Payload, invoice: Draft | None, *, actor: Actor, at: datetime) -> None:
    """The change and its invoice, or neither."""
    if invoice is None:
        commit((subscription, event), actor=actor, at=at)
        return
    subscription.latest_invoice_id = invoice.invoice.id
    commit((subscription, event), (invoice.invoice, invoice.event), actor=actor, at=at, items=invoice.items)
