"""What staff do with contracts: written as drafts, sent to be signed, taken back, and whether there is a next term."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any, TypeVar

from functions.contracts import documents, events, files, language, wording
from functions.contracts.models import Contract, ContractCreate, ContractStatus, ContractTemplate, ContractUpdate, Renewal
from functions.contracts.rules import check_term, transition
from functions.contracts.shown import ContractEvidence, ContractLink, ContractVersion, ContractVersions
from functions.plans.contract import price
from functions.settings.contract import issuer
from functions.staff.contract import member
from functions.tenants.contract import billing_profile, has_left
from kernel import dynamodb, ids
from kernel.audit import Actor, Payload, digest
from kernel.clock import resolve, stamp, wall
from kernel.commit import commit
from kernel.problems import BadRequest, Conflict, Invalid, NotFound, Refused, referred
from kernel.query import opened, sealed
from kernel.records import child
from kernel.resource import attributes, patch

T = TypeVar("T")
MOST_VERSIONS = 200  # of a draft
_GOES_ON = (ContractStatus.ACTIVE, ContractStatus.EXPIRING)


def create(body: ContractCreate, *, actor: Actor, at: datetime) -> Contract:
    """A draft, with its first version and its PDF. `Invalid` for what does not exist, for a term that contradicts itself, and for fields
    that are not those of the template; `Refused` while there is no issuer."""
    contract = Contract(ids.new(Contract.prefix), **attributes(body))
    contract.origin_id = contract.id
    _write(contract, events.Created(status=contract.status), actor=actor, at=at)
    return contract


def update(id: str, body: ContractUpdate, *, actor: Actor, at: datetime) -> Contract:
    """A draft's next version. `Refused` (`not_draft`) for one that was sent. As `create`."""
    contract = _draft(id)
    patch(contract, body)
    _write(contract, events.Updated(status=contract.status), actor=actor, at=at)
    return contract


def delete(id: str, *, actor: Actor, at: datetime) -> None:
    """Drafts alone: what was sent is part of what happened."""
    contract = _draft(id)
    contract.deleted_at = wall()
    commit((contract, events.Deleted(status=contract.status)), actor=actor, at=resolve(contract.clock_id, at))


def restore(id: str, *, actor: Actor, at: datetime) -> Contract:
    """`Conflict` for one that is not deleted."""
    contract = Contract.fetch(id, deleted=True)
    if contract.deleted_at is None:
        raise Conflict(f"{id} is not deleted")
    contract.deleted_at = None
    commit((contract, events.Restored(status=contract.status)), actor=actor, at=resolve(contract.clock_id, at))
    return contract


def send(id: str, *, actor: Actor, at: datetime) -> Contract:
    """Asks for the signature, by a link that is good until `sign_by`. `Refused` where the term or the tenant would be gone by then."""
    contract = Contract.fetch(id)
    target, at = moved(contract, "send"), resolve(contract.clock_id, at)
    if has_left(contract.tenant_id):
        raise Refused("tenant_left", "the tenant has left: nobody is there to sign it")
    if contract.ends_at <= at:
        raise Refused("term_over", "its term is over: nobody can sign it any more")
    contract.status, contract.sent_at, contract.nonce = target, at, token_hex(16)
    contract.sign_by = min(at + timedelta(days=contract.sign_days), contract.ends_at)
    contract.next_action_at, contract.next_step = contract.sign_by, "lapse"
    commit((contract, events.Sent(status=target, sign_by=contract.sign_by)), actor=actor, at=at)
    return contract


def withdraw(id: str, *, actor: Actor, at: datetime) -> Contract:
    """Nobody can sign it any more."""
    contract = Contract.fetch(id)
    contract.status = moved(contract, "withdraw")
    close(contract)
    commit((contract, events.Withdrawn(status=contract.status)), actor=actor, at=resolve(contract.clock_id, at))
    return contract


def set_next(id: str, months: int | None, *, actor: Actor, at: datetime) -> Contract:
    """Whether there is a next term, and how long it is. `Refused` before it is active and after it has ended, and for a contract that
    cannot be renewed."""
    contract = Contract.fetch(id)
    if contract.status not in _GOES_ON:
        raise Refused("not_active", f"a contract that is {contract.status} has no next term to decide on")
    if months is not None and contract.renewal == Renewal.NONE:
        raise Refused("not_renewable", "it says that it is not renewed")
    if contract.next_months == months:
        raise Conflict("it is so already")
    contract.next_months = months
    told = events.RenewalChanged(status=contract.status, next_months=months)
    commit((contract, told), actor=actor, at=resolve(contract.clock_id, at))
    return contract


def versions(id: str, params: Mapping[str, str], caller: str) -> ContractVersions:
    """What it has said, newest first: as much at once as the database gives."""
    if unknown := sorted(params.keys() - {"cursor"}):
        raise BadRequest(f"cannot filter by {unknown[0]}", code="unknown_filter", field=unknown[0], allowed=[])
    contract, identity = Contract.fetch(id, deleted=True), digest(json.dumps(["versions", caller, id]))
    before = opened(params["cursor"], identity) if "cursor" in params else "version#~"
    items, more = dynamodb.ask(Contract.table(), "", contract.origin_id, low="version#", high=before, forward=False, limit=MOST_VERSIONS)
    found = [ContractVersion.model_validate_json(item["body"]["S"]) for item in items if item["sk"]["S"] != before]
    return ContractVersions(data=found, next_cursor=sealed(_version(found[-1].number), identity) if found and more else None)


def document(id: str, number: int | None = None) -> ContractLink:
    """The PDF of a version, or of the newest one."""
    contract = Contract.fetch(id, deleted=True)
    if number is None:
        return files.link(contract, contract.sha256, "contract")
    item = dynamodb.get(Contract.table(), contract.origin_id, _version(number))
    if item is None:
        raise NotFound(f"{id} has no version {number}")
    return files.link(contract, ContractVersion.model_validate_json(item["body"]["S"]).sha256, f"version-{number}")


def evidence(id: str) -> ContractEvidence:
    """`NotFound` while nobody has signed."""
    contract = Contract.fetch(id)
    item = dynamodb.get(Contract.table(), contract.origin_id, "evidence")
    if item is None:
        raise NotFound(f"{id} was not signed")
    return ContractEvidence.model_validate_json(item["body"]["S"])


def moved(contract: Contract, command: str) -> Any:
    """The state that the command leads to, or `Conflict`."""
    target = transition(contract.status, command)
    if target is None:
        raise Conflict(f"a contract that is {contract.status} cannot {command}", status_now=contract.status)
    return target


def close(contract: Contract) -> None:
    """Nothing is asked for any more, and time does nothing to it."""
    contract.next_action_at, contract.next_step, contract.code_nonce = None, None, None


def _draft(id: str) -> Contract:
    contract = Contract.fetch(id)
    if contract.status != ContractStatus.DRAFT:
        raise Refused("not_draft", f"a contract that is {contract.status} can change no more")
    return contract


def _write(contract: Contract, payload: Payload, *, actor: Actor, at: datetime) -> None:
    """The record with its next version: the text by the template, its PDF, and what that hashes to."""
    check_term(contract.starts_at, contract.ends_at, contract.renewal, contract.renewal_months)
    if contract.edition >= MOST_VERSIONS:
        raise Refused("too_many_versions", f"a contract has at most {MOST_VERSIONS} versions")
    template = _referred("template_id", lambda: ContractTemplate.fetch(contract.template_id))
    profile = _referred("tenant_id", lambda: billing_profile(contract.tenant_id))
    if contract.price_id is not None:
        _referred("price_id", lambda: price(contract.price_id))
    if contract.owner_id is not None and member(contract.owner_id) is None:
        raise Invalid(f"{contract.owner_id} is no member of staff", code="unknown_reference", field="owner_id")
    from_, at = issuer(), resolve(profile.clock_id, at)
    contract.clock_id = profile.clock_id
    contract.language, contract.zone, contract.edition = template.language, profile.zone, contract.edition + 1
    text = wording.written(contract, template, profile, from_)
    parties = [documents.printable(", ".join(filter(None, (each.name, documents.address(each.address))))) for each in (from_, profile)]
    pdf = documents.contract(contract, language.blocks(text), parties, at=at)
    contract.sha256 = files.store(contract.id, pdf)
    kept = {"number": contract.edition, "sha256": contract.sha256, "template_id": template.id, "template_version": template.version,
            "text": text, "by": actor.id, "at": stamp(at)}
    commit((contract, payload), actor=actor, at=at, items=[(Contract.table(), child(contract, _version(contract.edition), kept))])


def _referred(field: str, look: Callable[[], T]) -> T:
    with referred(field):
        return look()


def _version(number: int) -> str:
    return f"version#{number:04d}"
