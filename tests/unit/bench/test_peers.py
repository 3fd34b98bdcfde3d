"""Ours beside the peers: the ratios and the verdicts of the table."""

from collections import Counter

from tests.bench.coldstart import compared, rows
from tests.bench.commits import compared as writes
from tests.bench.examined import worst
from tests.bench.realtime import compared as told


def test_ours_is_held_against_drf_and_shown_beside_fastapi() -> None:
    drf, fastapi = compared("cold", {"ours": 0.16, "DRF": 0.2, "FastAPI": 0.4}, 0.8)
    assert drf.row() == ("cold", "160 ms", "200 ms", "0.8", "DRF", "<= 0.8 x", "ok")
    assert fastapi.row()[3:] == ("0.4", "FastAPI", "", "")
    assert compared("cold", {"ours": 0.17, "DRF": 0.2, "FastAPI": 0.4}, 0.8)[0].row()[-1] == "MISSED"


def test_pages_are_read_as_each_peer_calls_them() -> None:
    assert rows('{"data": [1]}') == rows('{"results": [1], "next": null}') == [1]


def test_a_second_transaction_or_a_write_beside_it_is_found() -> None:
    right = {"POST /v1/a": Counter(TransactWriteItems=1), "POST /v1/b": Counter(TransactWriteItems=1, bucket=1)}
    assert [figure.ok for figure in writes(right)] == [True, True]
    assert [figure.ok for figure in writes(right | {"PATCH /v1/a": Counter(TransactWriteItems=2)})] == [False, True]
    assert [figure.ok for figure in writes(right | {"PATCH /v1/a": Counter(TransactWriteItems=1, PutItem=1)})] == [True, False]


def test_the_worst_page_of_a_bar_counts() -> None:
    found = {"all": 51, "by one state": 50, "by one plan": 51, "by one owner, newest of a range": 7, "in order of name": 52,
             "by six states": 96, "by ten plans": 100, "by ten owners": 125}
    assert worst(found, 1000, 51, "one value").row()[-1] == "MISSED"
    assert worst(found, 1000, 125, "ten values").row()[-1] == "ok"


def test_a_change_that_is_told_after_a_second_or_not_found_afterwards_is_a_miss():
    assert [figure.ok for figure in told([70.0, 900.0], [40.0, 50.0], 2)] == [True, True, True]
    assert [figure.ok for figure in told([70.0, 1100.0], [40.0, 50.0], 1)] == [True, False, False]
    assert told([80.0], [40.0], 1)[0].row()[3] == "2"
