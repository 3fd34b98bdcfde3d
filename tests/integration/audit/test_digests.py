"""A day that is over is sealed, once, and whoever has the files can tell without us whether anything was touched since."""

import gzip
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import boto3
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from functions.audit import digests, erasures
from functions.audit.api import handler as api
from functions.audit.models import Erasure
from functions.audit.worker import handler
from functions.tenants.models import Tenant
from infra import verify_audit
from kernel import dynamodb, ids
from kernel.audit import GENESIS, Actor, Payload
from kernel.clock import frozen
from kernel.commit import commit
from kernel.config import table
from kernel.denials import record as denied
from local.audit_export import export
from tests.callers import ask, signed_in

pytestmark = pytest.mark.usefixtures("aws")
FIRST = datetime(2026, 3, 1, tzinfo=UTC)
DAYS = ["2026-03-01", "2026-03-02", "2026-03-03"]
NEXT = timedelta(days=1, minutes=15)  # when the day before is sealed


class Noted(Payload, event="tenants.noted"):
    """Something happened."""


def note(record=None, *, at=FIRST):
    record = record or Tenant(ids.new("ten"), name="Acme", email="a@example.test")
    record.name = f"Acme {record.version}"
    with frozen(at):
        commit((record, Noted()), actor=Actor(id="stf_1"), at=at)
    return record


def sealed(at):
    return digests.seal(at)


@pytest.fixture
def log(tmp_path):
    """Three sealed days, and one that is not: two records that change on each, a denial. Where it was exported to, and the records."""
    first, second = note(), note(at=FIRST + timedelta(hours=1))
    with frozen(FIRST + timedelta(hours=2)):
        denied(Actor(id="stf_2"), route="GET /v1/audit", permission="audit.inspect", tenant_id=None)
    for n in range(1, 4):
        sealed(FIRST + n * timedelta(days=1) + timedelta(minutes=15))
        note(first, at=FIRST + timedelta(days=n, hours=3))
        note(second, at=FIRST + timedelta(days=n, hours=4))
        note(first, at=FIRST + timedelta(days=n, hours=5))
    export(tmp_path)
    return tmp_path, first.id, second.id


def verdict(folder, *, key=None, until=None):
    try:
        return verify_audit.verify(folder, key or (folder / "public_key.pem").read_bytes(), until)
    except verify_audit.Bad as bad:
        return bad.args


def lines(folder, day, kind="entries"):
    [path] = (folder / kind).glob(f"{day}*.jsonl.gz")
    return [json.loads(line) for line in gzip.open(path, "rt")]


def put(folder, day, changed, kind="entries"):
    [path] = (folder / kind).glob(f"{day}*.jsonl.gz")
    with gzip.open(path, "wt") as file:
        file.writelines(json.dumps(line) + "\n" for line in changed)


def at(found, subject, version):
    return next(n for n, line in enumerate(found) if (line["subject"], line["version"]) == (subject, version))


def test_an_untouched_log_is_intact_and_the_verifier_needs_nothing_of_ours(log):
    folder, *_ = log
    found = verdict(folder, until=DAYS[2])
    assert (found.days, found.entries, found.sealed, found.erased) == (3, 12, 9, 0)
    script = Path(verify_audit.__file__).resolve()
    ran = subprocess.run([sys.executable, "-I", script, folder, "--key", folder / "public_key.pem"], capture_output=True, text=True, cwd=folder)
    assert (ran.returncode, ran.stdout) == (
        0, "Intact: 12 entries, 9 of them sealed by 3 digests; of 0 the changes were erased.\n"), ran.stderr


# What is done to the entries of the second day, and which is named for it.


def edit(found, first, second):
    found[at(found, first, 2)]["changes"] = found[at(found, first, 2)]["changes"].replace("Acme", "Evil")
    return first, 2, "was altered: its changes are not what was written"


def rewrite(found, first, second):
    """By somebody who can compute a hash."""
    line = found[at(found, second, 2)]
    line["header"] = line["header"].replace("stf_1", "stf_9")
    line["hash"] = verify_audit._sha256(line["header"].encode())
    return second, 2, "was altered: its hash is not the one that was sealed"


def delete(found, first, second):
    del found[at(found, second, 2)]
    return second, 2, "is missing"


def swap(found, first, second):
    here, there = at(found, first, 2), at(found, second, 2)
    found[here], found[there] = found[there], found[here]
    return first, 2, "is not in its place"


def swap_contents(found, first, second):
    here, there = found[at(found, first, 2)], found[at(found, first, 3)]
    for name in ("header", "hash", "salt", "changes"):
        here[name], there[name] = there[name], here[name]
    return first, 2, "was altered: its hash is not the one that was sealed"


def truncate(found, first, second):
    del found[-1:]
    return first, 3, "is missing"


def replay(found, first, second):
    """The record's head of two versions ago in the place of the newest."""
    found[at(found, first, 3)] = found[at(found, first, 2)] | {"version": 3}
    return first, 3, "was altered: its hash is not the one that was sealed"


def back_date(found, first, second):
    found.insert(1, found[0] | {"subject": "ten_9", "version": 1})
    return "ten_9", 1, "was added after the day was sealed"


def half_erase(found, first, second):
    del found[at(found, first, 2)]["changes"]
    return first, 2, "was altered: its changes are not what was written"


@pytest.mark.parametrize("done", [edit, rewrite, delete, swap, swap_contents, truncate, replay, back_date, half_erase],
                         ids=lambda each: each.__name__)
def test_what_was_done_to_an_entry_is_named_exactly(log, done):
    folder, first, second = log
    found = lines(folder, DAYS[1])
    named = done(found, first, second)
    put(folder, DAYS[1], found)
    assert verdict(folder) == (DAYS[1], *named)


@pytest.mark.parametrize("kind", ["entries", "lists"])
def test_a_file_that_is_damaged_or_a_stray_one_is_named_and_no_riddle(log, kind):
    folder, *_ = log
    [path] = (folder / kind).glob(f"{DAYS[1]}*.jsonl.gz")
    whole = path.read_bytes()
    for n in (30, len(whole) // 2, len(whole) - 9):
        path.write_bytes(whole[:n] + b"\xff\x00\xff" + whole[n + 3:])
        assert verdict(folder)[0] == DAYS[1]
    path.write_bytes(whole)
    (folder / "digests" / "notes.json").write_text("[]")
    assert verdict(folder)[0] == "notes"


def test_what_is_not_sealed_yet_is_held_by_its_chain(log):
    folder, first, _ = log
    found = lines(folder, "2026-03-04")
    kept = list(found)
    del found[at(found, first, 6)]
    put(folder, "2026-03-04", found)
    assert verdict(folder) == ("2026-03-04", first, 6, "is missing: later ones are there")
    put(folder, "2026-03-04", [*kept, kept[-1]])
    assert verdict(folder) == ("2026-03-04", first, 7, "comes twice")


def test_a_list_that_was_changed_with_its_entries_is_not_what_was_sealed(log):
    folder, _, second = log
    entries, listed = lines(folder, DAYS[1]), lines(folder, DAYS[1], "lists")
    del listed[at(listed, second, 2)]
    put(folder, DAYS[1], listed, "lists")
    assert verdict(folder) == (DAYS[1], second, 2, "is not the same in the list, which is not what was sealed")
    del entries[at(entries, second, 2)]
    put(folder, DAYS[1], entries)
    assert verdict(folder) == (DAYS[1], None, None, "names a list that is not what was sealed")


def test_digests_that_are_missing_replayed_forged_or_of_another_key_are_named(log):
    folder, *_ = log
    paths = [folder / "digests" / f"{day}.json" for day in DAYS]
    texts = [path.read_text() for path in paths]
    paths[1].unlink()
    assert verdict(folder) == (DAYS[1], None, None, "is missing")
    paths[1].write_text(texts[0])
    assert verdict(folder) == (DAYS[1], None, None, f"is that of {DAYS[0]}")
    paths[1].write_text(texts[1].replace('\\"count\\":3', '\\"count\\":2'))
    assert verdict(folder) == (DAYS[1], None, None, "is not signed by this key")
    paths[1].write_text("{}")
    assert verdict(folder) == (DAYS[1], None, None, "is not signed by this key")
    paths[1].write_text(texts[1])
    paths[0].unlink()
    assert verdict(folder) == (DAYS[1], None, None, "does not follow that of the day before")
    paths[0].write_text(texts[0])
    paths[2].unlink()
    assert verdict(folder, until=DAYS[2]) == (DAYS[2], None, None, "is missing")
    other = ec.generate_private_key(ec.SECP256R1()).public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert verdict(folder, key=other) == (DAYS[0], None, None, "is not signed by this key")


def test_what_was_done_to_the_table_is_found_by_a_new_export(log, tmp_path_factory):
    _, first, _ = log
    dynamodb.client().delete_item(TableName=table("audit"), Key=dynamodb.key(first, "0000000002"))
    export(again := tmp_path_factory.mktemp("again"))
    assert verdict(again) == (DAYS[1], first, 2, "is missing")


def test_an_erasure_leaves_digests_and_chains_intact(log, owner, tmp_path_factory):
    _, first, _ = log
    with frozen(FIRST + timedelta(days=3, hours=6)):
        made = ask(api, "POST", "/v1/audit/erasures", {"record_id": first, "reason": "They asked for it"}, headers=owner).body
        erasures.step(Erasure.fetch(made["id"]), actor=Actor(id="system:audit"), at=FIRST)
    export(again := tmp_path_factory.mktemp("again"))
    found = verdict(again)
    assert (found.entries, found.erased) == (14, 7)


# ---------- the schedule ----------


def test_a_day_is_sealed_once_however_often_and_late_it_is_asked_for(sample):
    note()
    event = sample("audit/worker-digest", time="2026-03-02T00:15:00Z")
    assert (digests.days(), len(digests.public_key()) > 64) == ([], True)  # clients are made by one thread
    with ThreadPoolExecutor(10) as threads:
        list(threads.map(lambda _: handler(event, None), range(10)))
    [before] = digests.days()
    signed = digests.find(before)
    note(at=FIRST + timedelta(hours=23))  # too late: it is in no list, and found out by that
    handler(event, None)
    handler(sample("audit/worker-digest", time="2026-03-02T23:15:00Z"), None)
    assert (digests.days(), digests.find(before)) == ([date(2026, 3, 1)], signed)
    assert signed.facts["count"] == 1


def test_an_empty_day_has_a_digest_and_missed_days_are_made_up_for():
    assert sealed(FIRST) == 0, "a new log seals no day before its first entry, which a restore may bring back"
    note(at=FIRST - timedelta(days=2))
    assert sealed(FIRST + timedelta(minutes=5)) == 1  # not of yesterday: some of it may be on its way
    assert sealed(FIRST + timedelta(days=2, minutes=15)) == 3
    found = [digests.find(day) for day in reversed(digests.days())]
    assert [each.facts["day"] for each in found] == ["2026-02-27", "2026-02-28", *DAYS[:2]]
    assert [each.facts["count"] for each in found] == [1, 0, 0, 0]
    assert [each.facts["previous"] for each in found] == [GENESIS, *(each.hash for each in found[:-1])]


def test_a_long_day_is_listed_whole_and_in_order(monkeypatch):
    monkeypatch.setattr(digests, "PAGE", 3)
    made = [note(at=FIRST + timedelta(seconds=n)).id for n in range(70)]
    sealed(FIRST + NEXT)
    facts = digests.find(FIRST.date()).facts
    body = boto3.client("s3").get_object(Bucket="files", Key=facts["file"])["Body"].read()
    assert (verify_audit._sha256(body), facts["count"]) == (facts["file_sha256"], 70)
    assert [json.loads(line)["subject"] for line in gzip.decompress(body).splitlines()] == made


# ---------- over HTTP ----------


def test_digests_are_listed_newest_first_and_one_leads_to_its_files(log, owner):
    page = ask(api, "GET", "/v1/audit/digests", headers=owner, limit="2").body
    rest = ask(api, "GET", "/v1/audit/digests", headers=owner, limit="2", cursor=page["next_cursor"]).body
    assert [each["day"] for each in [*page["data"], *rest["data"]]] == DAYS[::-1]
    assert rest["next_cursor"] is None
    one = ask(api, "GET", f"/v1/audit/digests/{DAYS[1]}", headers=owner).body
    assert {name: one[name] for name in page["data"][1]} == page["data"][1]
    assert one["previous"] == rest["data"][0]["hash"]
    assert one["public_key"] == (log[0] / "public_key.pem").read_text()
    assert f"/audit/lists/{DAYS[1]}" in one["file_url"]
    assert f"/audit/digests/{DAYS[1]}.json" in one["digest_url"]


def test_who_may_not_see_the_log_sees_no_digest_and_bad_questions_are_answered(owner):
    assert [ask(api, "GET", f"/v1/audit/digests{path}", headers=signed_in("support")).status for path in ("", "/2026-03-01")] == [403, 403]
    assert [ask(api, "GET", f"/v1/audit/digests/{day}", headers=owner).status for day in ("2026-03-01", "yesterday", "2026-13-01")] == [404] * 3
    assert ask(api, "GET", "/v1/audit/digests", headers=owner, colour="red").body["code"] == "unknown_filter"
    assert ask(api, "DELETE", "/v1/audit/digests/2026-03-01", headers=owner).status == 405
