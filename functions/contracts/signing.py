"""What whoever has the link of a contract can do: read it, ask for the code, sign, or decline."""

from datetime import datetime
from functools import partial
from secrets import token_hex

from functions.contracts import documents, events, files, service, tokens
from functions.contracts.models import Contract, ContractStatus
from functions.contracts.rules import CODE_LIFE, CODE_TRIES
from functions.contracts.shown import CodeSent, ContractEvidence, Decline, PublicContract, Sign, SignResult
from functions.settings.contract import issuer
from functions.tenants.contract import last_known
from kernel.audit import Actor
from kernel.clock import resolve, wall
from kernel.commit import commit
from kernel.limits import take
from kernel.problems import Invalid, NotFound, Refused
from kernel.quotas import Limit
from kernel.records import child

CODES = Limit("contract-codes", 5, 3600, closed=True)  # of one contract, whoever asks
_GONE = (ContractStatus.DECLINED, ContractStatus.WITHDRAWN, ContractStatus.EXPIRED_UNSIGNED)


def read(token: str) -> PublicContract:
    """What the link shows, whatever has become of the contract. `NotFound` for a link that we did not make."""
    contract = _opened(token)
    shown, copied = contract.status not in _GONE, ("title", "status", "language", "signer_name", "starts_at", "ends_at", "zone", "sign_by",
                                                   "signed_at", "sha256")
    found, tenant = partial(files.link, contract), last_known(contract.tenant_id)
    return PublicContract(
        **{name: getattr(contract, name) for name in copied}, version=contract.edition, issuer=issuer().name,
        tenant=tenant.name if tenant else "", code_by=channel(contract),
        url=found(contract.sha256, "contract").url if shown else None,
        certificate_url=found(contract.certificate_sha256, "certificate").url if contract.certificate_sha256 else None)


def request_code(token: str, *, actor: Actor, at: datetime) -> CodeSent:
    """A new code, good for ten minutes of real time, also on a test clock; the one before is good no longer. `Limited` for a sixth
    within an hour."""
    contract = _open(token, at)
    decision = take(f"contract#{contract.id}", [(CODES.name, CODES)], now=wall())
    if not decision.admitted:
        raise decision.problem()
    contract.code_nonce, contract.code_tries, contract.code_expires_at = token_hex(16), 0, at + CODE_LIFE
    told = events.CodeRequested(status=contract.status, channel=channel(contract), expires_at=contract.code_expires_at)
    commit((contract, told), actor=actor, at=resolve(contract.clock_id, at))
    return CodeSent(by=told.channel, expires_at=told.expires_at)


def sign(token: str, body: Sign, agent: str, *, actor: Actor, at: datetime) -> SignResult:
    """Signs, and keeps what proves it. `Invalid` (`wrong_code`), which counts, and `Refused` (`code_not_good`) for one that was not asked
    for, is too old, or was guessed at five times."""
    contract, name = _open(token, at), documents.printable(body.name)
    if not name:
        raise Invalid("a name is not blank", field="name")
    _check_code(contract, body.code, actor=actor, at=at)
    at = resolve(contract.clock_id, at)
    proof = ContractEvidence(
        name=name, email=contract.signer_email, at=at, ip_hash=actor.ip_hash, user_agent=documents.printable(agent)[:300],
        code_sent_by=channel(contract), version=contract.edition, sha256=contract.sha256)
    contract.certificate_sha256 = files.store(contract.id, documents.certificate(contract, proof))
    contract.status, contract.signed_at = service.moved(contract, "sign"), at
    service.close(contract)
    contract.next_action_at, contract.next_step = max(contract.starts_at, at), "start"
    kept = child(contract, "evidence", proof.model_dump(mode="json"))
    commit((contract, events.Signed(status=contract.status, sha256=contract.sha256)), actor=actor, at=at,
           items=[(Contract.table(), kept)])
    return SignResult(status=ContractStatus(contract.status))


def decline(token: str, body: Decline, *, actor: Actor, at: datetime) -> SignResult:
    contract = _open(token, at)
    contract.status, contract.decline_reason = service.moved(contract, "decline"), body.reason
    service.close(contract)
    told = events.Declined(status=contract.status, reason=body.reason)
    commit((contract, told), actor=actor, at=resolve(contract.clock_id, at))
    return SignResult(status=ContractStatus(contract.status))


def channel(contract: Contract) -> str:
    """How the code comes: another way than the link, where there is one."""
    return "sms" if contract.signer_phone else "email"


def _opened(token: str) -> Contract:
    contract = tokens.opened(token)
    if contract is None:
        raise NotFound("this link is not good: ask for a new one")
    return contract


def _open(token: str, at: datetime) -> Contract:
    """One that can be signed now."""
    contract = _opened(token)
    if contract.status != ContractStatus.SENT or contract.sign_by <= resolve(contract.clock_id, at):
        raise Refused("not_open", "there is nothing to sign here any more")
    return contract


def _check_code(contract: Contract, code: str, *, actor: Actor, at: datetime) -> None:
    """A wrong one is counted before anybody is told, so that guesses sent at once do not get more."""
    if contract.code_nonce is None or contract.code_expires_at <= at or contract.code_tries >= CODE_TRIES:
        raise Refused("code_not_good", "this code is not good any more: ask for a new one")
    if tokens.is_code(contract, code):
        return
    contract.code_tries += 1
    told = events.CodeRefused(status=contract.status, tries=contract.code_tries)
    commit((contract, told), actor=actor, at=resolve(contract.clock_id, at))
    raise Invalid("that is not the code", code="wrong_code", field="code", tries_left=CODE_TRIES - contract.code_tries)
