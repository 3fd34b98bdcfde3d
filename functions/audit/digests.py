"""The daily digest: what was written on a day, named entry by entry in a file, and the file's hash signed with that of the day before.

S3 holds `audit/digests/<day>.json`, the signed text with its signature, and `audit/lists/<day>-<hash>.jsonl.gz`, the day's entries by
subject, version and hash in the order of recording. Whoever has both and the public key can tell whether the log is still what it was
(`infra/verify_audit.py`). A day is sealed once: the digest is written on the condition that there is none, and a list's name is its
content's, so that of two who seal the same day neither disturbs the other.
"""

import base64
import gzip
import hashlib
import heapq
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import IO, Any

from botocore.exceptions import ClientError

from kernel import dynamodb
from kernel.audit import GENESIS, canonical, digest
from kernel.config import aws, setting, table
from kernel.paths import SHARDS
from kernel.telemetry import logger

PREFIX, LISTS = "audit/digests/", "audit/lists/"
MARGIN = timedelta(minutes=10)  # after midnight: what was recorded before it is written, and the index knows of it
MOST = 31  # days sealed in one run: the next one goes on
PAGE = 500  # entries of a shard that are held at once
DAY = timedelta(days=1)
_THERE = ("PreconditionFailed", "ConditionalRequestConflict")


@dataclass(frozen=True)
class Digest:
    """`signed`: the text, as it was signed; `signature` in base64."""

    signed: str
    signature: str

    @property
    def facts(self) -> dict[str, Any]:
        return dict(json.loads(self.signed))

    @property
    def hash(self) -> str:
        return digest(self.signed)


def seal(now: datetime) -> int:
    """How many days were sealed: each that is over by `now` and has no digest. The first digest ever is that of the day before, if anything
    was written on it: into a stack that is new, older days may still be brought back."""
    last, newest = (now - MARGIN).date() - DAY, next(iter(days()), None)
    if newest is None and next(entries(last), None) is None:
        return 0
    day = newest + DAY if newest else last
    previous = _known(newest).hash if newest else GENESIS
    sealed = 0
    while day <= last and sealed < MOST:
        previous = _seal(day, previous).hash
        day, sealed = day + DAY, sealed + 1
    return sealed


def days() -> list[date]:
    """The days that have a digest, newest first."""
    pages = aws("s3").get_paginator("list_objects_v2").paginate(Bucket=setting("FILES"), Prefix=PREFIX)
    names = [each["Key"].removeprefix(PREFIX).removesuffix(".json") for page in pages for each in page.get("Contents", [])]
    return [date.fromisoformat(name) for name in sorted(names, reverse=True)]


def find(day: date) -> Digest | None:
    try:
        found = aws("s3").get_object(Bucket=setting("FILES"), Key=place(day))["Body"].read()
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return None
    return Digest(**json.loads(found))


def entries(day: date) -> Iterator[dynamodb.Item]:
    """The entries of a day in the order of recording. Holds a page of each shard, however many there are."""
    yield from heapq.merge(*(_shard(day, n) for n in range(SHARDS)), key=lambda item: str(item["gsi1sk"]["S"]))


def place(day: date) -> str:
    return f"{PREFIX}{day.isoformat()}.json"


def public_key() -> bytes:
    """DER. Who has the key's fingerprint from elsewhere can tell whether it is ours."""
    return bytes(aws("kms").get_public_key(KeyId=setting("AUDIT_KEY"))["PublicKey"])


def _known(day: date) -> Digest:
    found = find(day)
    if found is None:
        raise KeyError(f"the digest of {day} is gone")
    return found


def _seal(day: date, previous: str) -> Digest:
    with tempfile.TemporaryFile() as file:
        count = _write(file, day)
        file.seek(0)
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        name = f"{LISTS}{day.isoformat()}-{sha256[:16]}.jsonl.gz"
        file.seek(0)
        aws("s3").put_object(Bucket=setting("FILES"), Key=name, Body=file, ContentType="application/gzip")
    signed = canonical({"schema": 1, "day": day.isoformat(), "count": count, "file": name, "file_sha256": sha256, "previous": previous,
                        "key": hashlib.sha256(public_key()).hexdigest()})
    made = Digest(signed, _signature(signed))
    body = json.dumps({"signed": made.signed, "signature": made.signature}).encode()
    try:
        aws("s3").put_object(Bucket=setting("FILES"), Key=place(day), Body=body, ContentType="application/json", IfNoneMatch="*")
    except ClientError as error:
        if error.response["Error"]["Code"] not in _THERE:
            raise
        return _known(day)  # somebody else was quicker
    logger.info("sealed", day=day.isoformat(), entries=count)
    return made


def _signature(text: str) -> str:
    """ECDSA on P-256 with SHA-256, DER in base64."""
    asked = {"KeyId": setting("AUDIT_KEY"), "Message": text.encode(), "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256"}
    return base64.b64encode(aws("kms").sign(**asked)["Signature"]).decode()


def _write(file: IO[bytes], day: date) -> int:
    """The list of a day's entries, one line each; how many there are."""
    count = 0
    with gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        for item in entries(day):
            line = {"subject": item["pk"]["S"], "version": int(item["sk"]["S"]), "hash": item["hash"]["S"]}
            packed.write(canonical(line).encode() + b"\n")
            count += 1
    return count


def _shard(day: date, shard: int) -> Iterator[dynamodb.Item]:
    start: dynamodb.Item | None = None
    while True:
        items, start = dynamodb.ask(table("audit"), "gsi1", f"day#{day.isoformat()}#{shard:02d}", limit=PAGE, start=start)
        yield from items
        if start is None:
            return
