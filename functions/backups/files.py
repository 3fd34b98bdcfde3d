"""The files of backups in the bucket: items as compressed JSON Lines, and the manifest. What is not as it was written is refused."""

import gzip
import hashlib
import zlib

from botocore.exceptions import ClientError
from pydantic import ValidationError

from functions.backups.models import Backup, BackupStatus, File, Manifest
from functions.backups.rules import shown, sum_of
from kernel.config import aws, setting
from kernel.problems import Conflict, Problem

FORMAT = 1
_GONE = {"NoSuchKey", "AccessDenied"}  # S3 does not tell who may not list the whole bucket what is missing
PART = 16 * 1024 * 1024  # bytes of a file before they are compressed: as many as fit into memory several times


class Damaged(Problem):
    """What is in the bucket is not what was written there. Nothing of it is used."""

    status, code = 409, "backup_damaged"


def put(backup: Backup, feature: str, number: int, lines: list[str]) -> File:
    """A number that comes again replaces what came before."""
    packed = gzip.compress("".join(f"{line}\n" for line in lines).encode(), mtime=0)
    key = f"backups/{backup.id}/{feature}-{number:05d}.jsonl.gz"
    _store(key, packed, "application/gzip")
    return File(key=key, items=len(lines), bytes=len(packed), sha256=hashlib.sha256(packed).hexdigest())


def lines(file: File) -> list[str]:
    """The items of a file; `Damaged` where it is gone, or any byte of it is another."""
    packed = _load(file.key)
    if hashlib.sha256(packed).hexdigest() != file.sha256:
        raise Damaged(f"{file.key} is not what was written")
    try:
        found = gzip.decompress(packed).decode().split("\n")[:-1]
    except (OSError, EOFError, zlib.error, UnicodeDecodeError) as error:
        raise Damaged(f"{file.key} cannot be read") from error
    if len(found) != file.items:
        raise Damaged(f"{file.key} has {len(found)} items, not {file.items}")
    return found


def put_manifest(manifest: Manifest) -> str:
    """Its SHA-256, which is kept with the record."""
    text = manifest.model_dump_json().encode()
    _store(_manifest(manifest.backup_id), text, "application/json")
    return hashlib.sha256(text).hexdigest()


def manifest(backup: Backup) -> Manifest:
    """`Conflict` for what is no backup, or none any more; `Damaged` where the manifest is not the one whose hash the record has."""
    if backup.status != BackupStatus.DONE or backup.manifest_sha256 is None:
        raise Conflict(f"{backup.id} is {backup.status}", code="no_backup", status_now=backup.status)
    text = _load(_manifest(backup.id))
    if hashlib.sha256(text).hexdigest() != backup.manifest_sha256:
        raise Damaged("the manifest is not what was written")
    return _read(text, backup.id)


def found(id: str) -> tuple[Manifest, str]:
    """A manifest that no record tells of, and its SHA-256; `Damaged` where there is none, or it is of files that lie elsewhere."""
    text = _load(_manifest(id))
    told = _read(text, id)
    if any(not file.key.startswith(f"backups/{id}/") for content in told.tables.values() for file in content.files):
        raise Damaged("the manifest is of files that lie elsewhere")
    return told, hashlib.sha256(text).hexdigest()


def _read(text: bytes, id: str) -> Manifest:
    try:
        found = Manifest.model_validate_json(text)
    except ValidationError as error:
        raise Damaged("the manifest cannot be read") from error
    if found.format != FORMAT or found.backup_id != id:
        raise Damaged(f"the manifest is of format {found.format} and of {found.backup_id}")
    return found


def checked(manifest: Manifest, feature: str) -> None:
    """Reads all files of a table; `Damaged` where what they hold together is not what the manifest says."""
    content = manifest.tables[feature]
    total = count = 0
    for file in content.files:
        found = lines(file)
        total, count = sum_of(found, total), count + len(found)
    if (count, shown(total)) != (content.items, content.hash):
        raise Damaged(f"{feature} has not the content that the manifest says")


def drop(id: str) -> None:
    """All of a backup, the manifest first: what is left without it is no backup. What is gone already is no matter."""
    s3, bucket = aws("s3"), setting("FILES")
    s3.delete_object(Bucket=bucket, Key=_manifest(id))
    for found in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=f"backups/{id}/"):
        for each in found.get("Contents", []):
            s3.delete_object(Bucket=bucket, Key=each["Key"])


def _manifest(id: str) -> str:
    return f"backups/{id}/manifest.json"


def _store(key: str, content: bytes, kind: str) -> None:
    aws("s3").put_object(Bucket=setting("FILES"), Key=key, Body=content, ContentType=kind, ServerSideEncryption="AES256")


def _load(key: str) -> bytes:
    try:
        return bytes(aws("s3").get_object(Bucket=setting("FILES"), Key=key)["Body"].read())
    except ClientError as error:
        if error.response["Error"]["Code"] not in _GONE:
            raise
        raise Damaged(f"{key} is gone") from error
