"""What is told of is what has a list, under the list's own permission."""

from functions.realtime import fanout, log
from functions.realtime.subjects import SUBJECTS
from tests.cloud import resources
from tests.features import all_resources

# Everybody sees what is their own; this lets see what is others'.
OTHERS = {"exp": "exports.all", "ses": "staff.sessions", "viw": None}


def test_every_resource_is_told_of_by_its_name_to_who_may_read_it() -> None:
    assert {prefix: (subject.resource, subject.may_read) for prefix, subject in SUBJECTS.items()} == {
        each.record.prefix: (each.path.removeprefix("/v1/"), OTHERS.get(each.record.prefix, each.may_read)) for _, each in all_resources()}
    assert {prefix for prefix, subject in SUBJECTS.items() if subject.owner} == set(OTHERS)


def test_no_worker_writes_or_pushes_longer_than_a_cursor_lies_back() -> None:
    time = resources("AWS::Serverless::Function")["RealtimeWorker"]["Timeout"]
    assert time + 10 <= log.MARGIN.total_seconds()
    assert time >= fanout.PATIENCE + 2 * 2 * (1 + 2)  # the last ones are told, or cut off, with two tries each
