"""The secrets of signing, made anew wherever they are needed and stored nowhere: that of a contract's link, and its one-time code."""

import base64
import hmac

from functions.contracts.models import Contract
from kernel.config import secret, setting


def of(contract: Contract) -> str:
    """`<id>.<HMAC of id and nonce>`. The log writes nothing of a path that stands behind a dot."""
    made = base64.urlsafe_b64encode(_derived("contracts.link", f"{contract.id}.{contract.nonce}")).decode().rstrip("=")
    return f"{contract.id}.{made}"


def opened(token: str) -> Contract | None:
    """The contract that a token is of, whatever has become of it. None for one that we did not make."""
    found = Contract.find(token.partition(".")[0])
    if found is None or found.deleted_at is not None or found.nonce is None:
        return None
    return found if hmac.compare_digest(of(found).encode(), token.encode()) else None


def code(contract: Contract) -> str:
    """Six digits, of the code that was asked for last."""
    made = _derived("contracts.code", f"{contract.id}.{contract.nonce}.{contract.code_nonce}")
    return f"{int.from_bytes(made[:8], 'big') % 10**6:06d}"


def is_code(contract: Contract, text: str) -> bool:
    return hmac.compare_digest(code(contract).encode(), text.encode())


def _derived(purpose: str, text: str) -> bytes:
    """What is made with the stack's secret for one purpose cannot pass for anything else."""
    key = hmac.digest(secret(setting("CURSOR_SECRET")).encode(), purpose.encode(), "sha256")
    return hmac.digest(key, text.encode(), "sha256")
