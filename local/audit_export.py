"""Takes the audit log out of a stack, as files that `infra/verify_audit.py` checks without it: digests, their lists, and all entries."""

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

PARTS = ("header", "hash", "salt", "changes")


def export(folder: Path) -> int:
    """How many entries were written. `AUDIT_TABLE`, `FILES` and `AUDIT_KEY` say of which stack."""
    from functions.audit import digests
    from functions.audit.digest_views import pem

    for name in ("digests", "lists", "entries"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    (folder / "public_key.pem").write_text(pem(digests.public_key()))
    for day in digests.days():
        found = digests.find(day)
        if found is None:
            raise SystemExit(f"the digest of {day} went while the log was exported")
        (folder / digests.place(day).removeprefix("audit/")).write_text(json.dumps({"signed": found.signed, "signature": found.signature}))
        _fetch(found.facts["file"], folder)
    return sum(_entries(day, folder) for day in _days())


def _days() -> list[date]:
    """On which anything was written, the first one too: an operator may read a whole table."""
    from kernel.config import table
    from local.ops import scan

    return sorted({date.fromisoformat(item["gsi1sk"]["S"][:10]) for item in scan(table("audit")) if "header" in item})


def _fetch(key: str, folder: Path) -> None:
    """A list that is gone is left out: that it is, is for the verifier to say."""
    from kernel.config import aws, setting

    try:
        body = aws("s3").get_object(Bucket=setting("FILES"), Key=key)["Body"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "NoSuchKey":
            raise
        return
    with (folder / key.removeprefix("audit/")).open("wb") as file:
        file.writelines(body.iter_chunks())


def _entries(day: date, folder: Path) -> int:
    from functions.audit import digests

    count = 0
    with gzip.open(folder / "entries" / f"{day}.jsonl.gz", "wt", encoding="utf-8") as file:
        for item in digests.entries(day):
            line: dict[str, Any] = {"subject": item["pk"]["S"], "version": int(item["sk"]["S"])}
            line |= {name: item[name]["S"] for name in PARTS if name in item}
            file.write(json.dumps(line, ensure_ascii=False) + "\n")
            count += 1
    return count
