"""What is shown of a contract beside its record, and what whoever has its link is shown and sends."""

from datetime import datetime

from pydantic import BaseModel, Field

from functions.contracts.models import ContractStatus, Name
from kernel.fields import Language
from kernel.http import Body


class ContractBlock(BaseModel):
    """`kind`: heading, subheading, point or paragraph."""

    kind: str
    text: str


class ContractPreview(BaseModel):
    """The text with sample values, and what there is to write into it."""

    data: list[ContractBlock]
    variables: list[str]


class ContractVersion(BaseModel):
    """What a contract said. `by`: who had it written so."""

    number: int
    sha256: str
    template_id: str
    template_version: int
    text: str
    by: str
    at: datetime


class ContractVersions(BaseModel):
    """Newest first. A page may be short; only `next_cursor: null` ends the list."""

    data: list[ContractVersion]
    next_cursor: str | None


class ContractLink(BaseModel):
    """An address that works for five minutes."""

    url: str
    expires_at: datetime
    sha256: str
    filename: str


class ContractEvidence(BaseModel):
    """Who signed what, when and from where. `ip_hash`: not the address itself. `code_sent_by`: email or sms."""

    name: str
    email: str
    at: datetime
    ip_hash: str | None
    user_agent: str
    code_sent_by: str
    version: int
    sha256: str


class PublicContract(BaseModel):
    """What whoever has the link is shown. `url` is the PDF for five minutes, null where there is nothing to sign any more."""

    title: str
    status: ContractStatus
    language: Language
    issuer: str
    tenant: str
    signer_name: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    sign_by: datetime
    signed_at: datetime | None
    version: int
    sha256: str
    code_by: str
    url: str | None
    certificate_url: str | None


class CodeSent(BaseModel):
    """`by`: email or sms. The code is good until `expires_at`."""

    by: str
    expires_at: datetime


class Sign(Body):
    name: Name
    code: str = Field(pattern="^[0-9]{6}$")


class Decline(Body):
    reason: str = Field(min_length=1, max_length=500)


class SignResult(BaseModel):
    status: ContractStatus
