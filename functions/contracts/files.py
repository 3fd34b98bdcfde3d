"""The documents of contracts in the bucket. A key holds the SHA-256 of the content: what is stored under it can never change."""

import hashlib
from datetime import timedelta

from functions.contracts.models import Contract
from functions.contracts.shown import ContractLink
from kernel.clock import wall
from kernel.config import aws, setting
from kernel.problems import NotFound

LIFE = timedelta(minutes=5)


def store(id: str, pdf: bytes) -> str:
    """Stores a document; returns its SHA-256. One that no commit follows is never referred to."""
    sha256 = hashlib.sha256(pdf).hexdigest()
    aws("s3").put_object(Bucket=setting("FILES"), Key=_key(id, sha256), Body=pdf, ContentType="application/pdf")
    return sha256


def link(contract: Contract, sha256: str | None, name: str) -> ContractLink:
    """An address that works for five minutes. `NotFound` where there is no such document."""
    if sha256 is None:
        raise NotFound(f"{contract.id} has no {name}")
    filename = f"{contract.id}-{name}.pdf"
    asked = {"Bucket": setting("FILES"), "Key": _key(contract.origin_id or contract.id, sha256), "ResponseContentType": "application/pdf",
             "ResponseContentDisposition": f'inline; filename="{filename}"'}
    url = aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(LIFE.total_seconds()))
    return ContractLink(url=url, expires_at=wall() + LIFE, sha256=sha256, filename=filename)


def _key(id: str, sha256: str) -> str:
    return f"contracts/{id}/{sha256}.pdf"
