"""What other features may use of contracts: who signs, and the link and the code at the moment when they are sent."""

from dataclasses import dataclass

from functions.contracts import tokens
from functions.contracts.models import Contract, ContractStatus
from kernel.clock import wall
from kernel.config import setting

_WITH_LINK = (ContractStatus.SENT, ContractStatus.SIGNED, ContractStatus.ACTIVE, ContractStatus.EXPIRING)


@dataclass(frozen=True)
class Signer:
    """Who is asked to sign what. `open`: it can still be signed."""

    name: str
    email: str
    phone: str | None
    language: str
    zone: str
    tenant_id: str
    title: str
    owner_id: str | None
    open: bool


def signer(id: str) -> Signer:
    """`NotFound` for a contract that never was."""
    found = Contract.fetch(id)
    return Signer(found.signer_name, found.signer_email, found.signer_phone, found.language, found.zone, found.tenant_id, found.title,
                  found.owner_id, found.status == ContractStatus.SENT)


def signing_link(id: str) -> str | None:
    """The secret link, None where there is nothing behind it. For the mail alone: it is stored and shown nowhere."""
    found = Contract.find(id)
    if found is None or found.nonce is None or found.status not in _WITH_LINK:
        return None
    return f"{setting('ORIGIN')}/sign#{tokens.of(found)}"


def signing_code(id: str) -> str | None:
    """The one-time code, None where it is good no longer. For the message alone, as the link."""
    found = Contract.find(id)
    if found is None or found.code_nonce is None or found.code_expires_at <= wall():
        return None
    return tokens.code(found)
