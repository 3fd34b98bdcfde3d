"""The files of exports in the bucket, whole or in parts. What no export refers to any more, the bucket's own rules remove."""

from datetime import datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from functions.exports.models import Export, ExportFormat
from kernel.clock import wall
from kernel.config import aws, setting

PART = 8 * 1024 * 1024  # bytes; S3 takes no part below 5 MiB but the last, and 10,000 of them
LINK = timedelta(hours=1)
_TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.JSONL: "application/x-ndjson",
          ExportFormat.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}


def put(export: Export, content: Any) -> None:
    """The whole file: bytes, or a file that is open for reading."""
    aws("s3").put_object(**_place(export), Body=content, ContentType=_TYPES[ExportFormat(export.format)])


def begin(export: Export) -> str:
    """Opens an upload in parts; returns its id."""
    return str(aws("s3").create_multipart_upload(**_place(export), ContentType=_TYPES[ExportFormat(export.format)])["UploadId"])


def put_part(export: Export, upload: str, number: int, content: bytes) -> str:
    """The part's tag. A number that comes again replaces what came before."""
    return str(aws("s3").upload_part(**_place(export), UploadId=upload, PartNumber=number, Body=content)["ETag"])


def finish(export: Export, upload: str, tags: list[str], size: int) -> None:
    """Makes the file of its parts. Done again after a crash, it finds the upload gone and the file there."""
    parts = [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]
    try:
        aws("s3").complete_multipart_upload(**_place(export), UploadId=upload, MultipartUpload={"Parts": parts})
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchUpload" or aws("s3").head_object(**_place(export))["ContentLength"] != size:
            raise


def drop(export: Export, upload: str | None) -> None:
    """Removes the file and an upload that was not finished. What is not there is removed already."""
    if upload is not None:
        try:
            aws("s3").abort_multipart_upload(**_place(export), UploadId=upload)
        except ClientError as error:
            if error.response["Error"]["Code"] != "NoSuchUpload":
                raise
    aws("s3").delete_object(**_place(export))


def link(export: Export) -> tuple[str, datetime]:
    """An address that works for an hour, but no longer than the file is kept; and until when."""
    left = min(LINK, export.expires_at - wall())
    name = f"{export.resource.replace('/', '-')}-{export.created_at:%Y-%m-%d}.{export.format}"
    asked = _place(export) | {"ResponseContentDisposition": f'attachment; filename="{name}"'}
    url: str = aws("s3").generate_presigned_url("get_object", Params=asked, ExpiresIn=int(left.total_seconds()))
    return url, wall() + left


def _place(export: Export) -> dict[str, str]:
    return {"Bucket": setting("FILES"), "Key": f"exports/{export.id}.{export.format}"}
