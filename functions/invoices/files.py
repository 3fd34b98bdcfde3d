"""The documents of invoices in the bucket. A key holds the SHA-256 of the content: what is stored under it can never change."""

import hashlib
from datetime import timedelta
from typing import Literal

from functions.invoices import documents
from functions.invoices.models import DocumentLink, Invoice
from functions.invoices.rules import Refusal
from kernel.clock import wall
from kernel.config import aws, setting
from kernel.problems import Refused

Kind = Literal["pdf", "xlsx"]
LIFE = timedelta(minutes=5)
_TYPES = {"pdf": "application/pdf", "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}
_DISPOSITIONS = {"pdf": "inline", "xlsx": "attachment"}  # a browser shows a PDF, in the console beside the lines


def store(id: str, snapshot: documents.Snapshot) -> dict[Kind, str]:
    """Make and store both documents; returns their SHA-256. One that no commit follows is never referred to."""
    made: dict[Kind, bytes] = {"pdf": documents.pdf(snapshot), "xlsx": documents.xlsx(snapshot)}
    digests: dict[Kind, str] = {}
    for kind, content in made.items():
        digests[kind] = hashlib.sha256(content).hexdigest()
        aws("s3").put_object(Bucket=setting("FILES"), Key=_key(id, digests[kind], kind), Body=content, ContentType=_TYPES[kind])
    return digests


def stored(invoice: Invoice, kind: Kind) -> bytes:
    """The bytes as they were stored when the invoice was finalized."""
    found: bytes = aws("s3").get_object(Bucket=setting("FILES"), Key=_key(invoice.id, _digest(invoice, kind), kind))["Body"].read()
    return found


def link(invoice: Invoice, kind: Kind) -> DocumentLink:
    """An address that works for five minutes. `Refused` (`invoice_draft`) before the invoice is finalized."""
    sha256 = _digest(invoice, kind)
    asked = {"Bucket": setting("FILES"), "Key": _key(invoice.id, sha256, kind), "ResponseContentType": _TYPES[kind],
             "ResponseContentDisposition": f'{_DISPOSITIONS[kind]}; filename="{filename(invoice, kind)}"'}
    url = aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(LIFE.total_seconds()))
    return DocumentLink(url=url, expires_at=wall() + LIFE, sha256=sha256, filename=filename(invoice, kind))


def filename(invoice: Invoice, kind: Kind) -> str:
    return f"{invoice.number}.{kind}"


def _digest(invoice: Invoice, kind: Kind) -> str:
    found = invoice.pdf_sha256 if kind == "pdf" else invoice.xlsx_sha256
    if found is None:
        raise Refused(Refusal.DRAFT, "An invoice has its documents once it is finalized.")
    return str(found)


def _key(id: str, sha256: str, kind: Kind) -> str:
    return f"invoices/{id}/{sha256}.{kind}"
