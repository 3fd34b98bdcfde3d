"""Erasures, the only records that the audit log has itself, and what is shown of the daily digests."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self

from pydantic import BaseModel, Field, model_validator

from kernel.config import table
from kernel.fields import Email
from kernel.http import Body
from kernel.paths import Path
from kernel.records import Json, Record, Text
from kernel.resource import Resource
from kernel.views import COMMON, View


class ErasureStatus(StrEnum):
    REQUESTED = "requested"
    DONE = "done"


class Erasure(Record):
    """What the log tells of `subjects`, ids of records, is taken out of it. `erased`: of how many entries of each, so far.

    An e-mail address by which they were found is kept nowhere.
    """

    class Meta:
        table_name = table("audit")

    prefix = "era"
    retention = None  # it says why something is missing
    paths = (Path("gsi1"), Path("gsi2", by=("status",)))

    subjects = Json(default=list)
    reason = Text()
    status = Text(default=ErasureStatus.REQUESTED)
    erased = Json(default=dict)


class ErasureCreate(Body):
    """Either `record_id` or `email`: then it is about every record that has this address in a field by which it is searched. `reason` is
    kept for good, so it should name nobody."""

    record_id: Annotated[str, Field(max_length=64)] | None = None
    email: Email | None = None
    reason: Annotated[str, Field(min_length=10, max_length=500, examples=["GDPR article 17, request of 31 January"])]

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.record_id is None) == (self.email is None):
            raise ValueError("either record_id or email")
        return self


class ErasureView(View):
    subjects: list[str]
    reason: str
    status: ErasureStatus
    erased: dict[str, int]
    next_action_at: datetime | None
    stuck: str | None


ERASURES = Resource(name="audit", segment="audit/erasures", record=Erasure, view=ErasureView, permission="audit.erase",
                    filters=(*COMMON, "status", "reason", "next_action_at", "stuck"))


class DigestView(BaseModel):
    """One day of the log, sealed: `count` entries, named in a file whose SHA-256 is `file_sha256`. `hash` is the digest's own, `previous`
    that of the day before; `key` is the SHA-256 of the public key that it was signed for."""

    day: date
    count: int
    hash: str
    previous: str
    file_sha256: str
    key: str


class DigestPage(BaseModel):
    """Digests, the newest day first."""

    data: list[DigestView]
    next_cursor: str | None


class DigestDetail(DigestView):
    """`digest_url` and `file_url` are links that work for an hour. `public_key` (PEM) checks the signature, if it is the one you know."""

    digest_url: str
    file_url: str
    urls_expire_at: datetime
    public_key: str
