"""The files of content in the bucket: sent by a link, checked byte by byte, then kept under their SHA-256, so that they cannot change."""

import base64
import hashlib
from datetime import timedelta
from typing import Any
from urllib.parse import quote

from botocore.exceptions import ClientError

from functions.content.models import MAX_SIZE, ContentUpload, ContentUploadCreate, Edition, EditionAttach
from functions.content.rules import media_type
from kernel import ids
from kernel.clock import wall
from kernel.config import aws, setting
from kernel.problems import Conflict, Refused

SEND, FETCH = timedelta(minutes=15), timedelta(minutes=2)
HEAD, CHUNK = 4096, 1024 * 1024
_MISSING = {"NoSuchKey", "404", "AccessDenied"}  # S3 does not tell who may not list a bucket what is missing


def upload(content_id: str, body: ContentUploadCreate) -> ContentUpload:
    """A link by which exactly this file can be sent: S3 takes no other size and no other bytes."""
    upload_id = ids.new("upl")
    checksum = base64.b64encode(bytes.fromhex(body.sha256)).decode()
    asked = _sent(content_id, upload_id) | {"ContentLength": body.size, "ChecksumSHA256": checksum}
    url = aws("s3").generate_presigned_url("put_object", Params=asked, ExpiresIn=int(SEND.total_seconds()))
    return ContentUpload(upload_id=upload_id, url=url, headers={"x-amz-checksum-sha256": checksum}, expires_at=wall() + SEND)


def take(content_id: str, body: EditionAttach) -> tuple[int, str]:
    """Checks what was sent and keeps it; returns its size in bytes and its media type. `Refused` for what is missing, too large, another
    file than was said, or of a kind that is not sold.

    What is copied is what was read (by its ETag): the link may still be used meanwhile.
    """
    place = _sent(content_id, body.upload_id)
    try:
        found = aws("s3").get_object(**place)
    except ClientError as error:
        if error.response["Error"]["Code"] in _MISSING:
            raise Refused("upload_missing", "nothing has been sent by that link") from error
        raise
    size = int(found["ContentLength"])
    if not 0 < size <= MAX_SIZE:
        raise Refused("file_size", f"a file has 1 to {MAX_SIZE} bytes")
    digest, head = _read(found["Body"])
    if digest != body.sha256:
        raise Refused("file_digest", f"what was sent has another SHA-256: {digest}")
    found_type = media_type(body.filename, head)
    try:
        aws("s3").copy_object(**_kept(content_id, digest), CopySource=place, CopySourceIfMatch=found["ETag"], ContentType=found_type,
                              MetadataDirective="REPLACE")
    except ClientError as error:
        if error.response["Error"]["Code"] in ("PreconditionFailed", "412"):
            raise Conflict("the file was sent again meanwhile") from error
        raise
    return size, found_type


def link(content_id: str, edition: Edition) -> str:
    """An address that works for two minutes. It is always saved, never shown: what it is, its creator says."""
    asked = _kept(content_id, edition.sha256) | {
        "ResponseContentType": edition.media_type, "ResponseContentDisposition": f"attachment; filename*=UTF-8''{quote(edition.filename)}"}
    return str(aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(FETCH.total_seconds())))


def _read(stream: Any) -> tuple[str, bytes]:
    """SHA-256 of all bytes, and the first of them."""
    whole, head = hashlib.sha256(), b""
    for chunk in stream.iter_chunks(CHUNK):
        whole.update(chunk)
        head = head or chunk[:HEAD]
    return whole.hexdigest(), head


def _sent(content_id: str, upload_id: str) -> dict[str, str]:
    return {"Bucket": setting("FILES"), "Key": f"content/uploads/{content_id}/{upload_id}"}


def _kept(content_id: str, sha256: str) -> dict[str, str]:
    return {"Bucket": setting("FILES"), "Key": f"content/files/{content_id}/{sha256}"}
