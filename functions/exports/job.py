"""Writes the file of an export. It may come twice, in parallel, or again after a crash anywhere: a hold keeps others out, and CSV and JSON
Lines go on behind the last part that S3 has taken. A workbook is written in one go."""

import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from enum import StrEnum
from pathlib import Path

from functions.exports import files, formats, labels, progress
from functions.exports.events import Completed, Failed, Started
from functions.exports.models import Export, ExportFormat, ExportStatus
from functions.exports.progress import Hold
from functions.exports.resources import RESOURCES
from functions.exports.selection import asked
from functions.exports.service import AGAIN
from kernel import query
from kernel.audit import Actor
from kernel.clock import wall
from kernel.commit import commit
from kernel.dynamodb import Item, chunks
from kernel.problems import BadRequest, Invalid, Problem

RUN, GRACE = 780.0, 60.0  # seconds that one invocation works, and by how much to the end of a part; it is ended after 900
NOTE = 5.0  # seconds between two notes of how far it has come
CHUNK = 500  # rows that are written at once
TRIES = 5  # holds without a new part, after which it is given up
MAX_PARTS = 5000  # 40 GB
KEPT = timedelta(hours=24)
Clock = Callable[[], float]


class Outcome(StrEnum):
    OVER = "over"
    LEFT = "left"  # time ran out: another run goes on
    BUSY = "busy"  # somebody else works on it


class GaveUp(Problem):
    status, code = 500, "export_failed"


def run(id: str, *, actor: Actor, clock: Clock = time.monotonic) -> Outcome:
    """Works until the export is done or failed, or time runs out. One that was deleted is cleared away."""
    export = Export.find(id)
    if export is not None and export.deleted_at is not None:
        files.drop(export, progress.forget(id).upload)
    if export is None or export.deleted_at is not None or export.status not in (ExportStatus.QUEUED, ExportStatus.RUNNING):
        return Outcome.OVER
    hold = progress.take(id)
    if hold is None:
        return Outcome.BUSY
    try:
        return _work(export, hold, actor, clock)
    except (BadRequest, Invalid, GaveUp) as problem:
        _fail(export, hold, problem, actor)
        return Outcome.OVER
    finally:
        hold.give_back()


def _work(export: Export, hold: Hold, actor: Actor, clock: Clock) -> Outcome:
    if hold.tries > TRIES:
        raise GaveUp("the work on it was begun five times, and got no further")
    if export.status == ExportStatus.QUEUED:
        export.status, export.next_action_at = ExportStatus.RUNNING, wall() + AGAIN
        commit((export, Started()), actor=actor, at=wall())
    write = _workbook if export.format == ExportFormat.XLSX else _lines
    if not write(export, hold, clock):
        return Outcome.LEFT
    export.status, export.rows, export.bytes = ExportStatus.DONE, hold.state.rows, hold.state.bytes
    export.expires_at = export.next_action_at = wall() + KEPT
    commit((export, Completed(**_about(export), rows=export.rows, bytes=export.bytes, expires_at=export.expires_at)),
           actor=actor, at=wall())
    return Outcome.OVER


def _fail(export: Export, hold: Hold, problem: Problem, actor: Actor) -> None:
    """The record first: what is left of the file is refused by nobody once it is failed, and the bucket's rules remove it too."""
    export.status, export.next_action_at = ExportStatus.FAILED, None
    export.error = {"status": problem.status, "code": problem.code, "detail": problem.detail}
    commit((export, Failed(**_about(export), code=problem.code, detail=problem.detail)), actor=actor, at=wall())
    files.drop(export, hold.state.upload)


def _about(export: Export) -> dict[str, str]:
    return {name: getattr(export, name) for name in ("requested_by", "resource", "format", "language")}


def _lines(export: Export, hold: Hold, clock: Clock) -> bool:
    """CSV or JSON Lines. False when time ran out: what is not in a part by then is read again."""
    state, buffer, rows = hold.state, bytearray(), 0
    end, noted = clock() + RUN, clock()
    head, encode = _encoder(export)
    if not state.tags:
        buffer += head
    for chunk in () if state.whole else chunks(_found(export, state.after), CHUNK):
        buffer += encode([item for _, item in chunk])
        rows, now = rows + len(chunk), clock()
        if len(buffer) >= files.PART:
            _part(export, hold, buffer, rows, chunk[-1][0])
            buffer, rows = bytearray(), 0
        elif now - noted >= NOTE:
            hold.note(state.rows + rows)
            noted = now
        if now >= (end + GRACE if rows else end):
            return False
    if not state.tags:
        files.put(export, bytes(buffer))
        state.rows, state.bytes = rows, len(buffer)
        return True
    _finish(export, hold, buffer, rows)
    return True


def _encoder(export: Export) -> tuple[bytes, Callable[[Iterable[Item]], bytes]]:
    """The file's beginning, and what turns items into its lines."""
    resource = RESOURCES[export.resource]
    if export.format == ExportFormat.JSONL:
        return b"", formats.json_rows(resource.record, resource.view, export.columns)
    shown = formats.columns(resource.record, resource.view, export.columns, typed=False)
    return formats.csv_head(shown, labels.label(export.language)), formats.csv_rows(shown)


def _found(export: Export, after: str | None) -> Iterator[tuple[str, Item]]:
    resource = RESOURCES[export.resource]
    return query.stream(resource.record, asked(export, resource), after=after)


def _part(export: Export, hold: Hold, content: bytearray, rows: int, after: str) -> None:
    """One more part; only when the state is saved does it count. A crash before that writes the same part again."""
    state = hold.state
    if len(state.tags) >= MAX_PARTS:
        raise Invalid("the file would have more than 40 GB: narrow the filter", code="too_large")
    if state.upload is None:
        state.upload = files.begin(export)
        hold.save()
    state.tags.append(files.put_part(export, state.upload, len(state.tags) + 1, bytes(content)))
    state.after, state.rows, state.bytes = after, state.rows + rows, state.bytes + len(content)
    hold.save()


def _finish(export: Export, hold: Hold, rest: bytearray, rows: int) -> None:
    """The last part, then the file of all of them."""
    state = hold.state
    if not state.whole:
        state.whole = True
        if rest:
            _part(export, hold, rest, rows, "")
        else:
            hold.save()
    files.finish(export, str(state.upload), state.tags, state.bytes)


def _workbook(export: Export, hold: Hold, clock: Clock) -> bool:
    resource, state = RESOURCES[export.resource], hold.state
    shown = formats.columns(resource.record, resource.view, export.columns, typed=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "book.xlsx")
        state.rows = formats.write_xlsx(path, resource.path.rpartition("/")[2], shown, labels.label(export.language),
                                        _watched(export, hold, clock))
        state.bytes = path.stat().st_size
        with path.open("rb") as book:
            files.put(export, book)
    return True


def _watched(export: Export, hold: Hold, clock: Clock) -> Iterator[Item]:
    """The items of a workbook, with a note now and then. `Invalid` when time runs out, for it cannot be gone on with."""
    end, noted = clock() + RUN, clock()
    for n, (_, item) in enumerate(_found(export, None)):
        yield item
        if n % CHUNK:
            continue
        now = clock()
        if now >= end:
            raise Invalid("a workbook of so many rows takes too long: narrow the filter, or export as csv", code="too_slow")
        if now - noted >= NOTE:
            hold.note(n)
            noted = now
