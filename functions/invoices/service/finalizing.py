"""Draft to open: the number, the totals and the documents as they will stay, and the first charge, all in one commit.

Up to ten drafts of one number series go together. That numbers have no gap rests on one condition: the series' counter is written in
the same transaction as the invoices that take its numbers. Idempotent by state: what is no draft any more is passed over.
"""

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from functions.invoices import files
from functions.invoices.bill import Bill, bill, treatment_of
from functions.invoices.contract import series, written
from functions.invoices.events import Finalized
from functions.invoices.models import BODY, Invoice
from functions.invoices.rules import Command, InvoiceState, issue_date, number, transition
from functions.invoices.service.balances import balance_of, credit, paid
from functions.payments.contract import charge, has_method
from functions.settings.contract import Issuer, issuer, tax_rates
from functions.tenants.contract import Profile, billing_profile
from kernel.audit import Actor
from kernel.calendar import instant
from kernel.clock import resolve
from kernel.commit import Change, Marker, commit, marker
from kernel.dynamodb import Item
from kernel.problems import Conflict, Duplicate, Problem, Stale
from kernel.records import body_of

BATCH, TRIES = 10, 6
# What a single draft can be the reason for: a rule says no, what it refers to is gone, its document cannot be set in type.
_ITS_OWN_FAULT = (Problem, ValueError, LookupError, TypeError, RuntimeError)


@dataclass(frozen=True)
class Order:
    """That a draft be finalized, and why. `at` is business time; None is when the draft fell due."""

    id: str
    actor: Actor
    at: datetime | None = None


@dataclass(frozen=True)
class _Job:
    order: Order
    invoice: Invoice
    issuer: Issuer
    at: datetime

    @property
    def series(self) -> str:
        return series(self.issuer, self.at)


@dataclass(frozen=True)
class _Ready:
    job: _Job
    changes: list[Change]
    body: Item


def finalize(orders: Iterable[Order]) -> dict[str, Exception]:
    """Finalize drafts; {id: why not} of those that stay drafts. `Conflict` when others kept taking the numbers."""
    errors: dict[str, Exception] = {}
    waiting, lost = list({order.id: order for order in orders}.values()), 0
    while waiting:
        try:
            waiting = _round(waiting, errors)
        except (Conflict, Duplicate) as race:
            lost += 1
            if lost == TRIES:
                raise Conflict("the number series is busy, try again") from race
            time.sleep(random.uniform(0, 0.02 * 2**lost))  # full jitter, so that those who collided part
    return errors


def finalize_one(id: str, *, actor: Actor, at: datetime) -> Invoice:
    """The invoice once it is finalized. `Refused` where it is no draft, `Conflict` with the reason where it cannot be done."""
    invoice = Invoice.fetch(id)
    transition(InvoiceState(invoice.status), Command.FINALIZE)
    if actor.expects not in (None, invoice.version):
        raise Stale(f"{id} was changed by someone else, read it again")
    failed = finalize([Order(id, replace(actor, expects=None), resolve(invoice.clock_id, at))]).get(id)
    if isinstance(failed, Problem):
        raise failed
    if failed is not None:
        raise Conflict(f"{id} cannot be finalized: {failed}", code="cannot_be_finalized")
    return Invoice.fetch(id)


def _round(waiting: Sequence[Order], errors: dict[str, Exception]) -> list[Order]:
    """Finalizes a batch of one series, with no tenant twice, for two invoices cannot change one balance. Returns what is left."""
    chosen: dict[str, _Job] = {}
    left = []
    for order in waiting:
        try:
            job = _job(order)
        except Problem as problem:
            errors[order.id] = problem
            continue
        if job is None:
            continue
        fits = all(job.series == other.series for other in chosen.values()) and len(chosen) < BATCH
        if fits and job.invoice.tenant_id not in chosen:
            chosen[job.invoice.tenant_id] = job
        else:
            left.append(order)
    if chosen:
        _commit(list(chosen.values()), errors)
    return left


def _job(order: Order) -> _Job | None:
    """None where nothing is left to do: it is finalized, was discarded, or is nobody's turn (neither due nor asked for)."""
    invoice = Invoice.find(order.id)
    at = order.at or (invoice.next_action_at if invoice and not invoice.stuck else None)
    if invoice is None or invoice.deleted_at or invoice.status != InvoiceState.DRAFT or at is None:
        return None
    return _Job(order, invoice, issuer(invoice.issuer_id), at)


def _commit(jobs: list[_Job], errors: dict[str, Exception]) -> None:
    key, rates = f"series#{jobs[0].series}", tax_rates()
    counter = marker(Invoice, key)
    taken = int(counter["n"]) if counter else 0
    ready: list[_Ready] = []
    for job in jobs:
        try:
            ready.append(_prepared(job, rates, taken + len(ready) + 1))
        except _ITS_OWN_FAULT as error:
            errors[job.invoice.id] = error
    if not ready:
        return
    numbers = Marker(Invoice, key, {"n": taken + len(ready)}, expect={"n": taken} if counter else None)
    commit(*(change for each in ready for change in each.changes), actor=ready[0].job.order.actor, at=ready[0].job.at,
           markers=[numbers], items=[(Invoice.table(), each.body) for each in ready])
    for each in ready:
        if each.job.invoice.owed == 0:  # a second commit, since a record has one event per commit; the due step would make up for it
            commit(paid(each.job.invoice, each.job.at), actor=each.job.order.actor, at=each.job.at)


def _prepared(job: _Job, rates: Mapping[str, str], n: int) -> _Ready:
    """The invoice as it will be under its number, with its documents stored and everything that its commit will write."""
    invoice, at = job.invoice, job.at
    profile = billing_profile(invoice.tenant_id)
    balance = balance_of(invoice)
    made = bill(body_of(invoice, BODY)["lines"], profile=profile, issuer=job.issuer, currency=invoice.currency, balance=balance.amount,
                treatment=treatment_of(profile, job.issuer, rates))
    invoice.status = transition(InvoiceState(invoice.status), Command.FINALIZE)
    invoice.stuck = None
    _dated(invoice, job, profile, n)
    body = _body(invoice, made)
    item = written(invoice, made.amounts, body)
    digests = files.store(invoice.id, body)
    invoice.pdf_sha256, invoice.xlsx_sha256 = digests["pdf"], digests["xlsx"]
    charges = _first_charge(invoice, job)
    told = Finalized(**invoice.told(), due_on=str(invoice.due_on), transaction_id=invoice.transaction_id)
    moved = credit(balance, made.amounts["credit_to_balance"] - made.amounts["balance_applied"], invoice, at)
    return _Ready(job, [Change(each.record, each.payload, at, job.order.actor) for each in (Change(invoice, told), *moved, *charges)], item)


def _dated(invoice: Invoice, job: _Job, profile: Profile, n: int) -> None:
    issued = issue_date(job.at, job.issuer.zone)
    due = issued + timedelta(days=job.issuer.payment_terms_days)
    invoice.series, invoice.number = job.series, number(job.issuer.number_prefix, issued.year, n)
    invoice.issued_at, invoice.issued_on, invoice.due_on = job.at, issued.isoformat(), due.isoformat()
    invoice.due_at = _end_of(due, job.issuer.zone)
    invoice.language, invoice.zone = profile.language, profile.zone


def _end_of(day: date, zone: str) -> datetime:
    return instant(datetime.combine(day + timedelta(days=1), datetime.min.time()), zone)


def _body(invoice: Invoice, made: Bill) -> dict[str, Any]:
    names = ("id", "number", "status", "issued_on", "due_on")
    return {name: str(getattr(invoice, name)) for name in names} | made.body


def _first_charge(invoice: Invoice, job: _Job) -> list[Change]:
    """Decides how the money is to come in. Without a payment method the customer has until the due date to add one, or to pay."""
    invoice.next_action_at = None
    if invoice.owed == 0:
        invoice.next_action_at = job.at
    elif invoice.collect and has_method(invoice.tenant_id):
        transaction, started = charge(tenant_id=invoice.tenant_id, invoice_id=invoice.id, amount=invoice.owed, currency=invoice.currency,
                                      attempt=1, at=job.at, clock_id=invoice.clock_id)
        invoice.transaction_id, invoice.attempts, invoice.next_action_at = transaction.id, 1, job.at
        return [Change(transaction, started)]
    elif invoice.collect:
        invoice.next_attempt_at = invoice.next_action_at = invoice.due_at
    return []
