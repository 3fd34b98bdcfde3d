"""Backups: made in steps, once a slot, proved by a drill that sees any damage, and removed by retention."""

import gzip
import json
from datetime import timedelta
from itertools import count

import pytest
from botocore.exceptions import ClientError

from functions.backups import files, hold, job, scratch, service, tables
from functions.backups.job import Outcome
from functions.backups.models import Backup
from functions.backups.rules import canonical, shown, sum_of
from kernel import dynamodb
from kernel.clock import frozen, wall
from kernel.config import table
from tests.cloud import client
from tests.conftest import AT
from tests.integration.backups.conftest import US, Killed, dying_at, events

SLOT = {"time": "2026-02-01T02:00:00Z", "slot": "nightly"}


def every(status):
    return service._of(status)


def ended_at(looks):
    """A clock that leaps over a run's time after so many looks at it."""
    seen = count()
    return lambda: 0.0 if next(seen) < looks else 10_000.0


def test_a_backup_holds_every_item_and_its_manifest_says_so(company, stored):
    id = company.backup()
    backup = Backup.fetch(id)
    manifest = company.ask("GET", f"/v1/backups/{id}/manifest").body
    assert set(manifest["tables"]) == set(tables.TABLES)
    [file] = manifest["tables"]["tenants"]["files"]
    lines = gzip.decompress(stored[file["key"]]).decode().splitlines()
    assert {json.loads(line)["pk"]["S"] for line in lines} >= set(company.tenants)
    live, _ = tables.page(table("tenants"))
    assert manifest["tables"]["tenants"]["hash"] == shown(sum_of(map(canonical, live)))
    assert backup.items == sum(each["items"] for each in manifest["tables"].values()) > 0
    assert events(id) == ["backups.requested", "backups.started", "backups.completed"]
    principals = [gzip.decompress(stored[each["key"]]).decode() for each in manifest["tables"]["principals"]["files"]]
    assert "staff#" in "".join(principals)
    assert "session#" not in "".join(principals), "what lets somebody in is in no backup"


def test_ten_deliveries_of_one_slot_are_one_backup_and_the_next_night_is_another(company):
    for _ in range(10):
        company.worker(SLOT)
    assert len(every("queued")) == 1
    company.worker(SLOT | {"time": "2026-02-02T02:00:00Z"})
    assert len(every("queued")) == 2


def test_a_second_is_refused_while_one_is_made_and_two_that_wait_are_made_in_turn(company):
    first = company.made("/v1/backups", {})
    answer = company.ask("POST", "/v1/backups", {})
    assert (answer.status, answer.body["code"], answer.body["backup_id"]) == (409, "backup_running", first)
    company.worker(SLOT)
    [second] = [id for id in every("queued") if id != first]
    assert job.run(first, actor=US, clock=ended_at(3)) == Outcome.LEFT
    assert job.run(second, actor=US) == Outcome.BUSY
    assert job.run(first, actor=US) == job.run(second, actor=US) == Outcome.OVER


def test_it_goes_on_behind_the_last_file_after_time_ran_out_and_after_a_crash_anywhere(company, monkeypatch, stored):
    whole = company.ask("GET", f"/v1/backups/{company.backup()}/manifest").body["tables"]
    monkeypatch.setattr(files, "PART", 1)
    id, runs = company.made("/v1/backups", {}), 0
    while job.run(id, actor=US, clock=ended_at(4)) == Outcome.LEFT:
        runs += 1
    assert runs > 3
    in_steps = company.ask("GET", f"/v1/backups/{id}/manifest").body["tables"]
    assert in_steps["tenants"]["hash"] == whole["tenants"]["hash"]
    for doomed in (3, 8, 20):
        id = company.made("/v1/backups", {})
        with dying_at(doomed), pytest.raises(Killed):
            job.run(id, actor=US)
        assert f"backups/{id}/manifest.json" not in stored.keys(id)
        assert company.ask("POST", f"/v1/backups/{id}/verify").body["code"] == "no_backup", "it does not count without its manifest"
        with frozen(wall() + hold.HOLD + timedelta(seconds=1)):  # who was killed gives nothing back
            assert company.work(id).status == "done"
        assert company.ask("GET", f"/v1/backups/{id}/manifest").body["tables"]["tenants"]["hash"] == whole["tenants"]["hash"]


def test_one_that_gets_no_further_fails_tells_it_and_leaves_nothing(company, stored):
    id = company.made("/v1/backups", {})
    for _ in range(job.TRIES):
        assert job.run(id, actor=US, clock=ended_at(1)) == Outcome.LEFT
    assert company.work(id).status == "failed"
    assert events(id)[-1] == "backups.failed"
    service.clear(Backup.fetch(id), actor=US, at=AT)
    assert stored.keys(id) == []


# ---------- drills ----------


def drilled(company, id):
    assert company.ask("POST", f"/v1/backups/{id}/verify").status == 202
    return company.work(id)


def scratch_tables():
    return [name for name in client("dynamodb").list_tables()["TableNames"] if name.startswith("scratch-")]


def test_only_a_drill_verifies_and_it_leaves_no_table_behind(company):
    id = company.backup()
    assert Backup.fetch(id).verified_at is None
    backup = drilled(company, id)
    assert (backup.drill_status, scratch_tables()) == ("passed", [])
    assert backup.verified_at is not None
    assert {each["table"]: each["ok"] for each in backup.drill["tables"]} == dict.fromkeys(tables.TABLES, True)
    assert sum(each["items"] for each in backup.drill["tables"]) == backup.items


def test_the_weekly_drill_takes_the_newest_once(company):
    company.backup()
    with frozen(wall() + timedelta(hours=1)):
        newest = company.backup()
    for _ in range(3):
        company.worker({"time": "2026-02-01T04:00:00Z", "slot": "drill"})
    assert company.work(newest).drill_status == "passed"
    assert events(newest).count("backups.verification_requested") == 1


def _flip(stored, key):
    content = bytearray(stored[key])
    content[len(content) // 2] ^= 1
    stored[key] = bytes(content)


def _remove(stored, key):
    del stored[key]


def _truncate(stored, key):
    stored[key] = stored[key][:-7]


def _other_hash(stored, key):
    stored[key] = stored[key].replace(b'"items":', b'"items": ', 1)


@pytest.mark.parametrize(("file", "damage"), [
    ("tenants-00001.jsonl.gz", _flip), ("tenants-00001.jsonl.gz", _remove), ("audit-00001.jsonl.gz", _truncate),
    ("manifest.json", _truncate), ("manifest.json", _remove), ("manifest.json", _other_hash)])  # fmt: skip
def test_damage_is_refused_before_anything_is_written_and_told(company, stored, asked, file, damage):
    id = drilled(company, company.backup()).id
    damage(stored, f"backups/{id}/{file}")
    written = asked("CreateTable", "BatchWriteItem")
    backup = drilled(company, id)
    assert (backup.drill_status, backup.verified_at) == ("failed", None)
    assert backup.drill["error"]
    assert events(id)[-1] == "backups.verification_failed"
    company.ask("POST", f"/v1/backups/{id}/restore", {"tenant_id": company.tenants[0]})
    assert company.work(id).restore_status == "failed"
    assert written == []


def test_what_is_restored_as_something_else_does_not_pass(company):
    """A database that loses an item: the files are whole, and their hash is right, and still it cannot be brought back."""
    id = company.backup()

    def loses(params, **_):
        for name, items in params["RequestItems"].items():
            params["RequestItems"][name] = items[1:] or items

    dynamodb.client().meta.events.register("provide-client-params.dynamodb.BatchWriteItem", loses)
    backup = drilled(company, id)
    assert (backup.drill_status, backup.verified_at, scratch_tables()) == ("failed", None, [])
    assert [each["table"] for each in backup.drill["tables"] if not each["ok"]]


def test_a_drill_goes_on_where_its_time_ran_out(company):
    id = company.backup()
    company.ask("POST", f"/v1/backups/{id}/verify")
    runs = 0
    while job.run(id, actor=US, clock=ended_at(8)) == Outcome.LEFT:
        runs += 1
    assert runs > 1
    assert (Backup.fetch(id).drill_status, scratch_tables()) == ("passed", [])


# ---------- retention ----------


def test_retention_removes_files_and_never_those_of_the_newest_verified(company, stored):
    """Three in one day, the first of them proved, and one on the next: of that day's the last is kept, and the one that was proved."""
    made = []
    for hour in (0, 1, 2, 26):
        with frozen(AT + timedelta(hours=hour)):
            made.append(company.backup())
            if hour == 0:
                drilled(company, made[0])
    assert every("expired") == [made[1]]
    service.clear(Backup.fetch(made[1]), actor=US, at=AT)
    assert stored.keys(made[1]) == []
    assert company.ask("GET", f"/v1/backups/{made[1]}/manifest").body["code"] == "no_backup"
    assert all(stored.keys(id) for id in (made[0], *made[2:]))


def test_the_lock_is_taken_over_from_the_dead(company):
    id = company.made("/v1/backups", {})
    assert hold.take(id, "backup") is not None
    assert job.run(id, actor=US) == Outcome.BUSY
    with frozen(wall() + hold.HOLD + timedelta(seconds=1)):
        assert job.run(id, actor=US) == Outcome.OVER


def test_work_of_one_who_lost_the_hold_is_not_saved(company):
    id = company.made("/v1/backups", {})
    late = hold.take(id, "backup")
    with frozen(wall() + hold.HOLD + timedelta(seconds=1)):
        hold.take(id, "backup")
        with pytest.raises(service.Conflict):
            late.save()


def test_scratch_tables_have_no_indexes(company):
    scratch.make("scratch-x")
    try:
        found = dynamodb.client().describe_table(TableName="scratch-x")["Table"]
        assert not found.get("GlobalSecondaryIndexes")
    finally:
        scratch.drop("scratch-x")
    with pytest.raises(ClientError):
        dynamodb.client().describe_table(TableName="scratch-x")
