"""Files that come with replies: uploaded straight to the bucket, looked at when a reply names them, and only then to be had.

What was looked at is what is kept: it is copied from where a form may still write to where none can.
"""

from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from functions.tickets.models import Attach, FileLink, Ticket, Upload
from functions.tickets.rules.content import LOOKED_AT, MOST_BYTES, TYPES, kind_of
from kernel import ids
from kernel.clock import wall
from kernel.config import aws, setting
from kernel.problems import Invalid, NotFound, Refused
from kernel.records import body_of, scope

FILE, UPLOAD = "file#", "upl"
_MISSING = {"NoSuchKey", "404", "InvalidRange", "AccessDenied"}  # S3 does not tell who may not list a bucket what is missing
FORM, LINK = timedelta(minutes=10), timedelta(minutes=1)


@dataclass(frozen=True)
class Checked:
    """A file that is what it says, kept at `place`."""

    id: str
    name: str
    size: int
    kind: str
    place: str

    def shown(self) -> dict[str, Any]:
        return {name: value for name, value in asdict(self).items() if name != "place"}


def form(ticket: Ticket) -> Upload:
    """Where a file can be put for ten minutes, of at most 10 MB: the bucket itself refuses more."""
    id = ids.new(UPLOAD)
    made = aws("s3").generate_presigned_post(
        setting("FILES"), _upload(ticket.id, id), Conditions=[["content-length-range", 1, MOST_BYTES]],
        ExpiresIn=int(FORM.total_seconds()))
    return Upload(id=id, url=made["url"], fields=made["fields"], expires_at=wall() + FORM)


def checked(ticket_id: str, named: list[Attach], *, keeper_id: str) -> tuple[Checked, ...]:
    """Uploads for a ticket that are what their names say, kept as long as the ticket that they are attached to, `keeper_id`. `Invalid`
    where one is named twice, not there, too large, another kind of file or attached already."""
    if len({each.id for each in named}) < len(named):
        raise Invalid("a file is attached once", code="repeated", field="attachments")
    return tuple(_checked(ticket_id, each, keeper_id) for each in named)


def link(ticket: Ticket, id: str) -> FileLink:
    """An address that works for a minute. `NotFound` for what no reply has named, and for a customer what is in internal notes."""
    file = _attached(ticket.id, id)
    if file is None or (file["internal"] and scope.get() is not None):
        raise NotFound(f"there is no file {id}")
    asked = {"Bucket": setting("FILES"), "Key": file["place"], "ResponseContentType": TYPES[file["kind"]],
             "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(file['name'])}"}
    url = aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(LINK.total_seconds()))
    return FileLink(url=url, expires_at=wall() + LINK)


def _checked(ticket_id: str, named: Attach, keeper_id: str) -> Checked:
    if _attached(ticket_id, named.id) is not None:
        raise Invalid(f"{named.id} is attached already", code="attached", field="attachments")
    try:
        found = aws("s3").get_object(Bucket=setting("FILES"), Key=_upload(ticket_id, named.id), Range=f"bytes=0-{LOOKED_AT - 1}")
    except ClientError as error:
        if error.response["Error"]["Code"] not in _MISSING:
            raise
        raise Invalid(f"{named.id} was not uploaded, or is empty", code="unknown_reference", field="attachments") from error
    size, tag = int(found["ContentRange"].rpartition("/")[2]), str(found["ETag"])
    kind = kind_of(named.name, found["Body"].read())
    if size > MOST_BYTES:
        raise Invalid(f"{named.name} has {size} bytes, {MOST_BYTES} are allowed", code="too_large", field="attachments")
    if kind is None:
        raise Invalid(f"{named.name} is not what its name says, or no {', '.join(TYPES)}", code="bad_file", field="attachments")
    place = f"tickets/{keeper_id}/{named.id}"  # whose folder goes when it is removed for good
    _keep(_upload(ticket_id, named.id), place, tag, kind)
    return Checked(named.id, named.name, size, kind, place)


def _keep(upload: str, place: str, tag: str, kind: str) -> None:
    """Copies what was looked at, and nothing that has come there since."""
    try:
        aws("s3").copy_object(Bucket=setting("FILES"), Key=place, CopySource={"Bucket": setting("FILES"), "Key": upload},
                              CopySourceIfMatch=tag, ContentType=TYPES[kind], MetadataDirective="REPLACE")
    except ClientError as error:
        if error.response["Error"]["Code"] not in ("PreconditionFailed", "412"):
            raise
        raise Refused("upload_changed", "the file was uploaded anew meanwhile, try again") from error


def _attached(ticket_id: str, id: str) -> Any:
    try:
        return body_of(Ticket(ticket_id), FILE + id)
    except KeyError:
        return None


def _upload(ticket_id: str, id: str) -> str:
    return f"uploads/{ticket_id}/{id}"
