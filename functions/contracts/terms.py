"""What time does to a contract: nobody has signed it, its term begins, reminders, the notice date, and its end or next term."""

from datetime import datetime

from functions.contracts import events, rules, service
from functions.contracts.models import Contract, ContractStatus, Renewal
from functions.contracts.rules import REMIND, Term, next_end
from functions.tenants.contract import has_left
from kernel import ids
from kernel.audit import Actor
from kernel.commit import Marker, commit

# What the next term has of the one before it.
_COPIED = ("title", "tenant_id", "template_id", "price_id", "owner_id", "language", "zone", "fields", "edition", "sha256",
           "certificate_sha256", "signer_name", "signer_email", "signer_phone", "sign_days", "signed_at", "renewal", "renewal_months",
           "notice_days", "reminder_days", "origin_id", "extra", "clock_id")


def step(contract: Contract, *, actor: Actor, at: datetime) -> None:
    """One step. Once: the commit takes only the version that was read, which names the step. Who has left has no next term."""
    name = contract.next_step
    if contract.next_months is not None and has_left(contract.tenant_id):
        contract.next_months = None
    if name == "lapse":
        contract.status = service.moved(contract, "lapse")
        service.close(contract)
        commit((contract, events.Lapsed(status=contract.status)), actor=actor, at=at)
    elif name == "start":
        contract.status = service.moved(contract, "start")
        _begin(contract, at)
        commit((contract, events.Activated(status=contract.status)), actor=actor, at=at)
    elif name == "expire":
        contract.status = service.moved(contract, "expire")
        _plan(contract, name)
        commit((contract, events.NoticePassed(status=contract.status, ends_at=contract.ends_at)), actor=actor, at=at)
    elif name == "finish":
        _finish(contract, actor=actor, at=at)
    else:
        _remind(contract, actor=actor, at=at)


def _begin(contract: Contract, at: datetime) -> None:
    contract.active_at, contract.anchor_at = at, contract.anchor_at or contract.ends_at
    contract.next_months = contract.renewal_months if contract.renewal == Renewal.AUTOMATIC else None
    _plan(contract, None)


def _plan(contract: Contract, done: str | None) -> None:
    term = Term(contract.ends_at, contract.zone, contract.notice_days, tuple(contract.reminder_days))
    following = rules.after(term, contract.active_at, done)
    contract.next_action_at, contract.next_step = (following.at, following.name) if following else (None, None)


def _remind(contract: Contract, *, actor: Actor, at: datetime) -> None:
    days = int(contract.next_step.removeprefix(REMIND))
    _plan(contract, contract.next_step)
    told = events.Reminded(status=contract.status, days=days, ends_at=contract.ends_at, next_months=contract.next_months)
    commit((contract, told), actor=actor, at=at)


def _finish(contract: Contract, *, actor: Actor, at: datetime) -> None:
    """It ends, or the next term begins at that moment; both in one commit, and of one contract once."""
    if contract.next_months is None:
        contract.status = service.moved(contract, "end")
        service.close(contract)
        commit((contract, events.Ended(status=contract.status)), actor=actor, at=at)
        return
    months_on = contract.months_on + contract.next_months
    following = Contract(
        ids.new(Contract.prefix), **{name: getattr(contract, name) for name in _COPIED}, status=ContractStatus.ACTIVE,
        starts_at=contract.ends_at, ends_at=next_end(contract.anchor_at, months_on, contract.zone), anchor_at=contract.anchor_at,
        months_on=months_on, term=contract.term + 1, renews=contract.id)
    _begin(following, at)
    contract.status, contract.renewed_as = service.moved(contract, "renew"), following.id
    service.close(contract)
    commit((contract, events.Renewed(status=contract.status, by=following.id)),
           (following, events.TermStarted(status=following.status, renews=contract.id)), actor=actor, at=at,
           markers=[Marker(Contract, f"renewal#{contract.id}", {"contract_id": following.id})])
