#!/usr/bin/env python3
"""Whether an exported audit log is what was written: `python verify_audit.py FOLDER --key PUBLIC.pem [--until 2026-01-31]`.

It stands alone: Python 3.11 and `cryptography`, no network, nothing of the program that wrote the log. FOLDER holds

    digests/<day>.json         {"signed": text, "signature": base64}: a day, sealed (ECDSA on P-256 with SHA-256 over the text)
    lists/<name>.jsonl.gz      the file that a digest names, by its SHA-256: subject, version and hash of each entry of the day
    entries/<day>.jsonl.gz     the entries themselves, as they are in the log today: header, hash, salt, changes

and the key is the one that you were given when the log began, not one that came with it. In this order it asks of each day: is the
digest signed, does it follow that of the day before, is its list the one that was sealed, does the log hold exactly the entries of the
list; and of each entry: is its header what was hashed, its changes what the header says, and does it follow the record's entry before.
Days before the first digest and after the last one have no list: there the chains alone speak. An entry whose salt and changes are both
gone was erased: it is counted, and is no fault. The first fault is named by day, subject, version and reason; the exit status is 1.
"""

import argparse
import base64
import gzip
import hashlib
import json
import re
import sys
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import zip_longest
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key

GENESIS = "0" * 64
UNCHAINED = "denied:"  # entries about no record: each stands alone
UNREADABLE = (OSError, EOFError, ValueError, KeyError, TypeError, zlib.error)  # what a damaged file may be


class Bad(Exception):
    """The first fault: (day, subject, version, why). Without a subject it is the day's digest or list."""

    def __str__(self) -> str:
        day, subject, version, why = self.args
        return f"{day}: {f'{subject} entry {version}' if subject else 'the digest'} {why}"


@dataclass
class Log:
    """What was seen so far."""

    heads: dict[str, tuple[int, str]] = field(default_factory=dict)  # of each record: last version in the chain, its hash
    early: dict[tuple[str, int], tuple[str, str, str]] = field(default_factory=dict)  # came before the one it follows: clocks differ
    days: int = 0
    entries: int = 0
    sealed: int = 0
    erased: int = 0


def verify(folder: Path, key: bytes, until: str | None = None) -> Log:
    """What was seen, or raises `Bad`. `key` is a public key as PEM."""
    public, log = load_pem_public_key(key), Log()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ValueError("the key is not one of an elliptic curve")
    known = {path.name.removesuffix(".json"): path for path in folder.glob("digests/*.json")}
    days = {path.name.removesuffix(".jsonl.gz"): path for path in folder.glob("entries/*.jsonl.gz")}
    if strays := [name for name in known if not re.fullmatch(r"\d{4}-\d\d-\d\d", name)]:
        raise Bad(min(strays), None, None, "is of no day")
    if until and max(known, default="") < until:
        raise Bad(until, None, None, "is missing")
    previous, first, last = GENESIS, min(known, default=""), max(known, default="")
    for day in sorted({*known, *days, *_between(first, last)}):
        listed = None
        if first <= day <= last and known:
            facts = _signed(day, known.get(day), public, previous)
            previous, log.days = facts["hash"], log.days + 1
            listed = _listed(folder, day, facts, days.get(day))
        _day(log, day, _lines(days.get(day)), listed)
    if log.early:
        (subject, _), (day, _, _) = min(log.early.items(), key=lambda item: (item[1][0], item[0]))
        raise Bad(day, subject, log.heads.get(subject, (0, ""))[0] + 1, "is missing: later ones are there")
    return log


def _between(first: str, last: str) -> Iterator[str]:
    if first:
        start = date.fromisoformat(first)
        yield from ((start + timedelta(n)).isoformat() for n in range((date.fromisoformat(last) - start).days + 1))


def _signed(day: str, path: Path | None, public: ec.EllipticCurvePublicKey, previous: str) -> dict[str, Any]:
    """What a digest says, with its own hash."""
    if path is None:
        raise Bad(day, None, None, "is missing")
    try:
        whole = json.loads(path.read_bytes())
        signed, signature = whole["signed"].encode(), base64.b64decode(whole["signature"], validate=True)
        public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
        facts = dict(json.loads(signed))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature):
        raise Bad(day, None, None, "is not signed by this key") from None
    if facts["day"] != day:
        raise Bad(day, None, None, f"is that of {facts['day']}")
    if facts["key"] != _sha256(public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)):
        raise Bad(day, None, None, "names another key")
    if facts["previous"] != previous:
        raise Bad(day, None, None, "does not follow that of the day before")
    return facts | {"hash": _sha256(signed)}


def _listed(folder: Path, day: str, facts: dict[str, Any], entries: Path | None) -> Iterator[dict[str, Any]]:
    """The rows of the list, if it is the one that was sealed."""
    path = folder / "lists" / Path(facts["file"]).name
    if not path.exists():
        raise Bad(day, None, None, f"names a list that is missing: {path.name}")
    with path.open("rb") as file:
        intact = hashlib.file_digest(file, "sha256").hexdigest() == facts["file_sha256"]
    if not intact:
        raise _other_list(day, path, entries)
    return _lines(path)


def _other_list(day: str, path: Path, entries: Path | None) -> Bad:
    """The list's own fault, named by the first entry on which it and the log are not of one mind."""
    why = "is not the same in the list, which is not what was sealed"
    rows, log = _lines(path), _lines(entries)
    try:
        for row, entry in zip_longest(rows, log):
            if row is None or entry is None or _key(row) != _key(entry):
                return Bad(*_misplaced(day, row, entry, rows, log).args[:3], why)
            if row["hash"] != entry["hash"]:
                return Bad(day, *_key(row), why)
    except UNREADABLE:
        pass  # what cannot be read cannot be compared
    return Bad(day, None, None, "names a list that is not what was sealed")


def _day(log: Log, day: str, entries: Iterator[dict[str, Any]], listed: Iterator[dict[str, Any]] | None) -> None:
    try:
        if listed is None:
            for entry in entries:
                _entry(log, day, entry)
            return
        for row, entry in zip_longest(listed, entries):
            if row is None or entry is None or _key(row) != _key(entry):
                raise _misplaced(day, row, entry, listed, entries)
            _entry(log, day, entry, row["hash"])
            log.sealed += 1
    except UNREADABLE as error:
        raise Bad(day, None, None, f"has entries that cannot be read: {error!r}") from None


def _misplaced(day: str, row: dict[str, Any] | None, entry: dict[str, Any] | None, listed: Iterator[dict[str, Any]],
               entries: Iterator[dict[str, Any]]) -> Bad:
    """Of two that should be one: which was added, is missing, or stands elsewhere."""
    if entry is not None and (row is None or _key(entry) not in {_key(each) for each in listed}):
        return Bad(day, *_key(entry), "was added after the day was sealed")
    if row is None:
        raise ValueError("neither a row nor an entry")
    moved = _key(row) in {_key(each) for each in entries}
    return Bad(day, *_key(row), "is not in its place" if moved else "is missing")


def _entry(log: Log, day: str, entry: dict[str, Any], sealed: str | None = None) -> None:
    """One entry, alone and in its chain."""
    (subject, version), header, own = _key(entry), entry.get("header", ""), entry.get("hash", "")
    log.entries += 1
    try:
        facts = dict(json.loads(header))
        placed = (facts["subject"], facts["version"], facts["recorded_at"][:10]) == (subject, version, day)
        previous, changes_digest = facts["previous"], facts["changes_digest"]
    except (ValueError, KeyError, TypeError):
        raise Bad(day, subject, version, "has a header that cannot be read") from None
    if _sha256(header.encode()) != own:
        raise Bad(day, subject, version, "was altered: its header is not what was hashed")
    if sealed not in (None, own):
        raise Bad(day, subject, version, "was altered: its hash is not the one that was sealed")
    if not placed:
        raise Bad(day, subject, version, "is another entry, or one of another day")
    salt, changes = entry.get("salt", ""), entry.get("changes", "")
    if not salt and not changes:
        log.erased += 1
    elif _sha256((salt + changes).encode()) != changes_digest:
        raise Bad(day, subject, version, "was altered: its changes are not what was written")
    _chain(log, day, subject, version, previous, own)


def _chain(log: Log, day: str, subject: str, version: int, previous: str, own: str) -> None:
    if subject.startswith(UNCHAINED):
        if previous != GENESIS:
            raise Bad(day, subject, version, "follows another, though it stands alone")
        return
    last, head = log.heads.get(subject, (0, GENESIS))
    if version <= last:
        raise Bad(day, subject, version, "comes twice")
    if version > last + 1:
        log.early[subject, version] = (day, previous, own)
        return
    if previous != head:
        raise Bad(day, subject, version, "does not follow the record's entry before")
    log.heads[subject] = (version, own)
    if (waiting := log.early.pop((subject, version + 1), None)) is not None:
        _chain(log, waiting[0], subject, version + 1, *waiting[1:])


def _key(line: dict[str, Any]) -> tuple[str, int]:
    return line["subject"], line["version"]


def _lines(path: Path | None) -> Iterator[dict[str, Any]]:
    if path is not None:
        with gzip.open(path, "rt", encoding="utf-8") as file:
            yield from (json.loads(line) for line in file)


def _sha256(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--key", type=Path, required=True, help="the public key, as PEM")
    parser.add_argument("--until", metavar="DAY", help="the digests must reach this day: a log may be cut off at its end")
    asked = parser.parse_args(arguments)
    try:
        log = verify(asked.folder, asked.key.read_bytes(), asked.until)
    except Bad as bad:
        print(f"NOT INTACT. {bad}.")
        return 1
    print(f"Intact: {log.entries} entries, {log.sealed} of them sealed by {log.days} digests; of {log.erased} the changes were erased.")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
