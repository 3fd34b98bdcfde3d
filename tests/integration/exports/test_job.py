"""How the work on an export goes on: in parts, after a crash anywhere, twice, too long, and not at all."""

import json
import os
from datetime import timedelta
from itertools import count

import pytest
from botocore.exceptions import ClientError
from moto.s3 import models as s3

from functions.exports import files, job, progress
from functions.exports.job import Outcome, run
from functions.exports.models import Export
from kernel import audit
from kernel.audit import Actor
from kernel.clock import frozen, wall
from kernel.config import aws
from kernel.problems import Conflict
from tests.cloud import received
from tests.integration.exports import company
from tests.integration.exports.company import Killed, content, dying_at, event, keys, message, open_uploads, requested, table, tenants

pytestmark = pytest.mark.usefixtures("aws")
US = Actor(id="system:exports")


@pytest.fixture
def small_parts(monkeypatch):
    """Parts of two rows, which S3 would not take."""
    monkeypatch.setattr(files, "PART", 50)
    monkeypatch.setattr(job, "CHUNK", 2)
    monkeypatch.setattr(s3, "S3_UPLOAD_PART_MIN_SIZE", 1)


def ended_at(seconds):
    """A clock that leaps over a run's time after so many looks at it."""
    looks = count()
    return lambda: 0.0 if next(looks) < seconds else 10_000.0


def entries(id):
    return [audit.Entry.load(item).facts()["type"] for item in audit.timeline(id)]


@pytest.mark.usefixtures("small_parts")
def test_parts_make_the_file_that_one_piece_would(owner, monkeypatch):
    tenants(7)
    parts = company.exported(owner, columns=["id", "name"])
    assert (parts.status, parts.rows, parts.bytes) == ("done", 7, len(content(parts)))
    monkeypatch.setattr(files, "PART", 10**6)
    assert content(parts) == content(company.exported(owner, columns=["id", "name"]))
    assert open_uploads() == 0


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_job_whose_time_is_over_sends_itself_on_and_loses_nothing(owner, kind):
    tenants(8)
    whole = content(company.exported(owner, format=kind, columns=["id"]))
    id = requested(owner, format=kind, columns=["id"])
    for n in range(1, 5):
        assert run(id, actor=US, clock=ended_at(2)) == Outcome.LEFT
        assert progress.seen(id) == 2 * n
    assert run(id, actor=US, clock=ended_at(2)) == Outcome.OVER
    assert content(Export.fetch(id)) == whole


def test_the_worker_goes_on_by_a_message_to_itself(owner, monkeypatch):
    tenants(9)
    id = requested(owner)
    monkeypatch.setattr(job, "RUN", -1000.0)
    assert company.run(event(id)) == []
    [body] = received(os.environ["QUEUE_URL"])
    assert json.loads(body) == {"detail-type": "run", "detail": {"id": id}}
    monkeypatch.setattr(job, "RUN", 780.0)
    assert company.run(message("run", {"id": id})) == []
    assert len(table(Export.fetch(id))) == 10
    assert entries(id) == ["exports.requested", "exports.started", "exports.completed"]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("after", [False, True], ids=["before-it-is-sent", "after-it-was-answered"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_dead_at_any_call_the_next_run_makes_the_same_file(owner, kind, after):
    tenants(5)
    whole = company.exported(owner, format=kind, columns=["id"])
    for call in count(1):
        id = requested(owner, format=kind, columns=["id"])
        try:
            with dying_at(call, after=after):
                run(id, actor=US)
            break
        except Killed:
            pass
        with frozen(wall() + timedelta(minutes=17)):
            assert run(id, actor=US) == Outcome.OVER
            export = Export.fetch(id)
            assert (export.status, export.rows, export.bytes) == ("done", 5, len(content(export)))
        assert entries(id).count("exports.completed") == 1
        if kind == "csv":
            assert content(export) == content(whole)
        else:
            assert [[c.value for c in row] for row in company.sheet(export)] == [[c.value for c in row] for row in company.sheet(whole)]
    assert call >= (15 if kind == "csv" else 8)


@pytest.mark.usefixtures("small_parts")
def test_a_file_that_was_put_together_before_the_crash_is_found_to_be_there(owner):
    tenants(5)
    export = company.exported(owner)

    def refused(**_):
        raise ClientError({"Error": {"Code": "NoSuchUpload", "Message": "as S3 says it, and moto does not"}}, "CompleteMultipartUpload")

    aws("s3").meta.events.register_first("before-call.s3.CompleteMultipartUpload", refused)
    files.finish(export, "gone", ["tag"], export.bytes)
    with pytest.raises(ClientError, match="NoSuchUpload"):
        files.finish(export, "gone", ["tag"], export.bytes + 1)


def test_while_one_works_another_waits(owner):
    tenants(1)
    id = requested(owner)
    hold = progress.take(id)
    assert run(id, actor=US) == Outcome.BUSY
    given_back = event(id)
    assert company.run(given_back) == [given_back["messageId"]]
    assert company.run(message("due", {"id": id, "until": "2099-01-01T00:00:00.000000Z"})) == []  # it stays due
    hold.give_back()
    assert company.run(event(id)) == []
    assert Export.fetch(id).status == "done"


def test_the_same_message_twice_makes_one_file_and_one_event(owner):
    tenants(1)
    id = requested(owner)
    assert company.run(event(id), event(id)) == []
    assert company.run(message("run", {"id": id})) == []
    assert entries(id) == ["exports.requested", "exports.started", "exports.completed"]


def test_one_that_died_is_found_by_the_schedule(owner):
    tenants(1)
    id = requested(owner)
    assert company.run(message("due", {"id": id, "until": "2099-01-01T00:00:00.000000Z"})) == []
    assert Export.fetch(id).status == "done"


@pytest.mark.usefixtures("small_parts")
def test_one_that_gets_no_further_is_given_up_and_leaves_no_parts(owner):
    tenants(9)
    id = requested(owner)
    assert run(id, actor=US, clock=ended_at(3)) == Outcome.LEFT
    assert open_uploads() == 1
    for n in range(job.TRIES):
        with frozen(wall() + n * timedelta(minutes=17)), pytest.raises(Killed), dying_at(5, after=False):
            run(id, actor=US)
    with frozen(wall() + timedelta(hours=3)):
        assert run(id, actor=US) == Outcome.OVER
    export = Export.fetch(id)
    assert (export.status, export.error["code"], export.next_action_at) == ("failed", "export_failed", None)
    assert (open_uploads(), keys()) == (0, [])
    assert entries(id)[-1] == "exports.failed"


@pytest.mark.usefixtures("small_parts")
def test_one_that_is_taken_back_while_it_runs_stops_and_leaves_nothing(owner):
    tenants(9)
    id = requested(owner)
    assert run(id, actor=US, clock=ended_at(3)) == Outcome.LEFT
    assert company.ask(company.api, "DELETE", f"/v1/exports/{id}", headers=owner).status == 204
    assert company.run(event(id, "exports.deleted"), message("run", {"id": id})) == []
    assert (open_uploads(), keys()) == (0, [])
    assert entries(id) == ["exports.requested", "exports.started", "exports.deleted"]


@pytest.mark.usefixtures("small_parts")
def test_who_lost_the_hold_writes_nothing_more(owner, monkeypatch):
    tenants(9)
    id = requested(owner)
    put = files.put_part

    def taken_back(*arguments):
        tag = put(*arguments)
        company.ask(company.api, "DELETE", f"/v1/exports/{id}", headers=owner)
        company.run(event(id, "exports.deleted"))
        return tag

    monkeypatch.setattr(files, "put_part", taken_back)  # between two calls of ours, somebody else's
    with pytest.raises(Conflict, match="not ours"):
        run(id, actor=US)
    assert (keys(), Export.find(id).status) == ([], "running")


def test_a_workbook_that_takes_too_long_fails_with_the_way_out(owner):
    tenants(2)
    id = requested(owner, format="xlsx")
    assert run(id, actor=US, clock=ended_at(2)) == Outcome.OVER
    assert Export.fetch(id).error["code"] == "too_slow"
    assert keys() == []


def test_how_far_it_has_come_is_shown_while_it_runs(owner, monkeypatch):
    tenants(6)
    id = requested(owner)
    monkeypatch.setattr(job, "CHUNK", 2)
    clock = iter([0.0, 0.0, 6.0, 7.0])
    with pytest.raises(StopIteration):  # it fails when the clock has nothing more to tell
        run(id, actor=US, clock=lambda: next(clock))
    assert company.ask(company.api, "GET", f"/v1/exports/{id}", headers=owner).body["progress"] == 2


def test_an_expired_export_has_no_file(owner):
    tenants(1)
    export = company.exported(owner)
    due = message("due", {"id": export.id, "until": "2099-01-01T00:00:00.000000Z"})
    assert company.run(due) == []
    assert (Export.fetch(export.id).status, keys()) == ("expired", [])
    assert company.run(due) == []
    assert entries(export.id)[-1] == "exports.expired"
