"""What was missed: all of it that one may read, in order, whatever came late; and when it is too much to tell, that is said."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.realtime import log
from functions.realtime.news import News
from kernel import dynamodb
from kernel.access import Principal
from kernel.clock import frozen, stamp
from tests.callers import signed_in
from tests.integration.kernel.things import everything
from tests.integration.realtime.support import INVOICE, PLAN, missed

pytestmark = pytest.mark.usefixtures("aws")
NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)
ANYBODY = Principal("stf_owner", frozenset({"*"}))


def at(seconds):
    return NOON + timedelta(seconds=seconds)


def known(seconds, *versions, id=PLAN):
    """Changes that became known so many seconds after noon, together."""
    with frozen(at(seconds)):
        log.write([News("plans.updated", id, version, "stf_1", None) for version in versions])


def asked(seconds, cursor, role="owner"):
    """The answer to a question so many seconds after noon."""
    headers = signed_in(role)
    with frozen(at(seconds)):
        return missed(headers, after=cursor)


def versions(answer):
    assert answer.status == 200, answer.body
    return [each["version"] for each in answer.body["data"]]


def cursor_at(seconds):
    """As a ticket, a pong or a frame says it then."""
    with frozen(at(seconds)):
        return log.cursor()


def test_what_came_behind_the_cursor_is_told_in_order():
    known(-60, 1)
    start = cursor_at(0)
    for n in (2, 3, 4):
        known(n, n)
    answer = asked(10, start)
    assert (versions(answer), answer.body["more"], answer.body["cursor"]) == ([2, 3, 4], False, stamp(at(10) - log.MARGIN))
    assert answer.body["data"][0] == {"type": "plans.updated", "resource": "plans", "id": PLAN, "version": 2, "actor": "stf_1"}


def test_only_what_one_may_read_is_told():
    known(1, 1)
    known(2, 2, id=INVOICE)
    dynamodb.client().put_item(TableName="principals", Item=dynamodb.key("roles") | {"planner": {"SS": ["plans.read"]}})
    assert [versions(asked(3, cursor_at(0), role)) for role in ("owner", "planner", "nobody")] == [[1, 2], [1], []]


def test_without_a_cursor_one_learns_where_one_stands(owner):
    known(1, 1)
    with frozen(at(5)):
        answer = missed(owner)
    assert answer.body == {"data": [], "cursor": cursor_at(5), "more": False}


def test_what_becomes_known_late_is_behind_every_cursor_that_was_given_before():
    """A worker that has begun at second 1 and comes to write only when one that began later has been read."""
    known(9, 9)
    first = asked(10, cursor_at(0))
    assert versions(first) == [9]
    known(1, 1)
    assert sorted(versions(asked(11, first.body["cursor"]))) == [1, 9]


@settings(max_examples=60)
@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 29)), max_size=30), st.lists(st.integers(0, 640), min_size=1, max_size=12))
def test_whatever_is_written_late_is_told_to_who_asks_again_and_again(writes, asks):
    """Each write has its time, and is seen so many seconds later: less than a cursor lies back."""
    items, stored = everything("realtime"), []
    for item in items:
        dynamodb.client().delete_item(TableName="realtime", Key={"pk": item["pk"], "sk": item["sk"]})
    moments = sorted([(begun + late, 0, n, begun) for n, (begun, late) in enumerate(writes)] + [(moment, 1, -1, 0) for moment in [*asks, 641]])
    cursor, heard = cursor_at(0), set()
    for moment, is_question, n, begun in moments:
        if not is_question:
            known(begun, n)
            stored.append(n)
            continue
        with frozen(at(moment)):
            found = log.after(cursor, ANYBODY)
        heard |= {each.version for each in found.data}
        assert heard == set(stored)
        cursor = found.cursor


def test_a_page_ends_and_the_next_goes_on_behind_it():
    start = cursor_at(0)
    for n in range(130):
        known(n / 10, 2 * n, 2 * n + 1)
    found, cursor, pages = [], start, 0
    while True:
        answer = asked(15, cursor)
        found, cursor, pages = found + versions(answer), answer.body["cursor"], pages + 1
        if not answer.body["more"]:
            break
    assert (found, pages) == (list(range(260)), 3)
    assert cursor == cursor_at(15)
    assert versions(asked(60, cursor_at(60))) == []


def test_a_page_holds_no_more_than_it_may():
    for n in range(log.PAGE + 5):
        known(n, *range(10))
    answer = asked(60, cursor_at(0))
    assert answer.body["more"] and len(json.dumps(answer.body)) < 100_000


@pytest.mark.parametrize("minutes", [14, 15])
def test_a_quarter_of_an_hour_is_remembered(minutes):
    known(1, 1)
    assert versions(asked(60 * minutes, cursor_at(0))) == [1]


def test_what_is_older_is_gone_and_everything_is_to_be_read_anew():
    answer = asked(60 * 15 + 1, cursor_at(0))
    assert (answer.status, answer.body["code"]) == (410, "cursor_gone")


@pytest.mark.parametrize("cursor", ["", "x", "0", "2026-01-31", "2026-01-31T11:59:59Z", "2026-01-31T12:10:00.000000Z", "9" * 40, "~", "2026-01-31T11:59:59.000000Z~x",
                                    "2026-01-31T11:59:59.000000Z~00000000\n", "\U0001f600"])
def test_a_cursor_that_is_none_of_ours_is_as_good_as_too_old(cursor):
    answer = asked(1, cursor)
    assert (answer.status, answer.body["code"]) == (410, "cursor_gone")


def test_there_is_nothing_else_to_ask(owner):
    answer = missed(owner, before="x")
    assert (answer.status, answer.body["code"]) == (400, "unknown_filter")
    assert missed({}).status == 401


def test_what_was_told_is_kept_for_an_hour_and_then_removed_by_the_table():
    known(0, 1)
    [item] = everything("realtime")
    assert int(item["ttl"]["N"]) == int(at(3600).timestamp())
